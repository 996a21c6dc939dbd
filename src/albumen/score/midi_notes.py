"""Which note-off ends which note-on: the pairing inside a MIDI file."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from albumen.score.midi_events import MidiEvents

Rows = NDArray[np.int64]


def paired_notes(events: MidiEvents) -> Rows:
    """Rows (track, channel, onset, end, pitch, velocity) of all notes, in no particular order.

    Of two sounding notes of one pitch the first struck ends first (MIDI cannot say otherwise). Where strikes and ends
    do not match, a new strike ends the note before, and what never ends lasts to the end of its track. Every note
    lasts at least one tick.
    """
    high = events.status & 0xF0
    at = np.flatnonzero((high == 0x90) | (high == 0x80))
    struck = (high[at] == 0x90) & (events.data2[at] > 0)
    line = (events.track[at] << 11) | ((events.status[at].astype(np.int64) & 0x0F) << 7) | events.data1[at]
    order = np.argsort(line, kind="stable")
    at, struck, line = at[order], struck[order], line[order]
    starts, stops = np.flatnonzero(struck), np.flatnonzero(~struck)
    if starts.size == stops.size and bool(np.all(line[starts] == line[stops])) and bool(np.all(starts < stops)):
        return _rows(events, at[starts], events.tick[at[stops]])
    return _matched_one_by_one(events, at, struck, line)


def _rows(events: MidiEvents, at: Rows, end: Rows) -> Rows:
    onset = events.tick[at]
    channel = events.status[at].astype(np.int64) & 0x0F
    return np.stack(
        [events.track[at], channel, onset, np.maximum(end, onset + 1), events.data1[at], events.data2[at]], axis=1
    )


def _matched_one_by_one(events: MidiEvents, at: Rows, struck: NDArray[np.bool_], line: Rows) -> Rows:
    begins: list[int] = []
    ends: list[int] = []
    borders = [0, *(np.flatnonzero(np.diff(line)) + 1).tolist(), line.size]
    ticks = events.tick[at].tolist()
    for first, last in pairwise(borders):
        if first == last:
            continue
        marks = struck[first:last]
        starts, stops = np.flatnonzero(marks), np.flatnonzero(~marks)
        if starts.size == stops.size and bool(np.all(starts < stops)):
            begins += (starts + first).tolist()
            ends += [ticks[first + stop] for stop in stops.tolist()]
            continue
        track_end = events.track_end[int(line[first]) >> 11]
        sounding = -1
        for place, is_strike in enumerate(marks.tolist(), first):
            if sounding >= 0:
                begins.append(sounding)
                ends.append(ticks[place])
            sounding = place if is_strike else -1
        if sounding >= 0:
            begins.append(sounding)
            ends.append(track_end)
    return _rows(events, at[np.array(begins, np.int64)], np.array(ends, np.int64))
