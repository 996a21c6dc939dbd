"""The closing phrase of a ghazal, which stands after its rhyme word: drawn for a poem, or out of the user's own first line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from albumen.models.verse.text import words_of
from albumen.verse.forms import Form, Slot
from albumen.verse.metre import MOST_COST
from albumen.verse.poet import Poet
from albumen.verse.theme import PoemBrief
from albumen.verse.wordtable import WordTable
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

# Closing phrases of a ghazal: a weak syllable and a strong one. Written for this project.
RADIFS = (
    "tonight",
    "again",
    "at last",
    "once more",
    "by day",
    "at sea",
    "in rain",
    "for me",
    "below",
    "at home",
    "in snow",
    "by night",
)


def patterns_for(slot: Slot, closing: Sequence[str], poet: Poet) -> tuple[tuple[str, float], ...]:
    """The patterns of a line that ends in the word of `closing` (or in none yet): a weak syllable more where that ends weak."""
    said = [spoken.stresses[0] for spoken in map(poet.lexicon.say, closing) if spoken.stresses]
    feminine = any(len(stress) > 1 and stress.endswith("0") for stress in said)
    return slot.measure.patterns(feminine and slot.measure.foot != "syllabic")


def closed_by(table: WordTable, pattern: str, tail: Sequence[int]) -> tuple[int, float]:
    """The slots that a closing phrase fills from the end of a pattern, and its cost there; infinite where it does not fit."""
    filled, cost = 0, 0.0
    for word in reversed(tail):
        if filled >= len(pattern):
            return filled, np.inf
        fit = table.fits(pattern)[filled]
        filled, cost = filled + int(fit.lengths[word]), cost + float(fit.costs[word])
    return filled, cost


def radif_for(brief: PoemBrief, form: Form, poet: Poet, seed: Seed) -> str:
    """The closing phrase of a ghazal: of the user's own first line, where there is one, its last word or two.

    Raises `Wrong` where too few words rhyme with the one before it.
    """
    words = words_of(brief.first_line)
    if not words or not form.slots[0].radif:
        return RADIFS[int(seed.child("radif").rng().integers(len(RADIFS)))]
    needed = sum(slot.radif for slot in form.slots)
    for size in (1, 2):
        if len(words) > size and _answers(words[-1 - size], words[-size:], brief, form.slots[0], poet) >= needed:
            return " ".join(words[-size:])
    raise Wrong(
        f"no closing phrase can be drawn from {brief.first_line.strip()!r}: too few words rhyme with the one before its end",
        next_step="end the line in a word that has rhymes and a word or two after it, such as 'the light again'",
    )


def _answers(word: str, radif: Sequence[str], brief: PoemBrief, slot: Slot, poet: Poet) -> int:
    """How many words rhyme with one and fit before a closing phrase."""
    table = poet.table
    tail = [table.vocabulary.number(part) for part in radif]
    endings = table.endings[table.vocabulary.number(word)]
    if not endings or not table.is_word[tail].all():
        return 0
    pattern = patterns_for(slot, radif[-1:], poet)[0][0]
    filled, cost = closed_by(table, pattern, tail)
    if filled >= len(pattern):
        return 0
    fits = table.fits(pattern)[filled].costs + cost <= MOST_COST
    usable = table.is_word & ~table.poor_end & ~table.unfit & ~table.rare & ~table.archaic
    return int((fits & usable & table.rhyming(endings, brief.rhyme_level)).sum())
