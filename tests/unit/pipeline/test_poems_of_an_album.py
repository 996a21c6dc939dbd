"""Poems of an album that people worked on: what the credits and `explain` say of them, and what the desk knows of their song."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import albumen
from albumen.album.credit import Credit
from albumen.album.folder import AlbumFolder
from albumen.pipeline.provenance import album_makers, song_makers
from albumen.pipeline.songs import song_plan
from albumen.score.key import Key
from albumen.verse.page import read_page
from albumen.work.errors import Wrong

OWN = "My mother kept a yellow coat"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("made") / "album"
    albumen.new(home, title="Harbour", theme="boats", songs=2, composer="echo", sound="echo")
    albumen.make(home, until="poems")
    return home


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> AlbumFolder:
    return AlbumFolder(Path(shutil.copytree(made, tmp_path / "album")))


def page_of(folder: AlbumFolder) -> Path:
    return folder.song_folder(folder.read().songs[0].slug) / "poem.md"


def credit(folder: AlbumFolder) -> Credit:
    return next(one for one in song_makers(folder, folder.read().songs[0]) if one.role == "poem")


def told(folder: AlbumFolder) -> str:
    return next(one for one in albumen.explain(folder.path, folder.read().songs[0].slug) if one.step.stage == "poems").in_words()


def test_a_poem_is_explained_by_its_path_as_by_its_name_with_the_images_planned(
    folder: AlbumFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    slug = folder.read().songs[0].slug
    (poem,) = albumen.explain(folder.path, f"poems/{slug}")
    inside = f"songs/{slug}/poem.md"
    assert albumen.explain(folder.path, inside) == (poem,) == albumen.explain(folder.path, str(page_of(folder)))
    assert albumen.explain(page_of(folder)) == (poem,)
    assert albumen.explain(folder.path / "songs" / slug) == albumen.explain(folder.path, slug)
    assert [one.step.name for one in albumen.explain(folder.path / "poem.md")] == ["poems"]
    assert "found images.stanza 1 = [" in poem.in_words()
    with pytest.raises(Wrong, match="nothing called"):
        albumen.explain(folder.path, "songs/nowhere/poem.md")


def test_lines_of_ones_own_are_credited_with_the_edits(folder: AlbumFolder) -> None:
    path = page_of(folder)
    count = len(read_page(path.read_text()).lines)
    assert credit(folder).name == "Albumen's verse model" and "person" not in credit(folder).note + told(folder)
    lines = albumen.edit_poem(path, f"set 2 {OWN}").poem.human
    words = sum(len(line.split()) for line in read_page(path.read_text()).lines)
    said = f"{len(lines)} of {count} lines and {6 * len(lines)} of {words} words by a person, 1 edit by people"
    assert credit(folder).name == "Albumen's verse model and a person" and credit(folder).note.endswith(f", {said}")
    assert said in told(folder) and "1 edit in the ledger" in told(folder)
    assert "0 edits" not in told(folder) and "edits by people" not in str(song_makers(folder, folder.read().songs[1]))


def test_a_poem_changed_in_an_editor_needs_no_desk_to_be_credited(folder: AlbumFolder) -> None:
    path = page_of(folder)
    line = read_page(path.read_text()).lines[1]
    path.write_text(path.read_text().replace(line, OWN))
    assert credit(folder).name == "Albumen's verse model and a person"
    assert " lines and 6 of " in credit(folder).note or " lines and 12 of " in credit(folder).note
    shutil.rmtree(folder.cache)
    assert credit(folder).name == "a person" and "by Albumen's verse model" in credit(folder).note


def test_all_lines_of_ones_own_are_a_persons(folder: AlbumFolder) -> None:
    path = page_of(folder)
    path.write_text(f"# Coat\n\n{OWN}\nNobody asked her why she did\n")
    assert credit(folder).name == "a person"


def test_a_whole_poem_by_the_poet_on_the_desk_is_the_poets(folder: AlbumFolder) -> None:
    albumen.edit_poem(page_of(folder), "line 1")
    assert credit(folder).name == "Albumen's verse model" and "1 passage written anew when asked" in credit(folder).note


def test_a_page_of_an_album_is_about_its_song(folder: AlbumFolder) -> None:
    song = folder.read().songs[0]
    plan = song_plan(folder, song)
    brief = albumen.edit_poem(page_of(folder), "lock 1").poem.brief
    assert "boats" in brief.theme and brief.genre == f"{plan.style} {plan.genre}" and brief.energy
    assert brief.key == ("minor" if Key.parse(plan.key).is_minor else "major") and brief.tempo_bpm == plan.tempo_bpm
    closing = albumen.edit_poem(folder.path / "poem.md", "lock 1").poem.brief
    assert (closing.title, closing.theme, closing.form) == ("Harbour", "boats", "closing")


def test_a_page_whose_song_is_not_planned_or_that_is_in_no_album_is_about_its_title(folder: AlbumFolder, tmp_path: Path) -> None:
    path = page_of(folder)
    folder.plan(path.parent.name).unlink()
    brief = albumen.edit_poem(path, "lock 1").poem.brief
    assert (brief.theme, brief.genre, brief.tempo_bpm) == ("", "", None) and brief.title == read_page(path.read_text()).title
    alone = tmp_path / "poem.md"
    alone.write_text(path.read_text())
    assert albumen.edit_poem(alone, "lock 1").poem.brief == brief


def test_the_closing_poem_is_credited_in_the_same_way(folder: AlbumFolder) -> None:
    albumen.edit_poem(folder.path / "poem.md", f"set 1 {OWN}")
    closing = next(one for one in album_makers(folder, folder.read()) if one.role == "closing poem")
    assert closing.name == "Albumen's verse model and a person" and closing.note.startswith("1 of 2 lines and 6 of ")
