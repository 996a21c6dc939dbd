"""Poems and pictures in an album: written once, kept when a person changed them, repainted when the wishes change."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import albumen
from albumen.album.folder import AlbumFolder
from albumen.art.layout import Page
from albumen.pipeline import checking
from albumen.pipeline.checking import check_release
from albumen.verse.page import read_page
from albumen.work.errors import Wrong
from tests.e2e.tiny_album import contents, planned


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("words") / "album"
    planned(path)
    albumen.make(path, workers=1)
    return path


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Iterator[AlbumFolder]:
    shutil.copytree(made, tmp_path / "album")
    yield AlbumFolder(tmp_path / "album")


def test_a_persons_poem_is_kept_released_and_answered(folder: AlbumFolder) -> None:
    song = folder.read().songs[0]
    poem = folder.song_folder(song.slug) / "poem.md"
    closing = (folder.path / "poem.md").read_text()
    poem.write_text(f"# {song.title}\n\nMine from the first word\nto the last one.\n")
    mine = poem.read_bytes()
    assert albumen.status(folder.path).songs[0].stages["poems"] == "yours"
    standing = albumen.make(folder.path, workers=1)
    assert poem.read_bytes() == mine and standing.is_done
    assert "Mine from the first word\nto the last one." in (folder.release / f"poems/01 {song.title}.txt").read_text()
    answer = (folder.path / "poem.md").read_text()
    assert answer != closing and "Mine from the first word" in answer


def test_a_poem_that_was_taken_away_is_written_again(folder: AlbumFolder) -> None:
    before = contents(folder.path)
    (folder.song_folder(folder.read().songs[1].slug) / "poem.md").unlink()
    albumen.make(folder.path, workers=1)
    assert contents(folder.path) == before


def test_every_poem_is_a_page_with_its_form(folder: AlbumFolder) -> None:
    for song in folder.read().songs:
        page = read_page((folder.song_folder(song.slug) / "poem.md").read_text())
        assert page.title == song.title and page.form and page.lines


def test_the_pictures_have_their_sizes(folder: AlbumFolder) -> None:
    with Image.open(folder.release / "cover.jpg") as cover:
        assert cover.size == (3000, 3000) and cover.format == "JPEG"
    assert (folder.release / "cover.jpg").stat().st_size < 4_000_000
    with Image.open(folder.release / "cover.png") as cover:
        assert cover.size == (3000, 3000)
    assert (folder.path / "art" / "contact-sheet.jpg").is_file()
    page = (folder.path / "art" / "cover.toml").read_text()
    assert "Why it looks as it does" in page and "# engine = " in page


def test_wishes_on_the_page_repaint_the_family_and_stay(folder: AlbumFolder) -> None:
    page = folder.path / "art" / "cover.toml"
    page.write_text('format = 1\n[colours]\nground = "#123456"\n')
    before = contents(folder.path)
    assert albumen.status(folder.path).stages["pictures"] == "to do"
    albumen.make(folder.path, workers=1)
    assert "because ground #123456: yours, from cover.toml" in albumen.explain(folder.path, "cover")[0].in_words()
    after = contents(folder.path)
    assert after["art/cover.toml"] == before["art/cover.toml"]
    repainted = {name for name in before if name.startswith("release/") and after[name] != before[name]}
    assert {"release/cover.jpg", "release/cover.png", "release/promo/link-card.jpg"} <= repainted
    assert not any(name.startswith(("release/poems", "release/scores")) for name in repainted)
    with Image.open(folder.release / "cover.png") as cover:
        assert cover.getpixel((10, 10)) == (0x12, 0x34, 0x56)


@pytest.mark.parametrize(
    ("page", "what"),
    [('engine = "crayon"\n', "crayon"), ('font = "Arial"\n', "font"), ("choice = 'a'\n", "choice")],
)
def test_wishes_nobody_can_fulfil_are_named(folder: AlbumFolder, page: str, what: str) -> None:
    (folder.path / "art" / "cover.toml").write_text(f"format = 1\n{page}")
    with pytest.raises(Wrong, match=what):
        albumen.make(folder.path, workers=1)


def test_the_check_of_a_release_finds_what_a_store_would(folder: AlbumFolder) -> None:
    kinds = {finding.sentence: finding.kind for finding in check_release(folder)}
    assert "fault" not in kinds.values() and any("year is not stated" in sentence for sentence in kinds)
    Image.new("RGB", (300, 200)).save(folder.release / "cover.jpg")
    faults = [finding.sentence for finding in check_release(folder) if finding.kind == "fault"]
    assert any("missing or changed" in fault for fault in faults) and any("square" in fault for fault in faults)


def test_films_have_their_size_and_the_song_its_sound(folder: AlbumFolder, tmp_path: Path) -> None:
    album = folder.read()
    loop, video = albumen.film(folder.path, tmp_path / "films", songs=[album.songs[1].slug], seconds=3)
    assert {path.name for path in (loop, video)} == {f"02 {album.songs[1].title} {kind}.mp4" for kind in ("loop", "visualiser")}
    of_loop, of_video = _streams(loop), _streams(video)
    assert (of_loop["video"]["width"], of_loop["video"]["height"]) == (1080, 1920) and "audio" not in of_loop
    assert float(of_loop["video"]["duration"]) == pytest.approx(3.0, abs=0.05)
    assert (of_video["video"]["width"], of_video["video"]["height"]) == (1280, 720)
    single = next(folder.release.rglob(f"*{album.songs[1].title}*.flac"))
    assert float(of_video["audio"]["duration"]) == pytest.approx(float(_streams(single)["audio"]["duration"]), abs=1.5)


def test_films_need_a_finished_album_and_a_kind_that_exists(folder: AlbumFolder, tmp_path: Path) -> None:
    with pytest.raises(Wrong, match="no film called 'opera'"):
        albumen.film(folder.path, tmp_path, kinds=["opera"])
    unfinished = planned(tmp_path / "new")
    with pytest.raises(Wrong, match="not finished"):
        albumen.film(unfinished.path, tmp_path / "films")
    assert not (tmp_path / "films").exists()


def _streams(path: Path) -> dict[str, dict[str, Any]]:
    command = ["ffprobe", "-v", "error", "-show_streams", "-of", "json", str(path)]
    found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)["streams"]
    return {stream["codec_type"]: stream for stream in found if not stream["disposition"]["attached_pic"]}


def test_the_check_sees_layout_song_covers_and_promo(folder: AlbumFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    pale = Page(
        pixels=np.zeros((1000, 1000, 3), np.uint8), template="", title_box=(2, 400, 600, 500), artist_box=(300, 600, 500, 620),
        cap_share=0.1, contrast=2.0, free=1.0, on_subject=0.0, score=1.0, ink=(0, 0, 0),
    )  # fmt: skip
    monkeypatch.setattr(checking, "cover_layout", lambda folder, album: pale)
    Image.new("RGB", (300, 300), "teal").save(next((folder.release / "covers").glob("01*.jpg")))
    Image.new("CMYK", (300, 300)).save(folder.release / "promo" / "link-card.jpg")
    faults = [finding.sentence for finding in check_release(folder) if finding.kind == "fault"]
    for what in ("contrast of 2.0", "title comes within 2 pixels", "covers/01", "promo/link-card.jpg: The cover's colours"):
        assert any(what in fault for fault in faults), what
