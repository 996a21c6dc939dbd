"""The search for a line: pitches that fit chords and scale, keep the motif, move like a voice and reach the goal.

Exact dynamic programming over pairs of pitches (the last two notes decide what a leap must be followed by). A little noise
in the costs makes each seed another good line, not another bad one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from albumen.compose.style import MelodyManner

FloatArray = NDArray[np.float64]

# What a move of so many semitones costs before the manner of the style is applied.
_MOVE_COSTS = (0.8, 0.0, 0.0, 0.52, 0.58, 0.9, 2.2, 1.15, 1.8, 1.8, 3.6, 4.5, 1.9)
_BEYOND_OCTAVE = 9.0
_IMPOSSIBLE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One note to be found. `weight` 0..1 is its metrical stress, `length` in steps.

    `move` is the wanted move from the note before in scale steps, `target` a wanted pitch, `goal` the only pitch classes
    allowed, `height` where in pitch the line should be, `against` what sounds with it in another voice (or None).
    """

    weight: float
    length: int
    chord: frozenset[int]
    scale: frozenset[int]
    height: float
    move: int | None = None
    move_weight: float = 2.0
    target: int | None = None
    target_weight: float = 0.6
    goal: frozenset[int] | None = None
    against: int | None = None


def best_line(
    slots: list[Slot],
    low: int,
    high: int,
    manner: MelodyManner,
    rng: np.random.Generator,
    before: tuple[int, ...] = (),
    temperature: float = 1.0,
) -> list[int]:
    """The cheapest pitches for `slots`; `before` are the pitches that went before, oldest first."""
    if not slots:
        return []
    pitches = np.arange(low, high + 1)
    moves, turns = _static_costs(low, high, manner)
    locals_ = [_local(slot, pitches, manner, rng, temperature) for slot in slots]
    first = locals_[0].copy()
    if before:
        first += _from_before(before[-1], pitches, manner)
    if len(slots) == 1:
        return [int(pitches[np.argmin(first)])]
    costs = first[:, None] + _step(slots[0], slots[1], pitches, moves) + locals_[1][None, :]
    if len(before) and low <= before[-1] <= high:
        costs = costs + turns[before[-1] - low]
    choices: list[NDArray[np.int64]] = []
    for index in range(2, len(slots)):
        total = costs[:, :, None] + turns
        choice = np.argmin(total, axis=0)
        best = np.take_along_axis(total, choice[None], axis=0)[0]
        choices.append(choice)
        costs = best + _step(slots[index - 1], slots[index], pitches, moves) + locals_[index][None, :]
    a, b = np.unravel_index(int(np.argmin(costs)), costs.shape)
    line = [int(b), int(a)]
    for choice in reversed(choices):
        line.append(int(choice[line[-1], line[-2]]))
    return [int(pitches[i]) for i in reversed(line)]


@lru_cache(maxsize=64)
def _static_costs(low: int, high: int, manner: MelodyManner) -> tuple[FloatArray, FloatArray]:
    """Costs of moves [from, to] and of turns [before, from, to] that no slot changes."""
    pitches = np.arange(low, high + 1)
    difference = pitches[None, :] - pitches[:, None]
    size = abs(difference)
    moves = np.where(
        size < len(_MOVE_COSTS), np.array(_MOVE_COSTS)[np.minimum(size, len(_MOVE_COSTS) - 1)], _BEYOND_OCTAVE
    )
    moves = np.where(size == 0, moves * manner.repeat, np.where(size > 2, moves * manner.leap, moves))
    first, second = difference[:, :, None], difference[None, :, :]
    same_way = np.sign(first) == np.sign(second)
    turns = np.zeros((pitches.size,) * 3)
    turns += np.where((abs(first) >= 5) & same_way & (abs(second) > 2), 1.6, 0.0)  # a leap is answered, not outbid
    turns -= np.where((abs(first) >= 4) & ~same_way & (abs(second) <= 2) & (second != 0), 0.35, 0.0)
    turns += np.where((abs(first) > 2) & (abs(second) > 2) & same_way & (abs(first + second) > 12), 2.5, 0.0)
    turns += np.where((first == -second) & (first != 0), 0.6, 0.0)  # see-saws tire
    turns += np.where((first == 0) & (second == 0), 0.9 * manner.repeat, 0.0)
    return moves.astype(np.float64), turns


def _local(
    slot: Slot, pitches: NDArray[np.int64], manner: MelodyManner, rng: np.random.Generator, temperature: float
) -> FloatArray:
    """What each pitch costs by itself in a slot."""
    classes = pitches % 12
    in_chord = np.isin(classes, list(slot.chord))
    in_scale = np.isin(classes, list(slot.scale))
    stress = slot.weight * min(1.7, (slot.length / 12) ** 0.6)
    cost = np.where(in_chord, 0.0, (0.22 + 2.5 * stress) * manner.dissonance)
    harsh = np.isin((classes - 1) % 12, list(slot.chord)) & ~in_chord  # a half step above a chord tone
    cost = cost + np.where(harsh, 1.5 * stress, 0.0)
    cost = cost + np.where(in_scale | in_chord, 0.0, 2.6 * manner.chromatic + 2.0 * stress)
    distance = (pitches - slot.height) / 5.0
    cost = cost + 0.26 * distance**2
    if slot.target is not None:
        cost = cost + slot.target_weight * np.minimum(abs(pitches - slot.target), 8)
    if slot.goal is not None:
        cost = cost + np.where(np.isin(classes, list(slot.goal)), 0.0, _IMPOSSIBLE)
    if slot.against is not None:
        cost = cost + _consonance(abs(pitches - slot.against), slot.weight)
    return cost + temperature * 0.28 * rng.gumbel(size=pitches.size)


def _consonance(interval: NDArray[np.int64], weight: float) -> FloatArray:
    """What an interval against another voice costs: thirds and sixths are sweet, seconds and sevenths bite on the beat."""
    table = np.array((1.4, 3.0, 1.8, 0.0, 0.0, 1.0, 1.8, 0.5, 0.1, 0.0, 1.3, 2.6))
    return table[interval % 12] * (0.35 + 0.9 * weight) + np.where(interval < 3, 2.0, 0.0)


def _step(previous: Slot, slot: Slot, pitches: NDArray[np.int64], moves: FloatArray) -> FloatArray:
    """What going from one pitch to the next costs between two slots."""
    cost = moves
    size = abs(pitches[None, :] - pitches[:, None])
    classes = pitches % 12
    leaves_dissonance = ~np.isin(classes, list(previous.chord))[:, None] & (size > 2)
    enters_dissonance = ~np.isin(classes, list(slot.chord))[None, :] & (size > 2)
    cost = cost + np.where(leaves_dissonance, 2.4, 0.0) + np.where(enters_dissonance, 1.1, 0.0)
    if slot.move is not None:
        place = scale_places(pitches, slot.scale)
        cost = cost + slot.move_weight * np.minimum(abs(place[None, :] - place[:, None] - slot.move), 5)
    return cost


def _from_before(pitch: int, pitches: NDArray[np.int64], manner: MelodyManner) -> FloatArray:
    size = abs(pitches - pitch)
    base = np.where(
        size < len(_MOVE_COSTS), np.array(_MOVE_COSTS)[np.minimum(size, len(_MOVE_COSTS) - 1)], _BEYOND_OCTAVE / 2
    )
    return 0.7 * np.where(size > 2, base * manner.leap, base)


def scale_places(pitches: NDArray[np.int64], scale: frozenset[int]) -> FloatArray:
    """Positions on the ladder of the scale; notes between two rungs lie half-way."""
    rungs = sorted(scale)
    places = np.empty(pitches.size)
    for i, pitch in enumerate(pitches.tolist()):
        octave, pitch_class = divmod(pitch, 12)
        below = sum(1 for rung in rungs if rung <= pitch_class) - 1
        places[i] = octave * len(rungs) + below + (0.0 if pitch_class in scale else 0.5)
    return places


def metrical_weight(step: int, beat: int, bar: int) -> float:
    """Stress of a grid step: 1 on the downbeat, less on beats, little between them."""
    if step % bar == 0:
        return 1.0
    if step % beat == 0:
        return 0.8 if bar % (2 * beat) == 0 and step % (bar // 2) == 0 else 0.55
    return 0.3 if step % 6 == 0 else 0.12
