"""Echo: the composer without weights. It plays the chord it is given, so that whole albums are made in seconds in a test.

A back-end like any other (`albumen.composers`): the shortest example of a `CellWriter`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

from albumen.score.chord import Chord
from albumen.score.notes import Note, Notes
from albumen.score.part import Part
from albumen.score.score import Score
from albumen.score.time_map import Bar
from albumen.score.writing import CellAt, Limits, WriteRequest, Written
from albumen.work.errors import Cancelled
from albumen.work.seed import Seed

KICK, SNARE, HAT = 36, 38, 42
NATS_PER_NOTE = 0.0  # there is no chance in an echo


class Echo:
    """Chord tones on the beat, within range and number of voices; the seed turns the order of the tones."""

    id = "echo"
    version = "1"

    def write(self, request: WriteRequest, *, stop: Callable[[], bool] = lambda: False) -> list[Written]:
        """The takes asked for; take n turns the tones once more than take n - 1."""
        bars = request.score.bars()
        takes = []
        for take in range(request.takes):
            score = request.score
            for part in request.score.parts:
                cells = [cell for cell in request.cells if cell.part_id == part.id]
                notes = part.notes
                for cell in cells:
                    if stop():
                        raise Cancelled("stopped while composing", next_step="run the same command to go on")
                    bar = bars[cell.bar]
                    written = _cell(request, part, cell, bar, request.seed.child(take))
                    notes = notes.outside(bar.start, bar.end).joined(written)
                score = score.with_part(part.replace(notes=notes))
            takes.append(Written(score, NATS_PER_NOTE))
        return takes


def _cell(request: WriteRequest, part: Part, cell: CellAt, bar: Bar, seed: Seed) -> Notes:
    if cell in request.locks:
        return request.score.cell(part.id, bar)
    beat = bar.meter.beat_ticks(request.score.resolution)
    limits = request.limits_of(part.id)
    notes: list[Note] = []
    turn = seed.child(part.id, cell.bar).number()
    for number, onset in enumerate(range(bar.start, bar.end, beat)):
        length = min(beat, bar.end - onset)
        if part.is_drum:
            notes += [Note(onset, length, HAT, 60), Note(onset, length, SNARE if number % 2 else KICK, 90)][: limits.voices]
            continue
        tones = _tones(_chord_at(request.score, onset), limits)
        if not tones:
            continue
        if part.role in ("chords", "pad"):
            notes += [Note(onset, length, pitch, 64) for pitch in tones[: min(3, limits.voices)]]
        else:
            notes.append(Note(onset, length, tones[(turn + number) % min(3, len(tones))], 80))
    return Notes.of(notes)


def _chord_at(score: Score, tick: int) -> Chord | None:
    place = bisect_right([change.tick for change in score.chords], tick) - 1
    return score.chords[place].chord if place >= 0 else None


def _tones(chord: Chord | None, limits: Limits) -> list[int]:
    """Chord tones from the middle of the range upwards; empty where there is no chord."""
    if chord is None:
        return []
    middle = (limits.low + limits.high) // 2
    above = [pitch for pitch in range(middle, limits.high + 1) if pitch % 12 in chord.pitch_classes]
    return above or [pitch for pitch in range(limits.low, middle) if pitch % 12 in chord.pitch_classes]
