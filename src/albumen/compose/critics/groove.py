"""Does it keep a groove? Neighbouring bars are alike in rhythm as much as human parts of that role are."""

from __future__ import annotations

import math

from albumen.album.plan import SongPlan
from albumen.compose.critics.bands import band, mark
from albumen.compose.critics.measures import part_groove
from albumen.compose.critics.region import regions
from albumen.compose.takes import Judged
from albumen.score.writing import WriteRequest, Written


class Groove:
    """The mark of each region's bar-to-bar likeness of rhythm."""

    id = "groove"
    version = "1"
    weight = 0.8

    def judge(self, request: WriteRequest, take: Written, plan: SongPlan) -> Judged:
        """Compare every region of two bars or more with the band of its role."""
        marks, details = [], {}
        for region in regions(request, take.score):
            value = part_groove(region.notes, take.score)
            if math.isfinite(value):
                details[region.part.id] = value
                marks.append(mark(value, band(request.genre, region.part.role or "melody", "groove")))
        return Judged(sum(marks) / len(marks) if marks else 1.0, details)
