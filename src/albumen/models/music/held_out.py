"""Held-out music for likelihoods: which pieces, which of their bars, and how they are cut to what a model can read.

The same passages serve the nets, the counting model and models with other words, so that nats per note compare.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from albumen.models.music.pack import Pack, encode_shelf
from albumen.models.music.tokens import vocabulary as v
from albumen.models.music.tokens.piece import Piece, encode_piece
from albumen.models.music.tokens.stream import Shown, bar_words, header_words
from albumen.score.read import read_score
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

PIECES = 200
BARS = 32
SONG_SUFFIXES = {".mid", ".midi", ".musicxml", ".xml", ".mxl", ".abc", ".krn"}

# Only what every notation of music tells: meter, tempo, key, instruments, notes. No analysis, no genre.
BARE = Shown(genre=False, roles=False, chords=False, sections=False, countdown=False)
# Everything a plan would tell; the notes are asked.
PLANNED = Shown()

IN_CELL = np.zeros(v.SIZE, dtype=bool)
for _family in (v.POSITION, v.VELOCITY, v.LENGTH, v.TIE, v.PITCH, v.DRUM):
    IN_CELL[_family.ids] = True
IS_NOTE = np.zeros(v.SIZE, dtype=bool)
IS_NOTE[v.PITCH.ids] = IS_NOTE[v.DRUM.ids] = True


class Passage(NamedTuple):
    """Words to read, and from which of them on they count (those before are context that was counted elsewhere)."""

    words: NDArray[np.uint16]
    counted_from: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """A held-out piece, cut to its first bars."""

    name: str
    piece: Piece

    @property
    def genre(self) -> str:
        """Its genre, or `unknown`."""
        return v.GENRES[self.piece.genre] if 0 <= self.piece.genre < len(v.GENRES) else "unknown"

    def passages(self, shown: Shown, context: int) -> Iterator[Passage]:
        """The piece from left to right in windows of `context` words; each window begins with the header and, as
        context, the bars that fill half of it."""
        parts = list(range(len(self.piece.parts)))
        header = header_words(self.piece, parts, shown)
        sizes = [len(self._bar(bar, shown, first=False)) + 4 for bar in range(len(self.piece.bars))]
        start = 0
        while start < len(sizes):
            back, room = start, context // 2 - len(header)
            while back > 0 and sizes[back - 1] <= room:
                back, room = back - 1, room - sizes[back - 1]
            stop, room = start, context - len(header) - sum(sizes[back:start])
            while stop < len(sizes) and (sizes[stop] <= room or stop == start):
                stop, room = stop + 1, room - sizes[stop]
            words = list(header)
            counted_from = 1 if start == 0 else 0
            for bar in range(back, stop):
                if bar == start and start > 0:
                    counted_from = len(words)
                words += self._bar(bar, shown, first=bar == back)
            # A bar that alone is longer than the context is cut short; there is hardly such music.
            yield Passage(np.array(words[:context], dtype=np.uint16), counted_from)
            start = stop

    def _bar(self, bar: int, shown: Shown, *, first: bool) -> list[int]:
        piece = self.piece
        words = bar_words(piece.bars[bar], None if first else piece.bars[bar - 1] if bar else None, shown)
        for part in piece.by_bar[bar]:
            words += piece.parts[part].words() + piece.cells[bar, part].tolist()
        return words


def held_out(data: Path, *, pieces: int | None = PIECES, bars: int | None = BARS, seed: int = 0) -> list[HeldOut]:
    """A fixed draw of `pieces` held-out pieces (None: all), each cut to its first `bars` (None: whole).

    `data` is a pack, a corpus (its validation split), or a folder of songs (all of them).
    """
    found = _open(Path(data))
    order = Seed(seed).child("held-out").rng().permutation(len(found))
    chosen = [found[index] for index in sorted(order[:pieces].tolist())]
    return [HeldOut(name=name, piece=_first_bars(piece, bars)) for name, piece in chosen]


def _open(data: Path) -> Sequence[tuple[str, Piece]]:
    if (data / "valid.npz").is_file():
        pack = Pack(data / "valid.npz")
        return [(str(name), pack.piece(index)) for index, name in enumerate(pack.names)]
    shards = sorted(data.glob("shard-*.npz"))
    if shards:
        rows = [row for shard in shards for row in encode_shelf(shard)[0]]
        return [(name, piece) for split, name, _, _, piece in rows if split == "valid"]
    songs = [path for path in sorted(data.rglob("*")) if path.suffix.lower() in SONG_SUFFIXES]
    if not songs:
        raise Wrong("no music to evaluate on is here", where=data, next_step="name a pack, a corpus or a folder of songs")
    return [(str(path.relative_to(data)), encode_piece(read_score(path))) for path in songs]


def _first_bars(piece: Piece, bars: int | None) -> Piece:
    if bars is None or len(piece.bars) <= bars:
        return piece
    cells = {cell: words for cell, words in piece.cells.items() if cell[0] < bars}
    return Piece(
        parts=piece.parts, bars=piece.bars[:bars], cells=cells, controls={}, tonic=piece.tonic, is_minor=piece.is_minor,
        tempo=piece.tempo, genre=piece.genre, is_arranged=piece.is_arranged, ends=False,
    )  # fmt: skip
