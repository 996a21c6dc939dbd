"""Edits to parts: add, remove, swap, rename, roles, velocities, the notes of cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from albumen.score.edits.span import Span, part_meant, ticks_of
from albumen.score.instrument import PROGRAM_NAMES, Timbre, program_named, timbre_of
from albumen.score.notes import Note, Notes
from albumen.score.part import ROLES, Part
from albumen.score.part_names import clean_text, part_id
from albumen.score.score import Score
from albumen.work.errors import Wrong

_DRUMS = "drums"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPart:
    """A new part for an instrument (`violin`, `French horn`, `drums`), silent at first."""

    instrument: str
    role: str = ""

    def applied(self, score: Score) -> Score:
        """The score with one part more."""
        program, is_drum = _instrument(self.instrument)
        name = _DRUMS if is_drum else self.instrument.strip()
        chosen = part_id(name, PROGRAM_NAMES[program], [part.id for part in score.parts])
        part = Part(
            id=chosen, name=clean_text(name).capitalize(), program=program, is_drum=is_drum, role=_role(self.role)
        )
        return score.replace(parts=(*score.parts, part))


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovePart:
    """A part gone, or silent in some bars; what it sang on from before is cut at the first of them."""

    part: str
    bars: Span | None = None

    def applied(self, score: Score) -> Score:
        """The score without it."""
        part = part_meant(score, self.part)
        if self.bars is None:
            return score.replace(parts=tuple(other for other in score.parts if other.id != part.id))
        start, stop = ticks_of(score, self.bars)
        return score.with_part(part.replace(notes=_silenced(part.notes, start, stop)))


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapInstrument:
    """A part played by another instrument; notes out of its range move by octaves. The part keeps its id."""

    part: str
    instrument: str

    def applied(self, score: Score) -> Score:
        """The score with the part on its new instrument."""
        part = part_meant(score, self.part)
        program, is_drum = _instrument(self.instrument)
        if is_drum != part.is_drum:
            raise Wrong(f"drums and pitched instruments cannot be swapped ({part.id} and {self.instrument})")
        notes = part.notes if is_drum else _in_range(part.notes, timbre_of(program))
        had_default_name = part.name.lower() in ("", part.instrument_name.lower(), part.timbre.name)
        name = self.instrument.strip().capitalize() if had_default_name else part.name
        return score.with_part(part.replace(program=program, name=clean_text(name), notes=notes))


@dataclass(frozen=True, slots=True, kw_only=True)
class RenamePart:
    """A part under another name. Its id stays, since locks and seeds hang on it."""

    part: str
    name: str

    def applied(self, score: Score) -> Score:
        """The score with the part renamed."""
        return score.with_part(part_meant(score, self.part).replace(name=clean_text(self.name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRole:
    """What a part does in the band: one of the roles, or empty."""

    part: str
    role: str

    def applied(self, score: Score) -> Score:
        """The score with the part in its new role."""
        return score.with_part(part_meant(score, self.part).replace(role=_role(self.role)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeVelocity:
    """Louder or softer: each velocity times `factor`, plus `plus`. All parts where none is named."""

    factor: float = 1.0
    plus: int = 0
    part: str = ""
    bars: Span | None = None

    def applied(self, score: Score) -> Score:
        """The score with its velocities changed, inside 1..127."""
        if not 0 <= self.factor <= 100 or abs(self.plus) > 127:
            raise Wrong(f"velocities lie in 1..127, a change by *{self.factor:g} and {self.plus:+d} leads nowhere")
        only = part_meant(score, self.part) if self.part else None
        start, stop = ticks_of(score, self.bars)
        parts = []
        for part in score.parts:
            notes = part.notes
            chosen = (notes.onset >= start) & (notes.onset < stop) & (only in (None, part))
            louder = np.clip(np.round(notes.velocity * self.factor + self.plus), 1, 127)
            parts.append(part.replace(notes=notes.replace(velocity=np.where(chosen, louder, notes.velocity))))
        return score.replace(parts=tuple(parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class SetNotes:
    """The notes that a part begins in some bars: `[onset, length, pitch, velocity]`, onsets from the first of the bars."""

    part: str
    bars: Span
    notes: tuple[tuple[int, int, int, int], ...]

    def applied(self, score: Score) -> Score:
        """The score with these notes in place of those that began there."""
        part = part_meant(score, self.part)
        start, stop = ticks_of(score, self.bars)
        try:
            notes = Notes.of(Note(*row) for row in self.notes).shifted(start)
        except (ValueError, TypeError, OverflowError) as error:
            raise Wrong(f"these are no notes: {error}") from error
        if len(notes) and (notes.onset.min() < start or notes.onset.max() >= stop):
            raise Wrong(f"a note begins outside {self.bars}")
        return score.with_part(part.replace(notes=part.notes.outside(start, stop).joined(notes)))


def _instrument(name: str) -> tuple[int, bool]:
    if name.strip().lower() in (_DRUMS, "drum", "drum kit", "percussion"):
        return 0, True
    try:
        return program_named(name), False
    except KeyError as error:
        raise Wrong(str(error.args[0])) from error


def _role(role: str) -> str:
    if role and role not in ROLES:
        raise Wrong(f"a role is one of {', '.join(ROLES)}, got {role!r}")
    return role


def _silenced(notes: Notes, start: int, stop: int) -> Notes:
    kept = notes.outside(start, stop)
    rings_in = (kept.onset < start) & (kept.end > start)
    return kept.replace(length=np.where(rings_in, start - kept.onset, kept.length))


def _in_range(notes: Notes, timbre: Timbre) -> Notes:
    """The part in the octave where most of it can be played; what is left outside moves by octaves on its own."""
    if not len(notes):
        return notes
    pitch = notes.pitch.astype(np.int64)
    shifts = sorted((12 * octaves for octaves in range(-5, 6)), key=abs)
    inside = [int(((pitch + shift >= timbre.low) & (pitch + shift <= timbre.high)).sum()) for shift in shifts]
    pitch = pitch + shifts[inside.index(max(inside))]
    below, above = np.maximum(0, timbre.low - pitch), np.maximum(0, pitch - timbre.high)
    return notes.replace(pitch=pitch + (below + 11) // 12 * 12 - (above + 11) // 12 * 12)
