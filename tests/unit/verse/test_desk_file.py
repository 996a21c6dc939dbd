"""The poet's desk on disk: every form comes back as it was, hands are told apart, and a kill at any moment loses nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from albumen.album.edits_file import read_edits
from albumen.models.verse.text import words_of
from albumen.verse import desk_file
from albumen.verse.closing import closing_form
from albumen.verse.desk import lock, set_line, take_alternate
from albumen.verse.desk_file import desk_path, log_path, new_desk, open_desk, save_desk
from albumen.verse.desk_words import EXAMPLES, carry_out, marks_of, parse
from albumen.verse.finished import Poem
from albumen.verse.form_of_page import form_of_page, poem_of_page
from albumen.verse.forms import Form, form_ids, load_form
from albumen.verse.page import PoemPage, read_page
from albumen.verse.poem import choose_form
from albumen.verse.theme import PoemBrief
from albumen.work.errors import Broken, Wrong
from albumen.work.seed import Seed

SHAPES = [*form_ids(), "closing"]


def a_poem(name: str) -> Poem:
    """A poem in a form as far as the desk on disk is concerned: its lines need not scan."""
    brief = PoemBrief(title="Old Harbour", theme="boats", form="" if name == "closing" else name, energy=(0.2, 0.4), mood=0.3)
    form, acrostic = (closing_form(5), "") if name == "closing" else choose_form(brief, Seed(1))
    radif = "at last" if any(slot.radif for slot in form.slots) else ""
    lines = [_line(form, acrostic, place) for place in range(len(form.slots))]
    mine = frozenset({0})
    return Poem(
        title="Old Harbour", form=form, brief=brief, seed=Seed(3).child("x"), lines=tuple(lines), radif=radif, acrostic=acrostic,
        locked=mine, human=mine,
    )  # fmt: skip


def _line(form: Form, acrostic: str, place: int) -> str:
    slot = form.slots[place]
    head = acrostic[place] if acrostic else "line"
    name = slot.refrain or f"number {'abcdefghijklmnopqrstuvwxyz'[place % 26]}"
    return f"{head} {name} of boats" + (f" {'gone still'.split()[place % 2]} at last" if slot.radif else "")


def test_own_words_against_the_form_stand_and_are_named(tmp_path: Path) -> None:
    path = tmp_path / "poem.md"
    new_desk(path, a_poem("limerick"))
    desk, told = carry_out(open_desk(path), "set 2 The sea")
    assert desk.poem.lines[1] == "The sea" and told.shown.splitlines()[0].endswith("The sea")
    assert any("syllables" in note for note in told.facts["faults"]) and "note: 2 syllables" in told.shown


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(Wrong, match="there is no text to mark"):
        marks_of(read_page("\n\n", "Nothing"))
    shown = marks_of(read_page("Дорога home", "Road")).shown
    assert "Not read, since nobody here knows these letters: Дорога." in shown and "A guess" not in shown
    with pytest.raises(Wrong, match="title and theme hold no Latin letters"):
        PoemBrief(title="Дорога", theme="море")


@pytest.mark.parametrize("name", SHAPES)
def test_every_form_comes_back_as_it_was_with_its_desk_and_from_the_page_alone(name: str, tmp_path: Path) -> None:
    poem, path = a_poem(name), tmp_path / "poem.md"
    new_desk(path, poem)
    assert open_desk(path).poem == poem and not open_desk(path).new
    desk_path(path).unlink()
    bare = open_desk(path, by_the_poet=True).poem
    assert (bare.form, bare.lines, bare.title) == (poem.form, poem.lines, poem.title)
    assert (bare.radif, bare.acrostic, bare.locked) == (poem.radif, poem.acrostic, frozenset())
    everything = frozenset(range(len(poem.lines)))
    assert open_desk(path).poem.human == open_desk(path).poem.locked == everything


@pytest.mark.parametrize("name", form_ids())
def test_stanzas_more_or_fewer_are_the_same_form(name: str) -> None:
    if name == "acrostic":
        return
    sizes = {len(load_form(name, repeat=times).slots) for times in (2, 5)}
    for size in sizes:
        assert len(form_of_page(name, ["sea"] * size).slots) == size
    with pytest.raises(Wrong, match="the page has 59 lines"):
        form_of_page(name, ["sea"] * 59)


def test_hand_edits_of_the_page_are_a_persons_and_logged(tmp_path: Path) -> None:
    path = tmp_path / "poem.md"
    new_desk(path, a_poem("triolet"))
    path.write_text(path.read_text().replace("number e of", "much more of"))
    desk = save_desk(open_desk(path))
    assert desk.poem.human == desk.poem.locked == {0, 4} and desk.poem.lines[4] == "line much more of boats"
    (logged,) = read_edits(log_path(path))
    assert logged.who == "person" and logged.edit["do"] == "by hand" and logged.edit["lines"][0]["line"] == 5
    assert not open_desk(path).new
    undone = save_desk(carry_out(open_desk(path), "undo")[0])
    assert undone.poem == a_poem("triolet") and read_page(path.read_text()).lines == undone.poem.lines


def test_a_page_of_more_stanzas_keeps_the_marks_of_lines_it_had(tmp_path: Path) -> None:
    path, poem = tmp_path / "poem.md", a_poem("ballad")
    new_desk(path, poem)
    page = read_page(path.read_text())
    path.write_text(replace(page, stanzas=(*page.stanzas, ("One", "Two", "Three", "Four"))).markdown())
    desk = save_desk(open_desk(path))
    assert len(desk.poem.lines) == 20 and desk.poem.human == {0, 16, 17, 18, 19} and desk.poem.brief.theme == "boats"
    with pytest.raises(Wrong, match="does not stand any more"):
        carry_out(desk, "undo")
    path.write_text(replace(page, stanzas=page.stanzas[:1] + (("One",),)).markdown())
    with pytest.raises(Wrong, match="the page has 5 lines, which Ballad has not"):
        open_desk(path)


@pytest.mark.parametrize("after", range(4))
def test_killed_at_any_moment_a_change_is_done_or_was_not(after: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The write after so many others never happens."""
    path, poem = tmp_path / "poem.md", a_poem("haiku")
    new_desk(path, poem)
    changed, edit = take_alternate(poem, 1, "what the poet said instead")
    left = [after]

    def dies(real):  # type: ignore[no-untyped-def]
        def write(*arguments: object) -> None:
            if left[0] == 0:
                raise KeyboardInterrupt
            left[0] -= 1
            real(*arguments)

        return write

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(desk_file, "write_text", dies(desk_file.write_text))
        patch.setattr(desk_file, "append_edit", dies(desk_file.append_edit))
        save_desk(open_desk(path).with_edit(changed, edit))
    found = save_desk(open_desk(path))
    assert found.poem in (poem, changed) and found.poem == (poem if after < 2 else changed)
    assert read_page(path.read_text()).lines == found.poem.lines
    assert len(read_edits(log_path(path))) == (0 if after < 2 else 1)


@pytest.mark.parametrize("text", ["# not a heading", "*not a form*", "\\*told as it is*", "\\\\ two", "*half", "- one", "> two"])
def test_lines_that_look_like_marks_of_a_page_stay_lines(text: str, tmp_path: Path) -> None:
    path = tmp_path / "poem.md"
    desk = new_desk(path, a_poem("haiku"))
    save_desk(desk.with_edit(*set_line(desk.poem, 1, text)))
    assert open_desk(path).poem.lines[1] == text and not open_desk(path).new


@given(st.text(max_size=40).filter(lambda text: bool(words_of(text))))
def test_any_line_that_can_be_set_reads_back(text: str) -> None:
    try:
        poem, _ = set_line(a_poem("haiku"), 0, text)
    except Wrong:
        return
    page = PoemPage(title="T", stanzas=(poem.lines,), form="Haiku")
    assert read_page(page.markdown()) == page


@pytest.mark.parametrize("damage", ["", "[]", "{}", '{"format": 9}', "{\x00"])
def test_a_damaged_desk_is_explained(damage: str, tmp_path: Path) -> None:
    path = tmp_path / "poem.md"
    new_desk(path, a_poem("haiku"))
    desk_path(path).write_text(damage)
    with pytest.raises(Broken, match=r"poem\.desk\.json: the desk of this poem cannot be read"):
        open_desk(path)


@pytest.mark.parametrize(("key", "value"), [("lines", []), ("form", "epic"), ("brief", {"title": 3}), ("offered", {"x": []})])
def test_a_desk_of_nonsense_is_explained(key: str, value: object, tmp_path: Path) -> None:
    path = tmp_path / "poem.md"
    new_desk(path, a_poem("haiku"))
    told = json.loads(desk_path(path).read_text())
    desk_path(path).write_text(json.dumps({**told, key: value}))
    with pytest.raises((Broken, Wrong), match=r"poem"):
        open_desk(path)


def test_a_new_page_never_takes_the_place_of_another(tmp_path: Path) -> None:
    new_desk(tmp_path / "poem.md", a_poem("haiku"))
    with pytest.raises(Wrong, match="there already"):
        new_desk(tmp_path / "poem.md", a_poem("tanka"))
    with pytest.raises(Wrong, match=r"ends in \.md"):
        new_desk(tmp_path / "poem.txt", a_poem("tanka"))


def test_a_page_names_its_form_or_the_person_does() -> None:
    page = read_page("One two three\nfour five\nsix seven\n")
    with pytest.raises(Wrong, match="does not say what form"):
        poem_of_page(page, human=True)
    assert poem_of_page(page, form="haiku", human=True).human == {0, 1, 2}
    with pytest.raises(Wrong, match="no form called 'Epic'"):
        poem_of_page(replace(page, form="Epic"), human=True)


@pytest.mark.parametrize("title", ["", "海", "42", "shit"])
def test_any_title_will_do_for_a_page(title: str) -> None:
    page = PoemPage(title=title, stanzas=(("one two", "three four", "five six"),), form="Haiku")
    assert poem_of_page(page, human=False).lines == page.lines


@pytest.mark.parametrize("text", EXAMPLES.values())
def test_every_example_is_an_edit(text: str) -> None:
    assert parse(text)[0] == text.split()[0]


@pytest.mark.parametrize("text", ["", "sing", "line", "line x", "line 3 4", "take 3", "set 3", "undo 4", "lock 1-", "againn"])
def test_what_is_no_edit_is_explained_by_an_example(text: str) -> None:
    with pytest.raises(Wrong, match=r"say (one|it) like: \w+"):
        parse(text)


@pytest.mark.parametrize("text", ["line 0", "line 9", "line 2-1", "set 9 words", "lock 2-9", "take 1 1", "undo", "redo"])
def test_edits_that_cannot_be_done_are_explained(text: str, tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "poem.md", a_poem("haiku"))
    with pytest.raises(Wrong, match=r"no line|nothing to|no alternates"):
        carry_out(desk, text)


def test_undo_and_redo_walk_through_all_edits(tmp_path: Path) -> None:
    path = tmp_path / "poem.md"
    desk = new_desk(path, a_poem("haiku"))
    states = [desk.poem]
    for text in ("set 2 her own words", "lock 3", "free all", "set 1 and these too"):
        desk = save_desk(carry_out(open_desk(path), text)[0])
        states.append(desk.poem)
    for word, wanted in (("undo", states[-2::-1]), ("redo", states[1:])):
        for state in wanted:
            desk = save_desk(carry_out(open_desk(path), word)[0])
            assert desk.poem == state == open_desk(path).poem
    with pytest.raises(Wrong, match="nothing to redo"):
        carry_out(desk, "redo")


def test_what_make_writes_anew_is_the_poets(tmp_path: Path) -> None:
    path = tmp_path / "poem.md"
    desk = new_desk(path, a_poem("haiku"))
    save_desk(desk.with_edit(*lock(desk.poem, [1])))
    path.write_text("# Old Harbour\n\nquite\n\nanother\n\npoem\n\n*Haiku*\n")
    assert open_desk(path, by_the_poet=True).poem.human == frozenset()
