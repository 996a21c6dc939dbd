"""Note values: how a stretch of a bar is written as notes and rests that players read at sight.

Times count 24 to the quarter note, so that 32nds (3) and triplet 16ths (4) are whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from albumen.score.meter import Meter

UNITS = 24

_NAMES = {3: "32nd", 6: "16th", 12: "eighth", 24: "quarter", 48: "half", 96: "whole", 192: "breve"}
_TRIPLET_NAMES = {1: "64th", 2: "32nd", 4: "16th", 8: "eighth", 16: "quarter"}
_PLAIN = tuple((value, value, 0) for value in _NAMES)
_DOTTED = tuple((value * 3 // 2, value, 1) for value in _NAMES if value > 3)
_VALUES = tuple(sorted(_PLAIN + _DOTTED, reverse=True))  # (length, undotted value, dots)


class Value(NamedTuple):
    """A written note or rest: `start` in the bar, `length`, its MusicXML type, dots, and whether it is a triplet."""

    start: int
    length: int
    type: str
    dots: int = 0
    is_triplet: bool = False


def values(start: int, end: int, meter: Meter, *, is_rest: bool = False) -> Iterator[Value]:
    """The values that fill `start`..`end` of a bar; beats stay visible, and triplets stay inside their beat."""
    while start < end:
        value = _next_value(start, end, meter, is_rest)
        yield value
        start += value.length


def _next_value(start: int, end: int, meter: Meter, is_rest: bool) -> Value:
    if start % 48 in (0, 16, 32) and end - start == 16 and not is_rest:
        return Value(start, 16, "quarter", 0, True)
    beat_end = min(end, (start // UNITS + 1) * UNITS)
    if start % 3 or beat_end % 3:
        return _triplet(start, beat_end)
    limit = end if end % 3 == 0 else end // UNITS * UNITS
    for length, undotted, dots in _VALUES:
        if start + length <= limit and _is_readable(start, length, undotted, dots, meter, is_rest):
            return Value(start, length, _NAMES[undotted], dots)
    return Value(start, 3, "32nd")


def _triplet(start: int, end: int) -> Value:
    for length in (16, 8, 4, 2, 1):
        if start + length <= end and start % (length if length < 16 else 8) == 0:
            return Value(start, length, _TRIPLET_NAMES[length], 0, True)
    return Value(start, 1, "64th", 0, True)


def _is_readable(start: int, length: int, undotted: int, dots: int, meter: Meter, is_rest: bool) -> bool:
    beat = meter.beat_ticks(UNITS)
    if meter.is_compound():
        inside = start % beat + length <= beat
        return (inside and start % max(3, undotted // 2) == 0) or (start % beat == 0 and length % beat == 0)
    if is_rest and dots:
        return False
    if start % undotted == 0 and not dots:
        return True
    if is_rest or start % max(3, undotted // 2):
        return False
    half = meter.bar_ticks(UNITS) // 2
    hides_middle = meter.numerator % 2 == 0 and meter.numerator > 2 and start < half < start + length
    return not hides_middle or start == 0 or (start % beat == 0 and undotted >= beat)
