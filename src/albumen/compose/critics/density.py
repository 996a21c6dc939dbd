"""Is it as busy as was asked? Density, polyphony and register against the controls, else density against human music."""

from __future__ import annotations

from albumen.album.plan import SongPlan
from albumen.compose.critics.bands import band, mark
from albumen.compose.critics.region import regions
from albumen.compose.takes import Judged
from albumen.score.cell_features import controls_of
from albumen.score.writing import CellAt, WriteRequest, Written

_BIN_COST = 0.3  # each bin away from what was asked


class Density:
    """1 where every control is met, less for each bin it is missed by."""

    id = "density"
    version = "1"
    weight = 0.8

    def judge(self, request: WriteRequest, take: Written, plan: SongPlan) -> Judged:
        """Compare cells that have controls with them, and melodies without with their genre."""
        marks, details = [], {}
        for region in regions(request, take.score):
            misses = []
            index = {bar.start: number for number, bar in enumerate(request.score.bars())}
            for bar in region.bars:
                asked = request.controls.get(CellAt(region.part.id, index[bar.start]))
                if asked is not None:
                    got = controls_of(region.notes.between(bar.start, bar.end), bar.length, take.score.resolution)
                    misses += [
                        abs((b if b is not None else -1) - a) for a, b in zip(asked, got, strict=True) if a is not None
                    ]
            if misses:
                details[f"{region.part.id} bins missed"] = sum(misses) / len(misses)
                marks.append(max(0.0, 1 - _BIN_COST * sum(misses) / len(misses)))
            elif region.part.role == "melody" and len(region.notes):
                ticks = sum(bar.length for bar in region.bars)
                density = len(set(region.notes.onset.tolist())) * take.score.resolution / ticks
                details[f"{region.part.id} onsets a quarter"] = density
                marks.append(mark(density, band(request.genre, "melody", "density")))
        return Judged(sum(marks) / len(marks) if marks else 1.0, details)
