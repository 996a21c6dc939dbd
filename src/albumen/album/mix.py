"""The mix of a song as values: every number that the automatic mixer chooses and a person may change (`mix.toml`)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

BUSES = ("drums", "bass", "chords", "lead", "ensemble", "effects")
OFF_DB = -60.0  # a send or a level at or below this is silent


@dataclass(frozen=True, slots=True, kw_only=True)
class Bell:
    """A bell of an equaliser: `gain_db` at `frequency_hz`, `q` 0.3 wide .. 4 narrow."""

    frequency_hz: float
    gain_db: float
    q: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Compressor:
    """A compressor: above `threshold_db` the level rises `ratio` times slower."""

    threshold_db: float
    ratio: float
    attack_ms: float = 15.0
    release_ms: float = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PartMix:
    """How one part stands in the mix, in the order of a channel strip.

    The stem arrives at -24 LUFS; `high_pass_hz`, `bells` and `compressor` work there. `level_lu` is its loudness while
    it plays, relative to the lead (0); `pan` -1 left .. 1 right; `width` 0 mono .. 2; sends in dB relative to the part;
    `duck_db` how far the kick pushes it down.
    """

    bus: str
    level_lu: float = -6.0
    pan: float = 0.0
    width: float = 1.0
    high_pass_hz: float = 0.0
    bells: tuple[Bell, ...] = ()
    compressor: Compressor | None = None
    room_db: float = OFF_DB
    hall_db: float = OFF_DB
    delay_db: float = OFF_DB
    duck_db: float = 0.0
    mute: bool = False

    def __post_init__(self) -> None:
        if self.bus not in BUSES:
            raise ValueError(f"a bus is one of {', '.join(BUSES)}, got {self.bus!r}")
        if not -1.0 <= self.pan <= 1.0:
            raise ValueError(f"a pan lies in -1 (left) to 1 (right), got {self.pan}")
        if not 0.0 <= self.width <= 2.0:
            raise ValueError(f"a width lies in 0 (mono) to 2, got {self.width}")

    def replace(self, **changes: object) -> PartMix:
        """The same with some fields exchanged."""
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ride:
    """A fader move: part `part_id` changes by `gain_db` from `start_seconds` to `end_seconds` of the song."""

    part_id: str
    start_seconds: float
    end_seconds: float
    gain_db: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """The rooms around the band: decay times in seconds, the hall's pre-delay, and the echo."""

    room_seconds: float = 0.7
    hall_seconds: float = 2.0
    hall_pre_delay_ms: float = 25.0
    delay_seconds: float = 0.375
    delay_feedback: float = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """The whole console: parts by id, the rooms, the fader moves, the equaliser and the compressor over everything."""

    parts: Mapping[str, PartMix] = field(default_factory=lambda: MappingProxyType({}))
    space: Space = field(default_factory=Space)
    rides: tuple[Ride, ...] = ()
    tone: tuple[Bell, ...] = ()
    glue: Compressor | None = None

    def replace(self, **changes: object) -> Mix:
        """The same with some fields exchanged."""
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]
