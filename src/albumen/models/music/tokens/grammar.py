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

    def may_end(self) -> bool:
        """Whether the cell is complete as it stands."""
        if self.last == "start":
            return (self.rules.may_be_empty and not self.rules.rhythm and not self.rules.pitches) or not self._positions().any()
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
        mask[self.at + 1 : min(rules.steps, rules.room)] = True
        for step in np.flatnonzero(mask):
            if self._sounding(int(step)) >= rules.voices:
                mask[step] = False
        if rules.pitches:
            self._keep_room_for_pitches(mask)
        elif mask.any() and not rules.is_drum:
            for step in np.flatnonzero(mask):
                mask[step] = bool(self._free(int(step), 128).any())
        return mask

    def _keep_room_for_pitches(self, mask: Mask) -> None:
        """With pitches fixed the onset may come only where its first pitch is free."""
        pitch = self.rules.pitches[len(self.notes)]
        for step in np.flatnonzero(mask):
            if self._is_busy(pitch, int(step)):
                mask[step] = False

    def _sounding(self, step: int) -> int:
        """Notes that began earlier and still sound at `step`."""
        if self.rules.is_drum:
            return 0
        held = sum(end > step for _, end in self.rules.held)
        return held + sum(note.step < step < note.step + note.steps for note in self.notes)

    def _is_busy(self, pitch: int, step: int) -> bool:
        if self.rules.is_drum:
            return any(note.pitch == pitch and note.step == step for note in self.notes)
        return any(p == pitch and end > step for p, end in self.rules.held) or any(
            note.pitch == pitch and note.step <= step < note.step + note.steps for note in self.notes
        )

    def _free(self, step: int, below: int) -> Mask:
        """Pitches that may be struck at `step` and lie below `below`, shape [128]."""
        rules = self.rules
        mask = np.zeros(128, dtype=bool)
        mask[max(0, rules.low) : min(rules.high + 1, below)] = True
        if rules.allowed_pitches:
            mask &= np.isin(np.arange(128), list(rules.allowed_pitches))
        for pitch in np.flatnonzero(mask):
            if self._is_busy(int(pitch), step):
                mask[pitch] = False
        return mask

    def _pitches(self) -> Mask:
        rules = self.rules
        if rules.pitches:
            mask = np.zeros(128, dtype=bool)
            if len(self.notes) < len(rules.pitches):
                mask[rules.pitches[len(self.notes)]] = True
            return mask
        mask = self._free(self.at, self.lowest)
        left = self._wanted_here() - self.struck if rules.rhythm else 1
        if int(mask.sum()) < left:
            # A locked rhythm may strike a pitch that still sounds rather than lose a note.
            mask[max(0, rules.low) : min(rules.high + 1, self.lowest)] = True
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
            if self._is_busy(rules.pitches[len(self.notes)], self.at):
                return False
        elif not self._free(self.at, self.lowest).any():
            return False
        return self._sounding(self.at) + self.struck < rules.voices

    def _longest(self) -> int:
        """Steps that a note at this onset may last."""
        return max(1, self.rules.room - self.at)

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
