"""Performances: what a player does with a part, in seconds. The score stays quantised; this is made anew at render time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from albumen.score.part import Part
from albumen.sound.clock import Clock, FloatArray

VOLUME, PAN, EXPRESSION, SUSTAIN = 7, 10, 11, 64
# Bank select, pan and effect sends belong to the patch and the mix; 120 and above are channel modes, not music.
_NOT_PLAYED = frozenset((0, 32, PAN, 91, 92, 93, 94, 95, *range(120, 128)))
SHORTEST_NOTE_SECONDS = 0.02


class PlayedControl(NamedTuple):
    """Controller `number` takes `value` (0..127) at `seconds`; number -1 is the pitch bend, -8192..8191."""

    seconds: float
    number: int
    value: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Performance:
    """Played notes as columns, sorted by start. Times in seconds from the start of the song, velocities 1..127.

    `seconds` is where the song ends as played, before any ringing.
    """

    start: FloatArray
    stop: FloatArray
    pitch: NDArray[np.int32]
    velocity: NDArray[np.int32]
    controls: tuple[PlayedControl, ...] = ()
    seconds: float = 0.0

    def __len__(self) -> int:
        return int(self.start.size)

    def between(self, begin: float, end: float) -> Performance:
        """What sounds between two seconds, `begin` being the new zero: notes that sound already are struck there, and
        controllers stand as they stood."""
        kept = (self.stop > begin) & (self.start < end)
        standing = {control.number: control._replace(seconds=0.0) for control in self.controls if control.seconds <= begin}
        moved = [c._replace(seconds=c.seconds - begin) for c in self.controls if begin < c.seconds < end]
        return replace(
            self,
            start=np.maximum(self.start[kept] - begin, 0.0),
            stop=self.stop[kept] - begin,
            pitch=self.pitch[kept],
            velocity=self.velocity[kept],
            controls=(*standing.values(), *moved),
            seconds=max(0.0, min(self.seconds, end) - begin),
        )

    def digest(self) -> str:
        """SHA-256 of everything that is played; times count in microseconds."""
        sums = hashlib.sha256()
        for column in (np.rint(self.start * 1e6), np.rint(self.stop * 1e6), self.pitch, self.velocity):
            sums.update(np.ascontiguousarray(column, dtype="<i8").tobytes())
        for control in self.controls:
            sums.update(f"{round(control.seconds * 1e6)},{control.number},{control.value};".encode())
        sums.update(str(round(self.seconds * 1e6)).encode())
        return sums.hexdigest()


def play_as_written(part: Part, clock: Clock, end_tick: int) -> Performance:
    """The part exactly as written."""
    notes = part.notes
    start, stop = clock.at(notes.onset), clock.at(notes.end)
    return performance_of(
        start, stop, notes.pitch, notes.velocity, played_controls(part, clock), float(clock.at(end_tick))
    )


def performance_of(
    start: FloatArray,
    stop: FloatArray,
    pitch: NDArray[np.int32],
    velocity: NDArray[np.int32] | FloatArray,
    controls: tuple[PlayedControl, ...],
    seconds: float,
) -> Performance:
    """Sorted columns in which no pitch is struck while it still sounds: the older note ends first."""
    start = np.maximum(start, 0.0)
    stop = np.maximum(stop, start + SHORTEST_NOTE_SECONDS)
    order = np.lexsort((velocity, pitch, start))
    start, stop, pitch, velocity = start[order], stop[order], pitch[order], velocity[order]
    for value in np.unique(pitch):
        rows = np.flatnonzero(pitch == value)
        stop[rows[:-1]] = np.minimum(stop[rows[:-1]], start[rows[1:]])
    kept = stop > start  # of two equal strokes at once the louder one stays: it is the last of them
    return Performance(
        start=start[kept],
        stop=stop[kept],
        pitch=pitch[kept].astype(np.int32),
        velocity=np.clip(np.rint(velocity[kept]), 1, 127).astype(np.int32),
        controls=controls,
        seconds=seconds,
    )


def played_controls(part: Part, clock: Clock) -> tuple[PlayedControl, ...]:
    """The controllers and bends that shape the playing; volume changes count relative to the loudest one."""
    volumes = [control.value for control in part.controls if control.number == VOLUME]
    loudest = max(volumes, default=0)
    played: list[PlayedControl] = []
    for control in part.controls:
        if control.number in _NOT_PLAYED:
            continue
        value = control.value
        if control.number == VOLUME:
            value = round(100 * control.value / loudest) if loudest else 100
        played.append(PlayedControl(float(clock.at(control.tick)), control.number, value))
    played.extend(PlayedControl(float(clock.at(bend.tick)), -1, bend.value) for bend in part.bends)
    return tuple(sorted(played, key=lambda control: control.seconds))
