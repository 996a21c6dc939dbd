"""The score: the notes of a song, all parts over one time map, with its keys, chords and sections."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import NamedTuple

from albumen.score.chord import Chord
from albumen.score.key import Key
from albumen.score.meter import Meter
from albumen.score.notes import Notes
from albumen.score.part import Part
from albumen.score.section import Section
from albumen.score.time_map import Bar, MeterChange, TempoChange, TimeMap

TICKS_PER_QUARTER = 480  # what Albumen composes in; read scores keep their own
STEPS_PER_QUARTER = 12  # the grid of tokens and of the composer: 16ths and triplets


class KeyChange(NamedTuple):
    """From `tick` on the key is `key`."""

    tick: int
    key: Key


class ChordChange(NamedTuple):
    """From `tick` on the harmony is `chord` (None: no chord)."""

    tick: int
    chord: Chord | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A song in notes. Ticks everywhere count `resolution` to the quarter note.

    `length` is the end of the song in ticks: never before the last note's end; the bar lines follow from it.
    """

    resolution: int = TICKS_PER_QUARTER
    parts: tuple[Part, ...] = ()
    tempos: tuple[TempoChange, ...] = (TempoChange(0, 500_000),)
    meters: tuple[MeterChange, ...] = (MeterChange(0, Meter(4, 4)),)
    keys: tuple[KeyChange, ...] = ()
    chords: tuple[ChordChange, ...] = ()
    sections: tuple[Section, ...] = ()
    title: str = ""
    length: int = 0

    def __post_init__(self) -> None:
        TimeMap(self.resolution, self.tempos, self.meters)
        ids = [part.id for part in self.parts]
        if len(set(ids)) != len(ids):
            raise ValueError(f"part ids must differ, got {ids}")
        last = max((int(part.notes.end.max()) for part in self.parts if len(part.notes)), default=0)
        if self.length < last:
            object.__setattr__(self, "length", last)

    @property
    def time_map(self) -> TimeMap:
        """Ticks to seconds and bars."""
        return TimeMap(self.resolution, self.tempos, self.meters)

    def bars(self) -> tuple[Bar, ...]:
        """All bars of the song, at least one."""
        return self.time_map.bars(self.length)

    @property
    def seconds(self) -> float:
        """How long the song lasts as written."""
        return self.time_map.seconds(self.length)

    def part(self, part_id: str) -> Part:
        """The part called `part_id`; raises `KeyError` with the ids there are."""
        for part in self.parts:
            if part.id == part_id:
                return part
        raise KeyError(f"no part called {part_id!r}; there are {', '.join(part.id for part in self.parts) or 'none'}")

    def with_part(self, changed: Part) -> Score:
        """The score with the part of the same id exchanged."""
        self.part(changed.id)
        return self.replace(parts=tuple(changed if part.id == changed.id else part for part in self.parts))

    def cell(self, part_id: str, bar: Bar) -> Notes:
        """The notes that one part begins in one bar."""
        return self.part(part_id).notes.between(bar.start, bar.end)

    def replace(self, **changes: object) -> Score:
        """The same score with some fields exchanged."""
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]
