"""Patches: what a part sounds with, in layers of SoundFont programs and electronic voices; a readable file says which."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from albumen.score.part import Part
from albumen.work.digest import MANNER, digest_file, digest_of
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

PATCHES = Path(__file__).parent / "patches" / "patches.toml"
_PATCH_FIELDS = frozenset(("name", "choice", "programs", "kits", "styles", "layers"))
_LAYER_FIELDS = frozenset(
    ("voice", "preset", "bank", "font", "gain_db", "transpose", "velocity_curve", "lowest", "highest")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One layer of a patch: a Faust `voice` (its source), or program `preset` of a SoundFont (`font`, else the usual one)."""

    voice: str = ""
    preset: int = 0
    bank: int = 0
    is_drum: bool = False
    font: str = field(default="", metadata=MANNER)  # its digest counts, not where it lies
    font_digest: str = ""
    gain_db: float = 0.0
    transpose: int = 0
    velocity_curve: float = 1.0
    lowest: int = 0
    highest: int = 127


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """A named sound."""

    name: str
    layers: tuple[Layer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    patch: Patch
    choice: str
    programs: frozenset[int]
    kits: frozenset[int]
    styles: frozenset[str]

    def suits(self, part: Part, style: str) -> bool:
        wanted = self.kits if part.is_drum else self.programs
        return part.program in wanted and (not self.styles or style in self.styles)


def patch_of(part: Part, *, style: str = "", library: Path = PATCHES, own: Path | None = None) -> Patch:
    """The patch that the library gives a part in a song of this style; without a rule its General MIDI program.

    Rules of an `own` library are asked first. Of several patches of one choice the part's id picks one.
    """
    libraries = [path for path in (own, library) if path is not None]
    suiting = [rule for path in libraries for rule in rules_of(path) if rule.suits(part, style)]
    if not suiting:
        return Patch(name=part.instrument_name, layers=(Layer(preset=part.program, is_drum=part.is_drum),))
    first = suiting[0]
    equals = [rule for rule in suiting if first.choice and rule.choice == first.choice] or [first]
    return equals[Seed(0).child("patch", part.id).number() % len(equals)].patch


def rules_of(library: Path) -> tuple[_Rule, ...]:
    """The rules of a library; raises `Wrong` with the place of what cannot be understood."""
    return _rules(library, library.stat().st_mtime_ns)


def library_digest(library: Path = PATCHES) -> str:
    """What names everything that a library may make sound: its rules, its voices, the SoundFonts that it names."""
    return digest_of(rules_of(library))


@lru_cache(maxsize=8)
def _rules(library: Path, changed_ns: int) -> tuple[_Rule, ...]:
    try:
        document = tomllib.loads(library.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Wrong(f"not TOML ({error})", where=library, next_step="correct the file") from error
    return tuple(_rule(row, library, number) for number, row in enumerate(document.get("patch", []), start=1))


def _rule(row: dict[str, Any], library: Path, number: int) -> _Rule:
    where = f"{library}: patch {number}"
    layers = row.get("layers")
    if not isinstance(row.get("name"), str) or not isinstance(layers, list) or not layers:
        raise Wrong("a patch needs a name and layers", where=where, next_step="see the first patches of the file")
    unknown = sorted(set(row) - _PATCH_FIELDS)
    if unknown:
        raise Wrong(f"a patch has no {unknown[0]!r}; known are {', '.join(sorted(_PATCH_FIELDS))}", where=where)
    kits = frozenset(row.get("kits", ()))
    made = tuple(_layer(layer, library, where, is_drum=bool(kits)) for layer in layers)
    return _Rule(
        patch=Patch(name=row["name"], layers=made),
        choice=str(row.get("choice", "")),
        programs=frozenset(row.get("programs", ())),
        kits=kits,
        styles=frozenset(row.get("styles", ())),
    )


def _layer(row: dict[str, Any], library: Path, where: str, *, is_drum: bool) -> Layer:
    unknown = sorted(set(row) - _LAYER_FIELDS)
    if unknown:
        raise Wrong(f"a layer has no {unknown[0]!r}; known are {', '.join(sorted(_LAYER_FIELDS))}", where=where)
    if ("voice" in row) == ("preset" in row):
        raise Wrong("a layer names either a voice or a preset", where=where)
    values = dict(row)
    if "voice" in row:
        values["voice"] = _beside(library, f"{row['voice']}.dsp", where).read_text("utf-8")
    if "font" in row:
        path = _beside(library, row["font"], where)
        values |= {"font": str(path.resolve()), "font_digest": digest_file(path)}
    return Layer(is_drum=is_drum, **values)


def _beside(library: Path, name: str, where: str) -> Path:
    path = library.parent / name
    if not path.is_file():
        raise Wrong(
            f"there is no file {name} beside the patches", where=where, next_step="put it there or correct the name"
        )
    return path
