"""A shelf: many Scores in one file of numpy columns, for corpora and training.

Writing and reading take less than a millisecond a song, any song is reached by its number, and nothing of a Score is lost.
The file is an uncompressed .npz: columns `notes`, `controls`, `bends`, and the outlines of the songs as JSON bytes.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from albumen.score.notes import Notes
from albumen.score.outline import outlined_part, outlined_score, part_outline, song_outline
from albumen.score.part import Bend, Control, Part
from albumen.score.score import Score
from albumen.work.errors import Broken
from albumen.work.files import replacing

FORMAT = 1
NOTE_TYPE = np.dtype([("onset", "<i4"), ("length", "<i4"), ("pitch", "u1"), ("velocity", "u1")])
CONTROL_TYPE = np.dtype([("tick", "<i4"), ("number", "u1"), ("value", "u1")])
BEND_TYPE = np.dtype([("tick", "<i4"), ("value", "<i2")])
_COLUMNS = (("notes", NOTE_TYPE), ("controls", CONTROL_TYPE), ("bends", BEND_TYPE))

Meta = dict[str, Any]


def write_shelf(path: Path, scores: Iterable[tuple[Mapping[str, Any], Score]]) -> int:
    """Write songs, each with its `meta` (JSON values: title, genre, rights ...), to `path` in one step. How many they were."""
    texts: list[bytes] = []
    columns: dict[str, list[NDArray[Any]]] = {name: [np.zeros(0, kind)] for name, kind in _COLUMNS}
    firsts: list[tuple[int, ...]] = [(0, 0, 0, 0)]
    for meta, score in scores:
        outline = song_outline(score)
        outline["meta"] = dict(meta)
        outline["parts"] = [
            [part_outline(part), len(part.notes), len(part.controls), len(part.bends)] for part in score.parts
        ]
        for part in score.parts:
            columns["notes"].append(_note_rows(part.notes))
            columns["controls"].append(np.array(list(part.controls), CONTROL_TYPE))
            columns["bends"].append(np.array(list(part.bends), BEND_TYPE))
        texts.append(json.dumps(outline, ensure_ascii=False, separators=(",", ":")).encode())
        sizes = (sum(size[i] for size in outline["parts"]) for i in (1, 2, 3))
        firsts.append(tuple(a + b for a, b in zip(firsts[-1], (len(texts[-1]), *sizes), strict=True)))
    with replacing(Path(path)) as temporary, temporary.open("wb") as file:
        np.savez(file, allow_pickle=False, **_arrays(texts, firsts, columns))
    return len(texts)


def _arrays(
    texts: list[bytes], firsts: list[tuple[int, ...]], columns: dict[str, list[NDArray[Any]]]
) -> dict[str, NDArray[Any]]:
    return {
        "format": np.array(FORMAT),
        "outlines": np.frombuffer(b"".join(texts), np.uint8),
        "firsts": np.array(firsts, np.int64),  # of every song and of the end: byte of outlines, row of each column
        **{name: np.concatenate(rows) for name, rows in columns.items()},
    }


def _note_rows(notes: Notes) -> NDArray[Any]:
    rows = np.empty(len(notes), NOTE_TYPE)
    for name in ("onset", "length", "pitch", "velocity"):
        rows[name] = getattr(notes, name)
    return rows


def read_shelf(path: Path) -> Iterator[tuple[Meta, Score]]:
    """All songs of a shelf, each with its meta, in the order in which they were written."""
    return iter(Shelf(path))


class Shelf:
    """A shelf opened for reading: `len(shelf)`, `shelf[7]`, `shelf.meta(7)`. Holds all columns in memory."""

    def __init__(self, path: Path) -> None:
        """Open the shelf at `path`; raises `Broken` where it is damaged."""
        self.path = Path(path)
        try:
            with self.path.open("rb") as file, np.load(file, allow_pickle=False) as content:
                made_as = int(content["format"])
                if made_as != FORMAT:
                    raise Broken(
                        f"this shelf has format {made_as}, not {FORMAT}", where=path, next_step="build it again"
                    )
                self._outlines = content["outlines"].tobytes()
                self._firsts = content["firsts"]
                self._columns = {name: content[name] for name, _ in _COLUMNS}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise Broken(
                f"this shelf is missing or damaged ({error})", where=path, next_step="build it again"
            ) from error

    def __len__(self) -> int:
        """How many songs stand on the shelf."""
        return len(self._firsts) - 1

    def __iter__(self) -> Iterator[tuple[Meta, Score]]:
        """Each song with its meta."""
        return (self[i] for i in range(len(self)))

    def meta(self, index: int) -> Meta:
        """What was said about song `index` when it was put on the shelf."""
        return dict(self._outline(index)["meta"])

    def __getitem__(self, index: int) -> tuple[Meta, Score]:
        """Song `index` (from 0) with its meta."""
        outline = self._outline(index)
        at = [int(first) for first in self._firsts[index][1:]]
        parts: list[Part] = []
        for part, *sizes in outline["parts"]:
            notes, controls, bends = (
                self._columns[name][first : first + size]
                for (name, _), first, size in zip(_COLUMNS, at, sizes, strict=True)
            )
            parts.append(
                outlined_part(
                    part,
                    notes=Notes(notes["onset"], notes["length"], notes["pitch"], notes["velocity"]),
                    controls=tuple(map(Control._make, controls.tolist())),
                    bends=tuple(map(Bend._make, bends.tolist())),
                )
            )
            at = [first + size for first, size in zip(at, sizes, strict=True)]
        return outline["meta"], outlined_score(outline, tuple(parts))

    def _outline(self, index: int) -> dict[str, Any]:
        if not 0 <= index < len(self):
            raise IndexError(f"the shelf holds songs 0 to {len(self) - 1}, there is no song {index}")
        outline: dict[str, Any] = json.loads(
            self._outlines[int(self._firsts[index][0]) : int(self._firsts[index + 1][0])]
        )
        return outline
