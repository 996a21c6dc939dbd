"""Stretches of bars, and finding the part that somebody means."""

from __future__ import annotations

from typing import NamedTuple

from albumen.score.part import Part
from albumen.score.part_names import slug
from albumen.score.score import Score
from albumen.work.errors import Wrong


class Span(NamedTuple):
    """Bars `start` up to, not including, `stop`, counted from 0."""

    start: int
    stop: int

    def __str__(self) -> str:
        """As musicians say it: counted from 1, last bar included."""
        return f"bar {self.stop}" if self.stop - self.start == 1 else f"bars {self.start + 1}-{self.stop}"


def span_of(value: object) -> Span | None:
    """A span from its JSON form `[start, stop]`; raises `ValueError`."""
    if value is None:
        return None
    if (
        isinstance(value, (list, tuple))
        and [type(number) for number in value] == [int, int]
        and 0 <= value[0] < value[1]
    ):
        return Span(*value)
    raise ValueError(f"bars are written [start, stop] with 0 <= start < stop, got {value!r}")


def ticks_of(score: Score, span: Span | None) -> tuple[int, int]:
    """First tick of the span and first tick after it; the whole song for None. Raises `Wrong` outside the song."""
    bars = score.bars()
    if span is None:
        return 0, max(bars[-1].end, score.length) + 1
    if span.stop > len(bars):
        raise Wrong(f"{span} does not exist, the song has {len(bars)} bars")
    return bars[span.start].start, bars[span.stop - 1].end


def part_meant(score: Score, name: str) -> Part:
    """The part with this id, else the only one with this name, instrument or kind of instrument."""
    wanted = slug(name)
    for same in (
        [part for part in score.parts if part.id == name],
        [part for part in score.parts if wanted and wanted in (part.id, slug(part.name))],
        [part for part in score.parts if wanted and wanted == slug(part.instrument_name)],
        [part for part in score.parts if wanted and wanted == part.timbre.name],
    ):
        if len(same) == 1:
            return same[0]
        if same:
            raise Wrong(f"{name!r} may be {' or '.join(part.id for part in same)}", next_step="name one of them")
    known = ", ".join(part.id for part in score.parts) or "none"
    raise Wrong(f"there is no part {name!r}", next_step=f"the parts are: {known}")
