"""The poet's desk: any line or stanza anew with the rest locked, alternates, the user's own words, and a log of who wrote what.

Every function takes a poem and gives a new one with the edit that led to it; nothing is changed in place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from albumen.models.verse.text import words_of
from albumen.verse.checker import Verdict, check_poem
from albumen.verse.draft import draft_of
from albumen.verse.finished import Poem
from albumen.verse.poet import Poet, open_poet
from albumen.work.errors import Wrong
from albumen.work.seed import Seed


@dataclass(frozen=True, slots=True, kw_only=True)
class VerseEdit:
    """One change: who made it (`person` or `poet`), what it was, and the lines before and after, by place."""

    who: str
    what: str
    before: tuple[tuple[int, str], ...]
    after: tuple[tuple[int, str], ...]

    def record(self) -> dict[str, object]:
        """The edit as a JSON object for the log of edits."""
        return {"who": self.who, "what": self.what, "before": dict(self.before), "after": dict(self.after)}


def rewrite(poem: Poem, places: Iterable[int], seed: Seed, *, poet: Poet | None = None) -> tuple[Poem, VerseEdit]:
    """Write the lines at `places` anew, all others kept word for word. Refrains change together.

    Raises `Wrong` where a place is locked or does not exist, or where no line fits.
    """
    poet = poet or open_poet()
    wanted = _with_refrains(poem, places)
    barred = wanted & poem.locked
    if barred:
        raise Wrong(f"line {min(barred) + 1} is locked", next_step="unlock it first")
    draft = draft_of(poem, poet, keep={place: line for place, line in enumerate(poem.lines) if place not in wanted})
    for place in sorted(wanted):
        if place not in draft.lines:
            # The line that was must not come back: asking for another means another.
            draft.refused = draft.refused | {tuple(words_of(poem.lines[place]))}
            draft.write(place, seed.child("line", place))
    return _changed(poem, draft.finish(poem.title), who="poet", what="rewrite", places=wanted)


def rewrite_stanza(poem: Poem, stanza: int, seed: Seed, *, poet: Poet | None = None) -> tuple[Poem, VerseEdit]:
    """Write a stanza anew but its locked lines; stanzas are numbered from 0."""
    places = [place for place, slot in enumerate(poem.form.slots) if slot.stanza == stanza]
    if not places:
        raise Wrong(f"the poem has no stanza {stanza + 1}", next_step=f"it has {len(poem.stanzas())}")
    free = [place for place in places if not _with_refrains(poem, [place]) & poem.locked]
    if not free:
        raise Wrong(f"all of stanza {stanza + 1} is locked", next_step="unlock a line first")
    return rewrite(poem, free, seed, poet=poet)


def take_alternate(poem: Poem, place: int, number: int) -> tuple[Poem, VerseEdit]:
    """Put one of a line's alternates (0, 1, 2) in its place; the line itself becomes the alternate."""
    _known(poem, place)
    options = poem.alternates[place]
    if not 0 <= number < len(options):
        raise Wrong(f"line {place + 1} has {len(options)} alternates", next_step="choose one of them, from 1")
    places = _with_refrains(poem, [place])
    if places & poem.locked:
        raise Wrong(f"line {place + 1} is locked", next_step="unlock it first")
    lines, alternates = list(poem.lines), list(poem.alternates)
    for other in places:
        lines[other] = options[number]
        alternates[other] = tuple(
            poem.lines[place] if choice == number else option for choice, option in enumerate(options)
        )
    changed = replace(poem, lines=tuple(lines), alternates=tuple(alternates))
    return _changed(poem, changed, who="person", what="alternate", places=places)


def set_line(poem: Poem, place: int, text: str) -> tuple[Poem, VerseEdit]:
    """The user's own words for a line (and its refrains): kept as they are, locked, and credited to a person."""
    _known(poem, place)
    text = " ".join(text.split())
    if not words_of(text):
        raise Wrong("a line of a poem needs words", next_step="write it in letters")
    if len(text) > 300:
        raise Wrong(f"a line may have up to 300 signs, this one has {len(text)}", next_step="shorten it")
    places = _with_refrains(poem, [place])
    lines = tuple(text if other in places else line for other, line in enumerate(poem.lines))
    changed = replace(poem, lines=lines, locked=poem.locked | places, human=poem.human | places)
    return _changed(poem, changed, who="person", what="set", places=places)


def lock(poem: Poem, places: Iterable[int], *, locked: bool = True) -> Poem:
    """Lock or free lines."""
    chosen = frozenset(places)
    for place in chosen:
        _known(poem, place)
    return replace(poem, locked=poem.locked | chosen if locked else poem.locked - chosen)


def undo(poem: Poem, edit: VerseEdit) -> Poem:
    """The poem as it was before an edit."""
    lines = list(poem.lines)
    for place, line in edit.before:
        lines[place] = line
    return replace(poem, lines=tuple(lines))


def judge(poem: Poem, *, poet: Poet | None = None) -> Verdict:
    """What the independent checker says of a poem as it stands."""
    lexicon = (poet or open_poet()).lexicon
    return check_poem(
        poem.lines, poem.form, lexicon, rhyme_level=poem.brief.rhyme_level, radif=poem.radif, acrostic=poem.acrostic
    )


def _known(poem: Poem, place: int) -> None:
    if not 0 <= place < len(poem.lines):
        raise Wrong(f"the poem has no line {place + 1}", next_step=f"it has {len(poem.lines)}")


def _with_refrains(poem: Poem, places: Iterable[int]) -> frozenset[int]:
    """The places asked for and those that must say the same."""
    chosen = list(places)
    for place in chosen:
        _known(poem, place)
    names = {poem.form.slots[place].refrain for place in chosen} - {""}
    return frozenset(chosen) | {place for place, slot in enumerate(poem.form.slots) if slot.refrain in names}


def _changed(poem: Poem, changed: Poem, *, who: str, what: str, places: frozenset[int]) -> tuple[Poem, VerseEdit]:
    edit = VerseEdit(
        who=who,
        what=what,
        before=tuple((place, poem.lines[place]) for place in sorted(places)),
        after=tuple((place, changed.lines[place]) for place in sorted(places)),
    )
    return replace(changed, locked=poem.locked if what != "set" else changed.locked), edit
