"""All pitched notes of a score in one table, and what sounds in each slot of time: the ground of key and chord finding."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from albumen.score.score import Score
from albumen.score.time_map import Bar

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Sounding(NamedTuple):
    """Pitched notes of all parts by onset. Times in ticks of the score, `part` counts the score's parts from 0."""

    onset: Ints
    end: Ints
    pitch: Ints
    part: Ints


def sounding(score: Score) -> Sounding:
    """The pitched notes of the score; drums are left out."""
    columns = [
        (part.notes.onset, part.notes.end, part.notes.pitch, np.full(len(part.notes), number))
        for number, part in enumerate(score.parts)
        if not part.is_drum and len(part.notes)
    ]
    if not columns:
        empty = np.zeros(0, dtype=np.int64)
        return Sounding(empty, empty, empty, empty)
    onset, end, pitch, part = (np.concatenate(column).astype(np.int64) for column in zip(*columns, strict=True))
    order = np.lexsort((pitch, onset))
    return Sounding(onset[order], end[order], pitch[order], part[order])


def chord_slots(bars: tuple[Bar, ...]) -> Ints:
    """Start ticks of the slots in which chords are written (halves of bars that halve), with the end of the song appended."""
    edges: list[int] = []
    for bar in bars:
        edges.append(bar.start)
        full = bar.meter.chord_slots() == 2 and bar.length % 2 == 0
        if full and bar.length >= 2:
            edges.append(bar.start + bar.length // 2)
    edges.append(bars[-1].end)
    return np.array(edges, dtype=np.int64)


class SlotNotes(NamedTuple):
    """Every note in every slot it sounds in: indexes of `note` and `slot`, `share` ticks of overlap, `struck` in it or held."""

    note: Ints
    slot: Ints
    share: Ints
    struck: NDArray[np.bool_]


def notes_in_slots(notes: Sounding, edges: Ints) -> SlotNotes:
    """Which notes sound in which slots and for how long (`edges` as of `chord_slots`)."""
    count = edges.size - 1
    first = np.clip(np.searchsorted(edges, notes.onset, side="right") - 1, 0, count - 1)
    last = np.clip(np.searchsorted(edges, notes.end, side="left") - 1, first, count - 1)
    spans = last - first + 1
    note = np.repeat(np.arange(notes.onset.size), spans)
    slot = np.arange(note.size) - np.repeat(np.cumsum(spans) - spans, spans) + np.repeat(first, spans)
    share = np.minimum(notes.end[note], edges[slot + 1]) - np.maximum(notes.onset[note], edges[slot])
    return SlotNotes(note, slot, np.maximum(share, 0), slot == first[note])
