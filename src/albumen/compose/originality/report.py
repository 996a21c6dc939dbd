"""What a song shares with the training music: longest match, nearest piece, and how that compares with human borrowing."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from albumen.compose.originality.figures import NOTES_OF_A_FIGURE, TuneFigures, tunes_of
from albumen.compose.originality.index import Index
from albumen.score.score import Score

_SHOWN = 12  # copied places listed


def originality(score: Score, index: Index, genre: str = "") -> dict[str, Any]:
    """The report that stands in a song's record.

    `longest_match_notes` is the longest stretch of which every eight notes occur somewhere in training (an upper bound of
    any single quotation); `longest_match_bars` the most neighbouring bars that do, 0 when no two do. `figures_known` is
    the share of eight-note figures found in training, `human_band` where it lies for human pieces that the index does not
    hold: 5th, 50th and 95th percentile. `copies` lists bar pairs that are identical in melody and rhythm.
    """
    tunes = tunes_of(score)
    known = [index.knows_figures(tune.figures) for tune in tunes]
    owners = [index.pieces_of_pairs(tune.pairs) for tune in tunes]
    figures = sum(found.size for found in known)
    share = sum(int(found.sum()) for found in known) / figures if figures else 0.0
    band = index.bands.get(genre) or index.bands.get("any")
    copies = [
        _copy(tune, place, owner, index)
        for tune, own in zip(tunes, owners, strict=True)
        for place, owner in _matches(own)
    ]
    return {
        "longest_match_notes": max((_longest_notes(found) for found in known), default=0),
        "longest_match_bars": max(
            (_longest_bars(tune, own) for tune, own in zip(tunes, owners, strict=True)), default=0
        ),
        "nearest": _nearest(tunes, owners, index),
        "figures": figures,
        "figures_known": round(share, 4),
        "human_band": list(band) if band else None,
        "inside_human_band": share <= band[2] if band else None,
        "copied_bar_pairs": len(copies),
        "copies": copies[:_SHOWN],
        "is_original": not copies,
        "compared_with_pieces": len(index.pieces),
    }


def copied_pairs(
    score: Score, index: Index, bars: frozenset[int] | None = None, parts: frozenset[str] | None = None
) -> int:
    """How many bar pairs (touching `bars` of `parts`, where given) stand in training music note for note."""
    count = 0
    for tune in tunes_of(score):
        if parts is not None and tune.part_id not in parts:
            continue
        asked = np.ones(tune.pairs.size, np.bool_)
        if bars is not None:
            asked = np.array([int(bar) in bars or int(bar) + 1 in bars for bar in tune.pair_bars], dtype=np.bool_)
        count += int((index.pieces_of_pairs(tune.pairs)[asked.astype(np.bool_)] >= 0).sum()) if tune.pairs.size else 0
    return count


def known_share(score: Score, index: Index) -> float:
    """The share of a score's eight-note figures that occur in training; nan where it has none."""
    known = [index.knows_figures(tune.figures) for tune in tunes_of(score)]
    total = sum(found.size for found in known)
    return sum(int(found.sum()) for found in known) / total if total else float("nan")


def _matches(owners: NDArray[np.int64]) -> list[tuple[int, int]]:
    return [(int(place), int(owners[place])) for place in np.flatnonzero(owners >= 0)]


def _copy(tune: TuneFigures, place: int, owner: int, index: Index) -> dict[str, Any]:
    return {"part": tune.part_id, "bar": int(tune.pair_bars[place]) + 1, **index.pieces[owner]}


def _longest_notes(found: NDArray[np.bool_]) -> int:
    run = _longest_run(found)
    return run + NOTES_OF_A_FIGURE - 1 if run else 0


def _longest_bars(tune: TuneFigures, owners: NDArray[np.int64]) -> int:
    if not owners.size:
        return 0
    grid = np.zeros(int(tune.pair_bars.max()) + 1, np.bool_)
    grid[tune.pair_bars[owners >= 0]] = True
    run = _longest_run(grid)
    return run + 1 if run else 0


def _longest_run(found: NDArray[np.bool_]) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], found, [False])).astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max()) if edges.size else 0


def _nearest(tunes: list[TuneFigures], owners: list[NDArray[np.int64]], index: Index) -> dict[str, Any] | None:
    """The piece with the most in common: bar pairs count most, then figures."""
    votes: Counter[int] = Counter()
    for tune, own in zip(tunes, owners, strict=True):
        for owner in own[own >= 0].tolist():
            votes[owner] += NOTES_OF_A_FIGURE
        figure_owners = index.pieces_of_figures(tune.figures)
        votes.update(figure_owners[figure_owners >= 0].tolist())
    if not votes:
        return None
    piece, count = max(votes.items(), key=lambda item: (item[1], -item[0]))
    return {**index.pieces[piece], "points": count}
