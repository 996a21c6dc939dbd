"""Chords as root and quality: the harmony of a half bar."""

from __future__ import annotations

import re
from dataclasses import dataclass

from albumen.score.key import FLAT_NAMES

# Intervals above the root. The order is part of the token vocabulary: append, never reorder.
QUALITIES: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("", (0, 4, 7)),
    ("m", (0, 3, 7)),
    ("dim", (0, 3, 6)),
    ("aug", (0, 4, 8)),
    ("7", (0, 4, 7, 10)),
    ("maj7", (0, 4, 7, 11)),
    ("m7", (0, 3, 7, 10)),
    ("m7b5", (0, 3, 6, 10)),
    ("dim7", (0, 3, 6, 9)),
    ("sus4", (0, 5, 7)),
    ("5", (0, 7)),
)
QUALITY_NAMES = tuple(name for name, _ in QUALITIES)
_INTERVALS = dict(QUALITIES)
_WRITTEN = re.compile(r"^([A-G])([#b]?)(.*)$")
_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord. `root` 0..11 with C = 0, `quality` one of `QUALITY_NAMES`."""

    root: int
    quality: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.root <= 11:
            raise ValueError(f"a chord root is a pitch class 0..11, got {self.root}")
        if self.quality not in _INTERVALS:
            raise ValueError(f"unknown chord quality {self.quality!r}; known are {', '.join(map(repr, QUALITY_NAMES))}")

    @classmethod
    def parse(cls, text: str) -> Chord:
        """The chord written as `Bbm7`."""
        match = _WRITTEN.match(text.strip())
        if not match or match[3] not in _INTERVALS:
            raise ValueError(f"a chord is written like Bbm7, got {text!r}")
        return cls((_LETTERS[match[1]] + {"#": 1, "b": -1, "": 0}[match[2]]) % 12, match[3])

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """The chord's pitch classes, root first."""
        return tuple((self.root + interval) % 12 for interval in _INTERVALS[self.quality])

    def transposed(self, semitones: int) -> Chord:
        """The chord `semitones` higher."""
        return Chord((self.root + semitones) % 12, self.quality)

    def __str__(self) -> str:
        return FLAT_NAMES[self.root] + self.quality
