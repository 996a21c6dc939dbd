"""A whole song as columns of words: header, bars and cells, from which every training example and prompt is cut.

Pitches and chord roots count from the tonic (the song is read as if in C), so that one key's experience serves all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from albumen.models.music.tokens import vocabulary as v
from albumen.models.music.tokens.cell import DRUM_STEPS, GridNote, encode_cell
from albumen.score.cell_features import CellControls, controls_of
from albumen.score.chord import Chord
from albumen.score.instrument import TIMBRE_NAMES
from albumen.score.meter import Meter
from albumen.score.notes import Notes
from albumen.score.part import ROLES, Part
from albumen.score.score import STEPS_PER_QUARTER, Score
from albumen.score.time_map import Bar
from albumen.work.errors import Wrong

Words = NDArray[np.uint16]


class PartHead(NamedTuple):
    """How the stream names a part: timbre class, number among the parts of that class (1..16), role (-1 unknown)."""

    timbre: int
    number: int
    role: int

    def words(self) -> list[int]:
        """The words that open the part's cells."""
        return [v.TIMBRE[self.timbre]] + ([v.NUMBER[self.number - 2]] if self.number > 1 else [])


class BarHead(NamedTuple):
    """What stands over a bar. `left` bars to the end of the section (1..16, more count as 16; 0 unknown)."""

    steps: int
    meter: int  # index into METERS, -1: any other, told by its steps
    left: int
    section: int  # label number, -1 unknown
    occurrence: int  # 0 first, 1 second, 2 later
    is_final: bool
    starts_section: bool
    chords: tuple[int, int]  # chord words of the two halves; equal where the chord holds; 0 unknown


@dataclass(frozen=True)
class Piece:
    """A song ready to be cut into examples.

    `cells[(bar, part)]` holds the words of the cell of `bars[bar]` and `parts[part]`; empty cells are absent.
    Parts stand in reading order: by role, then from high to low.
    """

    parts: tuple[PartHead, ...]
    bars: tuple[BarHead, ...]
    cells: dict[tuple[int, int], Words]
    controls: dict[tuple[int, int], CellControls]
    tonic: int = 0
    is_minor: bool | None = None
    tempo: int = -1
    genre: int = -1
    is_arranged: bool = False
    ends: bool = True  # whether the last bar is the song's last

    @property
    def shift(self) -> int:
        """Semitones from the stream up to the sounding pitch, -5..6."""
        return tonic_shift(self.tonic)

    @cached_property
    def by_bar(self) -> tuple[tuple[int, ...], ...]:
        """Per bar the parts that play, in reading order."""
        rows: list[list[int]] = [[] for _ in self.bars]
        for bar, part in sorted(self.cells):
            rows[bar].append(part)
        return tuple(tuple(row) for row in rows)


def tonic_shift(tonic: int) -> int:
    """Semitones by which a song on `tonic` lies above its normal form: -5..6."""
    return tonic if tonic <= 6 else tonic - 12


def reading_order(parts: tuple[Part, ...]) -> list[int]:
    """Indices of `parts` by role, then from high to low, then by id."""

    def key(index: int) -> tuple[int, float, str]:
        part = parts[index]
        role = ROLES.index(part.role) if part.role else len(ROLES)
        return role, -float(part.notes.pitch.mean()) if len(part.notes) else 0.0, part.id

    return sorted(range(len(parts)), key=key)


def part_heads(parts: list[Part]) -> tuple[PartHead, ...]:
    """The stream's names of parts that stand in reading order. Raises `Wrong` above 16 of one timbre."""
    counts: dict[int, int] = {}
    heads = []
    for part in parts:
        timbre = TIMBRE_NAMES.index(part.timbre.name)
        number = counts[timbre] = counts.get(timbre, 0) + 1
        if number > v.NUMBER.size + 1:
            raise Wrong(f"more than {v.NUMBER.size + 1} parts play {part.timbre.name}", next_step="join some of them")
        heads.append(PartHead(timbre, number, ROLES.index(part.role) if part.role else -1))
    return tuple(heads)


def on_grid(score: Score) -> Score:
    """The score at twelve ticks a quarter note: what the stream can say exactly.

    Onsets go to the nearest step, lengths are at least one step, drum strokes get one length, velocities go to the
    centre of their bin, and notes of one part that would double each other are said once.
    """
    scale = STEPS_PER_QUARTER / score.resolution

    def steps(tick: int) -> int:
        return int(np.floor(tick * scale + 0.5))

    def grid(part: Part) -> Part:
        notes = part.notes
        onset = np.floor(notes.onset * scale + 0.5).astype(np.int32)
        end = np.floor((notes.onset + notes.length) * scale + 0.5).astype(np.int32)
        length = np.full_like(onset, DRUM_STEPS) if part.is_drum else np.maximum(1, end - onset)
        bins = np.abs(np.asarray(v.VELOCITIES)[None, :] - notes.velocity[:, None]).argmin(axis=1)
        whole = Notes(onset, length, notes.pitch, np.asarray(v.VELOCITIES)[bins])
        return part.replace(notes=_without_doubles(whole), controls=(), bends=())

    def unique(changes: tuple[Any, ...]) -> tuple[Any, ...]:
        at = {steps(change[0]): type(change)(steps(change[0]), *change[1:]) for change in changes}
        return tuple(at[tick] for tick in sorted(at))

    if score.resolution == STEPS_PER_QUARTER:
        return score.replace(parts=tuple(map(grid, score.parts)))
    return score.replace(
        resolution=STEPS_PER_QUARTER,
        parts=tuple(map(grid, score.parts)),
        tempos=unique(score.tempos),
        meters=unique(score.meters),
        keys=unique(score.keys),
        chords=unique(score.chords),
        length=steps(score.length),
    )


def _without_doubles(notes: Notes) -> Notes:
    if len(notes) < 2:
        return notes
    # Sorted by onset, pitch, length: of doubles the last, longest one stays.
    same = (notes.onset[1:] == notes.onset[:-1]) & (notes.pitch[1:] == notes.pitch[:-1])
    return notes.where(np.append(~same, True)) if same.any() else notes


def encode_piece(score: Score, *, genre: str = "", is_arranged: bool = False) -> Piece:
    """The song as words. `score` is brought onto the grid; roles, chords and sections are taken as they stand in it.

    Raises `Wrong` for bars over eight quarter notes.
    """
    score = on_grid(score)
    order = reading_order(score.parts)
    parts = [score.parts[index] for index in order]
    bars = score.bars()
    for bar in bars:
        if bar.length > v.MOST_STEPS:
            raise Wrong(f"bar {bar.index + 1} lasts over eight quarter notes", next_step="write it as two bars")
    key = score.keys[0].key if score.keys else None
    tonic = key.tonic if key else 0
    if any(_leaves_range(part, tonic_shift(tonic)) for part in parts):
        tonic = 0
    cells: dict[tuple[int, int], Words] = {}
    controls: dict[tuple[int, int], CellControls] = {}
    starts = np.array([bar.start for bar in bars], dtype=np.int64)
    for index, part in enumerate(parts):
        for place, notes in _split(part.notes, starts):
            grid = grid_notes(notes, bars[place].start, part.is_drum, tonic_shift(tonic))
            cells[place, index] = np.array(encode_cell(grid, is_drum=part.is_drum), dtype=np.uint16)
            controls[place, index] = controls_of(notes, bars[place].length, STEPS_PER_QUARTER)
    return Piece(
        parts=part_heads(parts),
        bars=bar_heads(score, bars, tonic),
        cells=cells,
        controls=controls,
        tonic=tonic,
        is_minor=key.is_minor if key else None,
        tempo=v.tempo_bin(score.tempos[0].quarters_per_minute),
        genre=v.GENRES.index(genre) if genre in v.GENRES else -1,
        is_arranged=is_arranged,
    )


def grid_notes(notes: Notes, start: int, is_drum: bool, shift: int) -> list[GridNote]:
    """Notes of a score on the grid as the stream writes them: from the bar line, from the tonic (drums as they are)."""
    down = 0 if is_drum else shift
    return [
        GridNote(onset - start, DRUM_STEPS if is_drum else length, pitch - down, v.velocity_bin(velocity))
        for onset, length, pitch, velocity in notes
    ]


def _leaves_range(part: Part, shift: int) -> bool:
    pitch = part.notes.pitch
    return bool(not part.is_drum and pitch.size and (pitch.min() - shift < 0 or pitch.max() - shift > 127))


def _split(notes: Notes, starts: NDArray[np.int64]) -> list[tuple[int, Notes]]:
    """The notes of each bar that has some."""
    if not len(notes):
        return []
    bar_of = np.searchsorted(starts, notes.onset, side="right") - 1
    edges = np.flatnonzero(np.diff(bar_of)) + 1
    first, last = np.append(0, edges), np.append(edges, len(notes))
    columns = (notes.onset, notes.length, notes.pitch, notes.velocity)
    return [(int(bar_of[a]), Notes(*(c[a:b] for c in columns))) for a, b in zip(first, last, strict=True)]


def bar_heads(score: Score, bars: tuple[Bar, ...], tonic: int) -> tuple[BarHead, ...]:
    """The heads of all bars of a score on the grid."""
    chord_ticks = [change.tick for change in score.chords]
    seen: dict[str, int] = {}
    section_of: dict[int, tuple[int, int, int, bool, bool]] = {}
    labels = list(dict.fromkeys(section.label for section in score.sections))
    last_bar = max((section.end_bar for section in score.sections), default=0)
    for section in score.sections:
        occurrence = seen[section.label] = seen.get(section.label, -1) + 1
        for bar in range(section.start_bar, section.end_bar):
            section_of[bar] = (
                min(section.end_bar - bar, v.BAR.size - 1),
                labels.index(section.label) % v.LABELS,
                min(occurrence, v.OCCURRENCE.size - 1),
                section.end_bar == last_bar,
                bar == section.start_bar,
            )

    def chord_at(tick: int) -> int:
        index = int(np.searchsorted(chord_ticks, tick, side="right")) - 1
        if index < 0:
            return 0
        chord: Chord | None = score.chords[index].chord
        return v.chord_token(chord.transposed(-tonic) if chord else None)

    heads = []
    for head in bars:
        left, label, occurrence, is_final, starts = section_of.get(head.index, (0, -1, 0, False, False))
        first = chord_at(head.start)
        second = chord_at(head.start + head.length // 2) if head.meter.chord_slots() == 2 else first
        chords = (first or second, second)
        heads.append(BarHead(head.length, meter_index(head), left, label, occurrence, is_final, starts, chords))
    return tuple(heads)


def meter_index(bar: Bar) -> int:
    """The bar's place in METERS; -1 for rare meters and for bars that a change cuts short."""
    name = str(bar.meter)
    is_full = bar.length == bar.meter.bar_ticks(STEPS_PER_QUARTER)
    return v.METERS.index(name) if is_full and name in v.METERS else -1


def meter_of(head: BarHead) -> Meter:
    """The meter of a bar; rare ones are told in sixteenths. Raises `ValueError` where the steps make no meter."""
    if head.meter >= 0:
        return Meter.parse(v.METERS[head.meter])
    if head.steps % 3:
        raise ValueError(f"a bar of {head.steps} twelfths of a quarter note has no meter")
    return Meter(head.steps // 3, 16)
