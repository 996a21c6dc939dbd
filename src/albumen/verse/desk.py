"""The poet's desk: any line, stanza or all of it anew with the rest locked, alternates, the user's own words, and who wrote what.

Every function that changes takes a poem and gives a new one with the edit that led to it; nothing is changed in place.
`undo` takes an edit back whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from albumen.album.edits_file import LoggedEdit
from albumen.models.verse.text import words_of
from albumen.verse.checker import Verdict, check_poem
from albumen.verse.draft import ALTERNATES, draft_of
from albumen.verse.finished import Poem
from albumen.verse.poet import Poet, open_poet
from albumen.verse.proposals import Proposer
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

Who = Literal["person", "poet"]
LONGEST_LINE = 300
_WHOLE = "rewrite poem"
_PLANS = 3  # so often a passage is begun again where its words run out


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """How one line stands, at a `place` counted from 0."""

    place: int
    text: str
    locked: bool
    human: bool

    def as_row(self) -> dict[str, Any]:
        """Plain values for JSON; the line's number counts from 1, as people count."""
        return {"line": self.place + 1, "text": self.text, "locked": self.locked, "human": self.human}

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Stand:
        """The same from JSON. Raises `KeyError`, `TypeError` or `ValueError` where it is none."""
        if not isinstance(row["text"], str) or isinstance(row["line"], bool) or int(row["line"]) < 1:
            raise ValueError("no line of a poem")
        return cls(place=int(row["line"]) - 1, text=row["text"], locked=bool(row["locked"]), human=bool(row["human"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class VerseEdit:
    """One change: who made it, what it was, and how the lines that it touched stood before and after."""

    who: Who
    what: str
    before: tuple[Stand, ...]
    after: tuple[Stand, ...]

    def logged(self, when: datetime) -> LoggedEdit:
        """The edit as a line of the log."""
        edit = {"do": self.what, "lines": [stand.as_row() for stand in self.after]}
        return LoggedEdit(who=self.who, when=when, edit=edit, inverse={"lines": [stand.as_row() for stand in self.before]})

    @classmethod
    def of(cls, logged: LoggedEdit) -> VerseEdit:
        """The edit of a line of the log. Raises `Wrong` where that line is no edit of a poem."""
        try:
            if logged.who not in ("person", "poet"):
                raise ValueError(f"nobody here is called {logged.who!r}")
            return cls(
                who="person" if logged.who == "person" else "poet",
                what=str(logged.edit["do"]),
                before=tuple(map(Stand.of_row, logged.inverse["lines"])),
                after=tuple(map(Stand.of_row, logged.edit["lines"])),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Wrong(f"a line of the log is no edit of a poem ({error})", next_step="correct or remove that line") from error


def rewrite(
    poem: Poem, places: Iterable[int], seed: Seed, *, poet: Poet | None = None, proposer: Proposer | None = None
) -> tuple[Poem, VerseEdit]:
    """Write the lines at `places` anew, all others kept word for word. Refrains change together.

    Lines of a `proposer` are taken where they fit; what does not is mended or left out.

    Raises `Wrong` where a place is locked or does not exist, or where no line fits.
    """
    wanted = _with_refrains(poem, places)
    if not wanted:
        raise Wrong("there is no line to write anew", next_step="name one")
    _unlocked(poem, wanted)
    return _anew(poem, wanted, seed, poet or open_poet(), proposer, what="rewrite")


def rewrite_stanza(
    poem: Poem, stanza: int, seed: Seed, *, poet: Poet | None = None, proposer: Proposer | None = None
) -> tuple[Poem, VerseEdit]:
    """Write a stanza anew but its locked lines; stanzas are numbered from 0."""
    places = [place for place, slot in enumerate(poem.form.slots) if slot.stanza == stanza]
    if not places:
        raise Wrong(f"the poem has no stanza {stanza + 1}", next_step=f"it has {len(poem.stanzas())}")
    free = _free(poem, places)
    if not free:
        raise Wrong(f"all of stanza {stanza + 1} is locked", next_step="free a line first")
    return _anew(poem, free, seed, poet or open_poet(), proposer, what="rewrite stanza")


def rewrite_all(
    poem: Poem, seed: Seed, *, poet: Poet | None = None, proposer: Proposer | None = None
) -> tuple[Poem, VerseEdit]:
    """Write the whole poem anew but its locked lines; where none is locked, with other images too."""
    free = _free(poem, range(len(poem.lines)))
    if not free:
        raise Wrong("all of the poem is locked", next_step="free a line first")
    return _anew(poem, free, seed, poet or open_poet(), proposer, what=_WHOLE)


def alternates(
    poem: Poem,
    place: int,
    seed: Seed,
    *,
    poet: Poet | None = None,
    count: int = ALTERNATES,
    proposer: Proposer | None = None,
) -> tuple[str, ...]:
    """Up to `count` other lines for a place of a poem whose other lines all stand; fewer only where the words run out.

    Each says something else than the line and than the others, and leaves the poem no worse in its form. Those of a proposer
    that fit come first.
    Raises `Wrong` where the place does not exist.
    """
    poet = poet or open_poet()
    places = _with_refrains(poem, [place])
    faults = {(fault.kind, fault.line) for fault in judge(poem, poet=poet).faults}

    def fits(line: str) -> bool:
        verdict = judge(_with_line(poem, places, line), poet=poet)
        return all((fault.kind, fault.line) in faults and fault.line not in places for fault in verdict.faults)

    keep = {other: line for other, line in enumerate(poem.lines) if other not in places}
    draft = draft_of(poem, poet, keep=keep)
    draft.proposer = proposer
    return draft.others(place, seed.child("alternates", place), fits, count=count)


def take_alternate(poem: Poem, place: int, line: str) -> tuple[Poem, VerseEdit]:
    """Put one of a line's `alternates` in its place: the poet's words, a person's choice."""
    places = _with_refrains(poem, [place])
    _unlocked(poem, places)
    changed = replace(_with_line(poem, places, line), human=poem.human - places)
    return changed, _edit(poem, changed, who="person", what="alternate")


def set_line(poem: Poem, place: int, text: str) -> tuple[Poem, VerseEdit]:
    """The user's own words for a line (and its refrains): kept as they are, locked, and credited to a person."""
    _known(poem, place)
    if len(text.strip().splitlines()) > 1:
        raise Wrong(f"these words for line {place + 1} hold a line break", next_step="give one line alone")
    text = " ".join(text.split()).rstrip("\\ ")
    if not words_of(text):
        raise Wrong("a line of a poem needs words in Latin letters", next_step="write it in them")
    if len(text) > LONGEST_LINE:
        raise Wrong(f"a line may have up to {LONGEST_LINE} signs, this one has {len(text)}", next_step="shorten it")
    if not text.isprintable():
        raise Wrong("a line of a poem needs signs that can be printed", next_step="write it in letters")
    return by_hand(poem, dict.fromkeys(_with_refrains(poem, [place]), text), what="set")


def by_hand(poem: Poem, texts: Mapping[int, str], *, what: str) -> tuple[Poem, VerseEdit]:
    """Lines in a person's own words, by place, word for word: locked from now on, and credited to that person."""
    lines = tuple(texts.get(place, line) for place, line in enumerate(poem.lines))
    changed = replace(poem, lines=lines, locked=poem.locked | texts.keys(), human=poem.human | texts.keys())
    return changed, _edit(poem, changed, who="person", what=what)


def lock(poem: Poem, places: Iterable[int], *, locked: bool = True) -> tuple[Poem, VerseEdit]:
    """Lock or free lines."""
    chosen = frozenset(places)
    for place in chosen:
        _known(poem, place)
    changed = replace(poem, locked=poem.locked | chosen if locked else poem.locked - chosen)
    return changed, _edit(poem, changed, who="person", what="lock" if locked else "free")


def undo(poem: Poem, edit: VerseEdit) -> Poem:
    """The poem as it was before its last edit. Raises `Wrong` where it does not stand as that edit left it."""
    return _put(_without_images(poem, edit), edit.after, edit.before)


def redo(poem: Poem, edit: VerseEdit) -> Poem:
    """The poem as it was after an edit that was taken back last."""
    return _put(_without_images(poem, edit), edit.before, edit.after)


def _without_images(poem: Poem, edit: VerseEdit) -> Poem:
    """The poem without its planned images where a step over this edit leads to lines that had others, which no log tells."""
    return replace(poem, images=()) if edit.what == _WHOLE else poem


def judge(poem: Poem, *, poet: Poet | None = None) -> Verdict:
    """What the independent checker says of a poem as it stands."""
    lexicon = (poet or open_poet()).lexicon
    return check_poem(
        poem.lines, poem.form, lexicon, rhyme_level=poem.brief.rhyme_level, radif=poem.radif, acrostic=poem.acrostic
    )


def _anew(
    poem: Poem, wanted: frozenset[int], seed: Seed, poet: Poet, proposer: Proposer | None, *, what: str
) -> tuple[Poem, VerseEdit]:
    keep = {place: line for place, line in enumerate(poem.lines) if place not in wanted}
    for attempt in range(_PLANS):
        own = seed.child(attempt) if attempt else seed
        try:
            written = _written(poem, keep, own, poet, proposer)
        except Wrong as error:
            # The words may run out for one beginning; another has others. What names a place, as a proposer does, stays wrong.
            if attempt == _PLANS - 1 or error.where:
                raise
            continue
        # What stands is not touched, not even the mark at the end of the poem.
        lines = tuple(keep.get(place, line) for place, line in enumerate(written.lines))
        proposed = None if written.proposed is None else written.proposed & wanted
        changed = replace(poem, lines=lines, human=poem.human - wanted, proposed=proposed, images=written.images)
        return changed, _edit(poem, changed, who="poet", what=what)
    raise AssertionError("a loop that returns or raises")


def _written(poem: Poem, keep: Mapping[int, str], seed: Seed, poet: Poet, proposer: Proposer | None) -> Poem:
    draft = draft_of(poem, poet, keep=keep, plan_seed=None if keep else seed.child("plan"))
    draft.proposer = proposer
    for place in range(len(poem.lines)):
        if place not in draft.lines:
            draft.write(place, seed.child("line", place))
    return draft.finish(poem.title)


def _known(poem: Poem, place: int) -> None:
    if not 0 <= place < len(poem.lines):
        raise Wrong(f"the poem has no line {place + 1}", next_step=f"it has {len(poem.lines)}")


def _unlocked(poem: Poem, places: frozenset[int]) -> None:
    barred = places & poem.locked
    if barred:
        raise Wrong(f"line {min(barred) + 1} is locked", next_step="free it first")


def _free(poem: Poem, places: Iterable[int]) -> frozenset[int]:
    """Those places none of whose refrains is locked."""
    return frozenset(place for place in places if not _with_refrains(poem, [place]) & poem.locked)


def _with_refrains(poem: Poem, places: Iterable[int]) -> frozenset[int]:
    """The places asked for and those that must say the same."""
    chosen = list(places)
    for place in chosen:
        _known(poem, place)
    names = {poem.form.slots[place].refrain for place in chosen} - {""}
    return frozenset(chosen) | {place for place, slot in enumerate(poem.form.slots) if slot.refrain in names}


def _with_line(poem: Poem, places: frozenset[int], line: str) -> Poem:
    return replace(poem, lines=tuple(line if place in places else old for place, old in enumerate(poem.lines)))


def _stands(poem: Poem) -> list[Stand]:
    return [
        Stand(place=place, text=line, locked=place in poem.locked, human=place in poem.human)
        for place, line in enumerate(poem.lines)
    ]


def _edit(poem: Poem, changed: Poem, *, who: Who, what: str) -> VerseEdit:
    pairs = [pair for pair in zip(_stands(poem), _stands(changed), strict=True) if pair[0] != pair[1]]
    return VerseEdit(who=who, what=what, before=tuple(old for old, _ in pairs), after=tuple(new for _, new in pairs))


def _put(poem: Poem, now: Sequence[Stand], then: Sequence[Stand]) -> Poem:
    """The poem with lines as they stood then, where they stand as `now` says."""
    stands = dict(enumerate(_stands(poem)))
    if any(stands.get(stand.place) != stand for stand in now) or {one.place for one in now} != {one.place for one in then}:
        raise Wrong("the poem does not stand any more as that edit left it", next_step="set its lines by hand")
    stands |= {stand.place: stand for stand in then}
    return replace(
        poem,
        lines=tuple(stand.text for stand in stands.values()),
        locked=frozenset(place for place, stand in stands.items() if stand.locked),
        human=frozenset(place for place, stand in stands.items() if stand.human),
    )
