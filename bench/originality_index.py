"""Builds the shipped index of training music and measures how much human pieces borrow from it.

    python bench/originality_index.py CORPUS

Writes `src/albumen/weights/originality/index.npz` and `card.toml`, and `bench/originality.md`.
"""

from __future__ import annotations

import dataclasses
import hashlib
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import tomlkit

from albumen.compose.originality.figures import tunes_of
from albumen.compose.originality.index import Index, index_of, read_index, write_index
from albumen.compose.originality.report import copied_pairs, known_share
from albumen.score.score import Score
from albumen.score.shelf import Shelf
from albumen.work.files import write_text

ROOT = Path(__file__).parents[1]
OUT = ROOT / "src/albumen/weights/originality"
FEWEST = 5  # valid pieces that make a genre's band


def main(corpus: Path) -> None:
    index = index_of(_pieces(corpus, "train"))
    shares, copies, pairs = _borrowing(corpus, index)
    everybody = [share for values in shares.values() for share in values]
    bands = {g: _band(v) for g, v in sorted(shares.items()) if len(v) >= FEWEST} | {"any": _band(everybody)}
    index = dataclasses.replace(index, bands=bands)
    write_index(index, OUT / "index.npz")
    size = (OUT / "index.npz").stat().st_size
    again = read_index(OUT / "index.npz")
    assert np.array_equal(again.pairs, index.pairs) and np.array_equal(again.figures, index.figures)
    _write_card(corpus, index, size)
    _write_table(index, size, shares, copies, pairs)
    print(
        f"{len(index.pieces)} pieces, {index.figures.size} figures, {index.pairs.size} bar pairs, {size / 1e6:.1f} MB"
    )


def _pieces(corpus: Path, split: str) -> Iterator[tuple[dict[str, Any], Score]]:
    for path in sorted(corpus.glob("shard-*.npz")):
        shelf = Shelf(path)
        for i in range(len(shelf)):
            if shelf.meta(i).get("split") == split:
                yield shelf[i]


def _borrowing(corpus: Path, index: Index) -> tuple[dict[str, list[float]], dict[str, int], dict[str, int]]:
    """For valid pieces of each genre: shares of known figures; copied bar pairs, and all bar pairs."""
    shares: dict[str, list[float]] = defaultdict(list)
    copies: dict[str, int] = defaultdict(int)
    pairs: dict[str, int] = defaultdict(int)
    for meta, score in _pieces(corpus, "valid"):
        if meta.get("arranged"):
            continue  # their tunes are counted where they come from
        share = known_share(score, index)
        if np.isfinite(share):
            genre = str(meta["genre"])
            shares[genre].append(share)
            copies[genre] += copied_pairs(score, index)
            pairs[genre] += sum(tune.pairs.size for tune in tunes_of(score))
    return shares, copies, pairs


def _band(values: list[float]) -> tuple[float, float, float]:
    low, middle, high = (round(float(q), 4) for q in np.quantile(values, (0.05, 0.5, 0.95)))
    return low, middle, high


def _write_card(corpus: Path, index: Index, size: int) -> None:
    digest = hashlib.sha256((OUT / "index.npz").read_bytes()).hexdigest()
    licences: dict[str, int] = defaultdict(int)
    for piece in index.pieces:
        licences[piece["licence"]] += 1
    card = tomlkit.document()
    card["name"] = "originality index"
    card["version"] = "1"
    card["made"] = str(date.today())
    card["command"] = "python bench/originality_index.py CORPUS"
    card["licence"] = "CC0-1.0"
    card["what"] = (
        "One-way hashes of figures and bar pairs of the training music, with titles and licences. No music can be read from it."
    )
    card["pieces"] = len(index.pieces)
    card["figures"] = int(index.figures.size)
    card["bar_pairs"] = int(index.pairs.size)
    card["bytes"] = size
    card["sha256"] = digest
    ledger = tomlkit.table()
    for licence, count in sorted(licences.items()):
        ledger[licence] = count
    card["pieces_by_licence"] = ledger
    write_text(OUT / "card.toml", tomlkit.dumps(card))


def _write_table(
    index: Index, size: int, shares: dict[str, list[float]], copies: dict[str, int], pairs: dict[str, int]
) -> None:
    lines = [
        "# Originality: how much human music borrows",
        "",
        f"Index of {len(index.pieces)} training pieces: {index.figures.size} eight-note figures,"
        f" {index.pairs.size} bar pairs, {size / 1e6:.1f} MB.",
        "Valid pieces (none is in the index; variants of a tune stay in one split): share of eight-note figures known to it,",
        "and the share of bar pairs (six notes or more) that stand in training note for note.",
        "Made by `python bench/originality_index.py CORPUS`.",
        "",
        "| genre | pieces | figures known: 5 % | median | 95 % | bar pairs known |",
        "|---|---|---|---|---|---|",
    ]
    for genre, values in sorted(shares.items()):
        low, middle, high = _band(values)
        known = copies[genre] / max(1, pairs[genre])
        lines.append(f"| {genre} | {len(values)} | {low:.1%} | {middle:.1%} | {high:.1%} | {known:.1%} |")
    write_text(ROOT / "bench/originality.md", "\n".join(lines) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
