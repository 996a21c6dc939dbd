"""What a MIDI file says about the whole song: tempos, meters, keys and the chords in its markers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from albumen.score.chord_names import chord_named
from albumen.score.key import Key
from albumen.score.meter import Meter
from albumen.score.midi_events import Meta, MidiEvents
from albumen.score.part_names import decoded
from albumen.score.score import ChordChange, KeyChange
from albumen.score.time_map import MeterChange, TempoChange
from albumen.work.errors import Wrong

TEMPO, METER, KEY, MARKER = 0x51, 0x58, 0x59, 0x06
_DEFAULT_TEMPO = TempoChange(0, 500_000)
_SHORTEST_QUARTER_US = 10_000  # 6000 a minute; anything quicker is no music
_NO_CHORD = ("n.c.", "nc", "n.c", "no chord")

Change = TypeVar("Change", TempoChange, MeterChange, KeyChange, ChordChange)


def collapsed(changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes in time order, the last of each tick, without those that change nothing.

    >>> collapsed([TempoChange(0, 500000), TempoChange(9, 500000), TempoChange(9, 400000)])
    (TempoChange(tick=0, quarter_us=500000), TempoChange(tick=9, quarter_us=400000))
    """
    by_tick = {change.tick: change for change in sorted(changes, key=lambda change: change.tick)}
    kept: list[Change] = []
    for change in by_tick.values():
        if not kept or change[1] != kept[-1][1]:
            kept.append(change)
    return tuple(kept)


def _metas(events: MidiEvents, kind: int) -> Iterator[Meta]:
    return (meta for meta in events.metas if meta.kind == kind)


def tempo_changes(events: MidiEvents, name: str, seconds_per_quarter: float | None = None) -> tuple[TempoChange, ...]:
    """The tempo map, 120 a minute where nothing is said; one tempo where the file's time is fixed in seconds."""
    if seconds_per_quarter is not None:
        return (TempoChange(0, round(seconds_per_quarter * 1e6)),)
    changes = [_DEFAULT_TEMPO]
    for meta in _metas(events, TEMPO):
        quarter_us = int.from_bytes(meta.data[:3], "big")
        if len(meta.data) < 3 or quarter_us < _SHORTEST_QUARTER_US:
            pace = f"{60e6 / quarter_us:,.0f} quarter notes a minute" if quarter_us else "a quarter note of no duration"
            raise Wrong(f"the tempo at tick {meta.tick} is absurd ({pace})", where=name, next_step="correct its tempo")
        changes.append(TempoChange(meta.tick, quarter_us))
    return collapsed(changes)


def meter_changes(events: MidiEvents, name: str) -> tuple[MeterChange, ...]:
    """The meters, 4/4 where nothing is said."""
    changes = [MeterChange(0, Meter(4, 4))]
    for meta in _metas(events, METER):
        numerator, power = (*meta.data[:2], 0, 0)[:2]
        if len(meta.data) < 2 or not 1 <= numerator <= 99 or power > 6:
            said = f"{numerator}/{2**power if power < 16 else '?'}"
            raise Wrong(f"the meter at tick {meta.tick} is absurd ({said})", where=name, next_step="correct its meter")
        changes.append(MeterChange(meta.tick, Meter(numerator, 2**power)))
    return collapsed(changes)


def key_changes(events: MidiEvents) -> tuple[KeyChange, ...]:
    """The key signatures that make sense; others are no reason to lose a song."""
    changes = []
    for meta in _metas(events, KEY):
        fifths = int.from_bytes(meta.data[:1], "big", signed=True)
        if len(meta.data) >= 2 and -7 <= fifths <= 7:
            changes.append(KeyChange(meta.tick, Key(fifths, meta.data[1] == 1)))
    return collapsed(changes)


def chord_changes(events: MidiEvents) -> tuple[ChordChange, ...]:
    """The chords, where the markers are chord names: nine in ten are, and not only letters (those name sections)."""
    markers = [(meta.tick, decoded(meta.data)) for meta in _metas(events, MARKER)]
    changes: list[ChordChange] = []
    for tick, text in markers:
        chord = chord_named(text)
        if chord or text.lower() in _NO_CHORD:
            changes.append(ChordChange(tick, chord))
    if len(changes) < 0.9 * len(markers) or not any(len(text) > 1 for _, text in markers):
        return ()
    return collapsed(changes)
