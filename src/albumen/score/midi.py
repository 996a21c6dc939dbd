"""Reading MIDI: `read_midi` makes a Score of a Standard MIDI File.

Kept: notes, tempos, meters, keys, programs, names, controllers, bends; chord names in markers become chords.
Not kept: lyrics, aftertouch, system exclusive messages. A part is one track x one channel x one program; the file's own
ticks are kept. Bytes become events in `midi_events.py`, events become notes in `midi_notes.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace as exchanged
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from albumen.score.instrument import PROGRAM_NAMES
from albumen.score.midi_events import MAX_MIDI_BYTES, MidiEvents, midi_events
from albumen.score.midi_notes import Rows, paired_notes
from albumen.score.midi_song import chord_changes, key_changes, meter_changes, tempo_changes
from albumen.score.notes import Notes
from albumen.score.part import Bend, Control, Part
from albumen.score.part_names import decoded, part_id
from albumen.score.reading_limits import MAX_TICK, within_limits
from albumen.score.score import Score
from albumen.work.errors import Wrong

DRUM_CHANNEL = 9
_TRACK_NAME, _PORT = 0x03, 0x21
# What programs call a track that only holds tempo and meter: no title of a song.
_CONDUCTOR_NAMES = ("control track", "conductor track", "conductor", "tempo track", "tempo", "master track", "untitled")


def read_midi(source: Path | str | bytes, *, name: str = "") -> Score:
    """The Score of a MIDI file (a path, or its bytes). `name` is what messages call it.

    Raises `Wrong` in one sentence for whatever is no song: empty, cut off, damaged, endless.
    """
    if isinstance(source, bytes):
        data, name = source, name or "MIDI data"
    else:
        data, name = _bytes_of(Path(source)), name or str(source)
    events, resolution, seconds_per_quarter = _musical_time(midi_events(data, name=name), name)
    if max(events.track_end, default=0) > MAX_TICK:
        raise Wrong("the song never ends: its times lie beyond what a MIDI player can count", where=name)
    names = _track_names(events)
    parts = tuple(_parts(events, names))
    score = Score(
        resolution=resolution,
        parts=parts,
        tempos=tempo_changes(events, name, seconds_per_quarter),
        meters=meter_changes(events, name),
        keys=key_changes(events),
        chords=chord_changes(events),
        title=_title(events, names),
    )
    return within_limits(score, name)


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_MIDI_BYTES + 1)
    except OSError as error:
        raise Wrong(f"cannot be read ({error.strerror or error})", where=path) from error


def _musical_time(events: MidiEvents, name: str) -> tuple[MidiEvents, int, float | None]:
    """The events on ticks per quarter note, that resolution, and the quarter's seconds where the file fixes them.

    Files in SMPTE time know frames and no beats: they are written at 120 quarter notes a minute. The patterns of a
    type 2 file are played one after the other.
    """
    if events.kind == 2 and len(events.track_end) > 1:
        starts = np.concatenate([[0], np.cumsum(events.track_end)])
        events = exchanged(
            events,
            tick=events.tick + starts[events.track],
            metas=tuple(meta._replace(tick=meta.tick + int(starts[meta.track])) for meta in events.metas),
            track_end=tuple(starts[1:].tolist()),
        )
    if not events.division & 0x8000:
        return events, events.division, None
    frames = 256 - (events.division >> 8)
    if frames not in (24, 25, 29, 30):
        raise Wrong(f"SMPTE time runs at 24, 25, 29 or 30 frames a second, this file says {frames}", where=name)
    frame_seconds = 1.001 if frames == 29 else 1.0
    ticks_per_second = (30 if frames == 29 else frames) * (events.division & 0xFF)
    if ticks_per_second % 2 == 0:
        return events, ticks_per_second // 2, 0.5 * frame_seconds
    doubled = tuple(meta._replace(tick=meta.tick * 2) for meta in events.metas)
    ends = tuple(end * 2 for end in events.track_end)
    events = exchanged(events, tick=events.tick * 2, metas=doubled, track_end=ends)
    return events, ticks_per_second, 0.5 * frame_seconds


def _track_names(events: MidiEvents) -> dict[int, str]:
    names: dict[int, str] = {}
    for meta in events.metas:
        if meta.kind == _TRACK_NAME and meta.track not in names:
            names[meta.track] = decoded(meta.data)
    return names


def _title(events: MidiEvents, names: dict[int, str]) -> str:
    """The name of a first track that plays nothing itself."""
    title = names.get(0, "")
    plays = bool((events.track == 0).any())
    return "" if plays or title.lower() in _CONDUCTOR_NAMES else title


class _Line(NamedTuple):
    """One track x one channel."""

    track: int
    channel: int


class _ChannelEvents(NamedTuple):
    programs: list[tuple[int, int]]
    controls: list[Control]
    bends: list[Bend]


def _other_events(events: MidiEvents) -> dict[_Line, _ChannelEvents]:
    """Programs, controllers and bends of every line, each in time order."""
    high = events.status & 0xF0
    lines: dict[_Line, _ChannelEvents] = defaultdict(lambda: _ChannelEvents([], [], []))
    for line, at in _by_line(events, np.flatnonzero(high == 0xB0)):
        lines[line].controls.extend(map(Control, *_lists(events.tick[at], events.data1[at], events.data2[at])))
    for line, at in _by_line(events, np.flatnonzero(high == 0xC0)):
        lines[line].programs.extend(zip(*_lists(events.tick[at], events.data1[at]), strict=True))
    for line, at in _by_line(events, np.flatnonzero(high == 0xE0)):
        value = (events.data2[at].astype(np.int64) << 7 | events.data1[at]) - 8192
        lines[line].bends.extend(map(Bend, *_lists(events.tick[at], value)))
    return lines


def _by_line(events: MidiEvents, at: Rows) -> Iterator[tuple[_Line, Rows]]:
    line = events.track[at] << 4 | events.status[at] & 0x0F
    order = np.argsort(line, kind="stable")
    at, line = at[order], line[order]
    for block in np.split(at, np.flatnonzero(np.diff(line)) + 1):
        if block.size:
            yield _Line(int(events.track[block[0]]), int(events.status[block[0]]) & 0x0F), block


def _lists(*columns: NDArray[Any]) -> list[list[int]]:
    return [column.tolist() for column in columns]


def _ports(events: MidiEvents) -> dict[int, int]:
    return {meta.track: meta.data[0] for meta in events.metas if meta.kind == _PORT and meta.data}


def _parts(events: MidiEvents, names: dict[int, str]) -> Iterator[Part]:
    """All parts, by track, channel and first use of the program."""
    others, ports = _other_events(events), _ports(events)
    played = dict(_lines_of_notes(paired_notes(events)))
    ids: set[str] = set()
    for line in sorted({*played, *others}):
        sender = _sender(line, ports)
        same = [other for other in others if _sender(other, ports) == sender]
        heard_elsewhere = any(_sender(other, ports) == sender for other in played)
        if line not in played and (heard_elsewhere or not others[line].programs):
            continue
        heard = _heard(line, same, others, played)
        for program, rows in _by_program(played.get(line), heard.programs):
            is_drum = line.channel == DRUM_CHANNEL
            name = names.get(line.track, "")
            chosen = part_id(name, "drums" if is_drum else PROGRAM_NAMES[program], ids)
            ids.add(chosen)
            yield Part(
                id=chosen, name=name, program=program, is_drum=is_drum,
                notes=Notes(rows[:, 2], rows[:, 3] - rows[:, 2], rows[:, 4], rows[:, 5]),
                controls=tuple(heard.controls), bends=tuple(heard.bends),
            )  # fmt: skip


def _sender(line: _Line, ports: dict[int, int]) -> tuple[int, int]:
    return ports.get(line.track, 0), line.channel


def _lines_of_notes(rows: Rows) -> Iterator[tuple[_Line, Rows]]:
    order = np.lexsort((rows[:, 1], rows[:, 0]))
    rows = rows[order]
    borders = np.flatnonzero(np.any(np.diff(rows[:, :2], axis=0) != 0, axis=1)) + 1
    for block in np.split(rows, borders):
        if len(block):
            yield _Line(int(block[0, 0]), int(block[0, 1])), block


def _heard(
    line: _Line, same_channel: list[_Line], others: dict[_Line, _ChannelEvents], played: dict[_Line, Rows]
) -> _ChannelEvents:
    """What a line's channel is told: by its own track, and by tracks that set channels up without playing on them."""
    own = others.get(line, _ChannelEvents([], [], []))
    setups = [others[other] for other in same_channel if other != line and other not in played]
    programs = own.programs or sorted(
        (change for other in same_channel for change in others[other].programs), key=lambda change: change[0]
    )
    if not setups:
        return own._replace(programs=programs)
    controls = sorted([*own.controls, *(c for setup in setups for c in setup.controls)], key=lambda c: c.tick)
    bends = sorted([*own.bends, *(b for setup in setups for b in setup.bends)], key=lambda b: b.tick)
    return _ChannelEvents(programs, controls, bends)


def _by_program(rows: Rows | None, programs: list[tuple[int, int]]) -> Iterator[tuple[int, Rows]]:
    """The notes under each program, in the order of its first note; a silent line keeps its first program."""
    if rows is None:
        yield programs[0][1], np.zeros((0, 6), np.int64)
        return
    if len({program for _, program in programs}) <= 1 and (not programs or programs[0][0] <= int(rows[:, 2].min())):
        yield (programs[0][1] if programs else 0), rows
        return
    ticks = np.array([tick for tick, _ in programs])
    numbers = np.array([0, *(program for _, program in programs)])
    sounding = numbers[np.searchsorted(ticks, rows[:, 2], side="right")]
    first_heard = {int(p): int(rows[sounding == p, 2].min()) for p in np.unique(sounding)}
    for program in sorted(first_heard, key=lambda p: (first_heard[p], p)):
        yield program, rows[sounding == program]
