"""Lines by another hand, such as a user's own language model: which of them a poem may take, and in which order.

They are measured like our own, and mended where none fits: then a line of ours ends as one of them does.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Protocol

import numpy as np

from albumen.models.verse.text import tokens_of, words_of
from albumen.verse.checker import scansion_cost
from albumen.verse.decoder import CLOSING_MARKS
from albumen.verse.forms import Slot
from albumen.verse.likeness import alike
from albumen.verse.rhyme import allowed
from albumen.work.seed import Seed

if TYPE_CHECKING:
    from albumen.verse.draft import Draft

# A word opens a rhyme where so many more words than the form needs rhyme with it.
MORE_RHYMES = 6


class Proposer(Protocol):
    """Something that suggests lines in words, such as a user's own language model."""

    def propose(self, wish: str, *, count: int = 8, temperature: float = 0.9, seed: int = 0) -> list[str]:
        """Up to `count` lines for a wish."""
        ...


def proposed(draft: Draft, place: int, seed: Seed) -> list[str]:
    """Lines of the proposer that obey the form, best first; where none does, lines of our own that end as one of them."""
    assert draft.proposer is not None
    lines = draft.proposer.propose(wish(draft, place), seed=seed.number())
    good = [line for line in lines if not _says_again(draft, place, line) and obeys(draft, place, line)]
    if good:
        mark = "." if draft.form.slots[place].closes_stanza else ""
        closed = [line if line[-1:] in CLOSING_MARKS or not mark else line.rstrip(",;:-–—… ") + mark for line in good]
        draft.proposals.update(closed)
        return _by_worth(draft, place, seed, closed)
    ends = _mending_ends(draft, place, lines)
    return draft.found(place, seed.child("mended"), 2, only=ends) if ends.any() else []


def _by_worth(draft: Draft, place: int, seed: Seed, lines: list[str]) -> list[str]:
    """Lines by another hand in the order in which our own reader and grammar would take them."""
    head, before = draft.context(place)
    encoded = [tuple(draft.poet.table.vocabulary.encode(tokens_of(line))) for line in lines]
    read = draft.poet.finder.read_lines(draft.ask(place, seed, patient=True), head, before, encoded)
    worth = {line.tokens: line.worth for line in read}
    return [line for _, line in sorted(zip(encoded, lines, strict=True), key=lambda pair: -worth[pair[0]])]


def _mending_ends(draft: Draft, place: int, lines: list[str]) -> np.ndarray:
    """The words that a line of our own may end in, so that it ends as one of these does: bool `[words]`.

    A word on which a line of the poem already ends is none of them, else one proposal would end every line.
    """
    table, ends = draft.poet.table, np.zeros(len(draft.poet.table.vocabulary), dtype=bool)
    ends[[table.vocabulary.number(word) for word in map(functools.partial(draft.end_of, place), lines) if word]] = True
    ends[[table.vocabulary.number(draft.end_word(other)) for other in draft.lines]] = False
    return ends & table.is_word & ~table.poor_end & ~draft.banned()


def _says_again(draft: Draft, place: int, line: str) -> bool:
    """True where a line is, or nearly is, one that stands in the poem or may not come again; refrains are meant to be."""
    name = draft.form.slots[place].refrain
    standing = [text for other, text in draft.lines.items() if not (name and draft.form.slots[other].refrain == name)]
    return any(alike(line, other, draft.poet.table) for other in (*standing, *map(" ".join, draft.refused)))


def obeys(draft: Draft, place: int, line: str) -> bool:
    """True where a line by another hand fits: its metre, its rhymes, its first letter, and no word of it banned.

    The poet knows every word of it, since nobody could tell whether a line with others was copied from a poem it learned from;
    and it ends on a word on which none of ours would be refused for ending.
    """
    slot, words = draft.form.slots[place], words_of(line)
    lexicon, table = draft.poet.lexicon, draft.poet.table
    cost = scansion_cost(line, slot.measure, lexicon)
    tail = draft.radif.split() if slot.radif else []
    if cost is None or cost > 1.0 or (tail and words[-len(tail) :] != tail) or len(words) <= len(tail):
        return False
    end = words[-1 - len(tail)]
    rivals = draft.rhymes_with(place)
    used = {draft.end_word(other) for other in draft.lines}
    numbers = table.vocabulary.encode(words)
    return (
        bool(table.is_word[numbers].all())
        and _may_end(draft, slot, rivals, end)
        and end not in used
        and not draft.strays(place)[table.vocabulary.number(end)]
        and all(allowed(lexicon.rhyme(rival, end), draft.brief.rhyme_level) for rival in rivals)
        and (not draft.acrostic or words[0].startswith(draft.acrostic[place]))
        and not draft.banned()[numbers].any()
        and not (draft.poet.finder.sieve is not None and draft.poet.finder.sieve.holds(numbers))
    )


def _may_end(draft: Draft, slot: Slot, rivals: list[str], end: str) -> bool:
    """True where a line may end on this word: it has a sound, one alone, and the lines to come can rhyme with it."""
    table, endings = draft.poet.table, draft.endings(end)
    if not endings or table.poor_end[table.vocabulary.number(end)]:
        return False
    if not slot.rhyme or rivals:
        return True
    # The word opens a rhyme: words enough must be left for its group, and it must not sound nearly like another group.
    partners = table.rhyming(endings, draft.brief.rhyme_level) & table.is_word & ~table.poor_end & ~draft.banned()
    others = [place for place in draft.lines if draft.form.slots[place].rhyme not in ("", slot.rhyme)]
    sounds = [found for place in others if (found := draft.endings(draft.end_word(place)))]
    return int(partners.sum()) >= draft.form.group_sizes()[slot.rhyme] + MORE_RHYMES and not any(
        table.blurring(sound)[table.vocabulary.number(end)] for sound in sounds
    )


def wish(draft: Draft, place: int) -> str:
    """What the line at a place must be, in words, for a proposer."""
    slot, vocabulary = draft.form.slots[place], draft.poet.table.vocabulary
    images = ", ".join(vocabulary.shown[word] for word in draft.plan.images[slot.stanza])
    size = len(slot.measure.patterns()[0][0])
    parts = [
        f"The next line of a poem about {draft.brief.title} {draft.brief.theme}".rstrip() + f", {size} syllables"
    ]
    if slot.measure.foot != "syllabic":
        parts.append(f"in {slot.measure.foot} metre")
    if draft.rhymes_with(place):
        parts.append(f"ending in a word that rhymes with {' and '.join(draft.rhymes_with(place))}")
    if slot.radif:
        parts.append(f"{'followed by' if draft.rhymes_with(place) else 'ending in'} the words {draft.radif!r}")
    if draft.acrostic:
        parts.append(f"beginning with the letter {draft.acrostic[place].upper()}")
    so_far = "\n".join(draft.lines[other] for other in range(place) if other in draft.lines)
    again = " Repeat no line and no last word of these:" if so_far else ""
    return ", ".join(parts) + f". Images: {images}.{again}\n{so_far}"
