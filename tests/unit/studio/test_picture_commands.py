"""`print` and `portrait`: files at true size, wrong sizes told, and no stand-in where no net is trained."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from albumen.api import print_picture
from albumen.api.picture_verbs import PrintWish
from albumen.art.certificate import Edition, certificate, write_certificate
from albumen.models.portraits import run
from albumen.pipeline import printing
from albumen.studio.cli.main import main
from albumen.work.digest import digest_file
from albumen.work.errors import Cancelled
from albumen.work.job import Job


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    pixels = np.linspace(0, 255, 64 * 64 * 3).reshape(64, 64, 3).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "quiet-harbour.png")
    return tmp_path / "quiet-harbour.png"


def test_a_print_has_its_size_its_frame_and_its_certificate(picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sizes = ["--size", "10x8cm", "--wrap", "0", "--border", "1", "--manner", "none"]
    assert main(["print", str(picture), *sizes, "--number", "2", "--of", "5", "--json"]) == 0
    made = {name: Path(path) for name, path in json.loads(capsys.readouterr().out).items()}
    assert set(made) == {"print.pdf", "print.tif", "framed.png", "certificate.pdf"}
    assert all(path.parent == picture.with_name("quiet-harbour print") and path.stat().st_size > 1000 for path in made.values())
    with Image.open(made["print.tif"]) as tiff:
        assert tiff.info["dpi"] == (150, 150)
        assert tiff.size == (round(10 / 2.54 * 150) + 2 * 59, round(8 / 2.54 * 150) + 2 * 59)


def test_the_same_print_is_the_same_bytes_and_states_its_boxes_and_colours(picture: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert main(["print", str(picture), "--size", "6x4cm", "--wrap", "2", "--out", str(tmp_path / name)]) == 0
    for name in ("print.pdf", "print.tif", "framed.png", "certificate.pdf"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    with pikepdf.open(tmp_path / "one" / "print.pdf") as document:
        page = document.pages[0]
        trim, bleed = ([float(value) for value in box] for box in (page.trimbox, page.bleedbox))
        assert trim[2] - trim[0] == pytest.approx(6 / 2.54 * 72, abs=0.5)
        assert bleed[2] - bleed[0] == pytest.approx(10 / 2.54 * 72, abs=0.5)
        assert b"sRGB" in document.Root.OutputIntents[0].DestOutputProfile.read_bytes().replace(b"\0", b"")
    with Image.open(tmp_path / "one" / "print.tif") as tiff:
        assert tiff.info["icc_profile"]


def test_a_certificate_states_the_digests_of_the_files_and_signs_only_what_was_trained(
    picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[Edition] = []
    monkeypatch.setattr("albumen.art.certificate.write_certificate", lambda path, edition, front: (
        said.append(edition), path.write_bytes(str(front.shape).encode())
    ))  # fmt: skip
    assert main(["print", str(picture), "--size", "6x4cm", "--wrap", "2", "--out", str(tmp_path / "out")]) == 0
    out = tmp_path / "out"
    assert {name: said[0].digests[name] for name in ("print.tif", "print.pdf")} == {
        name: digest_file(out / name) for name in ("print.tif", "print.pdf")
    }
    assert said[0].objective == "" and "6 x 4 cm, 2 cm wrapped" in said[0].size and said[0].manner.startswith("realist")
    rows, columns, _ = eval((out / "certificate.pdf").read_text())
    assert (columns, rows) == (round(6 / 2.54 * 150), round(4 / 2.54 * 150))


def test_a_certificate_without_an_objective_has_no_signature() -> None:
    wishes = {"title": "T", "artist": "A", "number": 1, "of": 1, "seed": "", "model": "m", "data": ""}
    grey = np.full((40, 40, 3), 90, dtype=np.uint8)
    signed, plain = (certificate(Edition(**wishes, objective=text), grey) for text in ("min max", ""))  # type: ignore[arg-type]
    assert (signed[1540:] < 150).any() and not (plain[1540:] < 150).any()


@pytest.mark.parametrize("title", ["Blue Eyes", "The Long Way Round to a Place That Nobody Calls Summer Yet And More"])
def test_a_certificate_sets_a_title_clear_of_the_artist_and_its_digests_can_be_copied(title: str, tmp_path: Path) -> None:
    digest = "0123456789abcdef" * 4
    edition = Edition(title=title, artist="Zoë Ærø", number=3, of=25, seed="", model="m", data="d", digests={"a": digest})
    grey = np.full((40, 40, 3), 90, dtype=np.uint8)
    inked = (certificate(edition, grey)[915:] < 120).any(axis=(1, 2))
    starts, ends = np.flatnonzero(np.diff(inked.astype(int), prepend=0) == 1), np.flatnonzero(np.diff(inked.astype(int)) == -1)
    gaps = starts[1:] - ends[:-1]
    assert (gaps[0] > 25 and ends[0] - starts[0] < 60) if title == "Blue Eyes" else gaps[:2].max() > 25
    write_certificate(tmp_path / "c.pdf", edition, grey)
    with pikepdf.open(tmp_path / "c.pdf") as document:
        assert digest.encode().hex().encode() in document.pages[0].Contents.read_bytes()


@pytest.mark.parametrize(
    ("size", "options", "words"),
    [
        ((40, 40), ["--size", "20x20cm"], ["only 5 pixels an inch"]),
        ((400, 200), ["--size", "4x4cm"], ["50% of it is cut off"]),
        ((400, 400), ["--size", "4x4cm"], []),
    ],
)
def test_what_a_print_loses_is_said(
    size: tuple[int, int], options: list[str], words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.new("RGB", size, "teal").save(tmp_path / "a.png")
    assert main(["print", str(tmp_path / "a.png"), "--manner", "none", *options]) == 0
    said = capsys.readouterr().err
    assert all(word in said for word in words) and len(said.splitlines()) == len(words)


def test_a_portrait_is_soft_only_where_no_brush_paints_it_large() -> None:
    small = np.zeros((256, 256, 3), dtype=np.uint8)
    assert printing._warnings(small, Path("sitter.png"), (70.0, 70.0), painted=True) == []
    assert "only 9 pixels an inch" in printing._warnings(small, Path("sitter.png"), (70.0, 70.0), painted=False)[0]


def test_a_border_alone_takes_the_place_of_the_wrap(picture: Path, tmp_path: Path) -> None:
    sizes = ["--size", "6x4cm", "--border", "3", "--manner", "none"]
    assert main(["print", str(picture), *sizes, "--out", str(tmp_path / "out")]) == 0
    with Image.open(tmp_path / "out" / "print.tif") as tiff:
        assert tiff.size == (354 + 2 * 177, 236 + 2 * 177) and tiff.getpixel((5, 5)) == (250, 250, 250)


def test_stopping_a_print_keeps_nothing(picture: Path, tmp_path: Path) -> None:
    began, said = time.monotonic(), []

    def stop() -> bool:
        if time.monotonic() - began > 4:
            said.append(time.monotonic())
        return bool(said)

    with pytest.raises(Cancelled, match="begins anew"):
        print_picture(picture, tmp_path / "out", wish=PrintWish(size="150x150cm"), job=Job(name="print", stop=stop))
    assert time.monotonic() - said[0] < 3 and [path.name for path in tmp_path.iterdir()] == [picture.name]


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["--border", "3", "--wrap", "2"], "not both"),
        (["--size", "5x5cm", "--wrap", "20"], "at most 5 cm"),
        (["--size", "70cm"], "70x70cm"),
        (["--size", "900x900cm"], "2 to 300 cm"),
        (["--number", "3", "--of", "2"], "no edition"),
    ],
)
def test_prints_that_cannot_be_made_are_told(
    picture: Path, arguments: list[str], what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["print", str(picture), *arguments]) == 2
    assert what in capsys.readouterr().err
    assert [path.name for path in picture.parent.iterdir()] == [picture.name]


def test_a_picture_that_is_none_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "song.png").write_bytes(b"no picture at all")
    assert main(["print", str(tmp_path / "song.png")]) == 2
    assert main(["print", str(tmp_path / "nothing.png")]) == 3
    (tmp_path / "dir.png").mkdir()
    Image.new("RGB", (4, 4)).save(tmp_path / "tiny.png")
    Image.new("RGBA", (64, 64)).save(tmp_path / "clear.png")
    capsys.readouterr()
    for name, what in (("dir.png", "a folder"), ("tiny.png", "only 4 x 4"), ("clear.png", "clear all over")):
        assert main(["print", str(tmp_path / name)]) == 2
        said = capsys.readouterr().err
        assert name in said and what in said


def test_a_cover_is_checked_for_everybody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    noisy = np.random.default_rng(0).integers(0, 200, (3000, 3000, 1)).astype(np.uint8).repeat(3, axis=2)
    Image.fromarray(noisy).save(tmp_path / "good.png")
    assert main(["cover-lint", str(tmp_path / "good.png"), "--title", "Amazon Rain", "--artist", "Tidal"]) == 0
    capsys.readouterr()
    assert main(["cover-lint", str(tmp_path / "good.png"), "--title", "Rain on Spotify", "--json"]) == 2
    assert [fault["rule"] for fault in json.loads(capsys.readouterr().out)] == ["words"]
    Image.new("CMYK", (300, 200)).save(tmp_path / "bad.jpg")
    capsys.readouterr()
    assert main(["cover-lint", str(tmp_path / "bad.jpg"), "--json"]) == 2
    assert {"square", "size", "colour", "sharp"} <= {fault["rule"] for fault in json.loads(capsys.readouterr().out)}
    assert main(["cover-lint", str(tmp_path / "none.jpg")]) == 3
    assert "--until pictures" in capsys.readouterr().err


def test_a_tree_takes_no_wishes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["portrait", "--tree", str(tmp_path)]) == 2
    assert main(["portrait", "--tree", str(tmp_path), "--theme", "blue"]) == 2
    assert "--theme would change nothing" in capsys.readouterr().err
    assert main(["portrait", "-n", "1"]) == 2


def test_without_a_trained_net_there_are_no_portraits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "WEIGHTS", tmp_path / "none")
    assert main(["portrait", "-n", "2", "--out", str(tmp_path / "out")]) == 3
    assert "no trained portrait net is shipped" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs ffmpeg")
def test_a_picture_has_a_making_of_that_is_held_at_its_end(picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = picture.with_name("made.mp4")
    asked = ["film", "--kind", "making-of", "--manner", "wash", "--seconds", "10", str(picture), "--out", str(out), "--json"]
    assert main(asked) == 0
    assert json.loads(capsys.readouterr().out) == [str(out)]
    told = ["ffprobe", "-v", "error", "-show_entries", "stream=width,height,nb_frames", "-of", "csv=p=0", str(out)]
    assert subprocess.run(told, capture_output=True, text=True, check=True).stdout.strip() == "1080,1080,240"
    read = ["ffmpeg", "-v", "error", "-i", str(out), "-vf", "scale=48:48", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    data = subprocess.run(read, capture_output=True, check=True).stdout
    frames = np.frombuffer(data, np.uint8).reshape(240, 48, 48, 3).astype(int)
    assert np.abs(frames[-24] - frames[-1]).mean() < 1.5 < np.abs(frames[0] - frames[-1]).mean()


@pytest.mark.parametrize(
    ("asked", "what"),
    [(["--kind", "loop"], "has no loop"), (["--seconds", "5"], "10 to 20"), (["--manner", "photo"], "choose one of")],
)
def test_making_ofs_that_cannot_be_had_are_told(
    picture: Path, asked: list[str], what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["film", str(picture), *asked, "--out", str(picture.with_name("made.mp4"))]) == 2
    assert what in capsys.readouterr().err
    assert [path.name for path in picture.parent.iterdir()] == [picture.name]
