"""Can it be played? Range, voices, keys struck twice, silence where music was asked, cells touched that were not."""

from __future__ import annotations

import numpy as np

from albumen.album.plan import SongPlan
from albumen.compose.critics.region import regions
from albumen.compose.takes import Judged
from albumen.score.notes import Notes
from albumen.score.writing import WriteRequest, Written


class Playability:
    """1 for a take without a fault, 0 for one with any: a hard critic."""

    id = "playability"
    version = "1"
    weight = float("inf")

    def judge(self, request: WriteRequest, take: Written, plan: SongPlan) -> Judged:
        """Count the faults of the asked cells and of what should have been left alone."""
        details = {"range": 0, "voices": 0, "struck twice": 0, "empty": 0, "touched": _touched(request, take)}
        for region in regions(request, take.score):
            limits = request.limits_of(region.part.id)
            notes = region.notes
            details["empty"] += int(not len(notes))
            if region.part.is_drum or not len(notes):
                continue
            details["range"] += int(((notes.pitch < limits.low) | (notes.pitch > limits.high)).sum())
            start, stop = region.bars[0].start, region.bars[-1].end
            around = region.part.notes.where((region.part.notes.end > start) & (region.part.notes.onset < stop))
            details["voices"] += int(most_voices(around) > limits.voices)
            details["struck twice"] += struck_twice(around)
        return Judged(float(not any(details.values())), {name: float(count) for name, count in details.items()})


def most_voices(notes: Notes) -> int:
    """The most notes that sound at one moment."""
    if not len(notes):
        return 0
    ticks = np.concatenate((notes.onset, notes.end))
    changes = np.concatenate((np.ones(len(notes), np.int64), -np.ones(len(notes), np.int64)))
    order = np.lexsort((changes, ticks))
    return int(np.cumsum(changes[order]).max())


def struck_twice(notes: Notes) -> int:
    """How many notes begin on a key that still sounds."""
    order = np.lexsort((notes.onset, notes.pitch))
    pitch, onset, end = notes.pitch[order], notes.onset[order], notes.end[order]
    return int(((pitch[1:] == pitch[:-1]) & (onset[1:] < end[:-1])).sum())


def _touched(request: WriteRequest, take: Written) -> int:
    """Parts that were not asked for and yet changed."""
    asked = {cell.part_id for cell in request.cells}
    return sum(take.score.part(part.id).notes != part.notes for part in request.score.parts if part.id not in asked)
