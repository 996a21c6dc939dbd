"""A song cut into stretches of bars and put together in another order."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from albumen.score.edits.span import Span
from albumen.score.meter import Meter
from albumen.score.midi_song import collapsed
from albumen.score.notes import Notes
from albumen.score.part import Bend, Control, Part
from albumen.score.reading_limits import MAX_TICK
from albumen.score.score import ChordChange, KeyChange, Score
from albumen.score.section import Section
from albumen.score.time_map import Bar, MeterChange, TempoChange
from albumen.work.errors import Wrong

Change = TypeVar("Change", TempoChange, KeyChange, ChordChange)


class Blank(NamedTuple):
    """`bars` empty bars in the meter and tempo that hold before bar `at` of the old song."""

    bars: int
    at: int


class _Piece(NamedTuple):
    """Old ticks `start`..`stop` that now begin at `target`. `goes_on`: what follows it now also followed it before."""

    start: int
    stop: int
    target: int
    goes_on: bool


def rearranged(score: Score, order: Sequence[Span | Blank]) -> Score:
    """The bars of `score` in a new order. A note that rang on into bars that no longer follow is cut there."""
    bars = score.bars()
    order = [item for item in order if isinstance(item, Blank) or item.start < item.stop]
    sources: list[Bar | None] = []  # for each new bar the old one, None for an empty one
    meters: list[tuple[Meter, int]] = []
    for item in order:
        if isinstance(item, Blank):
            model = bars[max(0, min(item.at, len(bars)) - 1)]
            full = model.meter.bar_ticks(score.resolution)
            sources += [None] * item.bars
            meters += [(model.meter, full)] * item.bars
        else:
            sources += bars[item.start : item.stop]
            meters += [(bar.meter, bar.length) for bar in bars[item.start : item.stop]]
    starts = np.concatenate([[0], np.cumsum([length for _, length in meters])]).tolist()
    if starts[-1] > MAX_TICK:
        raise Wrong("the song would become longer than can be counted")
    pieces = _pieces(sources, starts, len(bars))
    return score.replace(
        parts=tuple(_part(part, pieces, score.length) for part in score.parts),
        tempos=_changes(score.tempos, pieces, TempoChange),
        meters=_meters(meters, starts, score.resolution),
        keys=_changes(score.keys, pieces, KeyChange),
        chords=_changes(score.chords, pieces, ChordChange),
        sections=_sections(score.sections, sources),
        length=starts[-1],
    )


def _pieces(sources: Sequence[Bar | None], starts: Sequence[int], old_count: int) -> list[_Piece]:
    pieces: list[_Piece] = []
    begin = 0
    for place, bar in enumerate(sources):
        following = sources[place + 1] if place + 1 < len(sources) else None
        if bar is None or (following is not None and following.index == bar.index + 1):
            begin = begin if bar is not None else place + 1
            continue
        is_end = place + 1 == len(sources) and bar.index + 1 == old_count
        first = sources[begin]
        pieces.append(_Piece((first or bar).start, bar.end, starts[begin], is_end))
        begin = place + 1
    return pieces


def _part(part: Part, pieces: Sequence[_Piece], length: int) -> Part:
    notes = part.notes
    columns: list[tuple[np.ndarray, ...]] = []
    for piece in pieces:
        inside = notes.between(piece.start, piece.stop)
        end = inside.end if piece.goes_on else np.minimum(inside.end, piece.stop)
        onset = inside.onset - piece.start + piece.target
        columns.append((onset, end - inside.onset, inside.pitch, inside.velocity))
    joined = (
        Notes(*(np.concatenate(column) for column in zip(*columns, strict=True))) if columns else Notes((), (), (), ())
    )
    if [(piece.start, piece.target) for piece in pieces] == [(0, 0)] and pieces[0].stop >= length:
        return part.replace(notes=joined)
    controls = _chased(part.controls, pieces, lambda control: control.number)
    bends = _chased(part.bends, pieces, lambda _: 0)
    return part.replace(notes=joined, controls=controls, bends=bends)


Event = TypeVar("Event", Control, Bend)


def _chased(events: Sequence[Event], pieces: Sequence[_Piece], line: Callable[[Event], int]) -> tuple[Event, ...]:
    """Controller events carried along; each piece begins with the values that held where it came from."""
    ordered = sorted(events, key=lambda event: event.tick)
    carried: list[Event] = []
    holding: dict[int, Event] = {}
    for piece in pieces:
        before = {line(event): event for event in ordered if event.tick < piece.start}
        for event in before.values():
            if line(event) not in holding or holding[line(event)][1:] != event[1:]:
                carried.append(event._replace(tick=piece.target))
        holding |= before
        for event in ordered:
            if piece.start <= event.tick and (event.tick < piece.stop or piece.goes_on):
                carried.append(event._replace(tick=event.tick - piece.start + piece.target))
                holding[line(event)] = event
    return tuple(carried)


def _changes(changes: Sequence[Change], pieces: Sequence[_Piece], kind: Callable[..., Change]) -> tuple[Change, ...]:
    ticks = [change.tick for change in changes]
    moved: list[Change] = []
    for piece in pieces:
        holding = bisect_right(ticks, piece.start) - 1
        if holding >= 0:
            moved.append(kind(piece.target, changes[holding][1]))
        inside = (change for change in changes if piece.start < change.tick < piece.stop)
        moved += [kind(change.tick - piece.start + piece.target, change[1]) for change in inside]
    if changes and ticks[0] == 0 and (not moved or moved[0].tick > 0):
        moved.insert(0, kind(0, changes[0][1]))
    return collapsed(moved)


def _meters(meters: Sequence[tuple[Meter, int]], starts: Sequence[int], resolution: int) -> tuple[MeterChange, ...]:
    """Meter changes that put a bar line before each bar."""
    changes: list[MeterChange] = []
    for (meter, _), start in zip(meters, starts, strict=False):
        last = changes[-1] if changes else None
        if last is None or last.meter != meter or (start - last.tick) % meter.bar_ticks(resolution):
            changes.append(MeterChange(start, meter))
    return tuple(changes)


def _sections(sections: Sequence[Section], sources: Sequence[Bar | None]) -> tuple[Section, ...]:
    """The sections that the new bars belong to; empty bars inside a section belong to it."""
    found: list[Section] = []
    for section in sections:
        runs = _runs([bar is not None and section.start_bar <= bar.index < section.end_bar for bar in sources], sources)
        for start, stop in runs:
            found.append(Section(label=section.label, name=section.name, start_bar=start, bars=stop - start))
    return tuple(sorted(found, key=lambda section: section.start_bar))


def _runs(belongs: Sequence[bool], sources: Sequence[Bar | None]) -> list[tuple[int, int]]:
    """Stretches of bars that belong together; a copy of bars already seen begins another."""
    runs: list[tuple[int, int]] = []
    last_source = -1
    gap = 0
    for place, (is_inside, bar) in enumerate(zip(belongs, sources, strict=True)):
        if bar is None:
            gap += 1
            continue
        if is_inside:
            if runs and runs[-1][1] == place - gap and bar.index > last_source:
                runs[-1] = (runs[-1][0], place + 1)
            else:
                runs.append((place, place + 1))
            last_source = bar.index
        gap = 0
    return runs
