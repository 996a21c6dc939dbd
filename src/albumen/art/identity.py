"""What an album looks like as a family: engine, motif, manner, type, era, style, each with its reason.

The cover, the song covers and the promotional pictures share one identity; `cover.toml` may override any part of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from albumen.art.direction import Direction
from albumen.art.engines import ENGINES, engine_named
from albumen.art.facts import AlbumFacts
from albumen.art.fonts import PERSONALITIES
from albumen.art.manners import MANNERS
from albumen.art.palette import Palette, palette_for
from albumen.art.templates import TEMPLATES
from albumen.art.wishes import KNOWN
from albumen.art.words import names_somebody
from albumen.models.portraits.condition import ERAS, STYLES
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

WHERE = "art/cover.toml"
YOURS = "yours, from cover.toml"
ANY = "any"
ERA_CHOICES, STYLE_CHOICES = (ANY, *ERAS), (ANY, *STYLES)
_COLOURS = ("ground", "shade", "ink", "accent", "second")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The look of an album."""

    palette: Palette
    engine: str
    person: str
    manner: str
    era: str = ANY
    style: str = ANY
    """Era and style that a painting net is asked for."""
    motif: str = ""
    """What of the music or the words the picture shows, of those that the engine knows."""
    template: str | None = None
    """Fixed by the user, else the solver chooses."""
    words: str = ""
    """What the album is about, for painters that listen to words."""
    reasons: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    """What a person fixed: names of `cover.toml`, and of colours."""


_FACE_ASKED = 2.0
"""What a portrait gains where the words speak of somebody: more than mood and chance can take from it."""

_ERAS = {
    "classical": "18th century",
    "baroque": "17th century",
    "chamber": "18th century",
    "romantic": "19th century",
    "waltz": "19th century",
    "folk": "19th century",
    "jazz": "20th century",
    "electronic": "20th century",
}


def picture_seed(seed: Seed, place: int) -> Seed:
    """The seed of the picture of the look at `place` (from 0)."""
    return seed.child("picture", place)


def identities(facts: AlbumFacts, seed: Seed, count: int) -> list[Identity]:
    """`count` different looks for an album, the most fitting first."""
    found: list[Identity] = []
    engines = _ranked_engines(facts, seed)
    persons = _ranked_persons(facts, seed)
    for place in range(count):
        palette = palette_for(facts, seed.child("look", place // len(engines)))
        engine = engines[place % len(engines)]
        person = persons[(place + place // len(engines)) % min(5, len(persons))]
        planned = _identity(facts, palette, engine, person, seed)
        found.append(settled(planned, facts, picture_seed(seed, place)))
    return found


def overridden(identity: Identity, wishes: Mapping[str, Any], *, where: str | Path | None = WHERE) -> Identity:
    """The identity with what a person fixed: engine, type, motif, manner, era, style, template, and colours as `#rrggbb`.

    A motif calls an engine that can show it. What follows from these is settled by `settled`. Raises `Wrong`, naming the
    file `where`, for values that there are not.
    """
    unknown = set(wishes) - KNOWN
    if unknown:
        raise Wrong(f"'{sorted(unknown)[0]}' is no part of a cover", where=where, next_step=f"use {', '.join(sorted(KNOWN))}")
    said = {name: _one_of(name, wishes[name], names, where) for name, names in _choices().items() if name in wishes}
    engine = said.get("engine", identity.engine)
    if "motif" in said and said["motif"] not in ENGINES[engine].motifs:
        if "engine" in said:
            _one_of(f"motif of the engine {engine}", said["motif"], ENGINES[engine].motifs, where)
        engine = next(name for name, other in ENGINES.items() if said["motif"] in other.motifs)
    wished = wishes.get("colours") or {}
    named: dict[str, Any] = {"person" if name == "type" else name: value for name, value in said.items()}
    return replace(
        identity,
        **{**named, "engine": engine},
        palette=_recoloured(identity.palette, wished, where),
        fixed=tuple(sorted({*identity.fixed, *said, *wished})),
    )


def _recoloured(palette: Palette, wishes: Mapping[str, Any], where: str | Path | None) -> Palette:
    """The palette with the colours (`#rrggbb`, by name) that a person fixed."""
    colours: dict[str, Any] = {name: _hex(str(value), where) for name, value in wishes.items()}
    if not set(colours) <= set(_COLOURS):
        raise Wrong(f"colours are named {', '.join(_COLOURS)}", where=where)
    return replace(palette, **colours)


def settled(identity: Identity, facts: AlbumFacts, seed: Seed) -> Identity:
    """The identity with what its engine chooses where nobody did, for the picture of this seed, and the reasons of it all."""
    engine = engine_named(identity.engine)
    if engine.brush and "manner" not in identity.fixed:
        identity = replace(identity, manner=engine.brush(identity.palette, seed))
    motif, why = engine.motif(facts, identity.palette, seed)
    if "motif" not in identity.fixed:
        identity = replace(identity, motif=motif)
    return replace(identity, reasons=_reasons(identity, facts, why))


def direction_of(identity: Identity) -> Direction:
    """What the identity settles for the engine's picture."""
    era, style = ("" if name == ANY else name for name in (identity.era, identity.style))
    return Direction(manner=identity.manner, motif=identity.motif, era=era, style=style)


def _identity(facts: AlbumFacts, palette: Palette, engine: str, person: str, seed: Seed) -> Identity:
    # The manner of an engine that has no brush of its own: a painter that lays grounds under it uses this one.
    rng = seed.child("manner", engine, person).rng()
    calm = ("wash", "realist", "impressionist")
    wild = ("expressionist", "knife", "pointillist")
    manner = str(rng.choice(wild if palette.arousal > 0.35 else calm))
    words = facts.theme or facts.title
    return Identity(palette=palette, engine=engine, person=person, manner=manner, era=_era(facts), words=words)


def _era(facts: AlbumFacts) -> str:
    return next((_ERAS[part] for part in facts.genre.lower().split("-") if part in _ERAS), ANY)


def _reasons(identity: Identity, facts: AlbumFacts, why_motif: str) -> tuple[str, ...]:
    """A sentence on every choice: why it is so, or that a person fixed it, or that this engine does not show it."""
    engine = ENGINES[identity.engine]
    genre = facts.genre or "not given"
    colours = [
        f"{name} #{bytes(getattr(identity.palette, name)).hex()}: {YOURS}" for name in _COLOURS if name in identity.fixed
    ]
    called = f"it can show the motif {identity.motif}, which is {YOURS}" if "motif" in identity.fixed else engine.says
    usual = facts.genre in PERSONALITIES[identity.person].genres
    brush = "" if engine.brush else f"; the engine {engine.name} has no brush, so only a painter that lays grounds shows it"
    net = "" if engine.net else f"; the engine {engine.name} paints with no net, so it is not seen"
    era = f"usual for {genre}" if identity.era != ANY else f"the genre ({genre}) calls for none"
    told = [
        ("engine", identity.engine, called, ""),
        ("motif", identity.motif, why_motif, ""),
        ("type", identity.person, f"usual for {facts.genre}" if usual else "by the seed", ""),
        ("manner", identity.manner, f"arousal {identity.palette.arousal:+.2f} and the seed", brush),
        ("era", identity.era, era, net),
        ("style", identity.style, "left to the net", net),
    ]
    lines = (f"{name} {value}: {YOURS if name in identity.fixed else why}{more}" for name, value, why, more in told)
    return (*identity.palette.reasons, *colours, *lines)


def _choices() -> dict[str, tuple[str, ...]]:
    motifs = dict.fromkeys(motif for engine in ENGINES.values() for motif in engine.motifs)
    return {
        "engine": tuple(ENGINES),
        "type": tuple(PERSONALITIES),
        "manner": tuple(MANNERS),
        "motif": tuple(motifs),
        "era": ERA_CHOICES,
        "style": STYLE_CHOICES,
        "template": tuple(template.name for template in TEMPLATES),
    }


def _one_of(kind: str, value: Any, names: tuple[str, ...], where: str | Path | None) -> str:
    if value not in names:
        raise Wrong(f"there is no {kind} '{value}'", where=where, next_step=f"choose one of: {', '.join(names)}")
    return str(value)


def _ranked_engines(facts: AlbumFacts, seed: Seed) -> list[str]:
    from albumen.art.palette import album_feeling

    _, arousal, _ = album_feeling(facts)
    rng = seed.child("engines").rng()
    marks = {name: -abs(engine.calm - arousal) + rng.uniform(0, 0.7) for name, engine in ENGINES.items()}
    if "portrait" in marks and asks_for_a_face(facts):
        marks["portrait"] += _FACE_ASKED
    return sorted(marks, key=lambda name: -marks[name])


def asks_for_a_face(facts: AlbumFacts) -> bool:
    """Whether title or theme speak of somebody."""
    return names_somebody(f"{facts.title} {facts.theme}")


def _ranked_persons(facts: AlbumFacts, seed: Seed) -> list[str]:
    rng = seed.child("persons").rng()
    genres = [facts.genre.lower(), *(song.genre.lower() for song in facts.songs)]
    marks = {
        name: sum(genre in person.genres for genre in genres if genre) + rng.uniform(0, 0.9)
        for name, person in PERSONALITIES.items()
    }
    return sorted(marks, key=lambda name: -marks[name])


def _hex(text: str, where: str | Path | None) -> tuple[int, int, int]:
    digits = text.removeprefix("#")
    try:
        if len(digits) != 6:
            raise ValueError(text)
        red, green, blue = np.frombuffer(bytes.fromhex(digits), dtype=np.uint8)
    except ValueError as error:
        raise Wrong(f"'{text}' is no colour", where=where, next_step='write it as "#1d3f5a"') from error
    return int(red), int(green), int(blue)
