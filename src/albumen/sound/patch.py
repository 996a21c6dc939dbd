"""Patches: what a part sounds with, in layers; a readable file says which."""

from __future__ import annotations

import dataclasses
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from albumen.score.part import Part
from albumen.sound.layer import Layer, read_layer
from albumen.work.digest import digest_of
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

PATCHES = Path(__file__).parent / "patches" / "patches.toml"
_PATCH_FIELDS = frozenset(("name", "choice", "programs", "kits", "parts", "styles", "layers"))


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
    parts: frozenset[str]
    styles: frozenset[str]

    def suits(self, part: Part, style: str) -> bool:
        wanted = self.kits if part.is_drum else self.programs
        is_meant = part.id in self.parts if self.parts else True
        sounds = part.program in wanted or (bool(self.parts) and not (self.kits or self.programs))
        return is_meant and sounds and (not self.styles or style in self.styles)


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
    chosen = equals[Seed(0).child("patch", part.id).number() % len(equals)].patch
    layers = tuple(dataclasses.replace(layer, is_drum=part.is_drum) for layer in chosen.layers)
    return Patch(name=chosen.name, layers=layers)


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
    made = tuple(read_layer(layer, library, where) for layer in layers)
    return _Rule(
        patch=Patch(name=row["name"], layers=made),
        choice=str(row.get("choice", "")),
        programs=frozenset(row.get("programs", ())),
        kits=frozenset(row.get("kits", ())),
        parts=frozenset(row.get("parts", ())),
        styles=frozenset(row.get("styles", ())),
    )
