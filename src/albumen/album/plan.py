"""The plan of a song before any note, and of the album around it: form, chords, energy, band, motif.

Plans are values a producer can read and change: `plan_text` writes TOML, `read_plan` reads it back. A SongPlan holds all
that the skeleton and the arrangement need; nothing in it is a note.
"""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import tomlkit

from albumen.score.chord import Chord
from albumen.score.key import Key
from albumen.score.meter import Meter
from albumen.score.part import ROLES
from albumen.work.errors import Wrong

Repeat = Literal["new", "exact", "varied"]
Ending = Literal["held", "button", "fade"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartPlan:
    """One member of the band. `low`..`high` in MIDI pitches and `voices` are kept without exception.

    `figures` names the accompaniment of the style that the part plays; `writer` who writes it (`rules` or `model`);
    `pedal` asks for the sustaining pedal.
    """

    id: str
    role: str
    program: int = 0
    is_drum: bool = False
    low: int = 21
    high: int = 108
    voices: int = 10
    figures: str = ""
    writer: str = "rules"
    pedal: bool = False

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise ValueError(f"part {self.id}: a role is one of {', '.join(ROLES)}, got {self.role!r}")
        if not 0 <= self.low < self.high <= 127 or self.voices < 1:
            raise ValueError(
                f"part {self.id}: range {self.low}..{self.high} with {self.voices} voices cannot be played"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionPlan:
    """A section: `chords` one a slot (half bars where the meter halves, else bars), `ideas` two bars each.

    `label` is the same where material returns, `occurrence` counts from 1. `energy` 0 calm .. 1 wild. `band` lists who plays.
    Ideas: `m` motif, `m^` `mv` a step higher or lower, `mi` inverted, `ma` augmented, `f` fragments, `c` contrast,
    `h` half cadence, `k` full cadence, `-` the melody rests.
    """

    label: str
    name: str = ""
    occurrence: int = 1
    repeat: Repeat = "new"
    bars: int = 8
    energy: float = 0.5
    key: str = "C"
    chords: tuple[str, ...] = ()
    ideas: tuple[str, ...] = ()
    band: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.repeat not in get_args(Repeat):
            raise ValueError(f"section {self.label}: repeat is new, exact or varied, got {self.repeat!r}")
        if self.bars < 1 or not self.chords or len(self.chords) % self.bars:
            raise ValueError(f"section {self.label}: {len(self.chords)} chords do not fill {self.bars} bars")
        Key.parse(self.key)
        for chord in self.chords:
            Chord.parse(chord)

    def chord_at(self, bar: int, slot: int, slots: int) -> Chord:
        """The chord of a slot (from 0) in a bar of this section (from 0)."""
        return Chord.parse(self.chords[bar * slots + slot])


@dataclass(frozen=True, slots=True, kw_only=True)
class SongPlan:
    """Everything decided about a song before its notes.

    `tempo_bpm` counts felt beats. `motif` is in scale steps above its first note; `is_album_motif` marks the songs that
    state the motif of the album. `swing` plays eighths long-short in triplets.
    """

    title: str
    style: str
    genre: str
    key: str
    meter: str
    tempo_bpm: float
    seed: int
    sections: tuple[SectionPlan, ...]
    band: tuple[PartPlan, ...]
    motif: tuple[int, ...]
    motif_rhythm: tuple[str, ...] = ()
    is_album_motif: bool = False
    swing: bool = False
    ending: Ending = "held"
    energy: float = 0.5
    theme: str = ""

    def __post_init__(self) -> None:
        Key.parse(self.key)
        Meter.parse(self.meter)
        if not self.sections or not self.band:
            raise ValueError(f"{self.title}: a song needs at least one section and one part")
        ids = [part.id for part in self.band]
        if len(set(ids)) != len(ids):
            raise ValueError(f"{self.title}: part ids must differ, got {ids}")
        for section in self.sections:
            unknown = set(section.band) - set(ids)
            if unknown:
                raise ValueError(
                    f"{self.title}: section {section.label} asks for parts that are not in the band: {sorted(unknown)}"
                )

    @property
    def bars(self) -> int:
        """Bars of the whole song."""
        return sum(section.bars for section in self.sections)

    @property
    def seconds(self) -> float:
        """How long the song lasts at its tempo (the last ritardando not counted)."""
        meter = Meter.parse(self.meter)
        return self.bars * meter.bar_ticks(480) / meter.beat_ticks(480) * 60 / self.tempo_bpm

    def starts(self) -> tuple[int, ...]:
        """The first bar of each section."""
        firsts = [0]
        for section in self.sections:
            firsts.append(firsts[-1] + section.bars)
        return tuple(firsts[:-1])

    def part(self, part_id: str) -> PartPlan:
        """The band member called `part_id`; raises `KeyError`."""
        for part in self.band:
            if part.id == part_id:
                return part
        raise KeyError(f"no part called {part_id!r} in the plan of {self.title!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlbumPlan:
    """The songs of an album in running order, with the motif that some of them share."""

    title: str
    theme: str
    seed: int
    motif: tuple[int, ...]
    songs: tuple[SongPlan, ...]


def as_mapping(plan: object) -> dict[str, Any]:
    """Plain values of a plan, ready for TOML or JSON."""
    assert dataclasses.is_dataclass(plan) and not isinstance(plan, type)
    return {field.name: _plain(getattr(plan, field.name)) for field in dataclasses.fields(plan)}


def song_plan_from(plain: Mapping[str, Any], where: str | Path = "plan") -> SongPlan:
    """The song plan written as plain values; raises `Wrong` with the place."""
    try:
        return SongPlan(
            **{
                **{name: _tuples(value) for name, value in plain.items() if name not in ("sections", "band")},
                "sections": tuple(SectionPlan(**_row(row)) for row in plain["sections"]),
                "band": tuple(PartPlan(**_row(row)) for row in plain["band"]),
            }
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Wrong(f"not a song plan: {error}", where=where) from error


def album_plan_from(plain: Mapping[str, Any], where: str | Path = "plan") -> AlbumPlan:
    """The album plan written as plain values; raises `Wrong` with the place."""
    try:
        songs = tuple(song_plan_from(song, where) for song in plain["songs"])
        return AlbumPlan(**{**_row({k: v for k, v in plain.items() if k != "songs"}), "songs": songs})
    except (KeyError, TypeError, ValueError) as error:
        raise Wrong(f"not an album plan: {error}", where=where) from error


def plan_text(plan: SongPlan | AlbumPlan) -> str:
    """The plan as TOML."""
    return tomlkit.dumps(as_mapping(plan))


def read_plan(text: str, where: str | Path = "plan") -> SongPlan | AlbumPlan:
    """The song or album plan in TOML text; raises `Wrong` with the place."""
    try:
        plain = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Wrong(f"not TOML: {error}", where=where) from error
    return album_plan_from(plain, where) if "songs" in plain else song_plan_from(plain, where)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return as_mapping(value) if dataclasses.is_dataclass(value) else value


def _tuples(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _tuples(value) for name, value in row.items()}
