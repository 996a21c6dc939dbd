"""What an album looks like as a family: engine, manner, type, era; each choice with its reason, each can be overridden.

The cover, the song covers and the promotional pictures share one identity; `cover.toml` may fix any part of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from albumen.art.engines import ENGINES, engine_named
from albumen.art.facts import AlbumFacts
from albumen.art.fonts import PERSONALITIES
from albumen.art.manners import manner_named
from albumen.art.palette import Palette, palette_for
from albumen.art.templates import template_named
from albumen.art.wishes import KNOWN
from albumen.art.words import names_somebody
from albumen.work.errors import Wrong
from albumen.work.seed import Seed


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The look of an album."""

    palette: Palette
    engine: str
    person: str
    manner: str
    era: str
    template: str | None = None
    """Fixed by the user, else the solver chooses."""
    words: str = ""
    """What the album is about, for painters that listen to words."""
    reasons: tuple[str, ...] = ()


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


def identities(facts: AlbumFacts, seed: Seed, count: int) -> list[Identity]:
    """`count` different looks for an album, the most fitting first."""
    found: list[Identity] = []
    engines = _ranked_engines(facts, seed)
    persons = _ranked_persons(facts, seed)
    for place in range(count):
        palette = palette_for(facts, seed.child("look", place // len(engines)))
        engine = engines[place % len(engines)]
        person = persons[(place + place // len(engines)) % min(5, len(persons))]
        found.append(_identity(facts, palette, engine, person, seed))
    return found


def overridden(identity: Identity, wishes: Mapping[str, Any], *, where: Path | None = None) -> Identity:
    """The identity with what a person fixed: engine, type, manner, era, template, and colours as `#rrggbb`."""
    unknown = set(wishes) - KNOWN
    if unknown:
        raise Wrong(f"'{sorted(unknown)[0]}' is no part of a cover", where=where, next_step=f"use {', '.join(sorted(KNOWN))}")
    if "engine" in wishes:
        engine_named(str(wishes["engine"]))
        identity = replace(identity, engine=str(wishes["engine"]))
    if "manner" in wishes:
        manner_named(str(wishes["manner"]))
        identity = replace(identity, manner=str(wishes["manner"]))
    if "type" in wishes:
        if wishes["type"] not in PERSONALITIES:
            raise Wrong(
                f"there is no type '{wishes['type']}'",
                where=where,
                next_step=f"choose one of: {', '.join(PERSONALITIES)}",
            )
        identity = replace(identity, person=str(wishes["type"]))
    if "template" in wishes:
        identity = replace(identity, template=template_named(str(wishes["template"])).name)
    if "era" in wishes:
        identity = replace(identity, era=str(wishes["era"]))
    if "colours" in wishes:
        colours = {name: _hex(str(value), where) for name, value in dict(wishes["colours"]).items()}
        if not set(colours) <= {"ground", "shade", "ink", "accent", "second"}:
            raise Wrong("colours are named ground, shade, ink, accent, second", where=where)
        old = identity.palette
        fixed = replace(
            old,
            ground=colours.get("ground", old.ground),
            shade=colours.get("shade", old.shade),
            ink=colours.get("ink", old.ink),
            accent=colours.get("accent", old.accent),
            second=colours.get("second", old.second),
        )
        identity = replace(identity, palette=fixed)
    return identity


def _identity(facts: AlbumFacts, palette: Palette, engine: str, person: str, seed: Seed) -> Identity:
    rng = seed.child("manner", engine, person).rng()
    calm = ("wash", "realist", "impressionist")
    wild = ("expressionist", "knife", "pointillist")
    manner = str(rng.choice(wild if palette.arousal > 0.35 else calm))
    era = _ERAS.get(facts.genre.lower(), "19th century")
    return Identity(
        palette=palette,
        engine=engine,
        person=person,
        manner=manner,
        era=era,
        words=facts.theme or facts.title,
        reasons=(
            *palette.reasons,
            f"engine {engine}: {ENGINES[engine].says}",
            f"type {person}: "
            + (f"usual for {facts.genre}" if facts.genre in PERSONALITIES[person].genres else "by the seed"),
            f"manner {manner}: arousal {palette.arousal:+.2f}",
            f"era {era}: genre {facts.genre or 'not given'}",
        ),
    )


def _ranked_engines(facts: AlbumFacts, seed: Seed) -> list[str]:
    from albumen.art.palette import album_feeling

    _, arousal, _ = album_feeling(facts)
    rng = seed.child("engines").rng()
    marks = {name: -abs(engine.calm - arousal) + rng.uniform(0, 0.7) for name, engine in ENGINES.items()}
    if "portrait" in marks and names_somebody(f"{facts.title} {facts.theme}"):
        marks["portrait"] += _FACE_ASKED
    return sorted(marks, key=lambda name: -marks[name])


def _ranked_persons(facts: AlbumFacts, seed: Seed) -> list[str]:
    rng = seed.child("persons").rng()
    genres = [facts.genre.lower(), *(song.genre.lower() for song in facts.songs)]
    marks = {
        name: sum(genre in person.genres for genre in genres if genre) + rng.uniform(0, 0.9)
        for name, person in PERSONALITIES.items()
    }
    return sorted(marks, key=lambda name: -marks[name])


def _hex(text: str, where: Path | None) -> tuple[int, int, int]:
    digits = text.removeprefix("#")
    try:
        if len(digits) != 6:
            raise ValueError(text)
        red, green, blue = np.frombuffer(bytes.fromhex(digits), dtype=np.uint8)
    except ValueError as error:
        raise Wrong(f"'{text}' is no colour", where=where, next_step='write it as "#1d3f5a"') from error
    return int(red), int(green), int(blue)
