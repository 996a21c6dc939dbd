"""TOML files that people and the program both write: comments and order survive."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import ParseError, TOMLKitError

from albumen.album.formats import bring_up
from albumen.work.errors import Wrong
from albumen.work.files import write_text


def read_toml(path: Path) -> tomlkit.TOMLDocument:
    """The document at `path`, brought to the newest format; raises `Wrong` with file, line and what is amiss."""
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Wrong("there is no such file", where=path, next_step="is this the folder of an album?") from error
    except ParseError as error:
        raise Wrong(f"not TOML in line {error.line}, column {error.col}", where=path, next_step="correct that line") from error
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise Wrong(f"not TOML ({error})", where=path, next_step="correct the file") from error
    except IsADirectoryError as error:
        raise Wrong("a file was expected here, not a folder", where=path) from error
    bring_up(document, path)
    return document


def write_toml(path: Path, document: tomlkit.TOMLDocument) -> None:
    """Write the document in one step, comments and all."""
    write_text(path, tomlkit.dumps(document))


def checked(table: Mapping[str, Any], expected: Mapping[str, type | tuple[type, ...]], where: str) -> dict[str, Any]:
    """The plain values of a table whose names and types are as `expected`; raises `Wrong` naming what is not."""
    values: dict[str, Any] = {}
    for name, item in table.items():
        value = item.unwrap() if hasattr(item, "unwrap") else item
        if name not in expected:
            raise Wrong(f"no field called {name!r}; known are {', '.join(expected)}", where=where)
        wanted = expected[name]
        if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
            names = [kind.__name__ for kind in (wanted if isinstance(wanted, tuple) else (wanted,))]
            words = {"str": "a text", "int": "a whole number", "float": "a number", "list": "a list", "dict": "a table"}
            raise Wrong(f"{name}: expected {words.get(names[0], names[0])}, got {value!r}", where=where)
        values[name] = value
    return values
