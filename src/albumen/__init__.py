"""Albumen turns a folder of songs into a finished album, on your own computer.

`import albumen` gives the verbs of the command line: `albumen.new(...)`, `albumen.make(...)`; see `albumen.api`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """The verbs, loaded when the first of them is used, so that rooms that need only the version stay light."""
    if name.startswith("_"):
        raise AttributeError(f"module 'albumen' has no attribute {name!r}")
    try:
        return getattr(import_module("albumen.api"), name)
    except ImportError as error:
        # Whoever merely looks round (pickle walks through all modules) must get the answer that attributes give.
        raise AttributeError(f"module 'albumen' has no attribute {name!r}: {error}") from error


def __dir__() -> list[str]:
    return sorted(["__version__", *import_module("albumen.api").__all__])
