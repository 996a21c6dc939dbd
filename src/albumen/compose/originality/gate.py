"""The gate: a take with two neighbouring bars that stand in training music, melody and rhythm alike, is turned away."""

from __future__ import annotations

from albumen.album.plan import SongPlan
from albumen.compose.originality.index import Index, shipped_index
from albumen.compose.originality.report import copied_pairs
from albumen.compose.takes import Judged
from albumen.score.writing import WriteRequest, Written


class OriginalityGate:
    """A hard critic: 1 for a take without copied bar pairs, less for each. Without an index it lets everything pass."""

    id = "originality"
    version = "1"
    weight = float("inf")

    def __init__(self, index: Index | None = None) -> None:
        self._index = index

    def judge(self, request: WriteRequest, take: Written, plan: SongPlan) -> Judged:
        """Count copied bar pairs in the asked cells."""
        index = self._index if self._index is not None else shipped_index()
        if index is None:
            return Judged(1.0, {})
        bars = frozenset(cell.bar for cell in request.cells)
        count = copied_pairs(take.score, index, bars, frozenset(cell.part_id for cell in request.cells))
        return Judged(1.0 / (1 + count), {"copied bar pairs": float(count)})
