"""The poet's desk: what is asked for changes, what is locked stays, and hands are told apart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from albumen.album.edits_file import append_edit, read_edits
from albumen.models.verse.text import words_of
from albumen.verse.closing import write_closing
from albumen.verse.desk import (
    VerseEdit,
    alternates,
    judge,
    lock,
    redo,
    rewrite,
    rewrite_all,
    rewrite_stanza,
    set_line,
    take_alternate,
    undo,
)
from albumen.verse.finished import Poem
from albumen.verse.likeness import alike
from albumen.verse.marks import mark_text
from albumen.verse.poem import write_poem
from albumen.verse.poet import Poet
from albumen.verse.theme import PoemBrief
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

FORMS = ("haiku", "limerick", "ghazal", "triolet")
EDITS: dict[str, Callable[[Poem, Poet], tuple[Poem, VerseEdit]]] = {
    "line": lambda poem, poet: rewrite(poem, [1], Seed(5), poet=poet),
    "stanza": lambda poem, poet: rewrite_stanza(lock(poem, [0])[0], 0, Seed(5), poet=poet),
    "all": lambda poem, poet: rewrite_all(poem, Seed(5), poet=poet),
    "alternate": lambda poem, poet: take_alternate(poem, 2, "Another hand has written this"),
    "set": lambda poem, poet: set_line(poem, 0, "my own words about the sea"),
    "lock": lambda poem, poet: lock(poem, [0, 2]),
    "free": lambda poem, poet: lock(set_line(poem, 1, "my own words about the sea")[0], [0, 1], locked=False),
}


@pytest.fixture(scope="module")
def poems(poet: Poet) -> dict[str, Poem]:
    return {form: write_poem(PoemBrief(title="Old Harbour", form=form), Seed(2), poet=poet) for form in FORMS}


@pytest.mark.parametrize("form", FORMS)
def test_every_edit_is_taken_back_whole(form: str, poems: dict[str, Poem], poet: Poet, tmp_path: Path) -> None:
    for name, edit_it in EDITS.items():
        before = poems[form]
        if name == "stanza":
            before = lock(before, [0])[0]
        if name == "free":
            before = set_line(before, 1, "my own words about the sea")[0]
        changed, edit = edit_it(poems[form], poet)
        assert changed != before, name
        assert undo(changed, edit) == before and redo(before, edit) == changed, name
        append_edit(tmp_path / "log", edit.logged(datetime.now(UTC)))
        assert VerseEdit.of(read_edits(tmp_path / "log")[-1]) == edit
        assert edit.who == ("poet" if name in ("line", "stanza", "all") else "person")


def test_an_edit_is_not_taken_back_from_a_poem_that_went_on(poems: dict[str, Poem]) -> None:
    changed, edit = set_line(poems["haiku"], 0, "one line of mine")
    with pytest.raises(Wrong, match="does not stand any more"):
        undo(set_line(changed, 0, "another line of mine")[0], edit)


@pytest.mark.parametrize("form", FORMS)
def test_all_anew_is_another_poem_around_what_is_locked(form: str, poems: dict[str, Poem], poet: Poet) -> None:
    poem = lock(poems[form], [1])[0]
    changed, _ = rewrite_all(poem, Seed(9), poet=poet)
    kept = {place for place, line in enumerate(poem.lines) if line == changed.lines[place]}
    refrains = [slot.refrain or str(place) for place, slot in enumerate(poem.form.slots)]
    assert kept == {place for place, name in enumerate(refrains) if name == refrains[1]}
    assert judge(changed, poet=poet).passes
    for place in set(range(len(poem.lines))) - kept:
        assert not alike(poem.lines[place], changed.lines[place], poet.table)
    with pytest.raises(Wrong, match="all of the poem is locked"):
        rewrite_all(lock(poem, range(len(poem.lines)))[0], Seed(9), poet=poet)


@pytest.mark.parametrize(
    ("first", "second", "are"),
    [
        ("The boats lie in the harbour still", "The boat lies at the harbour hill", True),
        ("The boats lie in the harbour still", "The mountains gleam above the hill", False),
        ("With her and him and you and me", "With her and him and you and me!", True),
        ("With her and him and you and me", "With us and them and you and me", False),
    ],
)
def test_a_line_with_a_word_changed_is_the_same_line(first: str, second: str, are: bool, poet: Poet) -> None:
    assert alike(first, second, poet.table) is are


def test_alternates_keep_the_form_differ_and_are_three(poems: dict[str, Poem], poet: Poet) -> None:
    asked = three = 0
    for form in FORMS:
        poem = poems[form]
        assert judge(poem, poet=poet).passes
        for place in range(0, len(poem.lines), 3):
            found = alternates(poem, place, Seed(3), poet=poet)
            asked, three = asked + 1, three + (len(found) == 3)
            for line in found:
                assert judge(take_alternate(poem, place, line)[0], poet=poet).passes, (form, place, line)
            lines = [*found, poem.lines[place]]
            assert not any(alike(one, other, poet.table) for one in found for other in lines if one is not other)
    assert three >= 0.9 * asked


def test_alternates_are_the_same_for_the_same_seed(triolet: Poem, poet: Poet) -> None:
    found = alternates(triolet, 2, Seed(3), poet=poet)
    assert found == alternates(triolet, 2, Seed(3), poet=poet) != alternates(triolet, 2, Seed(4), poet=poet)


def test_a_line_that_the_poet_wrote_anew_is_no_persons(triolet: Poem, poet: Poet) -> None:
    mine, _ = set_line(triolet, 4, "The ferry waits upon the tide")
    freed, _ = lock(mine, [4], locked=False)
    assert 4 in freed.human
    anew, _ = rewrite(freed, [4], Seed(1), poet=poet)
    assert 4 not in anew.human and anew.lines[4] != mine.lines[4] and judge(anew, poet=poet).passes


def test_a_closing_line_anew_goes_on_answering_its_song(poems: dict[str, Poem], poet: Poet) -> None:
    songs = [poems["limerick"], poems["triolet"], poems["ghazal"]]
    closing = write_closing(songs, PoemBrief(title="Old Harbour", theme="boats"), Seed(1), poet=poet)
    changed, _ = rewrite_all(closing.poem, Seed(4), poet=poet)
    assert not set(changed.lines) & set(closing.poem.lines)
    for old, new, answer in zip(closing.poem.lines, changed.lines, closing.answers, strict=True):
        assert answer is None or poet.lexicon.rhyme(words_of(old)[-1], words_of(new)[-1]) == "perfect"


def test_one_line_anew_leaves_the_others_and_keeps_the_form(triolet: Poem, poet: Poet) -> None:
    changed, edit = rewrite(triolet, [2], Seed(5), poet=poet)
    assert [place for place in range(8) if changed.lines[place] != triolet.lines[place]] == [2]
    assert judge(changed, poet=poet).passes
    assert edit.who == "poet" and undo(changed, edit) == triolet


def test_a_refrain_changes_everywhere(triolet: Poem, poet: Poet) -> None:
    changed, _ = rewrite(triolet, [1], Seed(5), poet=poet)
    assert changed.lines[1] == changed.lines[7] != triolet.lines[1] and judge(changed, poet=poet).passes


def test_locked_lines_are_never_rewritten(triolet: Poem, poet: Poet) -> None:
    kept, _ = lock(triolet, [0, 1, 2, 3, 4, 6, 7])
    with pytest.raises(Wrong, match="line 3 is locked"):
        rewrite(kept, [2], Seed(5), poet=poet)
    with pytest.raises(Wrong, match="line 7 is locked"):
        rewrite(lock(triolet, [6])[0], [0], Seed(5), poet=poet)
    changed, _ = rewrite_stanza(kept, 0, Seed(5), poet=poet)
    assert [place for place in range(8) if changed.lines[place] != triolet.lines[place]] == [5]
    with pytest.raises(Wrong, match="all of stanza 1"):
        rewrite_stanza(lock(kept, [5])[0], 0, Seed(5), poet=poet)


def test_a_persons_words_are_kept_locked_and_credited(triolet: Poem, poet: Poet) -> None:
    changed, edit = set_line(triolet, 4, "  A line  entirely of my own making ")
    assert changed.lines[4] == "A line entirely of my own making" and 4 in changed.locked and 4 in changed.human
    assert edit.who == "person" and [(stand.place, stand.text) for stand in edit.before] == [(4, triolet.lines[4])]
    assert not judge(changed, poet=poet).passes
    again, _ = rewrite(changed, [2], Seed(1), poet=poet)
    assert again.lines[4] == changed.lines[4] and 4 in again.human


@pytest.mark.parametrize(
    ("place", "text", "what"),
    [(99, "sea", "no line 100"), (-1, "sea", "no line 0"), (0, "海", "needs words"), (0, "a" * 400, "300 signs")],
)
def test_wrong_edits_are_explained(place: int, text: str, what: str, triolet: Poem) -> None:
    with pytest.raises(Wrong, match=what):
        set_line(triolet, place, text)


def test_a_missing_stanza_is_explained(triolet: Poem, poet: Poet) -> None:
    with pytest.raises(Wrong, match="no stanza 5"):
        rewrite_stanza(triolet, 4, Seed(1), poet=poet)


def test_any_text_gets_marks(poet: Poet) -> None:
    first = "The boats come in along the bay,\nThe lamps are lit upon the hill,\nThe gulls have called the end of day,"
    text = f"{first}\n\nAnd Zanzibora is still."
    marks = mark_text(text, poet.lexicon)
    assert [mark.rhyme for mark in marks] == ["a", "b", "a", "b"]
    assert [mark.metre for mark in marks[:3]] == ["iambic 4"] * 3
    assert marks[0].syllables == 8 and marks[0].beats.split()[-1] == "DUM" and len(marks[0].beats.split()) == 8
    assert marks[3].unsure == ("zanzibora",) and marks[3].stanza == 1


@pytest.mark.parametrize("text", ["", "🎵🎵", "海 月", "12345 !!", "-- -- --"])
def test_marks_survive_any_text(text: str, poet: Poet) -> None:
    for mark in mark_text(text, poet.lexicon):
        assert mark.syllables == 0 and mark.metre == "" and mark.rhyme == ""


def test_overlong_texts_are_explained(poet: Poet) -> None:
    with pytest.raises(Wrong, match="20000 signs"):
        mark_text("sea " * 6000, poet.lexicon)


def test_words_of_lines_are_plain(triolet: Poem) -> None:
    assert all(word == word.lower() for line in triolet.lines for word in words_of(line))
