"""Text grids: rhythms that a musician can read in a style file.

A grid is written beat by beat, bars divided by `|`: `x... ..x. x... ....`. The number of signs in a beat is its
division (4: sixteenths, 3: triplets, 2: eighths, 1: one note a beat); it must divide 12, the grid of the composer.
`.` is silence, `-` holds the sign before, everything else is a sign that the reader of the grid explains.
Melody rhythms are written in note names: `q. e q q` (w h q e s t; a dot lengthens by half, `t` is an eighth triplet, `-q` rests).
"""

from __future__ import annotations

from typing import NamedTuple

from albumen.score.meter import Meter
from albumen.score.score import STEPS_PER_QUARTER

_VALUES = {"w": 48, "h": 24, "q": 12, "e": 6, "s": 3, "t": 4, "T": 8}


class Mark(NamedTuple):
    """A sign of a grid: `step` (12 a quarter) from the start of the bar, `length` in steps."""

    step: int
    length: int
    sign: str


def grid_of(text: str, meter: Meter) -> tuple[tuple[Mark, ...], ...]:
    """The bars of a grid as marks; raises `ValueError` where a bar does not fit the meter.

    >>> grid_of("x-.. x...", Meter(2, 4))
    ((Mark(step=0, length=6, sign='x'), Mark(step=12, length=3, sign='x')),)
    """
    return tuple(_bar_of(bar, meter, text) for bar in text.split("|"))


def _bar_of(text: str, meter: Meter, whole: str) -> tuple[Mark, ...]:
    beat = meter.beat_ticks(STEPS_PER_QUARTER)
    beats = text.split()
    if len(beats) * beat != meter.bar_ticks(STEPS_PER_QUARTER):
        needed = meter.bar_ticks(STEPS_PER_QUARTER) // beat
        raise ValueError(f"bar {text.strip()!r} of grid {whole!r} has {len(beats)} beats, {meter} has {needed}")
    marks: list[Mark] = []
    is_open = False
    for index, signs in enumerate(beats):
        if beat % len(signs):
            raise ValueError(f"beat {signs!r} of grid {whole!r}: {len(signs)} signs do not divide {beat} steps")
        size = beat // len(signs)
        for place, sign in enumerate(signs):
            if sign == "-" and is_open:
                marks[-1] = marks[-1]._replace(length=marks[-1].length + size)
            elif sign in ".-":
                is_open = False
            else:
                marks.append(Mark(index * beat + place * size, size, sign))
                is_open = True
    return tuple(marks)


class Beat(NamedTuple):
    """A note (or a rest) of a melody rhythm, in steps from the start of the bar."""

    step: int
    length: int
    is_rest: bool


def rhythm_of(text: str, meter: Meter) -> tuple[Beat, ...]:
    """The notes of a bar written in note names; raises `ValueError` where they do not fill the bar.

    >>> [beat.length for beat in rhythm_of("q. e q q", Meter(4, 4))]
    [18, 6, 12, 12]
    """
    beats: list[Beat] = []
    step = 0
    for word in text.split():
        name = word.lstrip("-")
        value = _VALUES.get(name[:1])
        if value is None or name[1:] not in ("", "."):
            raise ValueError(f"a rhythm is written like `q. e q q` or `-e e h`, got {word!r} in {text!r}")
        length = value * 3 // 2 if name.endswith(".") else value
        beats.append(Beat(step, length, word.startswith("-")))
        step += length
    if step != meter.bar_ticks(STEPS_PER_QUARTER):
        raise ValueError(
            f"rhythm {text!r} fills {step / 12:g} quarters, a bar of {meter} has {meter.bar_ticks(12) / 12:g}"
        )
    return tuple(beats)


def rhythm_text(beats: tuple[Beat, ...]) -> str:
    """The note names of a rhythm; `rhythm_of` reads them back.

    >>> rhythm_text(rhythm_of("q. -e h", Meter(4, 4)))
    'q. -e h'
    """
    names = {length: name for name, length in _VALUES.items()}
    dotted = {length * 3 // 2: f"{name}." for name, length in _VALUES.items() if length % 2 == 0 and name in "whqe"}
    return " ".join(("-" if beat.is_rest else "") + (names.get(beat.length) or dotted[beat.length]) for beat in beats)
