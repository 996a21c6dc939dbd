"""The last word on copies: bar pairs that only came about where regions meet are written anew until none is left.

The gate judges a region while its neighbours may still be empty or be copied in later, so a whole song is looked at once more.
"""

from __future__ import annotations

from collections.abc import Callable

from albumen.compose.originality.index import Index
from albumen.compose.originality.report import originality
from albumen.score.score import Score

ROUNDS = 6

# Writes two bars of a part anew: (score, part, first bar, round) -> score.
Rewrite = Callable[[Score, str, int, int], Score]


def mended(score: Score, index: Index, rewrite: Rewrite) -> Score:
    """The score without bar pairs that stand in training music, or with as few as `ROUNDS` rounds of rewriting leave.

    Of two tries the one with fewer copies is kept, so mending never makes a song worse.
    """
    copies = _copies(score, index)
    for number in range(ROUNDS):
        if not copies:
            break
        tried = score
        for part_id, bar in copies:
            tried = rewrite(tried, part_id, bar, number)
        left = _copies(tried, index)
        if len(left) < len(copies):
            score, copies = tried, left
    return score


def _copies(score: Score, index: Index) -> list[tuple[str, int]]:
    """Part and first bar, from 0, of every copied pair that the report lists."""
    return [(copy["part"], int(copy["bar"]) - 1) for copy in originality(score, index)["copies"]]
