"""A sheet: music as written, in measures with repeats and ties, before it is played out into a Score.

The readers of MusicXML, ABC and kern fill sheets; `play` takes the repeats, joins tied notes and lays the bar lines.
An upbeat begins with a rest, so that bar lines fall where the meter has them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from albumen.score.chord import Chord
from albumen.score.instrument import PROGRAM_NAMES
from albumen.score.key import Key
from albumen.score.meter import Meter
from albumen.score.midi_song import collapsed
from albumen.score.notes import Note, Notes
from albumen.score.part import Part
from albumen.score.part_names import clean_text, part_id
from albumen.score.reading_limits import MAX_BARS, MAX_TICK
from albumen.score.repeats import Signs, played_order
from albumen.score.score import ChordChange, KeyChange, Score
from albumen.score.section import Section
from albumen.score.time_map import MeterChange, TempoChange
from albumen.work.errors import Wrong


class SheetNote(NamedTuple):
    """A written note: `offset` and `length` in ticks, `offset` from the measure's start.

    `tied_on`: the next note of this pitch, if it begins where this one ends, is its continuation.
    """

    offset: int
    length: int
    pitch: int
    velocity: int
    tied_on: bool = False


@dataclass(slots=True)
class Measure:
    """What all parts share in a measure. Changes are `(offset, value)`.

    `length` is how far notes and rests reach, `sounding` how far notes do: rests do not make a measure overlong.
    """

    length: int = 0
    sounding: int = 0
    meter: Meter | None = None
    keys: list[tuple[int, Key]] = field(default_factory=list)
    tempos: list[tuple[int, float]] = field(default_factory=list)
    chords: list[tuple[int, Chord | None]] = field(default_factory=list)
    mark: str = ""
    signs: Signs = field(default_factory=Signs)


@dataclass(slots=True)
class SheetPart:
    """One part's notes, measure by measure."""

    name: str = ""
    program: int = 0
    is_drum: bool = False
    measures: list[list[SheetNote]] = field(default_factory=list)


@dataclass(slots=True)
class Sheet:
    """A whole score as written."""

    resolution: int
    title: str = ""
    name: str = ""  # what messages call the file
    measures: list[Measure] = field(default_factory=list)
    parts: list[SheetPart] = field(default_factory=list)
    order: list[int] | None = None  # of playing, where the file lists it instead of writing repeats

    def measure(self, index: int) -> Measure:
        """Measure `index`, made where it is new."""
        if index > MAX_BARS:
            raise Wrong(f"the score has more than {MAX_BARS:,} measures", where=self.name or None)
        while len(self.measures) <= index:
            self.measures.append(Measure())
        return self.measures[index]


class _Placed(NamedTuple):
    """A measure, by its number in the sheet, where it is played."""

    number: int
    start: int


def play(sheet: Sheet) -> Score:
    """The sheet as it sounds; raises `Wrong` where it has no end."""
    placed, meters = _laid_out(sheet)
    if len(placed) > MAX_BARS or (placed and placed[-1].start > MAX_TICK // 2):
        raise Wrong(f"with its repeats the song has more than {MAX_BARS:,} bars", where=sheet.name or None)
    ids: list[str] = []
    parts = []
    for part in sheet.parts:
        ids.append(part_id(part.name, "drums" if part.is_drum else PROGRAM_NAMES[part.program], ids))
        notes = _played_notes(part, placed)
        parts.append(
            Part(id=ids[-1], name=clean_text(part.name), program=part.program, is_drum=part.is_drum, notes=notes)
        )
    score = Score(
        resolution=sheet.resolution,
        parts=tuple(parts),
        tempos=_tempos(sheet, placed),
        meters=meters,
        keys=collapsed([KeyChange(at + i, key) for i, at, m in _offsets(sheet, placed) for i, key in m.keys]),
        chords=collapsed([ChordChange(at + i, chord) for i, at, m in _offsets(sheet, placed) for i, chord in m.chords]),
        title=clean_text(sheet.title),
    )
    return score.replace(sections=_sections(sheet, placed, score))


def _offsets(sheet: Sheet, placed: list[_Placed]) -> list[tuple[int, int, Measure]]:
    return [(0, start, sheet.measures[index]) for index, start in placed]


def _tempos(sheet: Sheet, placed: list[_Placed]) -> tuple[TempoChange, ...]:
    changes = [TempoChange(0, 500_000)]
    for index, start in placed:
        for offset, quarters_per_minute in sheet.measures[index].tempos:
            if 4 <= quarters_per_minute <= 2000:
                changes.append(TempoChange(start + offset, round(60e6 / quarters_per_minute)))
    if len(changes) > 1 and changes[1].tick < _first_note_tick(sheet, placed):
        changes[0] = TempoChange(0, changes[1].quarter_us)
    return collapsed(changes)


def _first_note_tick(sheet: Sheet, placed: list[_Placed]) -> int:
    """Where the first measure's notes begin: a tempo written over an upbeat holds from the song's start."""
    return placed[0].start + max(1, sheet.measures[placed[0].number].length) if placed else 0


def _played_notes(part: SheetPart, placed: list[_Placed]) -> Notes:
    done: list[Note] = []
    held: dict[tuple[int, int], Note] = {}  # notes that are tied on, by pitch and end
    for index, start in placed:
        if index >= len(part.measures):
            continue
        for written in sorted(part.measures[index]):
            onset = start + written.offset
            note = Note(onset, written.length, written.pitch, written.velocity)
            before = held.pop((written.pitch, onset), None)
            if before:
                note = before._replace(length=note.end - before.onset)
            if written.tied_on:
                lost = held.get((note.pitch, note.end))
                held[note.pitch, note.end] = note
                done += [lost] if lost else []
            else:
                done.append(note)
    return Notes.of([*done, *held.values()])


def _laid_out(sheet: Sheet) -> tuple[list[_Placed], tuple[MeterChange, ...]]:
    """Where each measure begins when played, and the meters that put the bar lines there."""
    order = sheet.order or played_order([measure.signs for measure in sheet.measures])
    meters = [MeterChange(0, Meter(4, 4))]
    written = _meters_in_force(sheet)
    placed: list[_Placed] = []
    tick = bar = 0  # where we are, and where the bar that we are in began
    for turn, index in enumerate(order):
        meter = written[index]
        full = meter.bar_ticks(sheet.resolution)
        measure = sheet.measures[index]
        length = max(measure.sounding, min(measure.length or full, full))
        if meter != meters[-1].meter:
            bar = tick
            meters.append(MeterChange(tick, meter))
        if turn == 0 and length < full and len(order) > 1:
            tick = full - length  # the upbeat
        if tick > bar and tick + length - bar > full:
            bar = tick
            meters.append(MeterChange(tick, meter))
        placed.append(_Placed(index, tick))
        if length > full:
            longer = _meter_of(length, meter, sheet.resolution)
            meters.append(MeterChange(tick, longer))
        tick += length
        if tick - bar >= full:
            bar = tick
    return placed, _bar_lines(meters, sheet.resolution)


def _meters_in_force(sheet: Sheet) -> list[Meter]:
    meters: list[Meter] = []
    now = Meter(4, 4)
    for measure in sheet.measures:
        now = measure.meter or now
        meters.append(now)
    return meters


def _meter_of(length: int, usual: Meter, resolution: int) -> Meter:
    """A meter for an overlong measure; the usual one where none fits."""
    for denominator in (usual.denominator, 4, 8, 16, 32):
        numerator, rest = divmod(length * denominator, 4 * resolution)
        if rest == 0 and 1 <= numerator <= 99:
            return Meter(numerator, denominator)
    return usual


def _bar_lines(meters: list[MeterChange], resolution: int) -> tuple[MeterChange, ...]:
    """The last change of each tick, without those that say what is so anyway."""
    kept: list[MeterChange] = []
    for change in {change.tick: change for change in meters}.values():
        goes_on = kept and change.meter == kept[-1].meter
        if not goes_on or (change.tick - kept[-1].tick) % change.meter.bar_ticks(resolution):
            kept.append(change)
    return tuple(kept)


def _sections(sheet: Sheet, placed: list[_Placed], score: Score) -> tuple[Section, ...]:
    """A section from each rehearsal mark to the next."""
    bars = score.bars()
    starts = {bar.start: bar.index for bar in bars}
    marks = [(starts[start], sheet.measures[index].mark) for index, start in placed if start in starts]
    named = [(bar, clean_text(mark)) for bar, mark in marks if mark]
    ends = [*(bar for bar, _ in named), len(bars)][1:]
    return tuple(
        Section(label=mark, start_bar=bar, bars=end - bar)
        for (bar, mark), end in zip(named, ends, strict=True)
        if end > bar
    )
