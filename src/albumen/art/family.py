"""A family tree of pictures: generations in rows, lines from parents to their children, names below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from albumen.art.fonts import PERSONALITIES, text_fonts
from albumen.art.inking import inked
from albumen.art.picture import Pixels
from albumen.art.typesetting import set_in_box

TILE = 220
"""Pixels of a picture's side."""
_GAP, _NAME, _ROAD, _RIM = 48, 44, 110, 60
_PAPER, _INK, _EMPTY = (250, 248, 243), (34, 30, 26), (232, 228, 220)
_LINES = ((150, 84, 60), (58, 98, 128), (92, 118, 66), (132, 84, 132), (168, 132, 52), (70, 70, 76))


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """One picture of a family: `parents` are keys of others. `picture` (TILE pixels square) is None where it is not to be had."""

    key: str
    name: str
    parents: tuple[str, ...] = ()
    picture: Pixels | None = None


def family_rows(family: Sequence[Relative]) -> list[list[Relative]]:
    """The generations, founders first: who has parents stands a row below the later of them, near to where they stand.

    >>> pair = [Relative(key="c", name="", parents=("a",)), Relative(key="a", name="")]
    >>> [[one.key for one in row] for row in family_rows(pair)]
    [['a'], ['c']]
    """
    by_key = {one.key: one for one in family}
    depths: dict[str, int] = {}
    for one in family:
        _depth(one.key, by_key, depths, ())
    rows: list[list[Relative]] = [[] for _ in range(1 + max(depths.values(), default=0))]
    for one in family:
        rows[depths[one.key]].append(one)
    place: dict[str, float] = {}
    for row in rows:
        row.sort(key=lambda one: float(np.mean([place.get(key, 0.5) for key in one.parents])) if one.parents else 0.0)
        place |= {one.key: (number + 0.5) / len(row) for number, one in enumerate(row)}
    return rows


def family_picture(family: Sequence[Relative]) -> Pixels:
    """The tree of a family; parents that are not among `family` may not be named."""
    rows = family_rows(family)
    step, floor = TILE + _GAP, TILE + _NAME + _ROAD
    width = 2 * _RIM + step * max(len(row) for row in rows) - _GAP
    page = np.empty((2 * _RIM + floor * len(rows) - _ROAD, width, 3), dtype=np.uint8)
    page[:] = _PAPER
    corners: dict[str, tuple[int, int]] = {}
    for depth, row in enumerate(rows):
        left = (width - step * len(row) + _GAP) // 2
        corners |= {one.key: (left + step * number, _RIM + floor * depth) for number, one in enumerate(row)}
    for one in family:
        _draw_relative(page, one, corners[one.key])
    # Over the pictures: a line to a grandchild that passed behind a child would seem to end there.
    _draw_lines(page, rows, corners)
    return page


def _depth(key: str, by_key: Mapping[str, Relative], depths: dict[str, int], younger: tuple[str, ...]) -> int:
    if key not in depths:
        # Who would be their own ancestor (pages of facts changed by hand) counts as a founder there.
        parents = [parent for parent in by_key[key].parents if parent not in (*younger, key)]
        depths[key] = max((1 + _depth(parent, by_key, depths, (*younger, key)) for parent in parents), default=0)
    return depths[key]


def _draw_lines(page: Pixels, rows: Sequence[Sequence[Relative]], corners: Mapping[str, tuple[int, int]]) -> None:
    """A line from each parent to each child; brothers and sisters share a colour."""
    colours: dict[frozenset[str], tuple[int, int, int]] = {}
    for one in (one for row in rows for one in row if one.parents):
        colour = colours.setdefault(frozenset(one.parents), _LINES[len(colours) % len(_LINES)])
        right, down = corners[one.key]
        for parent in one.parents:
            x, y = corners[parent]
            start, end = (x + TILE / 2, y + TILE + _NAME), (right + TILE / 2, down)
            along = np.linspace(0, 1, 40)[:, None]
            bend = (end[1] - start[1]) * 0.55
            knots = [start, (start[0], start[1] + bend), (end[0], end[1] - bend), end]
            weights = ((1 - along) ** 3, 3 * along * (1 - along) ** 2, 3 * along**2 * (1 - along), along**3)
            curve = sum(weight * np.array(knot) for weight, knot in zip(weights, knots, strict=True))
            cv2.polylines(page, [np.rint(np.asarray(curve) * 8).astype(np.int32)], False, colour, 3, cv2.LINE_AA, shift=3)


def _draw_relative(page: Pixels, one: Relative, corner: tuple[int, int]) -> None:
    left, top = corner
    page[top : top + TILE, left : left + TILE] = _EMPTY if one.picture is None else one.picture
    name = one.name if one.picture is not None else f"{one.name} (not here)"
    fonts = text_fonts(PERSONALITIES["garamond"], name)
    words = set_in_box(name, fonts, TILE, _NAME - 8, align="center", largest=22, most_lines=1)
    rows, columns = words.mask.shape
    rows, columns = min(rows, _NAME), min(columns, TILE)
    down, across = top + TILE + 6, left + (TILE - columns) // 2
    at = (slice(down, down + rows), slice(across, across + columns))
    page[at] = inked(page[at], words.mask, _INK)
