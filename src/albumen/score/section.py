"""Sections: the parts of a form, in bars."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Bars `start_bar` .. `start_bar + bars - 1` (from 0). `label` is the same where the material returns (A, B, intro ...).

    `name` is what musicians call it (verse, chorus, trio), may be empty.
    """

    label: str
    start_bar: int
    bars: int
    name: str = ""

    def __post_init__(self) -> None:
        if self.start_bar < 0 or self.bars < 1:
            raise ValueError(f"section {self.label}: needs a start at 0 or later and at least one bar")

    @property
    def end_bar(self) -> int:
        """The bar after the last one."""
        return self.start_bar + self.bars
