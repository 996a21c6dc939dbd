"""Fingerprints of songs that do not change with key, tempo or instruments: equal songs share them, variants share most.

Two sketches a song: of its *texture* (everything struck together, in order: the same arrangement) and of its *tune* (the
upper line: the same melody, whatever accompanies it). A sketch is the smallest hashes of all figures, so that the share of
equal hashes estimates the share of equal figures (bottom-k sketches, Broder 1997).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from albumen.corpus.sounding import Ints, Sounding

Hashes = NDArray[np.uint64]

SKETCH = 96  # hashes kept of each song
_TUNE_NOTES, _TEXTURE_ONSETS = 7, 4
_LONGEST_STEP = 48  # a rest longer than this is as long


class Fingerprint(NamedTuple):
    """Sketches (ascending hashes, at most `SKETCH`) and a digest of the whole texture from its first onset on."""

    texture: Hashes
    tune: Hashes
    whole: int


def fingerprint(notes: Sounding) -> Fingerprint:
    """The fingerprint of a song; empty sketches where it has fewer notes than one figure needs."""
    if not notes.onset.size:
        empty = np.zeros(0, dtype=np.uint64)
        return Fingerprint(empty, empty, 0)
    times, chords, tops = _onsets(notes)
    waits = np.minimum(np.diff(times), _LONGEST_STEP)
    jumps = np.diff(tops) + 128
    moves = _mixed((jumps * 64 + waits).astype(np.uint64))
    tune = _figures(moves, _TUNE_NOTES - 1)
    events = _mixed(chords[1:] ^ moves)
    texture = _figures(events, _TEXTURE_ONSETS)
    whole = int(np.bitwise_xor.reduce(_mixed(events + np.arange(events.size).astype(np.uint64)))) if events.size else 0
    return Fingerprint(_sketch(texture), _sketch(tune), whole ^ int(chords[0]))


def likeness(one: Hashes, two: Hashes) -> float:
    """Estimated share of figures that two songs have in common (Jaccard), from their sketches; 0 where one is empty."""
    if not one.size or not two.size:
        return 0.0
    kept = np.union1d(one, two)[: min(SKETCH, max(one.size, two.size))]
    shared = np.intersect1d(one, two, assume_unique=True)
    return float(np.isin(kept, shared).mean())


def _onsets(notes: Sounding) -> tuple[Ints, Hashes, Ints]:
    """Different onset times, a hash of what is struck at each (as intervals under the top), and the top pitches."""
    order = np.lexsort((notes.pitch, notes.onset))
    onset, pitch = notes.onset[order], notes.pitch[order]
    last = np.flatnonzero(np.concatenate([onset[1:] != onset[:-1], [True]]))
    counts = np.diff(np.concatenate([[-1], last]))
    tops = pitch[last]
    below = np.repeat(tops, counts) - pitch
    # Doubled unisons count once: a bit per interval, folded to two octaves.
    bits = np.left_shift(np.uint64(1), (np.where(below < 24, below, 24 + below % 12)).astype(np.uint64))
    chords = np.bitwise_or.reduceat(bits, np.concatenate([[0], last[:-1] + 1]))
    return onset[last], _mixed(chords), tops


def _figures(events: Hashes, length: int) -> Hashes:
    """One hash for each run of `length` events."""
    if events.size < length:
        return np.zeros(0, dtype=np.uint64)
    total = np.zeros(events.size - length + 1, dtype=np.uint64)
    for place in range(length):
        total = _mixed(total * np.uint64(31) + events[place : place + total.size])
    return total


def _sketch(figures: Hashes) -> Hashes:
    return np.unique(figures)[:SKETCH]


def _mixed(values: Hashes) -> Hashes:
    """A well spread hash of each 64-bit number (the finaliser of splitmix64)."""
    mixed = values.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
