"""score.json: a Score as text that diffs. One note a line, sorted, so that a changed bar is a few changed lines.

```
{
"format": 1,
"title": "Harbour Lights",
...
"parts": [
{"id": "bass", "name": "Bass", "program": 33, "is_drum": false, "role": "bass",
"controls": [],
"bends": [],
"notes": [
[0,480,36,90],
```
Ticks count `resolution` to the quarter note; a note is `[onset, length, pitch, velocity]`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from albumen.score.notes import Notes
from albumen.score.outline import outlined_part, outlined_score, part_outline, song_outline
from albumen.score.part import Bend, Control, Part
from albumen.score.score import Score
from albumen.work.errors import Wrong
from albumen.work.files import write_text

FORMAT = 1
_NOTE_COLUMNS = ("onset", "length", "pitch", "velocity")
_VALUES = {"controls": (2, 0, 127), "bends": (1, -8192, 8191)}  # how many follow the tick, and their range


def write_score_json(path: Path, score: Score) -> None:
    """Write `score` to `path`, in one step."""
    write_text(path, score_json(score))


def read_score_json(path: Path) -> Score:
    """The Score in a score.json. Raises `Wrong` with the place of the mistake."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise Wrong(f"cannot be read ({error.strerror or error})", where=path) from error
    return parse_score_json(data, str(path))


def score_json(score: Score) -> str:
    """`score` as the text of a score.json: the same text for the same score."""
    return "".join(f"{line}\n" for line in _lines(score))


def _lines(score: Score) -> Iterator[str]:
    yield "{"
    yield f'"format": {FORMAT},'
    for name, value in song_outline(score).items():
        if isinstance(value, list) and value:
            yield f'"{name}": ['
            yield from _rows(value)
            yield "],"
        else:
            yield f'"{name}": {_text(value)},'
    yield '"parts": ['
    for i, part in enumerate(score.parts):
        yield from _part_lines(part)
        yield "}," if i + 1 < len(score.parts) else "}"
    yield "]"
    yield "}"


def _part_lines(part: Part) -> Iterator[str]:
    yield _text(part_outline(part))[:-1] + ","
    notes = tuple(zip(*(getattr(part.notes, name).tolist() for name in _NOTE_COLUMNS), strict=True))
    for name, rows in (("controls", part.controls), ("bends", part.bends), ("notes", notes)):
        end = "" if name == "notes" else ","
        if rows:
            yield f'"{name}": ['
            yield from _rows(rows)
            yield f"]{end}"
        else:
            yield f'"{name}": []{end}'


def _rows(rows: Iterable[Any]) -> Iterator[str]:
    texts = [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows]
    return (text + ("," if i + 1 < len(texts) else "") for i, text in enumerate(texts))


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def parse_score_json(data: bytes, name: str) -> Score:
    """The Score in the bytes of a score.json called `name`."""
    try:
        content = json.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Wrong(f"byte {error.start} is no UTF-8 text", where=name) from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}: {error.msg}"
        raise Wrong(f"this is no valid JSON ({place})", where=name, next_step="undo the last change to it") from error
    except (ValueError, RecursionError) as error:
        place = "nested too deeply" if isinstance(error, RecursionError) else "a number without end"
        raise Wrong(f"this is no valid JSON ({place})", where=name, next_step="undo the last change to it") from error
    if not isinstance(content, dict) or "format" not in content:
        raise Wrong("this JSON is no score of Albumen (it states no format)", where=name)
    if content["format"] != FORMAT:
        raise Wrong(f"format {content['format']!r} is unknown, this version reads format {FORMAT}", where=name)
    try:
        return outlined_score(content, tuple(_part(part) for part in content["parts"]))
    except KeyError as error:
        raise Wrong(f"the entry {error} is missing", where=name) from error
    except (ValueError, TypeError, AttributeError, IndexError, OverflowError) as error:
        raise Wrong(f"a value does not fit: {error}", where=name) from error


def _part(content: dict[str, Any]) -> Part:
    columns = np.array(content["notes"], dtype=np.int64).reshape(-1, 4)
    if columns.size and columns.max() > 2**31 - 1:
        raise ValueError("a note lies beyond the end of time")
    return outlined_part(
        content,
        notes=Notes(*columns.T),
        controls=tuple(Control(*row) for row in _checked(content, "controls")),
        bends=tuple(Bend(*row) for row in _checked(content, "bends")),
    )


def _checked(content: dict[str, Any], name: str) -> list[list[int]]:
    width, least, most = _VALUES[name]
    rows: list[list[int]] = content[name]
    for tick, *values in rows:
        if len(values) != width or type(tick) is not int or tick < 0:
            raise ValueError(f"{[tick, *values]} does not belong to {name}")
        if any(type(value) is not int or not least <= value <= most for value in values):
            raise ValueError(f"{[tick, *values]} in {name}: values lie in {least}..{most}")
    return rows
