"""Layers of a patch: what makes one of its sounds, as a row of `patches.toml` names it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from albumen.sound.plugin_file import find_plugin, plugin_files
from albumen.sound.sfz_file import read_sfz
from albumen.work.digest import MANNER, digest_file, digest_of
from albumen.work.errors import Wrong

_SOURCES = ("voice", "preset", "sfz", "plugin")
_FIELDS = frozenset(
    (*_SOURCES, "bank", "font", "state", "parameters", "gain_db", "transpose", "velocity_curve", "lowest", "highest", "release")
)
_ONLY_WITH = {"bank": "preset", "font": "preset", "release": "preset", "state": "plugin", "parameters": "plugin"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One layer of a patch.

    It sounds with a Faust `voice` (its source), with an SFZ file, with a hosted `plugin` (in `state`, its `parameters` set
    to 0..1 by name), else with program `preset` of a SoundFont (`font`, else the usual one). `digest` names the contents
    of those files.
    """

    voice: str = ""
    preset: int = 0
    bank: int = 0
    is_drum: bool = False
    font: str = field(default="", metadata=MANNER)  # the digest of the file counts, not where it lies
    sfz: str = field(default="", metadata=MANNER)
    plugin: str = field(default="", metadata=MANNER)
    state: str = field(default="", metadata=MANNER)
    parameters: tuple[tuple[str, float], ...] = ()
    digest: str = ""
    gain_db: float = 0.0
    transpose: int = 0
    velocity_curve: float = 1.0
    lowest: int = 0
    highest: int = 127
    release: float = 1.0  # how long notes ring after their end, against the SoundFont's own way

    @property
    def is_preset(self) -> bool:
        """Whether a SoundFont plays it."""
        return not (self.voice or self.sfz or self.plugin)


def read_layer(row: dict[str, Any], library: Path, where: str) -> Layer:
    """The layer that a row of a library names, files beside it; raises `Wrong` or `Missing` with the place."""
    unknown = sorted(set(row) - _FIELDS)
    if unknown:
        raise Wrong(f"a layer has no {unknown[0]!r}; known are {', '.join(sorted(_FIELDS))}", where=where)
    sources = [name for name in _SOURCES if name in row]
    if len(sources) != 1:
        raise Wrong("a layer names either a voice, a preset, an sfz or a plugin", where=where)
    astray = [name for name, source in _ONLY_WITH.items() if name in row and source not in row]
    if astray:
        raise Wrong(f"{astray[0]} belongs to a layer with a {_ONLY_WITH[astray[0]]}", where=where)
    values = {name: value for name, value in row.items() if name != "parameters"}
    return Layer(**(values | _source(sources[0], row, library, where)))


def _source(kind: str, row: dict[str, Any], library: Path, where: str) -> dict[str, Any]:
    if kind == "voice":
        return {"voice": _beside(library, f"{row['voice']}.dsp", where).read_text("utf-8")}
    if kind == "sfz":
        path = _beside(library, str(row["sfz"]), where).resolve()
        return {"sfz": str(path), "digest": digest_of([digest_file(file) for file in read_sfz(path).files])}
    if kind == "plugin":
        return _plugin(row, library, where)
    if "font" not in row:
        return {}
    path = _beside(library, str(row["font"]), where)
    return {"font": str(path.resolve()), "digest": digest_file(path)}


def _plugin(row: dict[str, Any], library: Path, where: str) -> dict[str, Any]:
    path = find_plugin(str(row["plugin"]), library.parent)
    files = list(plugin_files(path))
    values: dict[str, Any] = {"plugin": str(path)}
    if "state" in row:
        state = _beside(library, str(row["state"]), where).resolve()
        values["state"] = str(state)
        files.append(state)
    parameters = row.get("parameters", {})
    if not isinstance(parameters, dict) or not all(_is_share(value) for value in parameters.values()):
        raise Wrong("parameters of a plugin lie in 0 to 1, each by its name", where=where)
    settings = tuple(sorted((name, float(value)) for name, value in parameters.items()))
    return values | {"parameters": settings, "digest": digest_of([digest_file(file) for file in files])}


def _is_share(value: object) -> bool:
    return isinstance(value, float | int) and not isinstance(value, bool) and 0 <= value <= 1


def _beside(library: Path, name: str, where: str) -> Path:
    path = library.parent / name
    if not path.is_file():
        raise Wrong(
            f"there is no file {name} beside the patches", where=where, next_step="put it there or correct the name"
        )
    return path
