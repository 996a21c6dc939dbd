"""A read score on the grid of tokens: 12 steps a quarter note, silence before the first bar cut, nothing torn or doubled."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from albumen.score.notes import Notes
from albumen.score.part import Part
from albumen.score.score import STEPS_PER_QUARTER, ChordChange, KeyChange, Score
from albumen.score.time_map import MeterChange, TempoChange

_MANY_TEMPOS = 8
_TEMPO_BARS = 8
_OTHER_TEMPO = 1.35

_Change = TypeVar("_Change", TempoChange, MeterChange, KeyChange, ChordChange)


def on_grid(score: Score) -> Score:
    """The score at 12 steps a quarter note, without controllers and empty parts, beginning in the bar of its first note.

    Onsets and ends go to the nearest step, every note lasts at least one, equal pitches of a part never overlap.
    Part ids become short names (`violin`, `violin-2`), so that they do not depend on the file.
    """
    resolution = score.resolution
    parts = []
    for part in score.parts:
        if len(part.notes):
            notes = _stepped(part.notes, resolution)
            parts.append(part.replace(notes=notes, controls=(), bends=(), name=part.name.strip()[:80]))
    meters = _moved(score.meters, resolution)
    whole = score.replace(
        resolution=STEPS_PER_QUARTER,
        parts=_named(parts),
        tempos=_moved(score.tempos, resolution),
        meters=meters,
        keys=_moved(score.keys, resolution),
        chords=_moved(score.chords, resolution),
        length=0,
        sections=(),
    )
    return _without_silent_start(whole)


def steps(ticks: NDArray[np.int32], resolution: int) -> NDArray[np.int64]:
    """Ticks to the nearest step, halves upwards."""
    return (ticks.astype(np.int64) * (2 * STEPS_PER_QUARTER) + resolution) // (2 * resolution)


def _stepped(notes: Notes, resolution: int) -> Notes:
    onset = steps(notes.onset, resolution)
    end = np.maximum(steps(notes.end, resolution), onset + 1)
    return without_overlaps(onset, end, notes.pitch, notes.velocity)


def without_overlaps(onset: NDArray[np.int64], end: NDArray[np.int64], pitch: object, velocity: object) -> Notes:
    """Notes of one part in which a pitch struck again stops the one before; of two struck together the longer stays."""
    pitches, velocities = np.asarray(pitch), np.asarray(velocity)
    order = np.lexsort((-end, onset, pitches))
    onset, end, pitches, velocities = onset[order], end[order], pitches[order], velocities[order]
    if onset.size > 1:
        same = (pitches[1:] == pitches[:-1]) & (onset[1:] == onset[:-1])
        keep = np.concatenate([[True], ~same])
        onset, end, pitches, velocities = onset[keep], end[keep], pitches[keep], velocities[keep]
        again = pitches[1:] == pitches[:-1]
        end[:-1] = np.where(again, np.minimum(end[:-1], onset[1:]), end[:-1])
    return Notes(onset, end - onset, pitches, velocities)


def _moved(changes: Iterable[_Change], resolution: int) -> tuple[_Change, ...]:
    """Changes on the grid; of several on one step the last counts, and what repeats the one before falls away."""
    by_step: dict[int, _Change] = {}
    for change in changes:
        step = int((change.tick * 2 * STEPS_PER_QUARTER + resolution) // (2 * resolution))
        by_step[step] = change._replace(tick=step)
    kept: list[_Change] = []
    for step in sorted(by_step):
        change = by_step[step]
        if not kept or change[1:] != kept[-1][1:]:
            kept.append(change)
    return tuple(kept)


def with_steady_tempo(score: Score) -> Score:
    """The score with expressive tempo curves (many changes) flattened to one tempo per stretch of about like tempo."""
    if len(score.tempos) <= _MANY_TEMPOS:
        return score
    bars, time = score.bars(), score.time_map
    kept: list[TempoChange] = []
    stretch_ticks = stretch_seconds = 0.0
    for first in range(0, len(bars), _TEMPO_BARS):
        start, end = bars[first].start, bars[min(first + _TEMPO_BARS, len(bars)) - 1].end
        ticks, seconds = end - start, time.seconds(end) - time.seconds(start)
        pace, held = seconds / ticks, stretch_seconds / stretch_ticks if stretch_ticks else 0.0
        if not kept or not 1 / _OTHER_TEMPO < pace / held < _OTHER_TEMPO:
            kept.append(TempoChange(start, 1))
            stretch_ticks = stretch_seconds = 0.0
        stretch_ticks, stretch_seconds = stretch_ticks + ticks, stretch_seconds + seconds
        quarter_us = round(1e6 * STEPS_PER_QUARTER * stretch_seconds / stretch_ticks)
        kept[-1] = TempoChange(kept[-1].tick, min(max(quarter_us, 1), 0xFFFFFF))
    return score.replace(tempos=tuple(kept))


def _named(parts: list[Part]) -> tuple[Part, ...]:
    """Parts with ids after their instruments, numbered where there are several of one kind."""
    used: dict[str, int] = {}
    named = []
    for part in parts:
        base = re.sub(r"[^a-z0-9]+", "-", part.timbre.name.lower()).strip("-")
        used[base] = used.get(base, 0) + 1
        named.append(part.replace(id=base if used[base] == 1 else f"{base}-{used[base]}"))
    return tuple(named)


def _without_silent_start(score: Score) -> Score:
    """The score from the bar of its first note on."""
    first = min((int(part.notes.onset[0]) for part in score.parts), default=0)
    start = next((bar.start for bar in score.bars() if bar.start <= first < bar.end), 0)
    if start == 0:
        return score
    return score.replace(
        parts=tuple(part.replace(notes=part.notes.shifted(-start)) for part in score.parts),
        tempos=_from(score.tempos, start),
        meters=_from(score.meters, start),
        keys=_from(score.keys, start),
        chords=_from(score.chords, start),
        length=score.length - start,
    )


def _from(changes: tuple[_Change, ...], start: int) -> tuple[_Change, ...]:
    """The changes from `start` on, counted from there; what holds at `start` stands at 0."""
    moved: list[_Change] = []
    for change in changes:
        if change.tick <= start:
            moved = [change._replace(tick=0)]
        else:
            moved.append(change._replace(tick=change.tick - start))
    return tuple(moved)
