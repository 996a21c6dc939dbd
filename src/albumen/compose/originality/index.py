"""The index of training music: fingerprints in sorted columns, small enough to ship, safe against false accusations.

Figures of eight notes keep 32 bits each (about one in a thousand unknown figures is taken for a known one: a count, not a
charge). Bar pairs, on which takes are turned away, keep all 64 bits: a false match is out of question.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from albumen.compose.originality.figures import Hashes, tunes_of
from albumen.score.score import Score
from albumen.work.errors import Broken, Missing
from albumen.work.files import replacing

FORMAT = 1
_KEPT = ("title", "composer", "corpus", "licence")
_NAMED_ONE_IN = 4  # figures whose piece is kept; enough to find the nearest piece
_NOBODY = np.uint16(65535)
_HIGH = np.uint64(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """Sorted columns: `figures` (32 bits), pieces of every fourth one, `pairs` (64 bits) with their pieces, and names."""

    figures: NDArray[np.uint32]
    named: NDArray[np.uint32]
    named_piece: NDArray[np.uint16]
    pairs: Hashes
    pair_piece: NDArray[np.uint16]
    pieces: tuple[Mapping[str, str], ...]
    bands: Mapping[str, tuple[float, float, float]]

    def knows_figures(self, figures: Hashes) -> NDArray[np.bool_]:
        """Which figures occur in training music."""
        return _found(self.figures, (figures >> _HIGH).astype(np.uint32))[0]

    def pieces_of_figures(self, figures: Hashes) -> NDArray[np.int64]:
        """A piece for each figure whose piece was kept; -1 for the others."""
        return _owners(self.named, self.named_piece, (figures >> _HIGH).astype(np.uint32))

    def pieces_of_pairs(self, pairs: Hashes) -> NDArray[np.int64]:
        """The training piece in which each bar pair occurs; -1 where in none."""
        return _owners(self.pairs, self.pair_piece, pairs)


def _owners(column: NDArray[Any], pieces: NDArray[np.uint16], values: NDArray[Any]) -> NDArray[np.int64]:
    is_known, where = _found(column, values)
    if not column.size:
        return np.full(values.size, -1, np.int64)
    return np.where(is_known, pieces[where].astype(np.int64), -1)


def _found(column: NDArray[Any], values: NDArray[Any]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    if not column.size:
        return np.zeros(values.size, np.bool_), np.zeros(values.size, np.int64)
    where = np.minimum(np.searchsorted(column, values), column.size - 1)
    return column[where] == values, where


def index_of(
    scores: Iterable[tuple[Mapping[str, Any], Score]], bands: Mapping[str, tuple[float, float, float]] | None = None
) -> Index:
    """The index of `scores`, each with its meta (title, composer, corpus, licence)."""
    figures: list[Hashes] = []
    pairs: list[Hashes] = []
    pieces: list[dict[str, str]] = []
    for meta, score in scores:
        tunes = tunes_of(score)
        figures.append(np.unique(np.concatenate([t.figures for t in tunes]) if tunes else np.zeros(0, np.uint64)))
        pairs.append(np.unique(np.concatenate([t.pairs for t in tunes]) if tunes else np.zeros(0, np.uint64)))
        pieces.append({name: str(meta.get(name, "")) for name in _KEPT})
    if len(pieces) >= int(_NOBODY):
        raise ValueError(f"an index holds at most {int(_NOBODY) - 1} pieces, got {len(pieces)}")
    all_figures, figure_piece = _columns(figures)
    short = (all_figures >> _HIGH).astype(np.uint32)
    chosen = short % _NAMED_ONE_IN == 0
    named, first = np.unique(short[chosen], return_index=True)
    all_pairs, pair_piece = _columns(pairs)
    return Index(
        figures=np.unique(short),
        named=named,
        named_piece=figure_piece[chosen][first],
        pairs=all_pairs,
        pair_piece=pair_piece,
        pieces=tuple(pieces),
        bands=dict(bands or {}),
    )


def _columns(by_piece: list[Hashes]) -> tuple[Hashes, NDArray[np.uint16]]:
    """All different hashes, sorted, each with the first piece that has it."""
    if not by_piece:
        return np.zeros(0, np.uint64), np.zeros(0, np.uint16)
    owners = np.repeat(np.arange(len(by_piece), dtype=np.uint16), [hashes.size for hashes in by_piece])
    together = np.concatenate(by_piece)
    unique, first = np.unique(together, return_index=True)
    return unique, owners[first]


def write_index(index: Index, out: Path) -> None:
    """Write the index to one compressed .npz, in one step."""
    page = json.dumps({"pieces": index.pieces, "bands": index.bands}, ensure_ascii=False, separators=(",", ":"))
    columns = {
        "format": np.array(FORMAT),
        "page": np.frombuffer(page.encode(), np.uint8),
        "named_piece": index.named_piece,  # `named` itself is every fourth figure, found again from them
        "pair_low": (index.pairs & np.uint64(0xFFFFFFFF)).astype(np.uint32),
        "pair_piece": index.pair_piece,
        **_gaps("figures", index.figures),
        **_gaps("pairs", (index.pairs >> _HIGH).astype(np.uint32)),
    }
    with replacing(Path(out)) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **columns)


def _gaps(name: str, values: NDArray[np.uint32]) -> dict[str, NDArray[Any]]:
    """A sorted column as distances: two bytes each, with the few wide ones beside."""
    distances = np.diff(values.astype(np.int64), prepend=np.int64(0))
    wide = distances >= 65535
    return {
        f"{name}_gaps": np.where(wide, 65535, distances).astype(np.uint16),
        f"{name}_wide": distances[wide].astype(np.int64),
    }


def _sorted_again(content: Mapping[str, NDArray[Any]], name: str) -> NDArray[np.uint32]:
    distances = content[f"{name}_gaps"].astype(np.int64)
    distances[distances == 65535] = content[f"{name}_wide"]
    return np.cumsum(distances).astype(np.uint32)


def read_index(path: Path) -> Index:
    """The index at `path`; raises `Broken` where it is damaged, `Missing` where there is none."""
    if not Path(path).exists():
        raise Missing(
            "the index of training music is not there", where=path, next_step="install Albumen with its weights"
        )
    try:
        with Path(path).open("rb") as file, np.load(file, allow_pickle=False) as content:
            if int(content["format"]) != FORMAT:
                raise Broken(f"this index has format {int(content['format'])}, not {FORMAT}", where=path)
            page = json.loads(content["page"].tobytes())
            figures = _sorted_again(content, "figures")
            high = _sorted_again(content, "pairs").astype(np.uint64)
            return Index(
                figures=figures,
                named=figures[figures % _NAMED_ONE_IN == 0],
                named_piece=content["named_piece"],
                pairs=(high << _HIGH) | content["pair_low"].astype(np.uint64),
                pair_piece=content["pair_piece"],
                pieces=tuple(page["pieces"]),
                bands={genre: (low, middle, high_) for genre, (low, middle, high_) in page["bands"].items()},
            )
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise Broken(
            f"the index is damaged ({error})", where=path, next_step="install Albumen's weights again"
        ) from error


def build_index(
    scores: Iterable[tuple[Mapping[str, Any], Score]],
    out: Path,
    bands: Mapping[str, tuple[float, float, float]] | None = None,
) -> Index:
    """Index `scores` and write the index to `out`."""
    index = index_of(scores, bands)
    write_index(index, out)
    return index


@cache
def shipped_index() -> Index | None:
    """The index that came with Albumen's weights; None in an installation without it."""
    path = files("albumen").joinpath("weights", "originality", "index.npz")
    return read_index(Path(str(path))) if path.is_file() else None
