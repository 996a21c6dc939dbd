"""What may follow what inside a cell: the machine that turns wishes into guarantees.

While a cell is being written, `allowed()` gives a mask over the vocabulary that leaves only words which keep the
instrument in its range, its voices in number, its notes apart and the bar whole. Everything outside cells is said by the
writer itself, so a net under this machine cannot break the plan.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from albumen.models.music.tokens import vocabulary as v
from albumen.models.music.tokens.cell import DRUM_STEPS, GridNote, length_words

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRules:
    """What a cell must obey, all in the stream's steps and pitches (from the tonic).

    `room` steps from the bar line to where the part's next untouched note begins (or the song ends): no note may reach
    beyond. `held` notes of earlier bars that still sound, as (pitch, steps after the bar line when they end).
    `rhythm` fixes onsets and lengths: (step, steps, notes) per onset. `pitches` fixes the pitches in reading order.
    `allowed_pitches` limits pitches further (drums: the kit that the style has).
    """

    steps: int
    low: int
    high: int
    voices: int
    room: int
    is_drum: bool = False
    may_be_empty: bool = False
    most_onsets: int = v.MOST_STEPS
    held: tuple[tuple[int, int], ...] = ()
    rhythm: tuple[tuple[int, int, int], ...] = ()
    pitches: tuple[int, ...] = ()
    allowed_pitches: frozenset[int] = frozenset()


@dataclass
class CellMachine:
    """The state of one cell while it is written word by word."""

    rules: CellRules
    at: int = -1  # step of the current onset
    velocity: int = -1
    length: int = -1
    ties: int = 0
    last: str = "start"  # kind of the last word: start, position, velocity, tie, length, pitch
    lowest: int = 128  # lowest pitch already struck at this onset
    onsets: int = 0
    struck: int = 0  # notes at this onset
    notes: list[GridNote] = field(default_factory=list)
    # Derived from the notes, so that a word costs microseconds: where each pitch falls silent, how many notes sound at
    # each step (not counting those struck at that very step), which pitches the rules allow at all.
    _silent_from: NDArray[np.int32] = field(default_factory=lambda: np.zeros(128, dtype=np.int32))
    _sounding: NDArray[np.int32] = field(default_factory=lambda: np.zeros(v.MOST_STEPS, dtype=np.int32))
    _in_range: Mask = field(default_factory=lambda: np.zeros(128, dtype=bool))

    def __post_init__(self) -> None:
        rules = self.rules
        self._in_range[max(0, rules.low) : rules.high + 1] = True
        if rules.allowed_pitches:
            self._in_range &= np.isin(np.arange(128), list(rules.allowed_pitches))
        for pitch, end in rules.held:
            self._silent_from[pitch] = max(self._silent_from[pitch], end)
            self._sounding[:end] += 1

    def push(self, word: int) -> None:
        """Take one word that `allowed()` permits."""
        if word in v.POSITION:
            self.at, self.lowest, self.struck, self.last = v.POSITION.index(word), 128, 0, "position"
            self.onsets += 1
        elif word in v.VELOCITY:
            self.velocity, self.last = v.VELOCITY.index(word), "velocity"
        elif word in v.TIE:
            self.ties += (v.TIE.index(word) + 1) * v.LONGEST
            self.last = "tie"
        elif word in v.LENGTH:
            self.length, self.ties, self.last = self.ties + v.LENGTH.index(word) + 1, 0, "length"
        else:
            family = v.DRUM if self.rules.is_drum else v.PITCH
            pitch = family.index(word)
            steps = DRUM_STEPS if self.rules.is_drum else self.length
            self.notes.append(GridNote(self.at, steps, pitch, self.velocity))
            self.lowest, self.last = pitch, "pitch"
            self.struck += 1
            if not self.rules.is_drum:
                self._silent_from[pitch] = max(self._silent_from[pitch], self.at + steps)
                self._sounding[self.at + 1 : self.at + steps] += 1

    def may_end(self) -> bool:
        """Whether the cell is complete as it stands."""
        if self.last == "start":
            return (
                self.rules.may_be_empty and not self.rules.rhythm and not self.rules.pitches
            ) or not self._positions().any()
        if self.last != "pitch":
            return False
        if self.rules.rhythm:
            return self.onsets == len(self.rules.rhythm) and self.struck >= self._wanted_here()
        return not self.rules.pitches or len(self.notes) >= len(self.rules.pitches)

    def allowed(self) -> Mask:
        """The words that may come next, shape [vocabulary]. Empty only where the cell can do nothing but end."""
        mask = np.zeros(v.SIZE, dtype=bool)
        if self.last == "start":
            mask[v.POSITION.ids] = self._positions()
            return mask
        if self.last == "pitch":
            mask[v.POSITION.ids] = self._positions()
            if not self._can_strike_more():
                return mask
        pitches = self._pitches()
        if self.last in ("position", "pitch"):
            mask[v.VELOCITY.ids] = True
            if self.velocity >= 0:
                mask[v.VELOCITY[self.velocity]] = False
        if self.velocity < 0:
            return mask
        if not self.rules.is_drum:
            if self.last in ("position", "pitch", "velocity"):
                self._allow_lengths(mask)
            if self.last == "tie":
                self._allow_rest_of_length(mask)
                return mask
            if self.length < 0 or not self._length_fits():
                return mask
        mask[(v.DRUM if self.rules.is_drum else v.PITCH).ids] = pitches
        return mask

    # What is still possible at and after the current onset.

    def _positions(self) -> Mask:
        """Steps at which the next onset may lie, shape [MOST_STEPS]."""
        mask = np.zeros(v.MOST_STEPS, dtype=bool)
        rules = self.rules
        if rules.rhythm:
            if self.last == "pitch" and self.struck < self._wanted_here():
                return mask
            if self.onsets < len(rules.rhythm):
                mask[rules.rhythm[self.onsets][0]] = True
            return mask
        if self.onsets >= rules.most_onsets or (rules.pitches and len(self.notes) >= len(rules.pitches)):
            return mask
        span = slice(self.at + 1, min(rules.steps, rules.room))
        mask[span] = True if rules.is_drum else self._sounding[span] < rules.voices
        if rules.pitches:
            # With pitches fixed an onset may come only where its first pitch is free and the others still have room.
            mask[: self._silent_from[rules.pitches[len(self.notes)]]] = False
            mask[max(0, min(rules.steps, rules.room) - self._pitches_left() + 1) :] = False
        elif not rules.is_drum and int(self._in_range.sum()) <= rules.voices:
            # So narrow a range that all of it may sound already.
            for step in np.flatnonzero(mask):
                mask[step] = bool((self._in_range & (self._silent_from <= step)).any())
        return mask

    def _free(self) -> Mask:
        """Pitches that may be struck now, below those struck already, shape [128]."""
        mask = self._in_range.copy() if self.rules.is_drum else self._in_range & (self._silent_from <= self.at)
        mask[self.lowest :] = False
        return mask

    def _pitches(self) -> Mask:
        rules = self.rules
        if rules.pitches:
            mask = np.zeros(128, dtype=bool)
            if len(self.notes) < len(rules.pitches):
                mask[rules.pitches[len(self.notes)]] = True
            return mask
        mask = self._free()
        left = self._wanted_here() - self.struck if rules.rhythm else 1
        if int(mask.sum()) < left:
            # A locked rhythm may strike a pitch that still sounds rather than lose a note.
            mask[: self.lowest] |= self._in_range[: self.lowest]
        if left > 1:
            # Keep enough lower pitches for the notes that this onset still needs.
            mask[np.flatnonzero(mask)[: left - 1]] = False
        return mask

    def _wanted_here(self) -> int:
        return self.rules.rhythm[self.onsets - 1][2] if self.rules.rhythm and self.onsets else 0

    def _can_strike_more(self) -> bool:
        rules = self.rules
        if rules.rhythm and self.struck >= self._wanted_here():
            return False
        if rules.pitches:
            if len(self.notes) >= len(rules.pitches) or rules.pitches[len(self.notes)] >= self.lowest:
                return False
            if self._silent_from[rules.pitches[len(self.notes)]] > self.at:
                return False
        elif not self._free().any():
            return False
        return bool(self._sounding[self.at] + self.struck < rules.voices)

    def _longest(self) -> int:
        """Steps that a note at this onset may last."""
        if self._pitches_left() > 1:
            return max(1, min(self.rules.steps, self.rules.room) - self.at - self._pitches_left() + 1)
        return max(1, self.rules.room - self.at)

    def _pitches_left(self) -> int:
        return len(self.rules.pitches) - len(self.notes) if self.rules.pitches else 0

    def _length_fits(self) -> bool:
        return self.length <= self._longest() and (not self.rules.rhythm or self.length == self._rhythm_length())

    def _rhythm_length(self) -> int:
        return min(self.rules.rhythm[self.onsets - 1][1], self._longest())

    def _allow_lengths(self, mask: Mask) -> None:
        if self.rules.rhythm:
            if self.length != self._rhythm_length():
                mask[length_words(self._rhythm_length())[0]] = True
            return
        longest = self._longest()
        mask[v.LENGTH.first : v.LENGTH.first + min(longest, v.LONGEST)] = True
        if 0 < self.length <= v.LONGEST:
            mask[v.LENGTH[self.length - 1]] = False
        ties = min((longest - 1) // v.LONGEST, v.MOST_TIES)
        mask[v.TIE.first : v.TIE.first + ties] = True

    def _allow_rest_of_length(self, mask: Mask) -> None:
        if self.rules.rhythm:
            mask[length_words(self._rhythm_length())[-1]] = True
            return
        rest = min(self._longest() - self.ties, v.LONGEST)
        mask[v.LENGTH.first : v.LENGTH.first + rest] = True
        if self.ties < self.length <= self.ties + v.LONGEST:
            mask[v.LENGTH[self.length - self.ties - 1]] = False
