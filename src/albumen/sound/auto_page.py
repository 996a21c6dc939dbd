"""Pages whose every number carries what the program suggests: `level_lu = -6.0  # auto -6`.

As long as both agree, the number is the program's and is renewed; once they differ, it is a person's and is kept.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import Table

from albumen.album.toml_file import checked, write_toml
from albumen.work.errors import Wrong

NUMBER = (float, int)
_AUTO = re.compile(r"#\s*auto (.+?)\s*$")


def new_page(head: str) -> tomlkit.TOMLDocument:
    """A page with its first lines."""
    document = tomlkit.document()
    for line in head.splitlines():
        document.add(tomlkit.comment(line))
    document.add("format", tomlkit.item(1))
    return document


def settle_page(path: Path, document: tomlkit.TOMLDocument) -> None:
    """Write the page unless it reads so already."""
    if not path.exists() or tomlkit.dumps(document) != path.read_text("utf-8"):
        write_toml(path, document)


def auto_table(values: Any, auto: Any) -> Table:
    """A dataclass as a table, the automatic value beside each number."""
    table = tomlkit.table()
    suggested = plain(auto)
    for name, value in plain(values).items():
        item = inline_rows(value) if isinstance(value, list) else tomlkit.item(value, _parent=table)
        if isinstance(value, dict):
            item = tomlkit.inline_table()
            item.update(value)
        item.comment(f"auto {words(suggested.get(name, 'none'))}")
        table.add(name, item)
    return table


def inline_rows(rows: list[Any]) -> Any:
    """An array of tables in braces."""
    array = tomlkit.array()
    for row in rows:
        inline = tomlkit.inline_table()
        inline.update(row)
        array.append(inline)
    return array


def plain(value: Any) -> Any:
    """A value as TOML holds it; what is None is left out."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = ((field.name, plain(getattr(value, field.name))) for field in dataclasses.fields(value))
        return {name: item for name, item in pairs if item is not None}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return round(value, 4) if isinstance(value, float) else value


def words(value: Any) -> str:
    """A value as it is written behind `auto`."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {words(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(words(item) for item in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float | int) else str(value)


def is_changed(item: Any) -> bool:
    """Whether a person gave the value: it differs from the suggestion in its comment, or has none."""
    found = _AUTO.search(item.trivia.comment if hasattr(item, "trivia") else "")
    value = item.unwrap() if hasattr(item, "unwrap") else item
    return found is None or found[1] != words(value)


def changed_values(table: Any, types: Mapping[str, Any], where: str) -> dict[str, Any]:
    """What a person changed in a table, with names and types checked."""
    values = checked(table, types, where)
    return {name: number(value) for name, value in values.items() if is_changed(table.item(name))}


def with_changes(table: Any, auto: Any, types: Mapping[str, Any], where: str) -> Any:
    """The automatic value with everything that a person changed in its table; raises `Wrong` with the place."""
    try:
        return dataclasses.replace(auto, **changed_values(table, types, where))
    except ValueError as error:
        raise Wrong(str(error), where=where) from error


def number(value: Any) -> Any:
    """Whole numbers as floats; everything else as it is."""
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
