"""What is wanted, before any note: the brief of a song and of an album.

Every field but the title may stay empty; the planner chooses what is left open. Briefs are read from `album.toml` and
`song.toml`, so each wrong value is answered with the place and what was expected.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from albumen.album.title import check_line
from albumen.score.key import Key
from albumen.score.meter import Meter
from albumen.work.errors import Wrong

SONGS_OF_AN_ALBUM = 9
SHORTEST_SECONDS, LONGEST_SECONDS = 20.0, 1200.0
SLOWEST_BPM, FASTEST_BPM = 20.0, 400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What is wanted of one song. None or empty: the planner chooses.

    `tempo_bpm` counts felt beats (dotted ones in 6/8), `energy` runs from 0 (calm) to 1 (wild),
    `band` names instruments (`violin`, `electric-bass`, `drums`), `motif` a melodic seed in scale steps above its first note.
    """

    title: str = ""
    theme: str = ""
    style: str = ""
    key: Key | None = None
    meter: Meter | None = None
    tempo_bpm: float | None = None
    seconds: float | None = None
    band: tuple[str, ...] = ()
    energy: float | None = None
    motif: tuple[int, ...] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        _within("tempo_bpm", self.tempo_bpm, SLOWEST_BPM, FASTEST_BPM)
        _within("seconds", self.seconds, SHORTEST_SECONDS, LONGEST_SECONDS)
        _within("energy", self.energy, 0.0, 1.0)
        if self.motif and not 3 <= len(self.motif) <= 12:
            raise Wrong(f"a motif has 3 to 12 notes, got {len(self.motif)}", where="brief: motif")

    def as_mapping(self) -> dict[str, Any]:
        """Plain values for TOML or JSON, without what was left open."""
        plain: dict[str, Any] = {}
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if value in (None, "", ()):
                continue
            plain[field.name] = (
                str(value) if isinstance(value, Key | Meter) else list(value) if isinstance(value, tuple) else value
            )
        return plain

    @classmethod
    def from_mapping(cls, plain: Mapping[str, Any], where: str | Path = "brief") -> Brief:
        """The brief written as plain values; raises `Wrong` with the field that cannot be read."""
        known = {field.name for field in dataclasses.fields(cls)}
        values: dict[str, Any] = {}
        for name, value in plain.items():
            if name not in known:
                raise Wrong(f"no field called {name!r}; known are {', '.join(sorted(known))}", where=where)
            values[name] = _read(name, value, where)
        return cls(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlbumBrief:
    """What is wanted of an album. `styles` are spread over the songs; empty: the planner chooses."""

    title: str
    artist: str = ""
    theme: str = ""
    songs: int = SONGS_OF_AN_ALBUM
    styles: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.songs <= 40:
            raise Wrong(f"an album has 1 to 40 songs, got {self.songs}", where="album: songs")
        if len({title.casefold() for title in self.titles}) != len(self.titles):
            raise Wrong(
                "two songs have the same title", where="album: titles", next_step="give each song its own title"
            )


def _within(name: str, value: float | None, low: float, high: float) -> None:
    if value is not None and not low <= value <= high:
        raise Wrong(f"expected a number from {low:g} to {high:g}, got {value:g}", where=f"brief: {name}")


def _read(name: str, value: Any, where: str | Path) -> Any:
    if name == "title" and isinstance(value, str):
        check_line(value, f"{where}: title")
    try:
        if name == "key":
            return Key.parse(str(value))
        if name == "meter":
            return Meter.parse(str(value))
        if name == "band":
            return tuple(str(item) for item in value)
        if name == "motif":
            return tuple(int(item) for item in value)
        if name == "seed":
            return int(value)
        if name in ("tempo_bpm", "seconds", "energy"):
            return float(value)
        return str(value)
    except (TypeError, ValueError) as error:
        raise Wrong(f"{name}: {error}", where=where) from error
