"""Does the tune move like a tune? Steps, thirds, leaps, repeated notes and turns against the human band."""

from __future__ import annotations

from albumen.album.plan import SongPlan
from albumen.compose.critics.bands import mean_mark
from albumen.compose.critics.measures import line_measures
from albumen.compose.critics.region import regions
from albumen.compose.takes import Judged
from albumen.score.writing import WriteRequest, Written

_MEASURES = ("repeat", "step", "third", "leap", "turns", "ambitus")


class Line:
    """The mean mark of how melodies and counter-melodies move."""

    id = "line"
    version = "1"
    weight = 1.2

    def judge(self, request: WriteRequest, take: Written, plan: SongPlan) -> Judged:
        """Compare every tune in the asked cells with the band of melodies in its genre."""
        marks, details = [], {}
        for region in regions(request, take.score):
            if region.part.role not in ("melody", "counter"):
                continue
            found = line_measures(region.notes, take.score)
            details.update({f"{region.part.id} {name}": value for name, value in found.items()})
            if found:
                marks.append(mean_mark(found, request.genre, "melody", _MEASURES))
        return Judged(sum(marks) / len(marks) if marks else 1.0, details)
