"""A square picture becomes a wide or tall one: its ground runs on to the edges of the format, without a seam.

Drawings on plain ground stand on more of it. Paintings are painted further: the colours at their edge are drawn out into the
new room, painted with the same brush, and the strokes of both lie over one another where they meet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from albumen.art.clearance import head_of, subject_of
from albumen.art.engines import ENGINES
from albumen.art.engines.surface import grained, noise_field
from albumen.art.look import Look
from albumen.art.manners import Manner, manner_named
from albumen.art.painter import paint
from albumen.art.picture import Pixels, covering, resized

Floats = NDArray[np.float32]
Box = tuple[float, float, float, float]
"""left, top, right, bottom, as shares of width and height"""
_GRID = 256  # pixels of the picture's side in the sketch that is painted
_REACH, _REACH_BESIDE_SOMEBODY = 0.10, 0.025  # of the picture's side: so much of its edge is drawn out into the new room
_SLOPE, _SLOPES_BY = 0.9, 0.5  # how shoulders that the picture cuts fall away beyond it, and by how much of its side at most
_PILLAR = 0.05  # of the side, over which what touches the upper edge goes over into the ground
_WAVE = 0.05  # of the side, by how much what is drawn out wanders
_SOFT, _RAGGED, _INWARD = 0.05, 0.035, 0.015  # of the side: how wide the strokes of both mix, how uneven, from where on
_FADE = 0.035  # of the side, over which a drawing's own ground becomes the format's
_USUAL_FIGURE: Box = (0.12, 0.08, 0.88, 0.92)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Where the square picture stands in a format, in pixels: its side, and its upper left corner (may lie outside)."""

    side: int
    left: int
    top: int


def can_run_on(look: Look) -> bool:
    """Whether it is known how the look's engine ends at the edges of its picture."""
    return look.identity.engine in ENGINES


def figure_of(picture: Pixels, look: Look) -> Box:
    """What type shall keep off in the square picture: its subject, a head, or the drawing before a painted place."""
    subject = subject_of(picture)
    if subject is not None and subject.any():
        across, down = (np.flatnonzero(subject.any(axis=axis)) / len(subject) for axis in (0, 1))
        return float(across[0]), float(down[0]), float(across[-1]), float(down[-1])
    engine = ENGINES.get(look.identity.engine)
    head = head_of(picture) if engine is not None and not engine.fills else None
    return head or _USUAL_FIGURE


def run_on(picture: Pixels, look: Look, room: Room, width: int, height: int) -> Pixels:
    """The picture in its room on a format of `width` x `height` pixels, its ground run on. Same input, same bytes."""
    if room.left <= 0 and room.top <= 0 and room.left + room.side >= width and room.top + room.side >= height:
        small = resized(picture, room.side, room.side)
        return np.ascontiguousarray(small[-room.top : height - room.top, -room.left : width - room.left])
    engine = ENGINES.get(look.identity.engine)
    if engine is None:
        return covering(picture, width, height)
    return (_painted_on if engine.brush else _laid_on)(picture, look, room, width, height)


def _laid_on(picture: Pixels, look: Look, room: Room, width: int, height: int) -> Pixels:
    """A drawing on plain ground, its own ground gone softly over into that of the format."""
    canvas = np.empty((height, width, 3), dtype=np.uint8)
    canvas[:] = look.identity.palette.ground
    canvas = grained(canvas, look.picture_seed)
    subject = subject_of(picture)
    small = resized(picture, room.side, room.side)
    share = np.ones((room.side, room.side), dtype=np.float32) if subject is None else _matte(subject.astype(np.uint8), room.side)
    _mix_in(canvas, small, share, room)
    return canvas


def _matte(subject: NDArray[np.uint8], side: int) -> Floats:
    """1 on the subject and its fine ends, softly 0 around it and at the picture's edges."""
    cells = len(subject)
    reach = max(1, round(_FADE * cells))
    wide = cv2.dilate(subject, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (4 * reach + 1, 4 * reach + 1))).astype(np.float32)
    soft = cv2.resize(cv2.GaussianBlur(wide, (0, 0), reach * 0.7), (side, side), interpolation=cv2.INTER_LINEAR)
    edge = np.minimum(np.arange(side), np.arange(side)[::-1]).astype(np.float32) / (0.02 * side)
    rim = np.clip(np.minimum(edge[:, None], edge[None]), 0, 1)
    return np.asarray(np.clip(soft, 0, 1) * rim, dtype=np.float32)


def _painted_on(picture: Pixels, look: Look, room: Room, width: int, height: int) -> Pixels:
    """The whole format painted from a sketch of the picture drawn out to its edges, and the picture's own strokes over it."""
    seed = look.picture_seed.child("format", width, height)
    manner = _same_brush(manner_named(look.identity.manner), room.side / width)
    is_somebody = not ENGINES[look.identity.engine].fills
    sketch = _drawn_out(picture, room, width, height, seed.child("sketch").rng(), is_somebody=is_somebody)
    canvas = paint(sketch, width, manner=manner, seed=seed, ground=look.identity.palette.ground)
    canvas = resized(canvas, width, height).copy()
    inside = np.full((room.side, room.side), float(room.side), dtype=np.float32)
    steps = np.arange(room.side, dtype=np.float32)
    # Only sides beyond which there is room: a picture that the format cuts keeps its strokes to the edge.
    ways = ((room.left > 0, steps[None]), (room.top > 0, steps[:, None]))
    ends = ((room.left + room.side < width, steps[::-1][None]), (room.top + room.side < height, steps[::-1][:, None]))
    for open_, distance in (*ways, *ends):
        inside = np.minimum(inside, distance) if open_ else inside
    rough = cv2.resize(noise_field(_GRID, _GRID, 40, seed.child("edge").rng()), (room.side, room.side))
    share = np.clip((inside / room.side - _INWARD + _RAGGED * (rough - 0.6)) / _SOFT, 0, 1)
    share = (share * share * (3 - 2 * share) * np.clip(inside / (0.012 * room.side), 0, 1)).astype(np.float32)
    _mix_in(canvas, resized(picture, room.side, room.side), share, room)
    return canvas


def _same_brush(manner: Manner, share: float) -> Manner:
    """The manner for a format of which the picture is a share: strokes as wide on both."""
    return replace(manner, widths=tuple(width * share for width in manner.widths))


def _drawn_out(
    picture: Pixels, room: Room, width: int, height: int, rng: np.random.Generator, *, is_somebody: bool
) -> Pixels:
    """The format as a sketch: inside the room the picture, beyond it the colours of its edge, wandering and ever softer.

    Beside somebody the ground comes down from above: a coat drawn out sideways would be a table.
    """
    scale = _GRID / room.side
    wide, high = max(16, round(width * scale)), max(16, round(height * scale))
    small = cv2.resize(picture, (_GRID, _GRID), interpolation=cv2.INTER_AREA).astype(np.float32)
    x, y = (
        np.asarray(((np.arange(cells) + 0.5) * pixels / cells - first) * scale, dtype=np.float32)
        for cells, pixels, first in ((wide, width, room.left), (high, height, room.top))
    )
    beyond_x, beyond_y = (np.maximum(np.maximum(-axis, axis - _GRID), 0) for axis in (x, y))
    beyond = np.hypot(beyond_x[None], beyond_y[:, None])
    wave = np.clip(beyond / (0.2 * _GRID), 0, 1) * _WAVE * _GRID
    reach = _GRID * (_REACH_BESIDE_SOMEBODY if is_somebody else _REACH)
    across = _held(x, reach)[None] + wave * noise_field(high, wide, 7, rng)
    down = _held(y, reach)[:, None] + wave * noise_field(high, wide, 9, rng)
    if is_somebody:
        away = np.minimum(beyond_x * _SLOPE, _SLOPES_BY * _GRID)[None]
        down = np.maximum(down - away, np.minimum(down, reach))
    at_x, at_y = (np.asarray(axis - 0.5, dtype=np.float32) for axis in (across, down))
    sharp, soft = (
        cv2.remap(one, at_x, at_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
        for one in (small, cv2.GaussianBlur(small, (0, 0), 0.035 * _GRID))
    )
    share = np.clip(beyond / (0.25 * _GRID), 0, 1)[..., None]
    out = sharp + share * (soft - sharp)
    out += _overhead(x, y)[..., None] * (_sky(small, x) - out)
    light = 5.0 * np.clip(beyond / 30, 0, 1) * noise_field(high, wide, 12, rng)
    return np.ascontiguousarray(np.clip(np.rint(out + light[..., None]), 0, 255).astype(np.uint8))


def _overhead(x: Floats, y: Floats) -> Floats:
    """1 above the picture, softly 0 at its edge and beside it: a head that reaches the edge would be drawn out to a pillar."""
    above = np.clip(-y / (_PILLAR * _GRID), 0, 1)
    beside = np.clip(1 - np.maximum(-x, x - _GRID) / (0.25 * _GRID), 0, 1)
    return np.asarray(above[:, None] * beside[None], dtype=np.float32)


def _sky(small: Floats, x: Floats) -> Floats:
    """The ground of the picture's upper corners, one going over into the other, for places from left to right (1, n, 3)."""
    corners = small[: _GRID // 8, : _GRID // 5], small[: _GRID // 8, -_GRID // 5 :]
    left, right = (np.median(corner.reshape(-1, 3), axis=0) for corner in corners)
    share = np.clip(x / _GRID, 0, 1)[None, :, None]
    return np.asarray(left + share * (right - left), dtype=np.float32)


def _held(axis: Floats, reach: float) -> Floats:
    """Places in the picture for places of the format: beyond its edge they turn back, ever slower, up to `reach` from it."""
    first = reach * (1 - np.exp(-np.maximum(-axis, 0) / reach))
    last = _GRID - reach * (1 - np.exp(-np.maximum(axis - _GRID, 0) / reach))
    return np.asarray(np.where(axis < 0, first, np.where(axis > _GRID, last, axis)), dtype=np.float32)


def _mix_in(canvas: Pixels, small: Pixels, share: Floats, room: Room) -> None:
    height, width = canvas.shape[:2]
    x0, y0 = max(0, room.left), max(0, room.top)
    x1, y1 = min(width, room.left + room.side), min(height, room.top + room.side)
    own = (slice(y0 - room.top, y1 - room.top), slice(x0 - room.left, x1 - room.left))
    part = canvas[y0:y1, x0:x1].astype(np.float32)
    part += share[own][..., None] * (small[own].astype(np.float32) - part)
    canvas[y0:y1, x0:x1] = np.rint(part).astype(np.uint8)
