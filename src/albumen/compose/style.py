"""A style: what a folk jig, a rag or a rock song is made of. Read from `styles/*.toml`; `style_file.py` reads them.

Grids and rhythms are parsed here into marks, so the rules never see text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from albumen.album.plan import Ending
from albumen.compose.grid import Beat, Mark
from albumen.score.key import Key
from albumen.score.meter import Meter

T = TypeVar("T")
LEVELS = ("calm", "normal", "full")

Bars = tuple[tuple[Mark, ...], ...]  # one or more bars of marks
Rhythm = tuple[Beat, ...]  # one bar of a melody
Chords = tuple[tuple[str, ...], ...]  # roman numerals, a tuple a bar
Kit = Mapping[str, Bars]  # drum name -> bars of marks


@dataclass(frozen=True, slots=True, kw_only=True)
class BandMember:
    """A seat in the band. Joins sections whose energy reaches `joins_at`; `writer` is the one preferred for it."""

    id: str
    programs: tuple[int, ...]
    is_drum: bool
    role: str
    low: int
    high: int
    voices: int
    figures: str
    writer: str
    joins_at: float
    pedal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionStyle:
    """A kind of section: its phrases (names of progressions), its ideas (two bars each), and where its key lies."""

    label: str
    name: str
    phrases: tuple[str, ...]
    ideas: tuple[str, ...]
    key: str
    energy: float
    lead: str
    without: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormItem:
    """One section of a form: `label`, and whether it repeats an earlier one."""

    label: str
    repeat: str  # new, exact or varied


@dataclass(frozen=True, slots=True, kw_only=True)
class MelodyRhythms:
    """Bars of melody in one meter: for ideas, for contrast, and for the last bar of half and full cadences."""

    ideas: tuple[Rhythm, ...]
    contrast: tuple[Rhythm, ...]
    half: tuple[Rhythm, ...]
    cadence: tuple[Rhythm, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MelodyManner:
    """How a melody moves. Costs relative to a plain step (0): higher is rarer."""

    leap: float = 1.0  # how dear leaps are
    repeat: float = 1.0  # how dear repeated notes are
    chromatic: float = 1.0  # how dear notes outside the scale are
    dissonance: float = 1.0  # how dear strong beats outside the chord are


@dataclass(frozen=True, slots=True, kw_only=True)
class DrumStyle:
    """Grooves by level and fills of one kit in one meter."""

    grooves: Mapping[str, tuple[Kit, ...]]
    fills: tuple[Kit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """Everything the planner and the rules know about a style."""

    name: str
    title: str
    genre: str
    about: str
    tempo_bpm: tuple[float, float]
    meters: tuple[Meter, ...]
    keys: tuple[Key, ...]
    seconds: tuple[float, float]
    energy: float
    swing: bool
    endings: tuple[Ending, ...]
    band: tuple[BandMember, ...]
    forms: Mapping[str, tuple[FormItem, ...]]
    sections: Mapping[str, SectionStyle]
    progressions: Mapping[str, Mapping[str, tuple[str, ...]]]  # major/minor -> phrase -> written progressions
    rhythms: Mapping[str, MelodyRhythms]  # by meter
    manner: MelodyManner
    figures: Mapping[str, Mapping[str, Mapping[str, tuple[Bars, ...]]]]  # name -> meter -> level -> grids
    drums: Mapping[str, Mapping[str, DrumStyle]]  # name -> meter

    def level(self, energy: float) -> str:
        """calm, normal or full."""
        return LEVELS[0] if energy < 0.4 else LEVELS[1] if energy < 0.7 else LEVELS[2]

    def phrases_of(self, is_minor: bool) -> Mapping[str, tuple[str, ...]]:
        """The progressions for a mode; a style that knows only one mode lends it."""
        own = self.progressions.get("minor" if is_minor else "major")
        return own if own is not None else next(iter(self.progressions.values()))


def at_level(levels: Mapping[str, T], wanted: str) -> T:
    """The entry for a level, or the nearest one that is written."""
    order = sorted(levels, key=lambda level: abs(LEVELS.index(level) - LEVELS.index(wanted)))
    return levels[order[0]]
