"""Packs: an analysed corpus as token columns, small enough to travel and quick enough to cut examples from.

One `.npz` a split. Needs only numpy, so that training runs wherever torch does.
"""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from albumen.models.music.tokens import vocabulary as v
from albumen.models.music.tokens.piece import BarHead, PartHead, Piece, encode_piece
from albumen.score.cell_features import CellControls
from albumen.score.shelf import read_shelf
from albumen.work.errors import Wrong
from albumen.work.files import replacing, write_text

# Machine-arranged pieces teach the rhythm section, not the taste: they count this much.
ARRANGED_WEIGHT = 0.25


class PackWriter:
    """Collects pieces column by column."""

    def __init__(self) -> None:
        self._pieces: list[tuple[int, ...]] = []
        self._weights: list[float] = []
        self._names: list[str] = []
        self._parts: list[tuple[int, int, int]] = []
        self._bars: list[tuple[int, ...]] = []
        self._cells: list[tuple[int, ...]] = []
        self._words: list[NDArray[np.uint16]] = []
        self._word_count = 0

    def add(self, piece: Piece, name: str, weight: float = 1.0) -> None:
        """Append one piece."""
        mode = -1 if piece.is_minor is None else int(piece.is_minor)
        self._pieces.append((
            len(self._parts), len(piece.parts), len(self._bars), len(piece.bars), len(self._cells), len(piece.cells),
            piece.tonic, mode, piece.tempo, piece.genre, int(piece.is_arranged),
        ))  # fmt: skip
        self._weights.append(weight)
        self._names.append(name)
        self._parts += [(part.timbre, part.number, part.role) for part in piece.parts]
        self._bars += [
            (b.steps, b.meter, b.left, b.section, b.occurrence, int(b.is_final), int(b.starts_section), *b.chords)
            for b in piece.bars
        ]
        for (bar, part), words in sorted(piece.cells.items(), key=lambda item: item[0]):
            controls = [-1 if c is None else c for c in piece.controls[bar, part]]
            self._cells.append((bar, part, self._word_count, len(words), *controls))
            self._words.append(words)
            self._word_count += len(words)

    def __len__(self) -> int:
        return len(self._pieces)

    def write(self, path: Path) -> None:
        """Write the columns to `path` (.npz, compressed)."""
        with replacing(path) as temporary, temporary.open("wb") as file:
            np.savez_compressed(
                file,
                version=np.array([v.VERSION]),
                pieces=np.array(self._pieces, dtype=np.int32).reshape(-1, 11),
                weights=np.array(self._weights, dtype=np.float32),
                names=np.array(self._names, dtype=np.str_),
                parts=np.array(self._parts, dtype=np.int8).reshape(-1, 3),
                bars=np.array(self._bars, dtype=np.int16).reshape(-1, 9),
                cells=np.array(self._cells, dtype=np.int32).reshape(-1, 7),
                words=np.concatenate(self._words) if self._words else np.zeros(0, np.uint16),
            )


class Pack:
    """A pack in memory. Pieces are numbered from 0."""

    def __init__(self, path: Path) -> None:
        if not Path(path).is_file():
            raise Wrong(
                "no pack of training tokens is here", where=path, next_step="build one with `albumen corpus build`"
            )
        with np.load(path, allow_pickle=False) as columns:
            if int(columns["version"][0]) != v.VERSION:
                raise Wrong(
                    "this pack speaks another version of the token language", where=path, next_step="build it again"
                )
            self.pieces: NDArray[np.int32] = columns["pieces"]
            self.weights: NDArray[np.float32] = columns["weights"]
            self.names: NDArray[np.str_] = columns["names"]
            self._parts: NDArray[np.int8] = columns["parts"]
            self._bars: NDArray[np.int16] = columns["bars"]
            self._cells: NDArray[np.int32] = columns["cells"]
            self.words: NDArray[np.uint16] = columns["words"]

    def __len__(self) -> int:
        return len(self.pieces)

    def bar_count(self, index: int) -> int:
        """Bars of piece `index`."""
        return int(self.pieces[index, 3])

    def bar_sizes(self, index: int) -> NDArray[np.int64]:
        """About how many words each bar of piece `index` takes in a forward sequence, shape [bars]."""
        first, count = self.pieces[index, 4:6]
        cells = self._cells[first : first + count]
        sizes = np.bincount(cells[:, 0], weights=cells[:, 3] + 2, minlength=self.bar_count(index))
        return sizes.astype(np.int64) + 4

    def piece(self, index: int, first: int = 0, last: int | None = None) -> Piece:
        """Bars `first`..`last - 1` of piece `index` (all by default) as a piece of its own."""
        part0, parts, bar0, bars, cell0, cells, tonic, mode, tempo, genre, arranged = (
            int(n) for n in self.pieces[index]
        )
        last = bars if last is None else last
        table = self._cells[cell0 : cell0 + cells]
        start, stop = np.searchsorted(table[:, 0], (first, last))
        found: dict[tuple[int, int], NDArray[np.uint16]] = {}
        controls: dict[tuple[int, int], CellControls] = {}
        for bar, part, word, size, *asked in table[start:stop].tolist():
            found[bar - first, part] = self.words[word : word + size]
            controls[bar - first, part] = CellControls(*(None if value < 0 else value for value in asked))
        return Piece(
            parts=tuple(PartHead(*row) for row in self._parts[part0 : part0 + parts].tolist()),
            bars=tuple(_bar_head(row) for row in self._bars[bar0 + first : bar0 + last].tolist()),
            cells=found, controls=controls, tonic=tonic, is_minor=None if mode < 0 else bool(mode), tempo=tempo,
            genre=genre, is_arranged=bool(arranged), ends=last == bars,
        )  # fmt: skip


def _bar_head(row: list[int]) -> BarHead:
    steps, meter, left, section, occurrence, is_final, starts, first, second = row
    return BarHead(steps, meter, left, section, occurrence, bool(is_final), bool(starts), (first, second))


def piece_weight(meta: Mapping[str, Any], bars: int) -> float:
    """How often training cuts an example from a piece, before genres are evened out."""
    return float(np.sqrt(bars)) * (ARRANGED_WEIGHT if meta.get("arranged") else 1.0)


def pack_corpus(
    corpus: Path, out: Path, *, jobs: int = 2, report: Callable[[int, int], None] = lambda n, of: None
) -> dict[str, int]:
    """Tokenise a corpus folder into `out/train.npz` and `out/valid.npz`; returns counts.

    Scores that the token language cannot say are skipped and named in `out/pack.json`. `report` hears shelves done.
    Raises `Wrong` where the folder holds no corpus.
    """
    shelves = sorted(Path(corpus).glob("shard-*.npz"))
    if not shelves:
        raise Wrong("no corpus is here", where=corpus, next_step="build one with `albumen corpus build`")
    writers = {"train": PackWriter(), "valid": PackWriter()}
    counts = {"notes": 0}
    skipped: list[str] = []
    with multiprocessing.get_context("spawn").Pool(max(1, jobs)) as pool:
        for number, (pieces, unsaid) in enumerate(pool.imap(encode_shelf, shelves), 1):
            for split, name, weight, notes, piece in pieces:
                writers[split].add(piece, name, weight)
                counts["notes"] += notes
            skipped += unsaid
            report(number, len(shelves))
    for split, writer in writers.items():
        writer.write(Path(out) / f"{split}.npz")
        counts[split] = len(writer)
    counts["skipped"] = len(skipped)
    write_text(
        Path(out) / "pack.json",
        json.dumps({**counts, "version": v.VERSION, "skipped_pieces": skipped}, indent=1) + "\n",
    )
    return counts


def encode_shelf(path: Path) -> tuple[list[tuple[str, str, float, int, Piece]], list[str]]:
    """The pieces of a shelf as (split, name, weight, notes, piece), and what could not be said."""
    pieces, skipped = [], []
    for meta, score in read_shelf(path):
        name = f"{meta.get('corpus', '')}/{meta.get('path', '')}"
        try:
            piece = encode_piece(score, genre=str(meta.get("genre", "")), is_arranged=bool(meta.get("arranged")))
        except Wrong as error:
            skipped.append(f"{name}: {error}")
            continue
        split = "valid" if meta.get("split") == "valid" else "train"
        notes = sum(len(part.notes) for part in score.parts)
        pieces.append((split, name, piece_weight(meta, len(piece.bars)), notes, piece))
    return pieces, skipped


def pieces_of(pack: Pack) -> Iterator[tuple[str, Piece]]:
    """All pieces with their names."""
    for index in range(len(pack)):
        yield str(pack.names[index]), pack.piece(index)
