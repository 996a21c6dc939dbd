"""Whose words a poem is made of: pages changed at the desk, in a text editor, or both, with and without what was first made."""

from __future__ import annotations

from pathlib import Path

import pytest

from albumen.verse.authorship import Authorship, authorship_of
from albumen.verse.desk import rewrite
from albumen.verse.desk_file import new_desk, open_desk, save_desk
from albumen.verse.desk_words import carry_out
from albumen.verse.finished import Poem
from albumen.verse.page import PoemPage, read_page

MADE = PoemPage(title="Sea", stanzas=(("The boats are in the harbour now", "And all the lamps are lit again"),))


def hands(path: Path, made: PoemPage | None = None) -> Authorship:
    return authorship_of(read_page(path.read_text()), path, made)


@pytest.fixture
def page(tmp_path: Path, triolet: Poem) -> Path:
    path = tmp_path / "poem.md"
    new_desk(path, triolet)
    return path


def edited(path: Path, *edits: str) -> None:
    desk = open_desk(path)
    for text in edits:
        desk, _ = carry_out(desk, text)
    save_desk(desk)


def test_a_page_of_nobody_known_is_a_persons(tmp_path: Path) -> None:
    path = tmp_path / "poem.md"
    path.write_text(MADE.markdown())
    told = hands(path)
    assert (told.own_lines, told.own_words, told.is_shared, told.in_words()) == (2, 14, False, "")


def test_a_word_changed_is_a_word_and_a_line_changed_a_line(tmp_path: Path) -> None:
    path = tmp_path / "poem.md"
    path.write_text("The boats are in the shallows now\nNobody came to look for us\n")
    told = hands(path, MADE)
    assert (told.lines, told.words, told.own_lines, told.own_words) == (2, 13, 1, 7) and told.from_page
    assert told.in_words() == "1 of 2 lines and 7 of 13 words by a person"


def test_lines_moved_or_taken_away_are_still_the_machines(tmp_path: Path) -> None:
    path = tmp_path / "poem.md"
    path.write_text("And all the lamps are lit again\n")
    assert (hands(path, MADE).own_words, hands(path, MADE).is_shared) == (0, False)


def test_edits_at_the_desk_are_counted_and_steps_back_and_locks_are_not(page: Path, triolet: Poem) -> None:
    edited(page, "set 3 My mother kept a yellow coat", "lock 4", "set 5 Another line of mine alone", "undo")
    told = hands(page)
    assert (told.lines, told.own_lines, told.own_words, told.edits, told.asked) == (8, 1, 6, 2, 0)
    assert told.in_words() == f"1 of 8 lines and 6 of {told.words} words by a person, 2 edits by people"
    edited(page, "free 3", "line 3")
    assert (hands(page).own_words, hands(page).asked, hands(page).from_desk) == (0, 1, True)
    made = PoemPage(title="", stanzas=(triolet.lines,))
    assert hands(page, made).from_desk and hands(page, made).from_page


def test_what_was_changed_in_an_editor_is_a_persons_before_and_after_the_desk_knows(page: Path, triolet: Poem) -> None:
    page.write_text(page.read_text().replace(triolet.lines[2], "My mother kept a yellow coat"))
    before = hands(page)
    assert (before.own_lines, before.own_words, before.edits) == (1, 6, 0)
    edited(page, "lock 1")
    assert (hands(page).own_lines, hands(page).own_words, hands(page).edits) == (1, 6, 1)


def test_the_poets_lines_stay_the_poets_without_a_desk(page: Path, triolet: Poem) -> None:
    edited(page, "set 3 My mother kept a yellow coat")
    (page.parent / "poem.desk.json").unlink()
    made = PoemPage(title="", stanzas=(triolet.lines,))
    assert (hands(page, made).own_lines, hands(page, made).own_words) == (1, 6)
    # Without the first page only the line that was replaced is known as the poet's: all that stands counts as a person's.
    assert hands(page).own_lines == 8


def test_a_change_that_was_cut_off_is_read_from_the_desk(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = open_desk(page)
    changed, edit = rewrite(desk.poem, [2], desk.seed)

    def stop(*given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("albumen.verse.desk_file._log", stop)
    with pytest.raises(KeyboardInterrupt):
        save_desk(desk.with_edit(changed, edit))
    assert (hands(page).own_words, hands(page).asked) == (0, 1)
