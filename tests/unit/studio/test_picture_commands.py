"""`print` and `portrait`: files at true size, wrong sizes told, and no stand-in where no net is trained."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from albumen.models.portraits import run
from albumen.studio.cli.main import main


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


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
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
