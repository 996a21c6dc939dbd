"""Notes as columns: four integer arrays instead of thousands of objects, so that a symphony is cheap to hold and compare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int32]


class Note(NamedTuple):
    """One note. `onset` and `length` in ticks, `pitch` 0..127 (60 is middle C), `velocity` 1..127."""

    onset: int
    length: int
    pitch: int
    velocity: int = 80

    @property
    def end(self) -> int:
        """The tick at which the note stops sounding."""
        return self.onset + self.length


class Notes:
    """The notes of one part, sorted by onset, then pitch, length, velocity. Immutable.

    >>> Notes.of([Note(480, 240, 64), Note(0, 480, 60)]).pitch.tolist()
    [60, 64]
    """

    __slots__ = ("length", "onset", "pitch", "velocity")
    onset: IntArray
    length: IntArray
    pitch: IntArray
    velocity: IntArray

    def __init__(self, onset: object, length: object, pitch: object, velocity: object) -> None:
        columns = [np.asarray(column, dtype=np.int32).reshape(-1) for column in (onset, length, pitch, velocity)]
        sizes = {column.size for column in columns}
        if len(sizes) != 1:
            raise ValueError(f"the four columns of notes must be equally long, got {sorted(sizes)}")
        if columns[0].size:
            _check(*columns)
            order = np.lexsort((columns[3], columns[1], columns[2], columns[0]))
            columns = [column[order] for column in columns]
        for name, column in zip(("onset", "length", "pitch", "velocity"), columns, strict=True):
            column.setflags(write=False)
            object.__setattr__(self, name, column)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("notes do not change; make new ones with replace()")

    def __reduce__(self) -> tuple[type[Notes], tuple[IntArray, IntArray, IntArray, IntArray]]:
        return Notes, (self.onset, self.length, self.pitch, self.velocity)

    @classmethod
    def of(cls, notes: Iterable[Note]) -> Notes:
        """Columns from single notes."""
        rows = np.array([tuple(note) for note in notes], dtype=np.int32).reshape(-1, 4)
        return cls(rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3])

    def __len__(self) -> int:
        return int(self.onset.size)

    def __iter__(self) -> Iterator[Note]:
        columns = (self.onset.tolist(), self.length.tolist(), self.pitch.tolist(), self.velocity.tolist())
        return (Note(*row) for row in zip(*columns, strict=True))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Notes):
            return NotImplemented
        return all(np.array_equal(getattr(self, name), getattr(other, name)) for name in self.__slots__)

    def __hash__(self) -> int:
        return hash((self.onset.tobytes(), self.length.tobytes(), self.pitch.tobytes(), self.velocity.tobytes()))

    def __repr__(self) -> str:
        return f"Notes({len(self)})"

    @property
    def end(self) -> IntArray:
        """Ticks at which the notes stop, in the order of the onsets."""
        return self.onset + self.length

    def where(self, mask: NDArray[np.bool_]) -> Notes:
        """The notes for which `mask` is true."""
        return Notes(self.onset[mask], self.length[mask], self.pitch[mask], self.velocity[mask])

    def between(self, start: int, stop: int) -> Notes:
        """The notes that begin at or after `start` and before `stop` (ticks)."""
        first, last = np.searchsorted(self.onset, (start, stop))
        span = slice(int(first), int(last))
        return Notes(self.onset[span], self.length[span], self.pitch[span], self.velocity[span])

    def outside(self, start: int, stop: int) -> Notes:
        """The notes that do not begin in start..stop (ticks)."""
        return self.where((self.onset < start) | (self.onset >= stop))

    def replace(self, **columns: object) -> Notes:
        """New notes with some columns exchanged."""
        return Notes(**{name: columns.get(name, getattr(self, name)) for name in ("onset", "length", "pitch", "velocity")})

    def shifted(self, ticks: int = 0, semitones: int = 0) -> Notes:
        """The same notes later by `ticks` and higher by `semitones`."""
        return Notes(self.onset + ticks, self.length, self.pitch + semitones, self.velocity)

    def joined(self, other: Notes) -> Notes:
        """These notes and the other ones."""
        return Notes(*(np.concatenate([getattr(self, n), getattr(other, n)]) for n in ("onset", "length", "pitch", "velocity")))


def _check(onset: IntArray, length: IntArray, pitch: IntArray, velocity: IntArray) -> None:
    if onset.min() < 0:
        raise ValueError(f"a note cannot begin before the song, got tick {onset.min()}")
    if length.min() < 1:
        raise ValueError(f"a note lasts at least one tick, got {length.min()}")
    if pitch.min() < 0 or pitch.max() > 127:
        raise ValueError(f"pitches lie in 0..127, got {pitch.min()}..{pitch.max()}")
    if velocity.min() < 1 or velocity.max() > 127:
        raise ValueError(f"velocities lie in 1..127, got {velocity.min()}..{velocity.max()}")
