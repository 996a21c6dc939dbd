"""Motifs: a handful of scale steps that a listener remembers, and what can be done with them."""

from __future__ import annotations

import numpy as np

# How likely each move between neighbouring notes of a fresh motif is: steps carry, one or two leaps give it a face.
_MOVES = (-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5)
_CHANCES = (0.5, 1.5, 4, 10, 24, 6, 24, 12, 5, 3, 1)


def new_motif(rng: np.random.Generator) -> tuple[int, ...]:
    """Four to seven notes in scale steps above the first: within an octave, with a leap and a turn, never a bare scale."""
    chances = np.array(_CHANCES) / sum(_CHANCES)
    while True:
        size = int(rng.choice((4, 5, 5, 6, 6, 7)))
        moves = rng.choice(_MOVES, size=size - 1, p=chances)
        steps = tuple(int(step) for step in np.concatenate(([0], np.cumsum(moves))))
        if is_memorable(steps):
            return steps


def is_memorable(steps: tuple[int, ...]) -> bool:
    """Whether a contour has a face: a leap, a turn, three different notes, no more than an octave, no note hammered."""
    moves = np.diff(steps)
    leaps = int((abs(moves) >= 2).sum())
    turns = int((np.diff(np.sign(moves[moves != 0])) != 0).sum())
    has_hammering = bool(np.any((moves[1:] == 0) & (moves[:-1] == 0)))
    span = max(steps) - min(steps)
    return (
        1 <= leaps <= max(2, len(moves) // 2)
        and 1 <= turns <= 3
        and len(set(steps)) >= 3
        and 2 <= span <= 7
        and not has_hammering
    )


def inverted(steps: tuple[int, ...]) -> tuple[int, ...]:
    """Every rise a fall."""
    return tuple(-step for step in steps)


def contour(steps: tuple[int, ...], notes: int) -> tuple[int | None, ...]:
    """Moves to each of `notes` notes (None: free): the motif, then the motif again as a sequence, as far as it goes.

    The first move is free, since a statement may begin anywhere.
    """
    moves: list[int | None] = [None]
    moves += [int(move) for move in np.diff(steps)]
    if notes > len(moves):
        moves += [None, *[int(move) for move in np.diff(steps)]]
    moves += [None] * max(0, notes - len(moves))
    return tuple(moves[:notes])
