"""Fingerprints of tunes that do not change with key: figures of eight notes, and pairs of bars.

A figure is seven intervals and the seven distances between its onsets. A bar pair is where in two neighbouring bars the
notes begin and the intervals between them. Both are hashed to 64 bits; equal music has equal hashes in every key.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from albumen.compose.top_line import top_line
from albumen.score.notes import Notes
from albumen.score.score import STEPS_PER_QUARTER, Score

NOTES_OF_A_FIGURE = 8
FEWEST_NOTES_OF_A_PAIR = 6  # two bars with less are everybody's
FEWEST_PITCHES_OF_A_PAIR = 3
_TUNES = ("melody", "counter")

Hashes = NDArray[np.uint64]


class TuneFigures(NamedTuple):
    """A part's fingerprints: `figures[i]` begins at note i; `pairs[j]` is bar `pair_bars[j]` with the next one."""

    part_id: str
    figures: Hashes
    figure_bars: NDArray[np.int64]
    pairs: Hashes
    pair_bars: NDArray[np.int64]


def tunes_of(score: Score) -> list[TuneFigures]:
    """The fingerprints of all tunes: the melody and counter-melody parts, or every pitched part where roles are unknown."""
    pitched = [part for part in score.parts if not part.is_drum and len(part.notes) >= NOTES_OF_A_FIGURE]
    chosen = [part for part in pitched if part.role in _TUNES] or pitched
    starts = np.array([bar.start for bar in score.bars()], dtype=np.int64)
    return [_tune(part.id, top_line(part.notes), starts, score.resolution) for part in chosen]


def _tune(part_id: str, line: Notes, starts: NDArray[np.int64], resolution: int) -> TuneFigures:
    onset = line.onset.astype(np.int64)
    steps = np.round(onset * STEPS_PER_QUARTER / resolution).astype(np.int64)
    bars = np.searchsorted(starts, onset, side="right") - 1
    intervals = _moves(line.pitch.astype(np.int64))
    figures = _figures(intervals, _moves(steps))
    first_steps = np.round(starts * STEPS_PER_QUARTER / resolution).astype(np.int64)
    pairs, pair_bars = _pairs(intervals, steps - first_steps[bars], bars, line.pitch)
    return TuneFigures(part_id, figures, bars[: figures.size], pairs, pair_bars)


def _moves(values: NDArray[np.int64]) -> NDArray[np.int64]:
    return values[1:] - values[:-1]


def _figures(intervals: NDArray[np.int64], gaps: NDArray[np.int64]) -> Hashes:
    """One hash for each note that seven others follow."""
    width = NOTES_OF_A_FIGURE - 1
    count = intervals.size - width + 1
    if count < 1:
        return np.zeros(0, np.uint64)
    items = _key(intervals, gaps)
    total = np.zeros(count, np.uint64)
    for place in range(width):
        total += mixed(items[place : place + count] ^ np.uint64((place + 1) * 0x9E3779B97F4A7C15 & _ALL))
    return mixed(total)


def _pairs(
    intervals: NDArray[np.int64], places: NDArray[np.int64], bars: NDArray[np.int64], pitch: NDArray[np.int32]
) -> tuple[Hashes, NDArray[np.int64]]:
    """One hash for each bar that, with the next one, has enough notes to belong to somebody."""
    if not places.size:
        return np.zeros(0, np.uint64), np.zeros(0, np.int64)
    count = int(bars.max()) + 2
    before = np.concatenate(([0], intervals))
    is_first = np.concatenate(([True], bars[1:] != bars[:-1]))
    opening = _sums(mixed(_key(np.where(is_first, 0, before), places) ^ np.uint64(0xA5A5A5A5)), bars, count)
    going_on = _sums(mixed(_key(before, places) ^ np.uint64(0x5A5A5A5A5A)), bars, count)
    notes = np.bincount(bars, minlength=count)
    both = notes[:-1] + notes[1:]
    good = (both >= FEWEST_NOTES_OF_A_PAIR) & (notes[:-1] > 0) & (notes[1:] > 0)
    pair_bars = np.flatnonzero(good)
    firsts = np.searchsorted(bars, pair_bars)
    lasts = np.searchsorted(bars, pair_bars + 2)
    rich = [np.unique(pitch[a:b]).size >= FEWEST_PITCHES_OF_A_PAIR for a, b in zip(firsts, lasts, strict=True)]
    pair_bars = pair_bars[np.array(rich, dtype=np.bool_)]
    return mixed(opening[pair_bars] + going_on[pair_bars + 1]), pair_bars


_ALL = 0xFFFFFFFFFFFFFFFF


def _key(interval: NDArray[np.int64], place: NDArray[np.int64]) -> Hashes:
    return ((interval + 128).astype(np.uint64) << np.uint64(32)) ^ np.clip(place, 0, 2**31).astype(np.uint64)


def _sums(items: Hashes, bars: NDArray[np.int64], count: int) -> Hashes:
    total = np.zeros(count, np.uint64)
    np.add.at(total, bars, items)
    return total


def mixed(values: Hashes) -> Hashes:
    """The finaliser of SplitMix64: every bit of the input stirs every bit of the output."""
    with np.errstate(over="ignore"):
        values = (values + np.uint64(0x9E3779B97F4A7C15)).astype(np.uint64)
        values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return values ^ (values >> np.uint64(31))
