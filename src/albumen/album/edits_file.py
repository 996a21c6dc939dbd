"""`edits.jsonl`: the ledger of a song. Who changed what and when, one line each, only ever added to."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from albumen.work.errors import Broken
from albumen.work.files import explained


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedEdit:
    """One change. `who` is a person's name or a stage, `edit` and `inverse` are the change and what takes it back."""

    who: str
    when: datetime
    edit: Mapping[str, Any]
    inverse: Mapping[str, Any]


def append_edit(path: Path, logged: LoggedEdit) -> None:
    """Add one line and see it safe on the disk; a line torn by an earlier crash is ended first."""
    row = {"who": logged.who, "when": logged.when.isoformat(), "edit": dict(logged.edit), "inverse": dict(logged.inverse)}
    line = json.dumps(row, sort_keys=True, ensure_ascii=False) + "\n"
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab+") as handle:
            if handle.tell():
                handle.seek(-1, os.SEEK_END)
                line = line if handle.read(1) == b"\n" else "\n" + line
            handle.write(line.encode("utf-8"))
            handle.flush()
            os.fsync(handle.fileno())


def read_edits(path: Path) -> list[LoggedEdit]:
    """All changes in order. A line torn by a crash was never said to be saved and is left out.

    Raises `Broken` with the line number where a whole line is no edit.
    """
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    except FileNotFoundError:
        return []
    edits = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            continue
        try:
            edits.append(LoggedEdit(**{**row, "when": datetime.fromisoformat(row["when"])}))
        except (KeyError, TypeError, ValueError) as error:
            raise Broken(f"line {number} is no edit ({error})", where=path, next_step="correct or remove that line") from error
    return edits
