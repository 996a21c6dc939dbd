"""Does it fit the chords as human music does? Neither worse than the human band nor so obedient that nothing rubs."""

from __future__ import annotations

from albumen.album.plan import SongPlan
from albumen.compose.critics.bands import mean_mark
from albumen.compose.critics.measures import harmony_measures
from albumen.compose.critics.region import regions
from albumen.compose.takes import Judged
from albumen.score.writing import WriteRequest, Written

_MEASURES = ("chord_strong", "chord_weak", "outside")


class Harmony:
    """The mean mark of chord fit on and off the beat and of notes outside the key."""

    id = "harmony"
    version = "1"
    weight = 1.0

    def judge(self, request: WriteRequest, take: Written, plan: SongPlan) -> Judged:
        """Compare every pitched region with the band of its genre and role."""
        marks, details = [], {}
        for region in regions(request, take.score):
            if region.part.is_drum or not len(region.notes):
                continue
            found = harmony_measures(region.notes, take.score)
            details.update({f"{region.part.id} {name}": value for name, value in found.items()})
            marks.append(mean_mark(found, request.genre, region.part.role or "melody", _MEASURES))
        return Judged(sum(marks) / len(marks) if marks else 1.0, details)
