"""The feet of a line: in which ways its words can be said in a metre, and what each costs.

Function words, secondary stresses and content words of one syllable follow the metre; only the main stress of a longer word
stands against it.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from albumen.models.verse.dictionary import Sounds, stresses

# The feet a line is compared with, the commonest first, and the most feet that a line of each has.
FEET = {"iambic": 8, "trochaic": 8, "anapestic": 5, "dactylic": 6}
# What a licence costs, beside what words cost in their slots.
INVERTED_HEAD, INVERTED, HEADLESS, UPBEAT, EXTRA, TRISYLLABLE, SHORT_FOOT, FEMININE = 0.1, 0.8, 0.5, 0.5, 0.3, 0.6, 0.4, 0.3
RUN_TOGETHER = 0.1  # `Assyrian` said in three syllables


@dataclass(frozen=True, slots=True)
class Word:
    """A word as lines are made of: its stress patterns with what each costs, whether it bends, whether it is a guess."""

    text: str
    ways: tuple[tuple[str, float], ...]
    bends: bool
    guessed: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A line in a metre: what it costs, its feet, and a string of `/` and `x` for each word."""

    cost: float
    feet: int
    beats: tuple[str, ...]


def ways_of(ways: Sequence[Sounds]) -> tuple[tuple[str, float], ...]:
    """The stress patterns of a word, and those with two weak vowels run together."""
    found: dict[str, float] = {}
    for way in ways:
        found.setdefault(stresses(way), 0.0)
    for way in ways:
        for place, (one, other) in enumerate(itertools.pairwise(way)):
            if one in ("IY0", "UW0", "IH0") and other.endswith("0"):
                found.setdefault(stresses(way[:place] + way[place + 1 :]), RUN_TOGETHER)
    return tuple(found.items())


def unmetred(word: Word) -> str:
    """A word's beats where no metre says more: its own stresses, and none on a function word of one syllable."""
    stress = word.ways[0][0]
    if len(stress) == 1:
        return "x" if word.bends else "/"
    return "".join("x" if digit == "0" else "/" for digit in stress)


def readings_of(words: tuple[Word, ...], foot: str) -> dict[int, Reading]:
    """The cheapest reading of a line for each number of feet that it can have; none for a line without words."""
    found: dict[int, Reading] = {}
    sizes = [[len(stress) for stress, _ in word.ways] for word in words]
    least, most = sum(map(min, sizes)), sum(map(max, sizes))
    for size in range(least, min(most, 3 * max(FEET.values()) + 2) + 1) if words else ():
        for dear, feet, pattern in _patterns(foot, size):
            if feet in found and found[feet].cost <= dear:
                continue
            read = _fitted(words, pattern)
            if read is not None and (feet not in found or read[0] + dear < found[feet].cost):
                found[feet] = Reading(read[0] + dear, feet, read[1])
    return found


@functools.cache
def _patterns(foot: str, size: int) -> tuple[tuple[float, int, str], ...]:
    """All patterns of so many slots that a foot allows: what the licence costs, how many feet, the slots; cheapest first."""
    found: dict[tuple[int, str], float] = {}
    for feet in range(1, FEET[foot] + 1):
        for dear, pattern in _licensed(foot, feet):
            if len(pattern) == size:
                found[feet, pattern] = min(dear, found.get((feet, pattern), dear))
    return tuple(sorted((dear, feet, pattern) for (feet, pattern), dear in found.items()))


def _licensed(foot: str, feet: int) -> Iterator[tuple[float, str]]:
    """What poets allow in a line of so many feet."""
    bodies: list[tuple[float, list[str]]]
    if foot == "iambic":
        plain = ["ws"] * feet
        bodies = [(0.0, plain), (INVERTED_HEAD, ["sw", *plain[1:]]), (HEADLESS, ["s", *plain[1:]])]
        for place, (instead, dear) in itertools.product(range(feet), (("wws", TRISYLLABLE), ("sw", INVERTED))):
            bodies += [(cost + dear, [*body[:place], instead, *body[place + 1 :]]) for cost, body in bodies[:3] if place]
        bodies.append((TRISYLLABLE, ["wws", *plain[1:]]))
        ends = [("", 0.0), ("w", FEMININE)]
    elif foot == "trochaic":
        plain = ["sw"] * (feet - 1)
        bodies = [(0.0, [*plain, "s"]), (UPBEAT, ["w", *plain, "s"])]
        bodies += [(TRISYLLABLE, [*plain[:place], "sww", *plain[place + 1 :], "s"]) for place in range(feet - 1)]
        ends = [("", 0.0), ("w", 0.0)]
    elif foot == "anapestic":
        bodies = []
        for head, short in itertools.product((("ws", 0.0), ("wws", 0.0), ("s", HEADLESS)), _few(range(1, feet))):
            body = [head[0], *("ws" if place in short else "wws" for place in range(1, feet))]
            bodies.append((head[1] + SHORT_FOOT * len(short), body))
        ends = [("", 0.0), ("w", 0.1), ("ww", EXTRA)]
    else:
        bodies = [
            (SHORT_FOOT * len(short), [*("sw" if place in short else "sww" for place in range(feet - 1)), "s"])
            for short in _few(range(feet - 1))
        ]
        ends = [("", 0.1), ("w", 0.0), ("ww", 0.1)]
    for (dear, body), (end, more) in itertools.product(bodies, ends):
        yield dear + more, "".join(body) + end


def _few(places: range) -> Iterator[tuple[int, ...]]:
    """Every choice of at most two of some places, fewer than all."""
    for count in range(3):
        yield from itertools.combinations(places, count) if count < max(1, len(places)) else ()


def _fitted(words: Sequence[Word], pattern: str) -> tuple[float, tuple[str, ...]] | None:
    """The cheapest way to say the words in these slots, and each word's beats; nothing where the syllables do not fit."""
    triple = "ww" in pattern
    reach: dict[int, tuple[float, tuple[str, ...]]] = {0: (0.0, ())}
    for word in words:
        step: dict[int, tuple[float, tuple[str, ...]]] = {}
        for filled, (so_far, beats) in reach.items():
            for stress, dear in word.ways:
                end = filled + len(stress)
                cost, said = so_far + dear, ""
                if end <= len(pattern):
                    more, said = _spoken(word, stress, pattern[filled:end], triple)
                    if end not in step or cost + more < step[end][0]:
                        step[end] = (cost + more, (*beats, said))
        reach = step
    return reach.get(len(pattern))


@functools.lru_cache(maxsize=20_000)
def _spoken(word: Word, stress: str, slots: str, triple: bool) -> tuple[float, str]:
    """What a word costs in its slots, and the beats it has there."""
    if len(stress) == 1:
        bent = 0.25 if word.bends else 0.0
        straight = 0.0 if word.bends else (0.25 if triple else 0.5)
        return (bent, "/") if slots == "s" else (straight, "x")
    cost, beats = 0.0, ""
    for place, (digit, slot) in enumerate(zip(stress, slots, strict=True)):
        against = digit == "1" and slot == "w"
        # The beat of `Galilee` moves to the stress at its other end where the metre asks for it.
        moves = against and ("2", "s") in zip(stress, slots, strict=True)
        if against:
            cost += 0.5 if moves else 1.0
        elif digit == "2" and slot == "w":
            cost += 0.25
        elif digit == "0" and slot == "s":
            # The last of two weak syllables is lifted easily: TEM-per-ATE.
            cost += 0.25 if place and stress[place - 1] == "0" else 0.5
        beats += "/" if slot == "s" or (against and not moves and not word.guessed) else "x"
    return (cost / 4 if word.guessed else cost), beats
