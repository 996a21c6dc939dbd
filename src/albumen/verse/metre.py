"""Metre as patterns of slots, and what a word costs in them.

A pattern is a string of slots in reading order: `s` strong, `w` weak, `x` counted but unmeasured (haiku, free verse).
A line may cost at most 1. Costs: a content word of one syllable in a weak slot 0.5 (0.25 in triple feet), a function word in a
strong one 0.25, a weak syllable of a longer word in a strong slot 0.5, a stressed one in a weak slot 1.
Human verse is not a metronome, so each foot has licensed patterns with the shares poets give them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from albumen.work.errors import Wrong

MOST_COST = 1.0

# Words of one syllable that bend to either slot; written for this project.
FUNCTION_WORDS = frozenset(
    "a an the and but or nor for so yet if as at by in of on to up with from than then that this "
    "these those there here who whom "
    "whose which what when where while though since till i you he she it we they me him her us them "
    "my your his its our their "
    "mine yours hers ours theirs am is are was were be been do does did has have had can could may "
    "might must shall should will "
    "would not no all some such each one own out off down over through too very just more most much "
    "still now how why i'm i'll i've "
    "i'd you're you'll you've you'd he's he'll he'd she's she'll she'd it's it'll we're we'll we've "
    "we'd they're they'll they've "
    "they'd don't won't can't didn't isn't aren't wasn't weren't let us that's there's what's who's "
    "both like near past round "
    "thee thou thy ye hath doth o oh ah lest ere oft shan't couldn't wouldn't shouldn't hasn't "
    "haven't hadn't whose's".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One line's metre: a foot and how many; `syllabic` counts syllables alone, with `feet` as their number."""

    foot: str
    feet: int

    def patterns(self, feminine: bool = False) -> tuple[tuple[str, float], ...]:
        """The licensed patterns and the share of lines that should have each."""
        count = self.feet
        if self.foot == "syllabic":
            return (("x" * count, 1.0),)
        if self.foot == "iambic":
            end = "w" if feminine else ""
            return (("ws" * count + end, 0.82), ("sw" + "ws" * (count - 1) + end, 0.18))
        if self.foot == "trochaic":
            return (("sw" * count, 1.0),) if feminine else (("sw" * (count - 1) + "s", 1.0),)
        if self.foot == "anapestic":
            end = "w" if feminine else ""
            return (("ws" + "wws" * (count - 1) + end, 0.7), ("wws" * count + end, 0.3))
        raise Wrong(f"there is no foot called {self.foot!r}", next_step="use iambic, trochaic, anapestic or syllabic")


def measure_of(text: str) -> Measure:
    """Read `iambic 5` or `syllabic 7`. Raises `Wrong` for anything else."""
    foot, _, number = text.partition(" ")
    if (
        foot not in ("iambic", "trochaic", "anapestic", "syllabic")
        or not number.isdigit()
        or not 1 <= int(number) <= 20
    ):
        raise Wrong(f"{text!r} is no metre", next_step="write it like 'iambic 5' or 'syllabic 7'")
    return Measure(foot=foot, feet=int(number))


def word_cost(stress: str, slots: str, bends: bool, triple: bool) -> float:
    """What a word of these stresses (digits) costs in these slots; `bends` marks function words."""
    if len(stress) == 1:
        if slots == "s":
            return 0.25 if bends else 0.0
        if slots == "w":
            return 0.0 if bends else (0.25 if triple else 0.5)
        return 0.0
    total = 0.0
    for digit, slot in zip(stress, slots, strict=True):
        if slot == "w":
            total += {"1": 1.0, "2": 0.25}.get(digit, 0.0)
        elif slot == "s":
            total += 0.5 if digit == "0" else 0.0
    return total


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How every word fits with its last syllable at one place of a pattern: float32 costs and int8 lengths, `[words]`.

    Where a word does not fit, its cost is infinite.
    """

    costs: np.ndarray
    lengths: np.ndarray


def fits_of(pattern: str, stresses: list[tuple[str, ...]], bends: np.ndarray, dear: float = 0.99) -> list[Fit]:
    """For each number of slots already filled from the right, how every word fits to their left.

    `stresses` holds the stress patterns of each word; single words may cost less than `dear`.
    """
    triple = "ww" in pattern
    distinct = sorted({stress for options in stresses for stress in options})
    number = {stress: place for place, stress in enumerate(distinct)}
    fits = []
    for filled in range(len(pattern)):
        left = pattern[: len(pattern) - filled]
        table = np.full((2, len(distinct)), np.inf, dtype=np.float32)
        for stress, place in number.items():
            if len(stress) <= len(left):
                slots = left[len(left) - len(stress) :]
                for bend in (0, 1):
                    cost = word_cost(stress, slots, bool(bend), triple)
                    table[bend, place] = cost if cost < dear else np.inf
        costs = np.full(len(stresses), np.inf, dtype=np.float32)
        lengths = np.zeros(len(stresses), dtype=np.int8)
        for word, options in enumerate(stresses):
            for stress in options:
                cost = table[int(bends[word]), number[stress]]
                if cost < costs[word]:
                    costs[word], lengths[word] = cost, len(stress)
        fits.append(Fit(costs=costs, lengths=lengths))
    return fits
