"""`album.lock`: what the machine made, from which question, with which contents.

It tells a file as the machine left it from one that a person changed: law 1, machines propose, people dispose.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from albumen.album.formats import FORMAT, bring_up
from albumen.work.errors import Broken
from albumen.work.files import write_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One result: the stage's `version`, the `key` of the question, `digests` of the files, `facts` about them.

    `replaces` holds digests that the same files had before; it is set while they are being exchanged only.
    """

    key: str
    version: int
    digests: Mapping[str, str]
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    replaces: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def read_lock(path: Path) -> dict[str, Made]:
    """What was made, by stage name (`compose/harbour-lights`); empty where there is no file yet."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        bring_up(document, path)
        return {name: Made(**entry) for name, entry in document["stages"].items()}
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        # Guessing here could overwrite a person's work, so nothing is assumed.
        next_step = "bring it back from your version control, or delete it: every song then counts as yours and is kept"
        raise Broken(f"cannot be read ({error})", where=path, next_step=next_step) from error


def write_lock(path: Path, made: Mapping[str, Made]) -> None:
    """Write everything that was made, sorted, in one step."""
    stages = {name: _entry(entry) for name, entry in made.items()}
    write_text(path, json.dumps({"format": FORMAT, "stages": stages}, indent=1, sort_keys=True) + "\n")


def _entry(made: Made) -> dict[str, Any]:
    entry: dict[str, Any] = {"key": made.key, "version": made.version, "digests": dict(made.digests)}
    if made.facts:
        entry["facts"] = dict(made.facts)
    if made.replaces:
        entry["replaces"] = dict(made.replaces)
    return entry
