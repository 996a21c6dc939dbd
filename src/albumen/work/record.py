"""Records: where a result came from. Written last, so a result that has a record is whole."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from albumen.work.errors import Broken
from albumen.work.files import write_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One finished piece of work: what was asked, what came out, and facts found on the way.

    `asked` is the canonical form of the question, `outputs` names -> digests in the store, `facts` plain JSON values
    that follow from the question alone. `manner` says when, how long and with which versions; it never counts as meaning.
    """

    key: str
    stage: str
    version: int
    asked: Any
    outputs: Mapping[str, str]
    facts: Mapping[str, Any] = field(default_factory=dict)
    manner: Mapping[str, Any] = field(default_factory=dict)


def write_record(folder: Path, record: Record) -> None:
    """Write `folder/<key>.json` in one step."""
    fields = {name: getattr(record, name) for name in Record.__slots__}
    write_text(folder / f"{record.key}.json", json.dumps(fields, indent=1, sort_keys=True, default=dict) + "\n")


def read_record(folder: Path, key: str) -> Record | None:
    """The record of `key`, None where there is none; raises `Broken` when it cannot be read."""
    path = folder / f"{key}.json"
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        return Record(**fields)
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as error:
        raise Broken(f"this record cannot be read ({error})", where=path, next_step="delete it and run again") from error


def all_records(folder: Path) -> Iterator[Record]:
    """Every record in `folder`, in the order of their keys."""
    for path in sorted(folder.glob("*.json")):
        record = read_record(folder, path.stem)
        if record is not None:
            yield record


def changes(before: Any, after: Any, path: str = "") -> Iterator[str]:
    """What differs between two canonical questions, one sentence each.

    >>> list(changes({"brief": {"bpm": 96}}, {"brief": {"bpm": 104}}))
    ['brief.bpm: 96 -> 104']
    """
    if isinstance(before, dict) and isinstance(after, dict):
        for name in sorted({*before, *after}):
            yield from changes(before.get(name), after.get(name), f"{path}.{name}" if path else name)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from changes(old, new, f"{path}[{index}]")
    elif before != after:
        yield f"{path}: {_short(before)} -> {_short(after)}"


def _short(value: Any) -> str:
    text = json.dumps(value, sort_keys=True)
    return text if len(text) <= 60 else text[:57] + "..."
