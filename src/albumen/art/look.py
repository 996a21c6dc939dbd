"""The look that a family of pictures shares, as a value that can be kept: identity, template, and the seed of its picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from albumen.art.engines import engine_named
from albumen.art.identity import Identity, direction_of
from albumen.art.music_view import MusicView
from albumen.art.palette import Palette
from albumen.art.picture import Pixels
from albumen.art.templates import Template, template_named
from albumen.art.words import ColourWish
from albumen.work.seed import Seed

Drawing = Callable[[Identity, MusicView, int, Seed], Pixels]
"""How a picture of some music comes about at a side in pixels, square and without type."""


def drawn(identity: Identity, music: MusicView, side: int, seed: Seed) -> Pixels:
    """The identity's engine lets the music draw."""
    return engine_named(identity.engine).draw(music, identity.palette, side, seed, direction_of(identity))


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What cover, song covers and promotional pictures have in common."""

    identity: Identity
    template: Template
    picture_seed: Seed


def look_json(look: Look) -> dict[str, Any]:
    """The look as JSON values."""
    palette = asdict(look.identity.palette)
    identity = {name: value for name, value in asdict(look.identity).items() if name != "palette"}
    seed = {"root": look.picture_seed.root, "path": list(look.picture_seed.path)}
    return {"palette": palette, "identity": identity, "template": look.template.name, "seed": seed}


def look_from_json(row: Mapping[str, Any]) -> Look:
    """The look of JSON values that `look_json` gave."""
    wishes = tuple(ColourWish(**{name: _frozen(value) for name, value in wish.items()}) for wish in row["palette"]["wishes"])
    palette = Palette(**{**{name: _frozen(value) for name, value in row["palette"].items()}, "wishes": wishes})
    identity = Identity(palette=palette, **{name: _frozen(value) for name, value in row["identity"].items()})
    seed = Seed(int(row["seed"]["root"]), tuple(row["seed"]["path"]))
    return Look(identity=identity, template=template_named(row["template"]), picture_seed=seed)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
