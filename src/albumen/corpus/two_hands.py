"""A keyboard part that holds both hands becomes two parts, so that the left hand can be the bass and the right the tune.

The hands part where it is cheapest along the song: few notes far from their hand's span, a gap between the hands, and a
border that wanders slowly.
"""

from __future__ import annotations

import numpy as np

from albumen.score.notes import Notes
from albumen.score.part import Part
from albumen.score.score import Score

_KEYBOARDS = {"piano", "electric-piano", "harpsichord", "organ"}
_CHORDAL = 1.4  # notes per onset from which a part needs two hands
_WIDE = 26  # semitones between the 5th and the 95th of a hundred notes
_SPAN = 14  # semitones a hand reaches
_BORDERS = np.arange(45, 76)  # a border b: pitches below b are the left hand's
_CENTRE = 59.0


def with_hands_apart(score: Score) -> Score:
    """The score with every keyboard part that clearly holds two hands split; all else untouched."""
    parts: list[Part] = []
    used = {part.id for part in score.parts}
    for part in score.parts:
        if not _holds_two_hands(part):
            parts.append(part)
            continue
        left = left_hand(part.notes)
        name = part.name or part.instrument_name
        parts.append(part.replace(notes=part.notes.where(~left), name=f"{name} right"))
        parts.append(part.replace(notes=part.notes.where(left), name=f"{name} left", id=_free_id(part.id, used)))
    return score.replace(parts=tuple(part for part in parts if len(part.notes)))


def left_hand(notes: Notes) -> np.ndarray:
    """Which notes the left hand plays."""
    times, group = np.unique(notes.onset, return_inverse=True)
    costs = _group_costs(notes.pitch.astype(np.int64), group, times.size)
    gaps = np.diff(times, prepend=times[0])
    border = _BORDERS[_smoothest(costs, gaps)]
    return np.asarray(notes.pitch < border[group])


def _holds_two_hands(part: Part) -> bool:
    if part.is_drum or part.timbre.name not in _KEYBOARDS or len(part.notes) < 32:
        return False
    per_onset = len(part.notes) / np.unique(part.notes.onset).size
    low, high = np.percentile(part.notes.pitch, (5, 95))
    return bool(per_onset >= _CHORDAL and high - low >= _WIDE and low < 55 and high > 62)


def _group_costs(pitch: np.ndarray, group: np.ndarray, count: int) -> np.ndarray:
    """What each border costs at each onset: hands stretched beyond their span, notes near the border, far from the middle."""
    costs = np.tile(0.03 * np.abs(_BORDERS - _CENTRE), (count, 1))
    for column, border in enumerate(_BORDERS):
        below = pitch < border
        for mask, toward in ((below, 1), (~below, -1)):
            low, high = np.full(count, 128), np.full(count, -1)
            np.minimum.at(low, group[mask], pitch[mask])
            np.maximum.at(high, group[mask], pitch[mask])
            some = high >= 0
            stretch = np.where(some, np.maximum(0, high - low - _SPAN), 0)
            near = np.where(some, (border - 0.5 - high) if toward == 1 else (low - border + 0.5), 12.0)
            costs[:, column] += 0.4 * stretch + np.maximum(0.0, 4.0 - near) * 0.2
    return costs


def _smoothest(costs: np.ndarray, gaps: np.ndarray) -> np.ndarray:
    """The cheapest walk of the border; moving costs less after a longer time."""
    count, states = costs.shape
    distance = np.abs(_BORDERS[:, None] - _BORDERS[None, :]).astype(float)
    came_from = np.zeros((count, states), dtype=np.int8)
    total = costs[0]
    for step in range(1, count):
        price = 0.25 if gaps[step] < 12 else 0.12
        ways = total[None, :] + price * distance
        came_from[step] = ways.argmin(axis=1)
        total = ways.min(axis=1) + costs[step]
    path = np.zeros(count, dtype=np.int64)
    path[-1] = int(total.argmin())
    for step in range(count - 1, 0, -1):
        path[step - 1] = came_from[step, path[step]]
    return path


def _free_id(base: str, used: set[str]) -> str:
    number = 2
    while f"{base}-{number}" in used:
        number += 1
    used.add(f"{base}-{number}")
    return f"{base}-{number}"
