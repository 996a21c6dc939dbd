"""Staves: how many a part needs, in which clef, with which voices in which bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from albumen.score.notation import Sounding, Voice, on_grid, two_hands, voices_by_bar
from albumen.score.part import Part

_TWO_STAVES = ("piano", "electric-piano", "harpsichord", "organ", "harp", "accordion")
# Written clef: sign, line, octaves that the music sounds lower (-1) than it stands.
_TREBLE, _BASS, _ALTO, _PERCUSSION = ("G", 2, 0), ("F", 4, 0), ("C", 3, 0), ("percussion", 2, 0)
_GUITAR, _DEEP_BASS = ("G", 2, -1), ("F", 4, -1)
_CLEFS = {
    "viola": _ALTO, "guitar": _GUITAR, "electric-guitar": _GUITAR, "distorted-guitar": _GUITAR,
    "acoustic-bass": _DEEP_BASS, "electric-bass": _DEEP_BASS, "contrabass": _DEEP_BASS, "synth-bass": _DEEP_BASS,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Staff:
    """One staff of a part: its clef, and for each bar its voices."""

    clef: tuple[str, int, int]
    bars: list[list[Voice]]


def staves(part: Part, bars: Sequence[tuple[int, int]], resolution: int) -> list[Staff]:
    """The staves of a part: two for keyboards and harp that play in both halves, else one."""
    notes = on_grid(part.notes, resolution, is_drum=part.is_drum)
    if part.is_drum:
        return [Staff(_PERCUSSION, voices_by_bar(notes, bars))]
    if part.timbre.name in _TWO_STAVES:
        right, left = two_hands(notes, bars)
        return [Staff(_TREBLE, voices_by_bar(right, bars)), Staff(_BASS, voices_by_bar(left, bars))]
    return [Staff(_CLEFS.get(part.timbre.name) or _clef_for(notes), voices_by_bar(notes, bars))]


def _clef_for(notes: Sequence[Sounding]) -> tuple[str, int, int]:
    middle = sorted(note.pitch for note in notes)[len(notes) // 2] if notes else 60
    return _TREBLE if middle >= 57 else _BASS
