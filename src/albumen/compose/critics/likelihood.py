"""What the writer itself thinks of its take: fewer nats a note is more like the music it learned from."""

from __future__ import annotations

import math

from albumen.album.plan import SongPlan
from albumen.compose.takes import Judged
from albumen.score.writing import WriteRequest, Written

_USUAL_NATS = 3.0  # a usual cost of a note for the trained writer; only the order among takes matters
_UNKNOWN = 0.5


class Likelihood:
    """Falls from 1 (sure) to 0 (surprised); 0.5 where the writer does not say."""

    id = "likelihood"
    version = "1"
    weight = 0.7

    def judge(self, request: WriteRequest, take: Written, plan: SongPlan) -> Judged:
        """Turn nats a note into a mark."""
        if not math.isfinite(take.nats_per_note):
            return Judged(_UNKNOWN, {})
        return Judged(1 / (1 + math.exp(take.nats_per_note - _USUAL_NATS)), {"nats a note": take.nats_per_note})
