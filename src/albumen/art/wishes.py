"""What a person fixes about the cover, in `art/cover.toml`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from albumen.album.toml_file import checked, read_toml

KNOWN = frozenset(("engine", "type", "motif", "manner", "era", "style", "template", "colours", "choice"))
"""`choice` is the number of a cover on the contact sheet, `colours` are `#rrggbb` by name."""


def read_wishes(path: Path) -> dict[str, Any]:
    """The user's `cover.toml`; empty where there is none. Raises `Wrong` for unknown fields and wrong kinds of values."""
    if not path.is_file():
        return {}
    fields: dict[str, type] = {**dict.fromkeys(sorted(KNOWN), str), "colours": dict, "choice": int, "format": int}
    wishes = checked(read_toml(path), fields, str(path))
    del wishes["format"]
    return wishes
