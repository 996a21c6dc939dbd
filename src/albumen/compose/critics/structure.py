"""Has the tune a shape? Rhythms that return, one climax in the right place, a close that rests."""

from __future__ import annotations

import numpy as np

from albumen.album.plan import SongPlan
from albumen.compose.critics.region import Region, regions
from albumen.compose.takes import Judged
from albumen.compose.top_line import top_line
from albumen.score.notes import Notes
from albumen.score.score import STEPS_PER_QUARTER
from albumen.score.writing import WriteRequest, Written

_SHORTEST = 4  # bars in which a shape can be heard


class Structure:
    """The mean of three marks for melodies of four bars or more: return, climax, close."""

    id = "structure"
    version = "1"
    weight = 1.0

    def judge(self, request: WriteRequest, take: Written, plan: SongPlan) -> Judged:
        """Hear the asked bars of each melody as one paragraph."""
        marks, details = [], {}
        for region in regions(request, take.score):
            line = top_line(region.notes)
            if region.part.role != "melody" or len(region.bars) < _SHORTEST or len(line) < 2 * _SHORTEST:
                continue
            found = {
                "return": _returns(region, line, take.score.resolution),
                "climax": _climax(region, line),
                "close": _close(region, line),
            }
            details.update({f"{region.part.id} {name}": value for name, value in found.items()})
            marks.append(sum(found.values()) / len(found))
        return Judged(sum(marks) / len(marks) if marks else 1.0, details)


def _returns(region: Region, line: Notes, resolution: int) -> float:
    """How much of the rhythm comes back: best between a quarter and three quarters of the bars."""
    rhythms = []
    for bar in region.bars:
        cell = line.between(bar.start, bar.end)
        rhythms.append(tuple(np.round((cell.onset - bar.start) * STEPS_PER_QUARTER / resolution).astype(int).tolist()))
    sung = [rhythm for rhythm in rhythms if rhythm]
    if len(sung) < 2:
        return 0.0
    share = sum(sung.count(rhythm) > 1 for rhythm in sung) / len(sung)
    return min(1.0, share / 0.25) if share < 0.25 else 1.0 if share <= 0.9 else 0.8


def _climax(region: Region, line: Notes) -> float:
    """1 for a highest note that is reached seldom and after the first third."""
    top = int(line.pitch.max())
    places = line.onset[line.pitch == top]
    start, stop = region.bars[0].start, region.bars[-1].end
    last = float((places.max() - start) / (stop - start))
    rarity = 1.0 if places.size <= 2 else max(0.3, 1 - 0.15 * (places.size - 2))
    return rarity * (1.0 if 0.3 <= last <= 0.95 else 0.7)


def _close(region: Region, line: Notes) -> float:
    """1 where the last bar holds a note longer than the usual one."""
    bar = region.bars[-1]
    cell = line.between(bar.start, bar.end)
    if not len(cell):
        return 0.5
    return 1.0 if int(cell.length.max()) >= 1.5 * float(np.median(line.length)) else 0.5
