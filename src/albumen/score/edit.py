"""Edits: one change of a score and its inverse. The vocabulary that command line, Python and the studio share.

>>> from albumen.score.score import Score
>>> score = Score()
>>> faster, inverse = apply(score, parse_edit("tempo=180"))
>>> round(faster.tempos[0].quarters_per_minute), apply(faster, inverse)[0] == score
(180, True)
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Mapping
from typing import Any, Final

from albumen.score.edits.patch import Patch, patch_between
from albumen.score.edits.request import Regenerate
from albumen.score.edits.span import span_of
from albumen.score.edits.words import EXAMPLES, Edit, parse_edit
from albumen.score.score import Score
from albumen.work.errors import Wrong

__all__ = [
    "EXAMPLES",
    "Edit",
    "Patch",
    "Regenerate",
    "apply",
    "edit_from_json",
    "edit_json",
    "parse_edit",
    "patch_between",
]

# The name of each edit in edits.jsonl; part of the disk format: add, never rename.
_NAMES: Final[Mapping[str, str]] = {
    "SetTempo": "tempo", "Transpose": "transpose", "SetKey": "key", "SetMeter": "meter", "AddPart": "add",
    "RemovePart": "remove", "SwapInstrument": "swap", "RenamePart": "rename", "SetRole": "role",
    "ChangeVelocity": "velocity", "SetNotes": "notes", "DeleteBars": "delete", "InsertBars": "insert",
    "MoveBars": "move", "RepeatBars": "repeat", "Regenerate": "regenerate", "Patch": "patch",
}  # fmt: skip
_CLASSES: Final[Mapping[str, type]] = {_NAMES[kind.__name__]: kind for kind in typing.get_args(Edit)}
_KINDS: Final[Mapping[str, tuple[type, ...]]] = {
    "int": (int,), "float": (int, float), "str": (str,), "int | None": (int, type(None)), "Mapping[str, Any]": (dict,),
}  # fmt: skip


def apply(score: Score, edit: Edit) -> tuple[Score, Patch]:
    """The edited score, and the patch that takes the edit back exactly. Raises `Wrong` where the edit does not fit."""
    changed = edit.applied(score)
    return changed, patch_between(changed, score)


def edit_json(edit: Edit) -> dict[str, Any]:
    """The edit as JSON values for a line of edits.jsonl: `{"do": "tempo", ...}`; defaults are left out."""
    row: dict[str, Any] = {"do": _NAMES[type(edit).__name__]}
    for entry in dataclasses.fields(edit):
        value = getattr(edit, entry.name)
        default = entry.default if entry.default_factory is dataclasses.MISSING else entry.default_factory()
        if value != default:
            row[entry.name] = _plain(value)
    return row


def edit_from_json(row: Mapping[str, Any]) -> Edit:
    """The edit of a JSON object; raises `Wrong` where it is none."""
    kind = _CLASSES.get(str(row.get("do")))
    if kind is None:
        raise Wrong(f"{row.get('do')!r} is no edit", next_step=f"known are {', '.join(_CLASSES)}")
    entries = {entry.name: str(entry.type) for entry in dataclasses.fields(kind)}
    try:
        values = {name: _value(entries[name], value) for name, value in row.items() if name != "do"}
        edit: Edit = kind(**values)
    except KeyError as error:
        raise Wrong(f"the edit {row['do']!r} has no entry {error}", next_step=f"it has {', '.join(entries)}") from error
    except (TypeError, ValueError) as error:
        raise Wrong(f"the edit {row['do']!r} does not fit: {error}") from error
    return edit


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return dict(value) if isinstance(value, Mapping) else value


def _value(kind: str, value: Any) -> Any:
    """A JSON value as the dataclass wants it; `kind` is the annotation. Raises `ValueError`."""
    if kind.startswith("Span"):
        return span_of(value)
    if kind.startswith("tuple[str"):
        if value is None or (isinstance(value, list) and all(isinstance(item, str) for item in value)):
            return value if value is None else tuple(value)
    elif kind.startswith("tuple[tuple[int"):
        if isinstance(value, list) and all(isinstance(row, list) and all(type(n) is int for n in row) for row in value):
            return tuple(tuple(row) for row in value)
    elif isinstance(value, _KINDS[kind]) and not isinstance(value, bool):
        return value
    raise ValueError(f"{value!r} was not expected")
