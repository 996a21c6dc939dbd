"""Plug-ins: back-ends found by entry points. Built-in ones come through the same door.

A plug-in is a class with `id`, `version` and a dataclass `Options`; see docs/how-to/plug-in.md.
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import Any

from albumen.work.errors import Missing, Wrong

GROUPS = ("composers", "critics", "instruments", "effects", "painters", "poets", "exporters")


def names(group: str) -> list[str]:
    """The names of what is installed in a group, sorted.

    >>> "echo" in names("composers")
    True
    """
    return sorted({point.name for point in _points(group)})


def load(group: str, name: str) -> Any:
    """The class called `name`; raises `Wrong` with the known names, `Missing` where its packages are not installed."""
    for point in _points(group):
        if point.name == name:
            try:
                return point.load()
            except ImportError as error:
                what = f"the {group[:-1]} {name!r} needs a package that is not installed ({error})"
                raise Missing(what, next_step="install it, see docs/how-to/plug-in.md") from error
    raise Wrong(f"there is no {group[:-1]} called {name!r}", next_step=f"choose one of {', '.join(names(group)) or 'none'}")


def _points(group: str) -> tuple[EntryPoint, ...]:
    if group not in GROUPS:
        raise ValueError(f"plug-in groups are {', '.join(GROUPS)}, got {group!r}")
    return tuple(entry_points(group=f"albumen.{group}"))
