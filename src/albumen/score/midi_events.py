"""Standard MIDI files as columns of events: the first half of reading MIDI, before any music is made of it (`midi.py`).

Own parser, because a corpus needs what general readers drop: notes without end, Latin-1 names, SMPTE time, programs
set in another track. It is quick because only the walk from event to event is a Python loop; where each step leads is
computed for all bytes at once. Whatever bytes come in, only `Wrong` comes out.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from albumen.work.errors import Wrong

MAX_MIDI_BYTES = 16 * 2**20
_PADDING = 8
_HEADER = struct.Struct(">4sIHHH")
_END_OF_TRACK = 0x2F


class Meta(NamedTuple):
    """A meta event: names, tempo, meter, key, markers. `kind` is the MIDI meta type, `track` counts from 0."""

    track: int
    tick: int
    kind: int
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class MidiEvents:
    """A MIDI file before interpretation.

    Columns of the channel events, in file order: `track`, `tick` (int64, from the start of the track), `status`
    (0x80..0xEF), `data1`, `data2`. `track_end` is the last tick of each track.
    """

    kind: int
    division: int
    track: NDArray[np.int64]
    tick: NDArray[np.int64]
    status: NDArray[np.uint8]
    data1: NDArray[np.uint8]
    data2: NDArray[np.uint8]
    metas: tuple[Meta, ...]
    track_end: tuple[int, ...]


def _step_table(running: int, explicit: int, statuses: tuple[int, ...]) -> NDArray[np.uint8]:
    table = np.zeros(256, np.uint8)
    table[:0x80] = running
    for status in statuses:
        table[status : status + 16] = explicit
    return table


# How many bytes from a status (or first data) byte to the next event; 0: needs a closer look. One table for each kind
# of running status: events with two data bytes, and with one.
_TWO_BYTES = _step_table(2, 3, (0x80, 0x90, 0xA0, 0xB0, 0xE0))
_ONE_BYTE = _step_table(1, 2, (0xC0, 0xD0))


def midi_events(data: bytes, *, name: str = "MIDI data") -> MidiEvents:
    """The events of a MIDI file of type 0, 1 or 2, also inside a RIFF wrapper. Raises `Wrong` for anything damaged."""
    data = _without_riff(data)
    if len(data) > MAX_MIDI_BYTES:
        size, limit = round(len(data) / 2**20), MAX_MIDI_BYTES >> 20
        raise Wrong(f"the MIDI file has {size} MB, more than the {limit} MB of the longest songs", where=name)
    kind, division, tracks = _chunks(data, name)
    walk = _Walk(data, name)
    for start, stop in tracks:
        walk.track(start, stop)
    return walk.events(kind, division)


def _without_riff(data: bytes) -> bytes:
    if data[:4] == b"RIFF" and data[8:12] == b"RMID":
        start = data.find(b"MThd", 12, 256)
        return data[start:] if start > 0 else data
    return data


def _chunks(data: bytes, name: str) -> tuple[int, int, list[tuple[int, int]]]:
    if not data:
        raise Wrong("the file is empty", where=name, next_step="export the song as MIDI again")
    if data[:4] != b"MThd":
        raise Wrong("this is not a MIDI file (it does not begin with MThd)", where=name)
    if len(data) < _HEADER.size:
        raise _cut_off(name, "its header is incomplete")
    _, size, kind, announced, division = _HEADER.unpack_from(data)
    if kind > 2 or size < 6:
        raise Wrong(f"MIDI files have type 0, 1 or 2, this one says {kind}", where=name)
    if division == 0 or (division & 0x8000 and not division & 0xFF):
        raise Wrong("the header says that a beat has no ticks, so the notes have no time", where=name)
    tracks: list[tuple[int, int]] = []
    position = 8 + size
    while len(tracks) < announced and position + 8 <= len(data):
        length = int.from_bytes(data[position + 4 : position + 8], "big")
        if position + 8 + length > len(data):
            raise _cut_off(name, f"track {len(tracks) + 1} of {announced} is incomplete")
        if data[position : position + 4] == b"MTrk":
            tracks.append((position + 8, position + 8 + length))
        position += 8 + length
    if len(tracks) < announced:
        raise _cut_off(name, f"it has {len(tracks)} of {announced} tracks")
    return kind, division, tracks


def _cut_off(name: str, how: str) -> Wrong:
    return Wrong(f"the MIDI file is cut off: {how}", where=name, next_step="copy or export it again")


class _Walk:
    """Walks through the tracks of one file and remembers where events begin."""

    def __init__(self, data: bytes, name: str) -> None:
        self.data = data
        self.name = name
        self.padded = np.frombuffer(data + bytes(_PADDING), np.uint8)
        size = len(data)
        high = self.padded >= 0x80
        first, second, third, fourth = (high[i : i + size] for i in range(4))
        # Bytes of the variable-length time before each event, were there an event.
        self.time_bytes = 1 + first * (1 + second * (1 + third.astype(np.uint8)))
        status = self.padded[np.arange(size) + self.time_bytes]
        overlong = first & second & third & fourth
        self.two_bytes, self.one_byte = (
            np.where((table[status] == 0) | overlong, 0, table[status] + self.time_bytes).astype(np.uint8).tobytes()
            for table in (_TWO_BYTES, _ONE_BYTE)
        )
        self.starts: list[int] = []
        self.first_event: list[int] = []
        self.metas: list[tuple[int, int, int, bytes]] = []  # event, track, kind, data

    def track(self, start: int, stop: int) -> None:
        """Visit every event from `start` to the end of the track."""
        starts = self.starts
        self.first_event.append(len(starts))
        visit = starts.append
        steps, position = self.two_bytes, start
        while position < stop:
            visit(position)
            step = steps[position]
            if step:
                position += step
                continue
            position, status = self._special(position, stop)
            if status >= 0xF0:
                continue
            steps = self.one_byte if 0xC0 <= status < 0xE0 else self.two_bytes
        if position > stop:
            raise self._damaged()

    def _special(self, position: int, stop: int) -> tuple[int, int]:
        """Where the event after this one begins, and the status of this one."""
        data = self.data
        place = position + int(self.time_bytes[position])
        if place >= stop or data[place - 1] >= 0x80:
            raise self._damaged()
        status = data[place]
        if status < 0xF0:
            return place + (2 if 0xC0 <= status < 0xE0 else 3), status
        if status == 0xFF:
            kind = data[place + 1] if place + 1 < stop else _END_OF_TRACK
            begin, end = self._block(place + 2, stop)
            if kind == _END_OF_TRACK:
                return stop, status
            self.metas.append((len(self.starts) - 1, len(self.first_event) - 1, kind, data[begin:end]))
            return end, status
        if status in (0xF0, 0xF7):
            return self._block(place + 1, stop)[1], status
        return place + {0xF1: 2, 0xF2: 3, 0xF3: 2}.get(status, 1), status

    def _block(self, position: int, stop: int) -> tuple[int, int]:
        length = 0
        for place in range(position, min(position + 4, stop)):
            length = length << 7 | self.data[place] & 0x7F
            if self.data[place] < 0x80:
                if place + 1 + length > stop:
                    break
                return place + 1, place + 1 + length
        if position >= stop:
            return stop, stop
        raise self._damaged()

    def _damaged(self) -> Wrong:
        where = f"track {len(self.first_event)}"
        return Wrong(f"{where} is damaged, its events do not fit into it", where=self.name, next_step="export it again")

    def events(self, kind: int, division: int) -> MidiEvents:
        """All that was visited, as columns."""
        count = len(self.starts)
        at = np.array(self.starts, np.int64)
        width = self.time_bytes[at].astype(np.int64) if count else at
        status_at = at + width
        status = self.padded[status_at]
        track_of = np.repeat(np.arange(len(self.first_event)), np.diff([*self.first_event, count]))
        tick = self._ticks(at, width, track_of)
        is_channel = status < 0xF0
        explicit = is_channel & (status >= 0x80)
        last = np.maximum.accumulate(np.where(explicit, np.arange(count), -1)) if count else at
        if (is_channel & (last < np.array(self.first_event, np.int64)[track_of])).any():
            raise Wrong("the file is damaged: data without an event", where=self.name, next_step="export it again")
        data_at = (status_at + explicit)[is_channel]
        statuses = status[last][is_channel]
        data1, data2 = self.padded[data_at], self.padded[data_at + 1]
        one_byte = (statuses >= 0xC0) & (statuses < 0xE0)
        data2 = np.where(one_byte, 0, data2)
        if ((data1 | data2) >= 0x80).any():
            raise Wrong("the file is damaged: events run into each other", where=self.name, next_step="export it again")
        ends = np.zeros(len(self.first_event), np.int64)
        np.maximum.at(ends, track_of, tick)
        return MidiEvents(
            kind=kind, division=division, track=track_of[is_channel], tick=tick[is_channel], status=statuses,
            data1=data1, data2=data2, track_end=tuple(ends.tolist()),
            metas=self._metas(tick),
        )  # fmt: skip

    def _metas(self, tick: NDArray[np.int64]) -> tuple[Meta, ...]:
        ticks = tick[[event for event, *_ in self.metas]].tolist() if self.metas else []
        return tuple(Meta(track, at, kind, data) for at, (_, track, kind, data) in zip(ticks, self.metas, strict=True))

    def _ticks(self, at: NDArray[np.int64], width: NDArray[np.int64], track_of: NDArray[np.int64]) -> NDArray[np.int64]:
        delta = np.zeros(at.size, np.int64)
        for i in range(4):
            used = width > i
            delta = np.where(used, delta << 7 | self.padded[at + i] & 0x7F, delta)
        running = np.cumsum(delta)
        before = np.concatenate([np.zeros(1, np.int64), running])[self.first_event]
        ticks: NDArray[np.int64] = running - before[track_of]
        return ticks
