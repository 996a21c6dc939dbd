"""`mix.toml`: every number of the console on one page. What a person changed stays; the rest follows the mixer."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import tomlkit

from albumen.album.mix import Bell, Compressor, Mix, PartMix, Ride, Space
from albumen.album.toml_file import checked, read_toml
from albumen.sound.auto_page import (
    NUMBER,
    auto_table,
    changed_values,
    inline_rows,
    is_changed,
    new_page,
    number,
    plain,
    settle_page,
    with_changes,
    words,
)
from albumen.work.errors import Wrong

_HEAD = (
    "The mix of this song. Change any number: what differs from its `auto` is yours and is kept.\n"
    "Take a line away to have it set anew."
)
_PART_TYPES: Mapping[str, Any] = MappingProxyType(
    {
        "bus": str,
        "bells": list,
        "compressor": dict,
        "mute": bool,
        **dict.fromkeys(("level_lu", "pan", "width", "high_pass_hz"), NUMBER),
        **dict.fromkeys(("room_db", "hall_db", "delay_db", "duck_db"), NUMBER),
    }
)
_COMPRESSOR_TYPES = MappingProxyType({field.name: NUMBER for field in dataclasses.fields(Compressor)})
_BELL_TYPES = MappingProxyType({field.name: NUMBER for field in dataclasses.fields(Bell)})
_SPACE_TYPES = MappingProxyType({field.name: NUMBER for field in dataclasses.fields(Space)})
_RIDE_TYPES = MappingProxyType({"part_id": str, "start_seconds": NUMBER, "end_seconds": NUMBER, "gain_db": NUMBER})


def settle_mix(path: Path, auto: Mix) -> Mix:
    """The mix to use: the automatic one with a person's numbers from `path`; the page is written anew with both.

    Raises `Wrong` with the place where the page cannot be understood.
    """
    mix = merged(path, auto) if path.exists() else auto
    settle_page(path, mix_document(mix, auto))
    return mix


def merged(path: Path, auto: Mix) -> Mix:
    """The automatic mix with everything that a person changed on the page."""
    page = read_toml(path)
    checked(page, {"format": int, "tone": list, "space": dict, "glue": dict, "parts": dict, "rides": list}, str(path))
    parts = page.get("parts", {})
    mixed = {
        part_id: _merged_part(parts[part_id], part, f"{path}: parts.{part_id}") if part_id in parts else part
        for part_id, part in auto.parts.items()
    }
    space = with_changes(page.get("space", {}), auto.space, _SPACE_TYPES, f"{path}: space")
    glue = auto.glue
    if "glue" in page and glue is not None:
        glue = with_changes(page["glue"], glue, _COMPRESSOR_TYPES, f"{path}: glue")
    return Mix(
        parts=MappingProxyType(mixed),
        space=space,
        rides=_merged_rides(page, auto, path),
        tone=_merged_tone(page, auto, path),
        glue=glue,
    )


def mix_document(mix: Mix, auto: Mix) -> tomlkit.TOMLDocument:
    """The page of a mix, with the automatic value beside each number."""
    document = new_page(_HEAD)
    document.add("tone", _rows_with_auto(mix.tone, auto.tone))
    document.add("space", auto_table(mix.space, auto.space))
    if mix.glue is not None:
        document.add("glue", auto_table(mix.glue, auto.glue or mix.glue))
    parts = tomlkit.table(is_super_table=True)
    for part_id, part in sorted(mix.parts.items()):
        parts.add(part_id, auto_table(part, auto.parts.get(part_id, part)))
    document.add("parts", parts)
    if mix.rides != auto.rides or mix.rides:
        document.add("rides", _rows_with_auto(mix.rides, auto.rides))
    return document


def _rows_with_auto(rows: tuple[Any, ...], auto: tuple[Any, ...]) -> Any:
    item = inline_rows([plain(row) for row in rows])
    item.comment(f"auto {words([plain(row) for row in auto])}")
    return item


def _merged_part(table: Any, auto: PartMix, where: str) -> PartMix:
    changed = changed_values(table, _PART_TYPES, where)
    if "bells" in changed:
        changed["bells"] = tuple(_made(Bell, row, _BELL_TYPES, f"{where}: bells") for row in changed["bells"])
    if "compressor" in changed:
        changed["compressor"] = _made(Compressor, changed["compressor"], _COMPRESSOR_TYPES, f"{where}: compressor")
    try:
        return auto.replace(**changed)
    except ValueError as error:
        raise Wrong(str(error), where=where) from error


def _merged_tone(page: Any, auto: Mix, path: Path) -> tuple[Bell, ...]:
    if "tone" not in page or not is_changed(page.item("tone")):
        return auto.tone
    return tuple(_made(Bell, row, _BELL_TYPES, f"{path}: tone") for row in page["tone"].unwrap())


def _merged_rides(page: Any, auto: Mix, path: Path) -> tuple[Ride, ...]:
    if "rides" not in page or not is_changed(page.item("rides")):
        return auto.rides
    rides = tuple(_made(Ride, row, _RIDE_TYPES, f"{path}: rides") for row in page["rides"].unwrap())
    unknown = [ride.part_id for ride in rides if ride.part_id not in auto.parts]
    if unknown:
        raise Wrong(f"rides name a part {unknown[0]!r} that is not in the song", where=path)
    return rides


def _made(kind: Any, row: Any, types: Mapping[str, Any], where: str) -> Any:
    if not isinstance(row, dict):
        raise Wrong(f"expected a table in braces, got {row!r}", where=where)
    try:
        return kind(**{name: number(value) for name, value in checked(row, types, where).items()})
    except (TypeError, ValueError) as error:
        raise Wrong(str(error).replace(f"{kind.__name__}.__init__()", "this entry is"), where=where) from error
