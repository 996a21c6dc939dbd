"""`album.toml`: the album's own page, written once with comments and then the user's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import Array

from albumen.album.album import Album, Loudness
from albumen.album.credit import Credit
from albumen.album.rights import Rights
from albumen.album.segue import SegueWish
from albumen.album.song import is_slug
from albumen.album.title import check_line, check_title
from albumen.album.toml_file import checked, read_toml, write_toml
from albumen.work.errors import Wrong
from albumen.work.files import write_text

_NUMBER = (float, int)
_TOP = {
    "format": int,
    "title": str,
    "artist": str,
    "theme": str,
    "seed": int,
    "songs": int,
    "styles": list,
    "titles": list,
    "composer": str,
    "sound": str,
    "poet": str,
    "painter": str,
    "order": list,
    "pins": dict,
    "segues": dict,
    "loudness": dict,
    "rights": dict,
    "credits": list,
}
_LOUDNESS = {"profile": str, "target_lufs": _NUMBER, "peak_dbtp": _NUMBER, "reference": str, "also": list}
_PLAIN = ("title", "artist", "theme", "seed", "composer", "sound", "poet", "painter")
_TEXT = """\
# The album. Everything here is yours to change; comments stay.
format = 1
title = {title}
artist = {artist}
theme = {theme}

seed = {seed}        # the root of all chance: another seed, another album
songs = {wanted}          # how many there shall be
styles = {styles}        # spread over the songs; empty: the planner chooses
titles = {titles}        # of the first songs; the planner finds the others
composer = {composer}
sound = {sound}
poet = {poet}
painter = {painter}

# The running order: names of folders below songs/. As long as you leave it alone, the best order is searched once all
# songs are composed (`order.png` shows five good ones and why); an order that you change is yours.
order = []

# [pins]                    # songs that keep their place when the order is searched
# harbour-lights = 1

# [segues.harbour-lights]   # how this song joins the next one; without a line the kind is chosen
# kind = "crossfade"        # breath, overlap, crossfade, composed or attacca
# seconds = 6.0

[loudness]
profile = {profile}     # streaming, loud, vinyl or cd; the next two lines say it instead
{target_lufs}
{peak_dbtp}
{reference}  # a finished recording whose tone the mixes follow
{also}  # further masters for other media, in release/masters

[rights]
holder = {holder}
year = {year}            # 0: not stated yet
licence = {licence}
disclosure = {disclosure}

# [[credits]]
# role = "producer"
# name = "Your name"
"""


def write_new(path: Path, album: Album) -> None:
    """Write the page of an album that has no songs yet."""
    values = {
        **{name: getattr(album, name) for name in (*_PLAIN, "wanted")},
        "styles": list(album.styles),
        "titles": list(album.titles),
        **{field.name: getattr(album.rights, field.name) for field in fields(Rights)},
    }
    words = {name: tomlkit.item(value).as_string() for name, value in values.items()}
    write_text(path, _TEXT.format(**words, **_loudness_lines(album.loudness)))


def read_page(path: Path) -> Album:
    """The album without its songs; raises `Wrong` with the place of what cannot be read."""
    top = checked(read_toml(path), _TOP, str(path))
    if not str(top.get("title", "")).strip():
        raise Wrong("an album needs a title", where=path, next_step='add a line like title = "Harbour"')
    check_title(top["title"], f"{path}: title")
    check_line(top.get("artist", ""), f"{path}: artist")
    for title in _texts(top, "titles", path):
        check_line(title, f"{path}: titles")
    order = tuple(_texts(top, "order", path))
    for slug in order:
        if not is_slug(slug):
            raise Wrong(f"order: a song's folder is named with a-z, 0-9 and single hyphens, got {slug!r}", where=path)
    if len(set(order)) != len(order):
        raise Wrong("order: a song stands there twice", where=path, next_step="remove one of the two")
    try:
        return Album(
            **{name: top[name] for name in _PLAIN if name in top},
            wanted=top.get("songs", Album.__dataclass_fields__["wanted"].default),
            styles=tuple(_texts(top, "styles", path)),
            titles=tuple(_texts(top, "titles", path)),
            order=order,
            pins=_pins(top, path),
            segues={slug: _segue(slug, table, path) for slug, table in top.get("segues", {}).items()},
            loudness=_loudness(top, path),
            rights=Rights(**_table(top, "rights", {"holder": str, "year": int, "licence": str, "disclosure": str}, path)),
            credits=tuple(_credit(row, path) for row in top.get("credits", ())),
        )
    except ValueError as error:
        raise Wrong(str(error), where=path) from error


def write_order(path: Path, order: Sequence[str]) -> None:
    """Change the running order and nothing else."""
    document = read_toml(path)
    rows: Array = tomlkit.array()
    rows.extend(order)
    document["order"] = rows.multiline(len(order) > 1)
    write_toml(path, document)


def _loudness(top: Mapping[str, Any], path: Path) -> Loudness:
    table = _table(top, "loudness", _LOUDNESS, path)
    return Loudness(**table | {"also": tuple(_texts(table, "also", path))})


def _loudness_lines(loudness: Loudness) -> dict[str, str]:
    """What is said as it is said, and the rest as examples."""
    examples = {"target_lufs": -14.0, "peak_dbtp": -1.0, "reference": "record.wav", "also": ["cd", "vinyl"]}
    lines = {"profile": tomlkit.item(loudness.profile).as_string()}
    for name, example in examples.items():
        said = getattr(loudness, name)
        line = f"{name} = {tomlkit.item(list(said) if isinstance(said, tuple) and said else said or example).as_string()}"
        lines[name] = line if said else f"# {line}"
    return lines


def _pins(top: Mapping[str, Any], path: Path) -> dict[str, int]:
    pins = top.get("pins", {})
    for slug, place in pins.items():
        if not isinstance(place, int) or isinstance(place, bool):
            raise Wrong(f"pins: {slug} is pinned to a place such as 1, got {place!r}", where=path)
    return dict(pins)


def _segue(slug: str, table: Any, path: Path) -> SegueWish:
    where = f"{path}: segues.{slug}"
    if not isinstance(table, Mapping) or "kind" not in table:
        raise Wrong(f"expected a table with a kind, got {table!r}", where=where, next_step='write kind = "breath"')
    values = checked(table, {"kind": str, "seconds": _NUMBER}, where)
    return SegueWish(**values)


def _credit(row: Any, path: Path) -> Credit:
    if not isinstance(row, Mapping):
        raise Wrong(f"credits: expected tables with role and name, got {row!r}", where=path)
    values = checked(row, {"role": str, "name": str, "note": str}, f"{path}: credits")
    if not {"role", "name"} <= set(values):
        raise Wrong("credits: each needs a role and a name", where=path)
    return Credit(**values)


def _table(top: Mapping[str, Any], name: str, expected: Mapping[str, Any], path: Path) -> dict[str, Any]:
    return checked(top.get(name, {}), expected, f"{path}: {name}")


def _texts(top: Mapping[str, Any], name: str, path: Path) -> list[str]:
    texts = top.get(name, [])
    for text in texts:
        if not isinstance(text, str):
            raise Wrong(f"{name}: expected a list of texts, got {text!r} in it", where=path)
    return list(texts)
