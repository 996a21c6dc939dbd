"""Credits: who and what made the album; people, models, the data they learned from, sounds and programs, with licences."""

from __future__ import annotations

import textwrap
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from albumen.album.credit import Credit
from albumen.album.rights import Rights
from albumen.work.errors import Wrong

Kind = Literal["model", "data", "sound", "font", "program"]
HEADINGS: dict[Kind, str] = {
    "model": "Models",
    "data": "What the models learned from",
    "sound": "Sounds",
    "font": "Type",
    "program": "Programs",
}
_WIDTH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingredient:
    """Something that went into the album. `digest` names the exact file where there is one."""

    kind: Kind
    name: str
    licence: str
    source: str = ""
    note: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SongCredit:
    """One song as the credits name it."""

    number: int
    title: str
    facts: str = ""
    people: tuple[Credit, ...] = ()


def credits_text(
    *,
    album: str,
    artist: str,
    rights: Rights,
    people: Sequence[Credit] = (),
    songs: Sequence[SongCredit] = (),
    made: Sequence[Credit] = (),
    ingredients: Iterable[Ingredient] = (),
) -> str:
    """The page of credits; `made` says which machine or person did what on the whole album.

    Raises `Wrong` where an ingredient has no licence, for then nothing may be released.
    """
    ingredients = tuple(ingredients)
    for one in ingredients:
        if not one.licence.strip():
            raise Wrong(f"the licence of {one.name} is not known", next_step="state it in its model card or ledger")
    parts = [_title(album, artist, rights), _songs(songs), _people(people), _made(made)]
    parts += [_ingredients(kind, [one for one in ingredients if one.kind == kind]) for kind in HEADINGS]
    parts.append(_heading("On machines") + _wrapped(rights.disclosure))
    return "\n".join(part for part in parts if part)


def ingredients_of_card(path: Path) -> tuple[Ingredient, ...]:
    """The model and its data as its card (`card.toml`) states them; raises `Wrong` where the card says too little.

    The card names itself (`name`, `licence`) and its data: as rows (`[[data]]` with `name`, `licence`, and `source` and
    `pieces` where known), or in words (`sources`).
    """
    try:
        card = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Wrong(
            f"this model card cannot be read ({error})", where=path, next_step="export the model again"
        ) from error
    model = card.get("model", card)
    found = [
        Ingredient(
            kind="model",
            name=_said(model, "name", path),
            licence=_said(model, "licence", path),
            note=str(model.get("description", "")),
        )
    ]
    if isinstance(card.get("sources"), str):
        found.append(Ingredient(kind="data", name=f"for {found[0].name}", licence=card["sources"]))
    rows = card.get("data")
    for row in rows if isinstance(rows, list) else []:
        pieces = row.get("pieces")
        found.append(
            Ingredient(
                kind="data",
                name=_said(row, "name", path),
                licence=_said(row, "licence", path),
                source=str(row.get("source", "")),
                note=f"{pieces} pieces" if pieces else "",
            )
        )
    return tuple(found)


def _said(table: dict[str, Any], name: str, path: Path) -> str:
    value = table.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Wrong(
            f"this model card does not state `{name}`", where=path, next_step="add it, or export the model again"
        )
    return value


def _title(album: str, artist: str, rights: Rights) -> str:
    lines = [album, f"by {artist}" if artist else "", ""]
    owner = " ".join(word for word in ("©", str(rights.year or ""), rights.holder) if word)
    if rights.holder or rights.year:
        lines.append(owner)
    lines.append(rights.licence)
    return "\n".join(line for line in lines[:2] if line) + "\n\n" + "\n".join(lines[3:]) + "\n"


def _songs(songs: Sequence[SongCredit]) -> str:
    if not songs:
        return ""
    lines = []
    for song in songs:
        lines.append(f"{song.number:2d}. {song.title}" + (f"   {song.facts}" if song.facts else ""))
        lines += [f"      {credit}" for credit in song.people]
    return _heading("Songs") + "\n".join(lines) + "\n"


def _people(people: Sequence[Credit]) -> str:
    return _heading("People") + "\n".join(str(credit) for credit in people) + "\n" if people else ""


def _made(made: Sequence[Credit]) -> str:
    return _heading("Who made what") + "\n".join(_wrapped(str(credit)).rstrip() for credit in made) + "\n" if made else ""


def _ingredients(kind: Kind, ingredients: Sequence[Ingredient]) -> str:
    if not ingredients:
        return ""
    entries = []
    for one in dict.fromkeys(ingredients):
        details = [one.licence, one.source, one.note, f"SHA-256 {one.digest}" if one.digest else ""]
        text = f"{one.name}: {'; '.join(detail for detail in details if detail)}"
        entries.append(textwrap.fill(text, _WIDTH, subsequent_indent="    ", break_long_words=False))
    return _heading(HEADINGS[kind]) + "\n".join(entries) + "\n"


def _heading(text: str) -> str:
    return f"{text}\n{'-' * len(text)}\n"


def _wrapped(text: str) -> str:
    return textwrap.fill(text, _WIDTH) + "\n"
