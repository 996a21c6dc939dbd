"""A line of several scripts as runs: each in one font and one direction, in the order in which they stand from left to right.

The order is that of the Unicode bidirectional algorithm for text without marks of embedding: words run their own way,
numbers run from left to right, and what is neither goes with its neighbours or with the whole.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from albumen.art.fonts import Font, covers, is_seen, pieces_of


@dataclass(frozen=True, slots=True)
class Lettering:
    """What a text is set in: `fonts`, the chosen one first, and whether the whole runs from right to left."""

    fonts: tuple[Font, ...]
    is_rtl: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Letters, in the order they are read, that one font sets in one direction."""

    text: str
    font: Font
    is_rtl: bool


@lru_cache(maxsize=8192)
def runs_of(line: str, lettering: Lettering) -> tuple[Run, ...]:
    """The runs of a line from left to right. A letter that no font has is given to the first one."""
    fonts, levels = _fonts_of(line, lettering.fonts), _levels(line, int(lettering.is_rtl))
    runs: list[tuple[Run, int]] = []
    place = 0
    for (font, level), letters in groupby(zip(fonts, levels, strict=True)):
        count = len(list(letters))
        runs.append((Run(line[place : place + count], font, level % 2 == 1), level))
        place += count
    for least in (2, 1):
        runs = [
            run
            for turns, group in groupby(runs, key=lambda run: run[1] >= least)
            for run in (reversed(list(group)) if turns else list(group))
        ]
    return tuple(run for run, _ in runs)


def _fonts_of(line: str, fonts: tuple[Font, ...]) -> list[Font]:
    """The font of each character: the first that has the whole piece it stands in, else the first that has the letter."""
    found: list[Font] = []
    for is_space, group in groupby(line, key=str.isspace):
        word = "".join(group)
        if is_space:
            found += [found[-1] if found else fonts[0]] * len(word)
            continue
        for piece in pieces_of(word):
            whole = next((font for font in fonts if covers(font, piece)), None)
            found += [whole] * len(piece) if whole else _letter_by_letter(piece, fonts)
    return found


def _letter_by_letter(piece: str, fonts: tuple[Font, ...]) -> list[Font]:
    found: list[Font] = []
    for letter in piece:
        follows = found and (not is_seen(letter) or unicodedata.combining(letter))
        if follows and covers(found[-1], letter):
            found.append(found[-1])
        else:
            found.append(next((font for font in fonts if covers(font, letter)), fonts[0]))
    return found


def _levels(line: str, base: int) -> list[int]:
    """How deep each character is embedded: even from left to right, odd from right to left."""
    strong = [_direction(letter) for letter in line]
    levels: list[int | None] = []
    before = "R" if base else "L"
    for kind in strong:
        if kind == "N":
            levels.append(2 if base or before == "R" else 0)
        elif kind:
            levels.append(1 if kind == "R" else 2 * base)
            before = kind
        else:
            levels.append(None)
    return [level if level is not None else _between(levels, place, base) for place, level in enumerate(levels)]


def _direction(letter: str) -> str:
    """`L`, `R`, `N` for digits, or nothing for what has no direction of its own."""
    kind = unicodedata.bidirectional(letter)
    return {"L": "L", "R": "R", "AL": "R", "EN": "N", "AN": "N"}.get(kind, "")


def _between(levels: list[int | None], place: int, base: int) -> int:
    """The level of what has no direction: that of its neighbours where they agree (numbers count as what they stand in)."""
    before = next((level for level in reversed(levels[:place]) if level is not None), base)
    after = next((level for level in levels[place + 1 :] if level is not None), base)
    return before if before == after else base
