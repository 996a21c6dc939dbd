"""The poet's desk: what is asked for changes, what is locked stays, and hands are told apart."""

from __future__ import annotations

import pytest

from albumen.models.verse.text import words_of
from albumen.verse.desk import judge, lock, rewrite, rewrite_stanza, set_line, take_alternate, undo
from albumen.verse.finished import Poem
from albumen.verse.marks import mark_text
from albumen.verse.poet import Poet
from albumen.work.errors import Wrong
from albumen.work.seed import Seed


def test_one_line_anew_leaves_the_others_and_keeps_the_form(triolet: Poem, poet: Poet) -> None:
    changed, edit = rewrite(triolet, [2], Seed(5), poet=poet)
    assert [place for place in range(8) if changed.lines[place] != triolet.lines[place]] == [2]
    assert judge(changed, poet=poet).passes
    assert edit.who == "poet" and undo(changed, edit).lines == triolet.lines


def test_a_refrain_changes_everywhere(triolet: Poem, poet: Poet) -> None:
    changed, _ = rewrite(triolet, [1], Seed(5), poet=poet)
    assert changed.lines[1] == changed.lines[7] != triolet.lines[1] and judge(changed, poet=poet).passes


def test_locked_lines_are_never_rewritten(triolet: Poem, poet: Poet) -> None:
    kept = lock(triolet, [0, 1, 2, 3, 4, 6, 7])
    with pytest.raises(Wrong, match="line 3 is locked"):
        rewrite(kept, [2], Seed(5), poet=poet)
    with pytest.raises(Wrong, match="line 7 is locked"):
        rewrite(lock(triolet, [6]), [0], Seed(5), poet=poet)
    changed, _ = rewrite_stanza(kept, 0, Seed(5), poet=poet)
    assert [place for place in range(8) if changed.lines[place] != triolet.lines[place]] == [5]
    with pytest.raises(Wrong, match="all of stanza 1"):
        rewrite_stanza(lock(kept, [5]), 0, Seed(5), poet=poet)


def test_alternates_take_a_lines_place_and_still_obey(triolet: Poem, poet: Poet) -> None:
    place = next(place for place in (2, 4, 5) if triolet.alternates[place])
    assert len(triolet.alternates[place]) <= 3
    changed, edit = take_alternate(triolet, place, 0)
    assert changed.lines[place] == triolet.alternates[place][0] and changed.alternates[place][0] == triolet.lines[place]
    assert edit.who == "person" and judge(changed, poet=poet).passes
    with pytest.raises(Wrong, match="alternates"):
        take_alternate(triolet, place, 9)


def test_a_persons_words_are_kept_locked_and_credited(triolet: Poem, poet: Poet) -> None:
    changed, edit = set_line(triolet, 4, "  A line  entirely of my own making ")
    assert changed.lines[4] == "A line entirely of my own making" and 4 in changed.locked and 4 in changed.human
    assert edit.record() == {
        "who": "person",
        "what": "set",
        "before": {4: triolet.lines[4]},
        "after": {4: changed.lines[4]},
    }
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
