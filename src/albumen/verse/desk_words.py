"""The edits of the poet's desk in words: `again`, `line 3`, `alternates 3`, `take 3 2`, `set 3 Her own words`, `undo`.

Lines and stanzas count from 1. Undo and redo walk the log.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from albumen.verse import desk as work
from albumen.verse.desk import VerseEdit
from albumen.verse.desk_file import Desk
from albumen.verse.finished import Poem
from albumen.verse.form_of_page import poem_of_page
from albumen.verse.marks import mark_text
from albumen.verse.marks_shown import marks_as_rows, marks_shown
from albumen.verse.page import PoemPage
from albumen.verse.poet import open_poet
from albumen.verse.proposals import Proposer
from albumen.verse.remarks import share_of_the_model
from albumen.work.errors import Wrong

UNDO, REDO, MARKS = "undo", "redo", "marks"
EXAMPLES: Mapping[str, str] = MappingProxyType(
    {
        "again": "again",
        "line": "line 3",
        "stanza": "stanza 2",
        "alternates": "alternates 3",
        "take": "take 3 2",
        "set": "set 3 Her own words",
        "lock": "lock 1-4",
        "free": "free 2",
        UNDO: UNDO,
        REDO: REDO,
        MARKS: MARKS,
    }
)
_NUMBER = r"(\d{1,4})"
_SPAN = r"(?:(\d{1,4})(?:\s*-\s*(\d{1,4}))?|(all))"
_GRAMMAR = {
    "again": "",
    "line": rf"\s+{_SPAN}",
    "stanza": rf"\s+{_NUMBER}",
    "alternates": rf"\s+{_NUMBER}",
    "take": rf"\s+{_NUMBER}\s+{_NUMBER}",
    "set": rf"\s+{_NUMBER}\s+(\S.*)",
    "lock": rf"\s+{_SPAN}",
    "free": rf"\s+{_SPAN}",
    UNDO: "",
    REDO: "",
    MARKS: "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came of one edit: the edit, what to show, and the same for machines."""

    edit: str
    shown: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def as_mapping(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"edit": self.edit, **self.facts}


def parse(text: str) -> tuple[str, tuple[str | None, ...]]:
    """The word of an edit and what follows it. Raises `Wrong` with an example for words that are no edit."""
    word = text.split(maxsplit=1)[0] if text.strip() else ""
    if word not in _GRAMMAR:
        raise Wrong(f"{text!r} is no edit of a poem", next_step=f"say one like: {'; '.join(EXAMPLES.values())}")
    found = re.fullmatch(rf"{word}{_GRAMMAR[word]}", text.strip(), re.DOTALL)
    if found is None:
        raise Wrong(f"{text!r} is not how {word!r} is said", next_step=f"say it like: {EXAMPLES[word]}")
    return word, found.groups()


def carry_out(desk: Desk, text: str, proposer: Proposer | None = None) -> tuple[Desk, Told]:
    """Carry out one edit in words; nothing is written to disk. What is written anew comes from a `proposer` where its lines fit.

    Raises `Wrong` where it cannot be done, `Missing` where the proposer does not answer.
    """
    word, told = parse(text)
    if word == MARKS:
        return desk, marks_of(desk.page if desk.page.lines == desk.poem.lines else _page(desk))
    if word in (UNDO, REDO):
        return _walked(desk, word)
    if word == "alternates":
        return _offered(desk, text, _index(told[0]), proposer)
    poem, edit = _WRITERS[word](desk, told, proposer) if word in _WRITERS else _DOERS[word](desk, told)
    turned = replace(desk, turn=desk.turn + 1) if word in _WRITERS else desk
    turned = replace(turned, offered=_still_offered(desk, edit))
    told_of = _told(text.strip(), poem, edit)
    if word in _WRITERS and poem.proposed is not None:
        told_of = _with_share(told_of, poem.proposed)
    return turned.with_edit(poem, edit), _with_faults(told_of, poem, edit) if word == "set" else told_of


def marks_of(page: PoemPage) -> Told:
    """How any text scans and rhymes, and where it is out of step with its form; no form is needed."""
    if not page.lines:
        raise Wrong("there is no text to mark", next_step="write some lines on the page")
    lexicon = open_poet().lexicon
    marks = mark_text("\n\n".join("\n".join(stanza) for stanza in page.stanzas), lexicon)
    faults = _out_of_step(page)
    shown = "\n\n".join(part for part in (marks_shown(marks, lexicon), "\n".join(faults)) if part)
    return Told(edit=MARKS, shown=shown, facts={"marks": marks_as_rows(marks), "faults": faults})


def _out_of_step(page: PoemPage) -> list[str]:
    """What the form that a page names has against its lines: a page can be changed in any editor."""
    if not page.form:
        return []
    try:
        poem = poem_of_page(page, human=True)
    except Wrong as amiss:
        return [f"Not looked at as {page.form!r}: {amiss.what}."]
    faults = sorted(work.judge(poem).faults, key=lambda fault: fault.line)
    return [f"Line {fault.line + 1} is out of step with the {poem.form.name.lower()}: {fault.what}." for fault in faults]


def _page(desk: Desk) -> PoemPage:
    lines = iter(desk.poem.lines)
    return replace(desk.page, stanzas=tuple(tuple(next(lines) for _ in stanza) for stanza in desk.page.stanzas))


def _told(text: str, poem: Poem, edit: VerseEdit) -> Told:
    changed = [after.place for before, after in zip(edit.before, edit.after, strict=False) if before.text != after.text]
    if not edit.after:
        shown = f"{text}: nothing changed"
    elif not changed:
        shown = f"{text}: done"
    else:
        shown = "\n".join(f"{place + 1:3}  {poem.lines[place]}" for place in changed)
    facts = {"who": edit.who, "lines": [stand.place + 1 for stand in edit.after]}
    return Told(edit=text, shown=shown, facts=facts)


def _with_share(told: Told, proposed: frozenset[int]) -> Told:
    """Whose the new lines are, where a language model of the user's was asked."""
    note = f"note: {share_of_the_model(len(proposed), len(told.facts['lines']))}"
    facts = {**told.facts, "proposed": sorted(place + 1 for place in proposed)}
    return replace(told, shown=f"{told.shown}\n{note}", facts=facts)


def _with_faults(told: Told, poem: Poem, edit: VerseEdit) -> Told:
    """What the form has against a person's own words: they stand, but nobody should find out from the print."""
    places = {stand.place for stand in edit.after}
    faults = [f"note: {fault.what}" for fault in work.judge(poem).faults if fault.line in places]
    return replace(told, shown="\n".join([told.shown, *faults]), facts={**told.facts, "faults": faults})


def _offered(desk: Desk, text: str, place: int, proposer: Proposer | None) -> tuple[Desk, Told]:
    found = work.alternates(desk.poem, place, desk.seed, proposer=proposer)
    lines = [f"{number}  {line}" for number, line in enumerate(found, start=1)]
    shown = "\n".join(lines) or f"nothing else fits as line {place + 1}"
    desk = replace(desk, turn=desk.turn + 1, offered={**desk.offered, place: found})
    return desk, Told(edit=text.strip(), shown=shown, facts={"line": place + 1, "alternates": list(found)})


def _still_offered(desk: Desk, edit: VerseEdit) -> dict[int, tuple[str, ...]]:
    """What is on offer after a change: a line that was put aside for one of its alternates takes that one's place."""
    lines = {stand.place: stand.text for stand in edit.before}
    taken = {stand.place: stand.text for stand in edit.after}
    if edit.what != "alternate":
        return {place: options for place, options in desk.offered.items() if place not in taken}
    return {
        place: tuple(lines[place] if place in taken and option == taken[place] else option for option in options)
        for place, options in desk.offered.items()
    }


def _take(desk: Desk, told: Sequence[str | None]) -> tuple[Poem, VerseEdit]:
    place, number = _index(told[0]), _index(told[1])
    options = desk.offered.get(place, ())
    if not options:
        raise Wrong(f"no alternates of line {place + 1} are on the desk", next_step=f"ask for them: alternates {place + 1}")
    if not 0 <= number < len(options):
        raise Wrong(f"line {place + 1} has {len(options)} alternates", next_step="choose one of them, from 1")
    poem, edit = work.take_alternate(desk.poem, place, options[number])
    # What was chosen when other lines stood may break the form now; a person may still say so word for word.
    if work.judge(desk.poem).passes and not work.judge(poem).passes:
        what = f"that alternate of line {place + 1} does not fit the lines as they are now"
        raise Wrong(what, next_step=f"ask again: alternates {place + 1}")
    return poem, edit


def _set(desk: Desk, told: Sequence[str | None]) -> tuple[Poem, VerseEdit]:
    return work.set_line(desk.poem, _index(told[0]), told[1] or "")


def _again(desk: Desk, told: Sequence[str | None], proposer: Proposer | None) -> tuple[Poem, VerseEdit]:
    return work.rewrite_all(desk.poem, desk.seed, proposer=proposer)


def _line(desk: Desk, told: Sequence[str | None], proposer: Proposer | None) -> tuple[Poem, VerseEdit]:
    return work.rewrite(desk.poem, _places(desk, told), desk.seed, proposer=proposer)


def _stanza(desk: Desk, told: Sequence[str | None], proposer: Proposer | None) -> tuple[Poem, VerseEdit]:
    return work.rewrite_stanza(desk.poem, _index(told[0]), desk.seed, proposer=proposer)


def _lock(desk: Desk, told: Sequence[str | None]) -> tuple[Poem, VerseEdit]:
    return work.lock(desk.poem, _places(desk, told))


def _free(desk: Desk, told: Sequence[str | None]) -> tuple[Poem, VerseEdit]:
    return work.lock(desk.poem, _places(desk, told), locked=False)


_DOERS: Mapping[str, Callable[[Desk, Sequence[str | None]], tuple[Poem, VerseEdit]]] = MappingProxyType(
    {"take": _take, "set": _set, "lock": _lock, "free": _free}
)
_WRITERS: Mapping[str, Callable[[Desk, Sequence[str | None], Proposer | None], tuple[Poem, VerseEdit]]] = MappingProxyType(
    {"again": _again, "line": _line, "stanza": _stanza}
)


def _walked(desk: Desk, word: str) -> tuple[Desk, Told]:
    """Undo takes back the last edit that stands; redo brings back the last that was taken back."""
    done: list[VerseEdit] = []
    undone: list[VerseEdit] = []
    for edit in map(VerseEdit.of, (*desk.log, *desk.new)):
        if edit.what == UNDO and done:
            undone.append(done.pop())
        elif edit.what == REDO and undone:
            done.append(undone.pop())
        else:
            done.append(edit)
            undone = []
    row = done if word == UNDO else undone
    if not row:
        raise Wrong(f"there is nothing to {word}", next_step="the log of a poem lies beside it")
    edit = row[-1]
    poem = work.undo(desk.poem, edit) if word == UNDO else work.redo(desk.poem, edit)
    before, after = (edit.after, edit.before) if word == UNDO else (edit.before, edit.after)
    walked = VerseEdit(who="person", what=word, before=before, after=after)
    return replace(desk.with_edit(poem, walked), offered=_still_offered(desk, walked)), _told(word, poem, walked)


def _index(number: str | None) -> int:
    return int(number or 0) - 1


def _places(desk: Desk, told: Sequence[str | None]) -> range:
    first, last, whole = told
    if whole:
        return range(len(desk.poem.lines))
    start, end = int(first or 0), int(last or first or 0)
    if not 1 <= start <= end <= len(desk.poem.lines):
        said = f"{first}-{last}" if last else str(first)
        raise Wrong(f"the poem has no line {said}", next_step=f"it has {len(desk.poem.lines)}, counted from 1")
    return range(start - 1, end)
