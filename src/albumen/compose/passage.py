"""Composed segues: a passage from the last bars of one song to the first of the next.

The harmony walks over a pivot, a chord that both keys know, the tempo ramps from one pulse to the other, bass and drums
pass from band to band, one instrument of the first band holds on while the second band's tune is heard early, as a variation
of its own first bars. The frame is laid here; a composer back-end writes the notes, with both songs in view.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from albumen.album.plan import SongPlan
from albumen.album.segue import SEGUE_SECTION
from albumen.compose.pivot import passage_chords
from albumen.compose.takes import Critic, best_take
from albumen.score.key import Key
from albumen.score.meter import Meter
from albumen.score.notes import Notes
from albumen.score.part import Part
from albumen.score.score import TICKS_PER_QUARTER, ChordChange, KeyChange, Score
from albumen.score.section import Section
from albumen.score.time_map import MeterChange, TempoChange, tempo
from albumen.score.writing import CellAt, CellWriter, WriteRequest
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

NEXT = "-next"  # behind the id of a new part whose id the old band has too
_SHOWN_BARS = 4  # of each song, so that the writer hears what it joins
_ENDING_BARS = 8
_HOLDERS = ("pad", "chords", "counter", "melody")
_FOLDS = (1.0, 2.0, 0.5, 1.5, 2 / 3, 4 / 3, 0.75)
_STRENGTH = 0.3
_SECONDS = 11.0  # about how long a passage lasts


class Passage(NamedTuple):
    """A written passage: the whole, and the parts that come from either song, each as a score of its own."""

    score: Score
    old_parts: tuple[str, ...]
    new_parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Frame:
    """What is decided before any note: bars, meter, pulse by bar, keys, and who plays in which bars."""

    bars: int
    meter: Meter
    quarters_per_minute: tuple[float, ...]
    before_key: Key
    after_key: Key
    seats: tuple[_Seat, ...]


@dataclass(frozen=True, slots=True)
class _Seat:
    """A part of one of the songs, the bars of the passage in which it plays, and whether its tune is told early."""

    part: Part
    is_old: bool
    first: int
    last: int
    tells: bool = False


def compose_passage(
    before: Score,
    after: Score,
    writer: CellWriter,
    *,
    plan: SongPlan,
    critics: Sequence[Critic] = (),
    seed: Seed,
    takes: int = 4,
    stop: Callable[[], bool] = lambda: False,
) -> Passage:
    """A passage of 4 to 8 bars between two songs, in the meter of the second; `plan` is that of the second song."""
    old = _in_our_ticks(before)
    new = _told_apart(_in_our_ticks(after), {part.id for part in old.parts})
    frame = _frame(old, new)
    if all(seat.part.is_drum for seat in frame.seats):
        what = "a passage cannot be written between songs without pitched parts"
        raise Wrong(what, where=plan.title, next_step="choose another segue in album.toml")
    request, start = _request(old, new, frame, plan.genre, seed, takes)
    chosen = best_take(writer, request, plan, critics, stop).score
    score = _cut_out(chosen, start, frame)
    seats = {seat.part.id: seat.is_old for seat in frame.seats}
    ids = [part.id for part in score.parts]
    return Passage(score, tuple(i for i in ids if seats[i]), tuple(i for i in ids if not seats[i]))


def pulses(before_qpm: float, after_qpm: float, bars: int) -> tuple[float, ...]:
    """The tempo of each bar in quarters a minute: from the old pulse, halved or doubled where that lies nearer, to the new."""
    fold = min(_FOLDS, key=lambda factor: abs(np.log2(before_qpm * factor / after_qpm)))
    return tuple(float(value) for value in np.geomspace(before_qpm * fold, after_qpm, bars))


def _frame(before: Score, after: Score) -> _Frame:
    meter = after.bars()[0].meter
    new_pulse = after.tempos[0].quarters_per_minute
    seconds = meter.bar_ticks(TICKS_PER_QUARTER) / TICKS_PER_QUARTER * 60 / new_pulse
    bars = min((4, 6, 8), key=lambda count: abs(count * seconds - _SECONDS))
    old_key = before.keys[-1].key if before.keys else Key()
    new_key = after.keys[0].key if after.keys else Key()
    pulse = pulses(_settled_pulse(before), new_pulse, bars)
    return _Frame(bars, meter, pulse, old_key, new_key, _seats(before, after, bars))


def _settled_pulse(score: Score) -> float:
    """The tempo before a written ritardando."""
    bars = score.bars()
    settled = bars[max(0, len(bars) - _ENDING_BARS)].start
    return [change for change in score.tempos if change.tick <= settled][-1].quarters_per_minute


def _seats(before: Score, after: Score, bars: int) -> tuple[_Seat, ...]:
    """One instrument of the old band holds on, basses and drums change over in the middle, the new tune enters there."""
    middle = bars // 2
    ending = before.bars()[max(0, len(before.bars()) - _ENDING_BARS)].start
    sounding = [part for part in before.parts if len(part.notes.between(ending, before.length + 1))]
    playing = [part for part in sounding if not part.is_drum]
    entering = [part for part in after.parts if not part.is_drum and len(part.notes)]
    holder = min(playing, key=lambda part: (_rank(part), part.id), default=None)
    seats: list[_Seat] = []
    if holder is not None:
        seats.append(_Seat(holder, True, 0, bars - 1))
    old_bass = next((part for part in playing if part.role == "bass" and part is not holder), None)
    if old_bass is not None:
        seats.append(_Seat(old_bass, True, 0, middle))
    tune = _teller(entering)
    new_bass = next((part for part in entering if part.role == "bass" and part is not tune), None)
    if new_bass is not None:
        seats.append(_Seat(new_bass, False, middle, bars))
    if tune is not None:
        seats.append(_Seat(tune, False, middle, bars, tells=True))
    return (*seats, *_drum_seats(before, after, sounding, bars))


def _drum_seats(before: Score, after: Score, sounding: Sequence[Part], bars: int) -> list[_Seat]:
    """The old beat goes on to the middle where its meter fits, the new one comes in there where the new song begins with one."""
    old_drums = next((part for part in sounding if part.is_drum), None)
    opening = after.bars()[:_SHOWN_BARS][-1].end
    new_drums = next((part for part in after.parts if part.is_drum and len(part.notes.between(0, opening))), None)
    seats = []
    if old_drums is not None and before.bars()[-1].meter == after.bars()[0].meter:
        seats.append(_Seat(old_drums, True, 0, bars // 2))
    if new_drums is not None:
        seats.append(_Seat(new_drums, False, bars // 2, bars, tells=True))
    return seats


def _rank(part: Part) -> int:
    return _HOLDERS.index(part.role) if part.role in _HOLDERS else len(_HOLDERS)


def _teller(parts: Sequence[Part]) -> Part | None:
    """Who plays the tune first in the new song."""
    tunes = [part for part in parts if part.role == "melody"] or [part for part in parts if part.role != "bass"]
    return min(tunes, key=lambda part: (int(part.notes.onset[0]), part.id), default=None)


def _told_apart(score: Score, taken: set[str]) -> Score:
    """The score with other ids for the parts whose ids are taken by the other band."""
    renamed = (part.replace(id=f"{part.id}{NEXT}") if part.id in taken else part for part in score.parts)
    return score.replace(parts=tuple(renamed))


def _request(
    before: Score, after: Score, frame: _Frame, genre: str, seed: Seed, takes: int
) -> tuple[WriteRequest, int]:
    """The end of the old song, the empty passage and the beginning of the new song as one score; and where the passage starts."""
    old_bars = before.bars()[-_SHOWN_BARS:]
    new_bars = after.bars()[:_SHOWN_BARS]
    bar = frame.meter.bar_ticks(TICKS_PER_QUARTER)
    start = old_bars[-1].end - old_bars[0].start
    resume = start + frame.bars * bar
    end = resume + new_bars[-1].end
    parts = []
    for part in before.parts:
        shown = part.notes.between(old_bars[0].start, old_bars[-1].end).shifted(-old_bars[0].start)
        parts.append(part.replace(notes=_ended_by(shown, start), controls=(), bends=()))
    for part in after.parts:
        shown = _ended_by(part.notes.between(0, new_bars[-1].end), new_bars[-1].end).shifted(resume)
        parts.append(part.replace(notes=shown, controls=(), bends=()))
    chords = passage_chords(frame.before_key, frame.after_key, frame.bars)
    score = Score(
        parts=tuple(parts),
        tempos=tuple(_tempos(frame, start, bar)),
        meters=_meters(((0, old_bars[0].meter), (start, frame.meter))),
        keys=_keys(((0, frame.before_key), (start + frame.bars // 2 * bar, frame.after_key))),
        chords=(
            *_chords_between(before, old_bars[0].start, old_bars[-1].end, -old_bars[0].start),
            *(ChordChange(start + index * bar, chord) for index, chord in enumerate(chords)),
            *_chords_between(after, 0, new_bars[-1].end, resume),
        ),
        sections=(
            Section(label="end", start_bar=0, bars=len(old_bars)),
            Section(label="segue", start_bar=len(old_bars), bars=frame.bars, name=SEGUE_SECTION),
            Section(label="begin", start_bar=len(old_bars) + frame.bars, bars=len(new_bars)),
        ),
        length=end,
    )
    cells: list[CellAt] = []
    sources: dict[CellAt, Notes] = {}
    for seat in frame.seats:
        told = _first_bars(after, seat.part) if seat.tells else []
        for number, place in enumerate(range(seat.first, seat.last)):
            cell = CellAt(seat.part.id, len(old_bars) + place)
            cells.append(cell)
            if number < len(told):
                sources[cell] = told[number]
    request = WriteRequest(
        score=score, cells=tuple(cells), seed=seed, takes=takes, genre=genre, vary_from=sources, strength=_STRENGTH
    )
    return request, start


def _first_bars(song: Score, part: Part) -> list[Notes]:
    """The part's first bars with notes, onsets counted from the bar line."""
    notes = part.notes
    found = []
    for bar in song.bars():
        here = notes.between(bar.start, bar.end)
        if len(here):
            found.append(_ended_by(here, bar.end).shifted(-bar.start))
        elif found:
            break
    return found


def _cut_out(score: Score, start: int, frame: _Frame) -> Score:
    """The passage alone, from tick 0, without silent parts; the old band leaves softly, the new one comes softly."""
    bar = frame.meter.bar_ticks(TICKS_PER_QUARTER)
    end = frame.bars * bar
    parts = []
    for seat in frame.seats:
        notes = _ended_by(score.part(seat.part.id).notes.between(start, start + end), start + end).shifted(-start)
        if len(notes):
            way = notes.onset / end
            share = 1.0 - 0.35 * way if seat.is_old else 0.7 + 0.3 * way
            soft = np.clip(np.rint(notes.velocity * share), 1, 127)
            parts.append(seat.part.replace(notes=notes.replace(velocity=soft), controls=(), bends=()))
    chords = passage_chords(frame.before_key, frame.after_key, frame.bars)
    return Score(
        parts=tuple(parts),
        tempos=tuple(_tempos(frame, 0, bar)),
        meters=(MeterChange(0, frame.meter),),
        keys=_keys(((0, frame.before_key), (frame.bars // 2 * bar, frame.after_key))),
        chords=tuple(ChordChange(index * bar, chord) for index, chord in enumerate(chords)),
        sections=(Section(label="segue", start_bar=0, bars=frame.bars, name=SEGUE_SECTION),),
        length=end,
    )


def _tempos(frame: _Frame, start: int, bar: int) -> list[TempoChange]:
    changes = [tempo(pulse, start + index * bar) for index, pulse in enumerate(frame.quarters_per_minute)]
    return changes if not start else [changes[0]._replace(tick=0), *changes[1:]]


def _meters(changes: Sequence[tuple[int, Meter]]) -> tuple[MeterChange, ...]:
    kept = [changes[0], *(after for before, after in pairwise(changes) if after[1] != before[1])]
    return tuple(MeterChange(tick, meter) for tick, meter in kept)


def _keys(changes: Sequence[tuple[int, Key]]) -> tuple[KeyChange, ...]:
    kept = [changes[0], *(after for before, after in pairwise(changes) if after[1] != before[1])]
    return tuple(KeyChange(tick, key) for tick, key in kept)


def _chords_between(score: Score, start: int, stop: int, shift: int) -> list[ChordChange]:
    sounding = [change for change in score.chords if change.tick <= start][-1:]
    inside = [change for change in score.chords if start < change.tick < stop]
    return [ChordChange(max(change.tick, start) + shift, change.chord) for change in [*sounding, *inside]]


def _ended_by(notes: Notes, tick: int) -> Notes:
    return notes.replace(length=np.maximum(1, np.minimum(notes.end, tick) - notes.onset)) if len(notes) else notes


def _in_our_ticks(score: Score) -> Score:
    """The score at the composer's resolution."""
    if score.resolution == TICKS_PER_QUARTER:
        return score
    scale = TICKS_PER_QUARTER / score.resolution

    def at(tick: int) -> int:
        return round(tick * scale)

    def scaled(notes: Notes) -> Notes:
        onset = np.rint(notes.onset * scale)
        return notes.replace(onset=onset, length=np.maximum(1, np.rint(notes.end * scale) - onset))

    return Score(
        parts=tuple(part.replace(notes=scaled(part.notes), controls=(), bends=()) for part in score.parts),
        tempos=tuple(change._replace(tick=at(change.tick)) for change in score.tempos),
        meters=tuple(change._replace(tick=at(change.tick)) for change in score.meters),
        keys=tuple(change._replace(tick=at(change.tick)) for change in score.keys),
        chords=tuple(change._replace(tick=at(change.tick)) for change in score.chords),
        sections=score.sections,
        title=score.title,
        length=at(score.length),
    )
