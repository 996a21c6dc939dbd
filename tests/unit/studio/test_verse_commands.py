"""`albumen poem` and `albumen verse` from the command line: the main ways, and what is said to bad input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import albumen
from albumen.album.edits_file import read_edits
from albumen.album.folder import AlbumFolder
from albumen.pipeline.poems import poem_step
from albumen.pipeline.provenance import song_makers
from albumen.studio.cli.main import main
from albumen.studio.cli.poem import command as poem_command
from albumen.verse.desk_file import log_path
from albumen.verse.forms import form_ids
from albumen.verse.page import read_page

HAIKU = "# Night\n\nThe moon is rising\nover the old harbour wall\nand the boats are still\n\n*Haiku*\n"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "night.md"
    path.write_text(HAIKU)
    return path


def told(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, object]:
    assert main([*map(str, arguments), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert isinstance(answer, dict)
    return answer


def test_a_poem_of_your_wishes_goes_to_the_desk_and_is_never_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "poem.md"
    wish = ["poem", "Ferry", "--form", "haiku", "--first-line", "The  ferry leaves now,", "--seed", "4", "--out", str(path)]
    answer = told(capsys, *wish, "--mood", "0.9", "--rhyme", "slant", "--concreteness", "1", "--alliteration", "1")
    assert answer["form_id"] == "haiku" and answer["seed"] == 4 and answer["file"] == str(path)
    assert answer["lines"] == list(read_page(path.read_text()).lines) and answer["lines"][0] == "The ferry leaves now,"  # type: ignore[index]
    shown = told(capsys, "verse", path, "lock 3")
    assert [line["human"] for line in shown["lines"]] == [True, False, False]  # type: ignore[attr-defined]
    assert main(wish) == 2
    assert "there already" in capsys.readouterr().err


def test_line_breaks_in_ones_own_words_are_refused(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["poem", "Ferry", "--form", "haiku", "--first-line", "The ferry\nleaves now"]) == 2
    assert "line break" in capsys.readouterr().err
    assert main(["verse", str(page), "set 1 The ferry\nleaves now"]) == 2
    assert "line 1 hold a line break" in capsys.readouterr().err and page.read_text() == HAIKU


def test_the_planned_images_are_told_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "poem.md"
    images = told(capsys, "poem", "Ferry", "--form", "haiku", "--out", path)["images"]
    assert images[0][0] == "ferry" and len(images) == 1  # type: ignore[index, arg-type]
    assert told(capsys, "verse", path, "lock 1")["images"] == images
    assert told(capsys, "verse", path, "free all", "again")["images"] != images
    assert "images" not in told(capsys, "verse", path, "undo"), "nobody knows any more what was planned for those lines"


def test_verse_is_measured_without_anybodys_poems(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("albumen.verse.evaluate_poems.form_ids", lambda: ("haiku", "limerick"))
    answer = told(capsys, "eval", "verse")
    assert answer["poems"] == 2 and answer["lines"] == 8 and answer["poems_without_fault_percent"] == 100.0
    assert answer["same_lines_shuffled_that_scan_percent"] < 100  # type: ignore[operator]
    assert 2 < answer["l2r_ngram_nats_a_word_of_these_poems"] < 12  # type: ignore[operator]
    assert "--data" in answer["left_out"]["copies"]  # type: ignore[index]
    assert main(["eval", "music"]) == 2 and "--data" in capsys.readouterr().err


def test_other_sliders_write_another_poem() -> None:
    plain, dark, bare = (albumen.poem("Sea", form="haiku", **told) for told in ({}, {"mood": 0.0}, {"concreteness": 0.0}))
    assert len({plain.lines, dark.lines, bare.lines}) == 3 and dark.brief.mood == 0.0


def test_the_help_names_every_form() -> None:
    shown = "".join(CliRunner().invoke(poem_command, ["--help"]).output.split())
    assert all(name in shown for name in form_ids())


def test_a_line_its_alternates_and_the_way_back(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, "verse", page, "free 2-3", "alternates 2")["done"][1]  # type: ignore[index]
    assert found["line"] == 2 and len(found["alternates"]) == 3
    told(capsys, "verse", page, "take 2 3", "set 3 and the gulls are not")
    assert read_page(page.read_text()).lines[1:] == (found["alternates"][2], "and the gulls are not")
    assert main(["verse", str(page), "undo", "undo"]) == 0
    assert read_page(page.read_text()).lines == read_page(HAIKU).lines
    assert main(["verse", str(page), "line 2"]) == 0
    assert read_page(page.read_text()).lines[1] != read_page(HAIKU).lines[1]
    assert [line.who for line in read_edits(log_path(page))] == ["person"] * 5 + ["poet"]


def test_again_twice_is_twice_another_poem_and_keeps_what_is_locked(page: Path) -> None:
    poems = {read_page(page.read_text()).lines}
    assert main(["verse", str(page), "free 1-2", "again"]) == 0
    poems.add(read_page(page.read_text()).lines)
    assert main(["verse", str(page), "again"]) == 0
    poems.add(read_page(page.read_text()).lines)
    assert len(poems) == 3 and {lines[2] for lines in poems} == {"and the boats are still"}


def test_all_edits_or_none(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verse", str(page), "set 1 My own words", "line 2"]) == 2
    assert "line 2 is locked; free it first" in capsys.readouterr().err
    assert page.read_text() == HAIKU and not log_path(page).exists()


def test_marks_of_any_text_need_no_form_and_leave_no_trace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "mine.txt"
    page.write_text("The boats come in along the bay,\nThe gulls have called the end of day,\n\nZanzibora")
    assert main(["verse", str(page), "marks"]) == 0
    beats, line, *_, unsure = capsys.readouterr().out.splitlines()
    assert line.startswith("a  iambic 4") and "zanzibora" in unsure
    text = line.index("The boats")
    assert len(beats[text:].split()) == 8 and beats[text + line[text:].index("oats")] == "/"
    marks = told(capsys, "verse", page, "marks")["marks"]
    assert [mark["rhyme"] for mark in marks] == ["a", "a", "b"] and marks[2]["stanza"] == 2  # type: ignore[attr-defined]
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_marks_tell_what_a_text_editor_did_to_the_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "triolet.md"
    told(capsys, "poem", "Harbour lights", "--form", "triolet", "--out", page)
    assert told(capsys, "verse", page, "marks")["faults"] == []
    lines = read_page(page.read_text()).lines
    page.write_text(page.read_text()[::-1].replace(lines[6][::-1], "The dog is asleep in the town,"[::-1], 1)[::-1])
    (first, *_) = faults = told(capsys, "verse", page, "marks")["faults"]  # type: ignore[misc]
    assert any("Line 7 is out of step with the triolet: differs from the refrain" in fault for fault in faults)
    assert main(["verse", str(page), "marks"]) == 0 and first in capsys.readouterr().out
    page.write_text(page.read_text().replace(f"{lines[0]}  \n", "", 1))
    assert "7 lines" in told(capsys, "verse", page, "marks")["faults"][0]  # type: ignore[index]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["verse", "none.md", "again"], "there is no such page"),
        (["verse", "none.md", "marks"], "there is no such page"),
        (["verse", "night.md", "sing"], "'sing' is no edit of a poem; say one like: again"),
        (["verse", "night.md"], "Missing argument 'EDIT...'"),
        (["verse", "night.md", "line 4"], "the poem has no line 4; it has 3"),
        (["verse", "night.md", "stanza 2"], "no stanza 2"),
        (["verse", "night.md", "take 1 1"], "ask for them: alternates 1"),
        (["verse", "night.md", "undo"], "there is nothing to undo"),
        (["verse", "night.md", "again"], "all of the poem is locked"),
        (["verse", "night.md", "set 1 海"], "needs words"),
        (["verse", "night.md", "again", "--form", "epic"], "there is no form called 'epic'"),
        (["verse", "night.md", "again", "--form", "tanka"], "the page has 3 lines, which Tanka has not"),
        (["verse", "empty.md", "again"], "there is no poem on this page"),
        (["verse", "bytes.md", "marks"], "name a text in UTF-8"),
        (["verse", ".", "marks"], "cannot be read"),
        (["poem"], "a poem needs a theme"),
        (["poem", "Sea", "--form", "epic"], "choose one of acrostic"),
        (["poem", "Sea", "--mood", "2"], "2.0 is not in the range"),
        (["poem", "Sea", "--rhyme", "loose"], "'loose' is not one of"),
        (["poem", "Sea", "--server", "http://localhost:1/v1"], "give --server and --server-model"),
        (["poem", "Sea", "--server", "localhost", "--server-model", "m"], "no address of a language-model server"),
        (["poem", "Sea", "--out", "sea.txt", "--form", "haiku"], "ends in .md"),
        (["poem", "Sea", "--out", "night.md"], "there already"),
    ],
)
def test_bad_input_is_one_sentence_and_two(
    arguments: list[str], sentence: str, page: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(page.parent)
    Path("empty.md").write_text("# Nothing\n")
    Path("bytes.md").write_bytes(b"\xff\xfe\x00")
    assert main(arguments) == 2
    said = capsys.readouterr().err.strip()
    assert sentence in said and said.startswith("albumen: ") and "\n" not in said
    assert page.read_text() == HAIKU


def test_a_server_that_is_not_there_is_three(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["poem", "Sea", "--form", "haiku", "--server", "http://127.0.0.1:9/v1", "--server-model", "m"]) == 3
    assert "no language-model server answers" in capsys.readouterr().err


def test_a_poem_of_an_album_is_yours_once_it_was_on_the_desk(tmp_path: Path) -> None:
    album = albumen.new(tmp_path / "album", title="Harbour", theme="boats", songs=1, composer="echo", sound="echo")
    albumen.make(album.path, until="poems")
    folder = AlbumFolder(album.path)
    song = folder.read().songs[0]
    path = folder.song_folder(song.slug) / "poem.md"
    written = path.read_text()
    assert albumen.edit_poem(path, "lock 1").poem.human == frozenset()
    assert poem_step(folder, folder.read(), song).state == "done"
    edited = albumen.edit_poem(path, "set 2 My own words about the sea", "line 3")
    assert edited.poem.human >= {1} and edited.poem.lines[2] not in written
    assert poem_step(folder, folder.read(), song).state == "yours"
    assert {credit.role: credit.name for credit in song_makers(folder, song)}["poem"] == "Albumen's verse model and a person"
    albumen.make(album.path, until="poems")
    assert read_page(path.read_text()).lines == edited.poem.lines
    albumen.edit_poem(path, "undo", "undo")
    assert path.read_text() == written and poem_step(folder, folder.read(), song).state == "done"
