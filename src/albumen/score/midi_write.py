"""Writing MIDI: a Score as a Standard MIDI File of type 1 that every sequencer opens.

Track 1 holds title, tempos, meters, keys, and markers for sections and chords; each part has a track of its own. The
16th part and more go to further MIDI ports, on the channel of a part with the same program where one is free. Two notes
of one pitch that sound at once in one part end in the order in which they began: MIDI cannot say otherwise.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from albumen.score.meter import Meter
from albumen.score.midi import DRUM_CHANNEL
from albumen.score.part import Part
from albumen.score.score import Score
from albumen.work.files import write_bytes

_TITLE_OR_NAME, _INSTRUMENT, _MARKER, _PORT, _END, _TEMPO, _METER, _KEY = 0x03, 0x04, 0x06, 0x21, 0x2F, 0x51, 0x58, 0x59
_MELODIC_CHANNELS = tuple(channel for channel in range(16) if channel != DRUM_CHANNEL)

# Events of one tick are written in this order, so that a note that ends makes room for the same note beginning.
_FIRST, _NOTE_OFF, _SETTING, _NOTE_ON = range(4)
Event = tuple[int, int, bytes]  # tick, order within the tick, message


def write_midi(path: Path, score: Score) -> None:
    """Write `score` to `path`, in one step."""
    write_bytes(path, midi_bytes(score))


def midi_bytes(score: Score) -> bytes:
    """`score` as the bytes of a type 1 MIDI file."""
    tracks = [_track(_song_events(score), score.length)]
    for part, (port, channel) in zip(score.parts, _channels(score.parts), strict=True):
        tracks.append(_track(_part_events(part, port, channel), score.length))
    return struct.pack(">4sIHHH", b"MThd", 6, 1, len(tracks), score.resolution) + b"".join(tracks)


def _channels(parts: Sequence[Part]) -> list[tuple[int, int]]:
    """Port and channel of every part."""
    chosen: list[tuple[int, int]] = []
    free = [list(_MELODIC_CHANNELS)]
    home: dict[int, int] = {}
    drum_parts = 0
    for part in parts:
        if part.is_drum:
            chosen.append((drum_parts, DRUM_CHANNEL))
            drum_parts += 1
            continue
        if not free[-1]:
            free.append(list(_MELODIC_CHANNELS))
        channel = home.get(part.program, -1)
        channel = channel if channel in free[-1] else free[-1][0]
        free[-1].remove(channel)
        home.setdefault(part.program, channel)
        chosen.append((len(free) - 1, channel))
    return chosen


def _song_events(score: Score) -> Iterator[Event]:
    if score.title:
        yield 0, _FIRST, _meta(_TITLE_OR_NAME, score.title.encode("utf-8"))
    for tick, quarter_us in score.tempos:
        yield tick, _SETTING, _meta(_TEMPO, quarter_us.to_bytes(3, "big"))
    for tick, meter in score.meters:
        yield tick, _SETTING, _meta(_METER, _meter_bytes(meter))
    for tick, key in score.keys:
        yield tick, _SETTING, _meta(_KEY, bytes((key.fifths & 0xFF, key.is_minor)))
    bars = score.bars()
    for section in score.sections:
        if section.start_bar < len(bars):
            words = f"{section.name} ({section.label})" if section.name else section.label
            yield bars[section.start_bar].start, _SETTING, _meta(_MARKER, words.encode("utf-8"))
    for tick, chord in score.chords:
        yield tick, _NOTE_ON, _meta(_MARKER, str(chord or "N.C.").encode("utf-8"))


def _meter_bytes(meter: Meter) -> bytes:
    clocks_per_click = min(255, max(1, 96 // meter.denominator * (3 if meter.is_compound() else 1)))
    return bytes((meter.numerator, meter.denominator.bit_length() - 1, clocks_per_click, 8))


def _part_events(part: Part, port: int, channel: int) -> Iterator[Event]:
    yield 0, _FIRST, _meta(_TITLE_OR_NAME, (part.name or part.id).encode("utf-8"))
    yield 0, _FIRST, _meta(_INSTRUMENT, part.instrument_name.encode("utf-8"))
    if port:
        yield 0, _FIRST, _meta(_PORT, bytes((min(port, 127),)))
    yield 0, _FIRST, bytes((0xC0 | channel, part.program))
    for tick, number, value in part.controls:
        yield tick, _SETTING, bytes((0xB0 | channel, number, value))
    for tick, value in part.bends:
        yield tick, _SETTING, bytes((0xE0 | channel, (value + 8192) & 0x7F, (value + 8192) >> 7))
    notes = part.notes
    for tick, pitch, velocity in _rows(notes.onset, notes.pitch, notes.velocity):
        yield tick, _NOTE_ON, bytes((0x90 | channel, pitch, velocity))
    for tick, pitch in _rows(notes.end, notes.pitch):
        yield tick, _NOTE_OFF, bytes((0x80 | channel, pitch, 0))


def _rows(*columns: np.ndarray) -> Iterator[tuple[int, ...]]:
    return zip(*(column.tolist() for column in columns), strict=True)


def _meta(kind: int, data: bytes) -> bytes:
    return bytes((0xFF, kind)) + _variable_length(len(data)) + data


def _variable_length(number: int) -> bytes:
    """A number in groups of seven bits, as MIDI writes times."""
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.append(0x80 | number & 0x7F)
    return bytes(reversed(digits))


def _track(events: Iterable[Event], end: int) -> bytes:
    body = bytearray()
    now = 0
    for tick, _, message in sorted(events, key=lambda event: event[:2]):
        body += _variable_length(tick - now)
        body += message
        now = tick
    body += _variable_length(max(0, end - now)) + _meta(_END, b"")
    return b"MTrk" + len(body).to_bytes(4, "big") + bytes(body)
