"""Notation: the notes of a part as bars of voices and chords, ready to be engraved.

Scores that lie on a grid of 24 to the quarter are written as they are; played ones are put on the grid of 16ths, triplets
or 32nds that is nearest beat by beat.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from albumen.score.note_values import UNITS
from albumen.score.notes import Notes
from albumen.score.time_map import Bar

_GRIDS = ((6, 0.0), (8, 0.3), (3, 0.9), (4, 0.9))  # step, and what choosing it costs (units per note)


class Sounding(NamedTuple):
    """A note on the grid: times in 24ths of a quarter note."""

    start: int
    end: int
    pitch: int
    velocity: int


@dataclass(frozen=True, slots=True)
class Chorded:
    """Notes of one voice in one bar that begin and end together. `start`, `end` count from the bar."""

    start: int
    end: int
    notes: tuple[Sounding, ...]
    tied_back: bool
    tied_on: bool


Voice = list[Chorded]


def on_grid(notes: Notes, resolution: int, *, is_drum: bool = False) -> list[Sounding]:
    """The notes in 24ths of a quarter note; quantised where they are not there already."""
    start, end = notes.onset.astype(np.int64) * UNITS, notes.end.astype(np.int64) * UNITS
    played = bool((start % resolution).any()) or (not is_drum and bool((end % resolution).any()))
    if not played:
        starts, ends = start // resolution, np.maximum(end // resolution, start // resolution + 1)
    else:
        starts, ends = _quantised(start / resolution, end / resolution)
    rows = zip(starts.tolist(), ends.tolist(), notes.pitch.tolist(), notes.velocity.tolist(), strict=True)
    on = sorted(Sounding(*row) for row in rows)
    if played:  # two hits may have met on one place
        on = list({(note.start, note.pitch): note for note in on}.values())
    return _until_next_hit(on) if is_drum else _tidied(on)


def _quantised(start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    steps: dict[int, int] = {}
    beat = np.floor(start / UNITS + 0.02).astype(np.int64)
    for number in np.unique(beat).tolist():
        offsets = start[beat == number] - number * UNITS
        costs = [
            (float(np.abs(offsets - np.round(offsets / step) * step).mean()) + cost, step) for step, cost in _GRIDS
        ]
        steps[number] = min(costs)[1]
    step = np.array([steps[number] for number in beat.tolist()])
    starts = (np.round(start / step) * step).astype(np.int64)
    ends = (np.round(end / step) * step).astype(np.int64)
    return np.maximum(starts, 0), np.maximum(ends, starts + step)


def _tidied(notes: list[Sounding]) -> list[Sounding]:
    """Ends that no plain value reaches (5/12 of a quarter) move up to the next that one does, where there is room."""
    starts = sorted({note.start for note in notes})
    tidy = []
    for note in notes:
        if note.end % 6 and note.end % 4 and note.end % 3:
            end = note.end + 2
            index = int(np.searchsorted(starts, note.start, side="right"))
            if index >= len(starts) or starts[index] >= end:
                note = note._replace(end=end)
        tidy.append(note)
    return tidy


def _until_next_hit(hits: list[Sounding]) -> list[Sounding]:
    """Drums ring as long as they like: each hit is written to the next one or to the end of its beat."""
    starts = sorted({hit.start for hit in hits})
    following = dict(zip(starts, [*starts[1:], 1 << 40], strict=True)) if starts else {}
    return [hit._replace(end=min(following[hit.start], (hit.start // UNITS + 1) * UNITS)) for hit in hits]


def bars_in_units(bars: Sequence[Bar], resolution: int) -> list[tuple[int, int]]:
    """Start and end of each bar in 24ths of a quarter note."""
    return [(round(bar.start * UNITS / resolution), round(bar.end * UNITS / resolution)) for bar in bars]


def voices_by_bar(notes: Sequence[Sounding], bars: Sequence[tuple[int, int]]) -> list[list[Voice]]:
    """For each bar its voices, highest first: chords that do not overlap inside a voice."""
    chords: dict[tuple[int, int], list[Sounding]] = defaultdict(list)
    for note in notes:
        chords[note.start, note.end].append(note)
    ordered = sorted(chords.items(), key=lambda item: (item[0][0], -max(note.pitch for note in item[1]), item[0][1]))
    written: list[dict[int, Voice]] = [defaultdict(list) for _ in bars]
    starts = [start for start, _ in bars]
    voice_ends: list[int] = []
    for (start, end), members in ordered:
        free = next((i for i, busy_until in enumerate(voice_ends) if busy_until <= start), None)
        if free is None:
            free = len(voice_ends)
            voice_ends.append(0)
        voice_ends[free] = end
        bar = max(0, int(np.searchsorted(starts, start, side="right")) - 1)
        while bar < len(bars) and bars[bar][0] < end:
            first, last = bars[bar]
            inside = Chorded(
                max(start, first) - first, min(end, last) - first, tuple(members), start < first, end > last
            )
            if inside.end > inside.start:
                written[bar][free].append(inside)
            bar += 1
    return [[voices[number] for number in sorted(voices)] for voices in written]


def two_hands(notes: Sequence[Sounding], bars: Sequence[tuple[int, int]]) -> tuple[list[Sounding], list[Sounding]]:
    """Right and left hand: in each bar divided at the widest gap around middle C."""
    right: list[Sounding] = []
    left: list[Sounding] = []
    by_bar: dict[int, list[Sounding]] = defaultdict(list)
    starts = [start for start, _ in bars]
    for note in notes:
        by_bar[int(np.searchsorted(starts, note.start, side="right"))].append(note)
    for _, inside in sorted(by_bar.items()):
        border = _gap_near_middle({note.pitch for note in inside})
        for note in inside:
            (right if note.pitch >= border else left).append(note)
    return right, left


def _gap_near_middle(pitches: set[int]) -> int:
    """The lowest pitch of the right hand, 54..66."""
    best, widest = 60, 0.0
    for border in range(54, 67):
        above = min((pitch for pitch in pitches if pitch >= border), default=border + 4)
        below = max((pitch for pitch in pitches if pitch < border), default=border - 4)
        gap = min(above - below, 12) - abs(border - 60) * 0.5
        if gap > widest:
            best, widest = border, gap
    return best
