"""Credits: who did what, people and machines alike."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """One line of the credits, for instance role `producer`, name `Ada`, note `mixed at home`."""

    role: str
    name: str
    note: str = ""

    def __str__(self) -> str:
        return f"{self.role}: {self.name}" + (f" ({self.note})" if self.note else "")
