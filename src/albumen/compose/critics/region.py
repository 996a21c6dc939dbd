"""What a take wrote: the cells of a request, part by part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from albumen.score.notes import Notes
from albumen.score.part import Part
from albumen.score.score import Score
from albumen.score.time_map import Bar
from albumen.score.writing import WriteRequest


class Region(NamedTuple):
    """One part's asked bars in a take: its `notes` there, and the bars."""

    part: Part
    bars: tuple[Bar, ...]
    notes: Notes


def regions(request: WriteRequest, score: Score) -> Iterator[Region]:
    """The asked cells of each part in `score`."""
    bars = request.score.bars()
    asked: dict[str, list[int]] = {}
    for cell in request.cells:
        asked.setdefault(cell.part_id, []).append(cell.bar)
    for part_id, numbers in asked.items():
        part = score.part(part_id)
        chosen = tuple(bars[number] for number in sorted(set(numbers)))
        notes = Notes((), (), (), ())
        for bar in chosen:
            notes = notes.joined(part.notes.between(bar.start, bar.end))
        yield Region(part, chosen, notes)
