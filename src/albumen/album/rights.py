"""Rights: whose the album is, and what listeners are told about the part machines had in it."""

from __future__ import annotations

from dataclasses import dataclass

DISCLOSURE = (
    "Composed, performed, written and drawn by software, by trained models and by rules, under the direction of people; "
    "the credits say who did what."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """The owner of the recording and the songs. `year` 0 means not stated yet.

    `licence` is what others may do with the album, `disclosure` the sentence about the use of AI that stores ask for.
    """

    holder: str = ""
    year: int = 0
    licence: str = "All rights reserved"
    disclosure: str = DISCLOSURE

    def __post_init__(self) -> None:
        if self.year and not 1900 <= self.year <= 2999:
            raise ValueError(f"a year is written like 2026, got {self.year}")
        if not self.disclosure.strip():
            raise ValueError("the disclosure may be reworded but not left empty: stores and listeners ask for it")
