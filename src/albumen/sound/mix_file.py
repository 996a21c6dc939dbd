"""`mix.toml`: every number of the console on one page. What a person changed stays; the rest follows the mixer.

Each number carries what the mixer suggested (`level_lu = -6.0  # auto -6.0`). As long as both agree, the number is the
mixer's and is renewed; once they differ, it is a person's and is kept.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import tomlkit
from tomlkit.items import Table

from albumen.album.mix import Bell, Compressor, Mix, PartMix, Ride, Space
from albumen.album.toml_file import checked, read_toml, write_toml
from albumen.work.errors import Wrong

_HEAD = (
    "The mix of this song. Change any number: what differs from its `auto` is yours and is kept.\n"
    "Take a line away to have it set anew."
)
_AUTO = re.compile(r"#\s*auto (.+?)\s*$")
_NUMBER = (float, int)
_PART_TYPES: Mapping[str, Any] = MappingProxyType(
    {
        "bus": str,
        "bells": list,
        "compressor": dict,
        "mute": bool,
        **dict.fromkeys(("level_lu", "pan", "width", "high_pass_hz"), _NUMBER),
        **dict.fromkeys(("room_db", "hall_db", "delay_db", "duck_db"), _NUMBER),
    }
)
_COMPRESSOR_TYPES = MappingProxyType({field.name: _NUMBER for field in dataclasses.fields(Compressor)})
_BELL_TYPES = MappingProxyType({field.name: _NUMBER for field in dataclasses.fields(Bell)})
_SPACE_TYPES = MappingProxyType({field.name: _NUMBER for field in dataclasses.fields(Space)})
_RIDE_TYPES = MappingProxyType({"part_id": str, "start_seconds": _NUMBER, "end_seconds": _NUMBER, "gain_db": _NUMBER})


def settle_mix(path: Path, auto: Mix) -> Mix:
    """The mix to use: the automatic one with a person's numbers from `path`; the page is written anew with both.

    Raises `Wrong` with the place where the page cannot be understood.
    """
    mix = merged(path, auto) if path.exists() else auto
    document = mix_document(mix, auto)
    if not path.exists() or tomlkit.dumps(document) != path.read_text("utf-8"):
        write_toml(path, document)
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
    space = _with_changes(page.get("space", {}), auto.space, _SPACE_TYPES, f"{path}: space")
    glue = auto.glue
    if "glue" in page and glue is not None:
        glue = _with_changes(page["glue"], glue, _COMPRESSOR_TYPES, f"{path}: glue")
    return Mix(
        parts=MappingProxyType(mixed),
        space=space,
        rides=_merged_rides(page, auto, path),
        tone=_merged_tone(page, auto, path),
        glue=glue,
    )


def mix_document(mix: Mix, auto: Mix) -> tomlkit.TOMLDocument:
    """The page of a mix, with the automatic value beside each number."""
    document = tomlkit.document()
    for line in _HEAD.splitlines():
        document.add(tomlkit.comment(line))
    document.add("format", tomlkit.item(1))
    document.add("tone", _rows_with_auto(mix.tone, auto.tone))
    document.add("space", _table(mix.space, auto.space))
    if mix.glue is not None:
        document.add("glue", _table(mix.glue, auto.glue or mix.glue))
    parts = tomlkit.table(is_super_table=True)
    for part_id, part in sorted(mix.parts.items()):
        parts.add(part_id, _table(part, auto.parts.get(part_id, part)))
    document.add("parts", parts)
    if mix.rides != auto.rides or mix.rides:
        document.add("rides", _rows_with_auto(mix.rides, auto.rides))
    return document


def _table(values: PartMix | Space | Compressor, auto: PartMix | Space | Compressor) -> Table:
    table = tomlkit.table()
    for name, value in _plain(values).items():
        item = _inline_rows(value) if isinstance(value, list) else tomlkit.item(value, _parent=table)
        if isinstance(value, dict):
            item = tomlkit.inline_table()
            item.update(value)
        item.comment(f"auto {_words(_plain(auto).get(name, 'none'))}")
        table.add(name, item)
    return table


def _rows_with_auto(rows: tuple[Any, ...], auto: tuple[Any, ...]) -> Any:
    item = _inline_rows([_plain(row) for row in rows])
    item.comment(f"auto {_words([_plain(row) for row in auto])}")
    return item


def _inline_rows(rows: list[Any]) -> Any:
    array = tomlkit.array()
    for row in rows:
        inline = tomlkit.inline_table()
        inline.update(row)
        array.append(inline)
    return array


def _plain(value: Any) -> Any:
    """A value as TOML holds it; what is None is left out."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = ((field.name, _plain(getattr(value, field.name))) for field in dataclasses.fields(value))
        return {name: item for name, item in pairs if item is not None}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return round(value, 4) if isinstance(value, float) else value


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {_words(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_words(item) for item in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float | int) else str(value)


def _is_changed(item: Any) -> bool:
    """Whether a person gave the value: it differs from the suggestion in its comment, or has none."""
    found = _AUTO.search(item.trivia.comment if hasattr(item, "trivia") else "")
    value = item.unwrap() if hasattr(item, "unwrap") else item
    return found is None or found[1] != _words(value)


def _with_changes(table: Any, auto: Any, types: Mapping[str, Any], where: str) -> Any:
    values = checked(table, types, where)
    changed = {name: value for name, value in values.items() if _is_changed(table.item(name))}
    try:
        return dataclasses.replace(auto, **{name: _number(value) for name, value in changed.items()})
    except ValueError as error:
        raise Wrong(str(error), where=where) from error


def _number(value: Any) -> Any:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _merged_part(table: Any, auto: PartMix, where: str) -> PartMix:
    values = checked(table, _PART_TYPES, where)
    changed: dict[str, Any] = {}
    for name, value in values.items():
        if not _is_changed(table.item(name)):
            continue
        if name == "bells":
            changed[name] = tuple(_made(Bell, row, _BELL_TYPES, f"{where}: bells") for row in value)
        elif name == "compressor":
            changed[name] = _made(Compressor, value, _COMPRESSOR_TYPES, f"{where}: compressor")
        else:
            changed[name] = _number(value)
    try:
        return auto.replace(**changed)
    except ValueError as error:
        raise Wrong(str(error), where=where) from error


def _merged_tone(page: Any, auto: Mix, path: Path) -> tuple[Bell, ...]:
    if "tone" not in page or not _is_changed(page.item("tone")):
        return auto.tone
    return tuple(_made(Bell, row, _BELL_TYPES, f"{path}: tone") for row in page["tone"].unwrap())


def _merged_rides(page: Any, auto: Mix, path: Path) -> tuple[Ride, ...]:
    if "rides" not in page or not _is_changed(page.item("rides")):
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
        return kind(**{name: _number(value) for name, value in checked(row, types, where).items()})
    except (TypeError, ValueError) as error:
        raise Wrong(str(error).replace(f"{kind.__name__}.__init__()", "this entry is"), where=where) from error
