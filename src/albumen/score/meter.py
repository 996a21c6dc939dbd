"""Meters: how many of which note value make a bar, and where the beats lie."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Meter:
    """A time signature, for instance 6/8. `numerator` 1..99, `denominator` a power of two up to 64."""

    numerator: int = 4
    denominator: int = 4

    def __post_init__(self) -> None:
        if not 1 <= self.numerator <= 99:
            raise ValueError(f"a meter has 1 to 99 beats, got {self.numerator}")
        if self.denominator not in (1, 2, 4, 8, 16, 32, 64):
            raise ValueError(f"a meter counts in 1, 2, 4, 8, 16, 32 or 64, got {self.denominator}")

    @classmethod
    def parse(cls, text: str) -> Meter:
        """The meter written as `3/4`."""
        try:
            numerator, denominator = (int(number) for number in text.split("/"))
        except ValueError:
            raise ValueError(f"a meter is written like 3/4, got {text!r}") from None
        return cls(numerator, denominator)

    def bar_ticks(self, resolution: int) -> int:
        """Ticks of a full bar at `resolution` ticks per quarter note; at least 1."""
        return max(1, self.numerator * 4 * resolution // self.denominator)

    def is_compound(self) -> bool:
        """Whether beats divide in three (6/8, 9/8, 12/8 ...)."""
        return self.denominator >= 8 and self.numerator > 3 and self.numerator % 3 == 0

    def beat_ticks(self, resolution: int) -> int:
        """Ticks of the felt beat: a dotted note in compound meters."""
        unit = max(1, 4 * resolution // self.denominator)
        return unit * 3 if self.is_compound() else unit

    def chord_slots(self) -> int:
        """Chords are written per half bar where a bar halves into equal beats, else per bar."""
        beats = self.numerator // 3 if self.is_compound() else self.numerator
        return 2 if beats >= 2 and beats % 2 == 0 and (beats > 2 or self.is_compound() or self.denominator <= 2) else 1

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"
