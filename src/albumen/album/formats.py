"""Formats: every file of an album carries `format = N`; older ones are brought up step by step, newer ones refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path
from typing import Any

from albumen.work.errors import Wrong

FORMAT = 1
Migration = Callable[[MutableMapping[str, Any]], None]
# N -> what turns a document of format N into one of format N + 1, changing it in place.
MIGRATIONS: Mapping[int, Migration] = {}


def bring_up(
    document: MutableMapping[str, Any],
    where: Path,
    *,
    newest: int = FORMAT,
    migrations: Mapping[int, Migration] = MIGRATIONS,
) -> bool:
    """Bring a document to the newest format in place; returns whether anything changed.

    Raises `Wrong` where the format is missing, no number, or newer than this Albumen.
    """
    found = document.get("format")
    if not isinstance(found, int) or isinstance(found, bool) or found < 1:
        raise Wrong(f"expected `format = {newest}` at the top, got {found!r}", where=where, next_step="add that line")
    if found > newest:
        what = f"this album was made by a newer Albumen (format {found}, this one knows {newest})"
        raise Wrong(what, where=where, next_step="update Albumen")
    for number in range(found, newest):
        migrations[number](document)
        document["format"] = number + 1
    return found < newest
