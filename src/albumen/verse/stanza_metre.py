"""The metre of a stanza: the one that its lines together fit best, each with as many feet as it has; or none.

Words of one syllable bend to any beat, so that short lines of prose fit some metre by chance. A stanza that rhymes is verse
by its maker's will; one that does not must fit its metre clearly better than the same words do in any other order. One or
two lines are too little to judge by: they are read in the metre that they fit.
"""

from __future__ import annotations

import functools
import random
from collections import Counter
from collections.abc import Sequence

from albumen.verse.feet import FEET, Reading, Word, readings_of

Words = tuple[Word, ...]

FREE = "free verse"
ALONE = 0.6  # a number of feet that no other line of the stanza has, while a line's reading is chosen
UNEVEN = 0.4  # the same, while the stanza's metre is chosen
UNREAD = 2.0  # a line that fits a metre in no way
# A line fits at a cost of 1 or less; a stanza is in a metre where its lines cost so much on average.
FITTING, STANZA_FITTING = 1.0, 0.85
# So much less a line must cost than with the words of its stanza shuffled, on average; how often, and of how many lines.
CLEARLY, SHUFFLES, MOST_SHUFFLED = 0.25, 8, 16


def scanned(stanza: Sequence[Words], *, is_rhymed: bool) -> list[tuple[str, Reading | None]]:
    """Every line of a stanza in the stanza's metre; without a reading where it, or the whole stanza, is free."""
    foot, readings = _best(stanza)
    spoken = tuple(words for words in stanza if words)[:MOST_SHUFFLED]
    if foot != FREE and len(spoken) > 2 and not is_rhymed and not _is_meant(spoken, foot):
        return [(FREE, None)] * len(stanza)
    return [(foot, reading) for reading in readings]


def _best(stanza: Sequence[Words]) -> tuple[str, list[Reading | None]]:
    """The foot that a stanza fits best, and its lines in it."""
    best: tuple[float, str, list[Reading | None]] = (STANZA_FITTING, FREE, [None] * len(stanza))
    for foot in FEET:
        readings = _agreed([readings_of(words, foot) for words in stanza])
        costs = _costs([reading for words, reading in zip(stanza, readings, strict=True) if words])
        if costs and sum(costs) < best[0] * len(costs) and sum(cost > FITTING for cost in costs) * 4 <= len(costs):
            best = (sum(costs) / len(costs), foot, readings)
    return best[1], best[2]


def _costs(readings: Sequence[Reading | None]) -> list[float]:
    """What each line costs; prose finds feet too, but another number of them in every line."""
    feet = Counter(reading.feet for reading in readings if reading)
    uneven = UNEVEN if len(readings) > 2 else 0.0
    return [reading.cost + uneven * (feet[reading.feet] < 2) if reading else UNREAD for reading in readings]


@functools.lru_cache(maxsize=1000)  # who changes one line of a text has the others marked again
def _is_meant(lines: tuple[Words, ...], foot: str) -> bool:
    """True where lines fit a metre clearly better than their words fit any metre in another order."""
    words = [word for line in lines for word in line]
    found = []
    for number in range(SHUFFLES):
        # The same text is always shuffled alike.
        rest = iter(random.Random(number).sample(words, len(words)))
        mixed = [tuple(next(rest) for _ in line) for line in lines]
        found.append(min(_mean(mixed, other) for other in FEET))
    return _mean(lines, foot) < sum(found) / SHUFFLES - CLEARLY


def _mean(lines: Sequence[Words], foot: str) -> float:
    return sum(_costs(_agreed([readings_of(words, foot) for words in lines]))) / len(lines)


def _agreed(options: Sequence[dict[int, Reading]]) -> list[Reading | None]:
    """One reading a line; a number of feet that other lines have too is taken before one that stands alone."""
    first = [min(found.values(), key=lambda reading: reading.cost, default=None) for found in options]
    counts = Counter(reading.feet for reading in first if reading)
    chosen: list[Reading | None] = []
    for found, own in zip(options, first, strict=True):
        others = counts - Counter([own.feet] if own else [])
        chosen.append(
            min(found.values(), key=lambda reading: reading.cost + ALONE * (not others[reading.feet]), default=None)
        )
    return chosen
