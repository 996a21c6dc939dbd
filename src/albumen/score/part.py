"""Parts: one instrument line of a song."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import NamedTuple

from albumen.score.instrument import PROGRAM_NAMES, Timbre, timbre_of
from albumen.score.notes import Notes

# What a part does in the band. The order is the order of cells in a bar of the token stream: append, never reorder.
ROLES = ("melody", "bass", "counter", "chords", "pad", "drums")


class Control(NamedTuple):
    """A controller change: MIDI controller `number` 0..127 takes `value` 0..127 at `tick`."""

    tick: int
    number: int
    value: int


class Bend(NamedTuple):
    """A pitch bend: `value` -8192..8191 at `tick`."""

    tick: int
    value: int


def _no_notes() -> Notes:
    return Notes((), (), (), ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One instrument line. `id` names it in edits, locks and seeds and is unique in its score (`violin`, `violin-2`).

    `program` 0..127 (General MIDI), ignored by drum parts except as their kit; `role` one of `ROLES` or empty.
    """

    id: str
    name: str = ""
    program: int = 0
    is_drum: bool = False
    role: str = ""
    notes: Notes = field(default_factory=_no_notes)
    controls: tuple[Control, ...] = ()
    bends: tuple[Bend, ...] = ()

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("a part needs an id")
        if not 0 <= self.program <= 127:
            raise ValueError(f"part {self.id}: a program lies in 0..127, got {self.program}")
        if self.role and self.role not in ROLES:
            raise ValueError(f"part {self.id}: a role is one of {', '.join(ROLES)}, got {self.role!r}")

    @property
    def timbre(self) -> Timbre:
        """The timbre class of the part's program."""
        return timbre_of(self.program, self.is_drum)

    @property
    def instrument_name(self) -> str:
        """The instrument in words."""
        return "drums" if self.is_drum else PROGRAM_NAMES[self.program]

    def replace(self, **changes: object) -> Part:
        """The same part with some fields exchanged."""
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]
