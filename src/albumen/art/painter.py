"""The painter: a small picture becomes a large painting of brush strokes with relief, tile by tile.

Tiles are painted independently, each with every stroke that touches it in the order of the plan, so the size of the
tiles never shows and memory stays small.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
from numpy.typing import NDArray

from albumen.art.brush import VARIANTS, extent, laid
from albumen.art.manners import Manner, manner_named
from albumen.art.picture import Pixels, require_size
from albumen.art.stopping import stop_asked, stop_if
from albumen.art.strokes import Strokes, plan_strokes
from albumen.models.portraits.colour import oklab_of, srgb_of
from albumen.work.seed import Seed

_TILE = 1024
_SMALLEST = 16
_STREAK = 26.0
"""How much lighter or darker (in bytes) the heaviest bristle track is."""


def paint(
    picture: Pixels,
    width: int,
    *,
    manner: str | Manner = "impressionist",
    seed: Seed,
    ground: tuple[int, int, int] | None = None,
    relief: float | None = None,
    fine: NDArray[np.float32] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Pixels:
    """A painting of `picture`, `width` pixels wide, in its proportions.

    `ground` is the toned canvas (by default a warm dark tone of the picture), `relief` overrides the manner's,
    `fine` (0..1, in the picture's proportions) is where a last layer of small strokes lies.
    The same picture, size, manner and seed give the same bytes. `cancelled` (by default what `stoppable` says) is asked at every
    step of the plan and before every stroke; where it answers yes, `Cancelled` is raised.
    """
    require_size(picture, _SMALLEST)
    style = manner if isinstance(manner, Manner) else manner_named(manner)
    asks = stop_asked() if cancelled is None else cancelled
    strokes = plan_strokes(picture, style, seed, fine=fine, cancelled=asks)
    height = max(1, round(picture.shape[0] * width / picture.shape[1]))
    under = _underpainting(picture, ground if ground is not None else ground_tone(picture))
    out = np.empty((height, width, 3), dtype=np.uint8)
    light = style.relief if relief is None else relief

    def one(corner: tuple[int, int]) -> None:
        _paint_tile(out, corner, strokes, style, under, light, asks)

    corners = [(top, left) for top in range(0, height, _TILE) for left in range(0, width, _TILE)]
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        list(pool.map(one, corners))
    return out


def making_of(
    picture: Pixels,
    width: int,
    frames: int,
    *,
    manner: str = "impressionist",
    seed: Seed,
    fine: NDArray[np.float32] | None = None,
) -> Iterator[Pixels]:
    """The painting as it grows, stroke by stroke: `frames` pictures from the toned canvas to the finished work.

    The last one is what `paint` makes of the same picture, width, manner, seed and `fine`.
    """
    require_size(picture, _SMALLEST)
    style = manner_named(manner)
    strokes = plan_strokes(picture, style, seed, fine=fine, cancelled=stop_asked())
    height = max(1, round(picture.shape[0] * width / picture.shape[1]))
    canvas, thickness = _fresh(height, width, _underpainting(picture, ground_tone(picture)), (0, 0), width)
    boxes = _boxes(strokes, width)
    done = 0
    for frame in range(frames):
        # Few broad strokes cover much: early frames show fewer of them.
        until = int(len(strokes) * ((frame + 1) / frames) ** 2.2)
        for place in range(done, until):
            _lay(canvas, thickness, (0, 0), strokes, place, boxes, style, width)
        done = max(done, until)
        yield _lit(canvas, thickness, style.relief, width)


def ground_tone(picture: Pixels) -> tuple[int, int, int]:
    """The toned canvas for a picture: a darker, warmer middle of its colours."""
    small = cv2.resize(picture, (24, 24), interpolation=cv2.INTER_AREA)
    middle = np.median(oklab_of(small.reshape(-1, 3).astype(np.float32) / 255.0), axis=0)
    toned = np.array([middle[0] * 0.72, middle[1] * 0.8 + 0.012, middle[2] * 0.8 + 0.022])
    red, green, blue = np.rint(srgb_of(toned) * 255).astype(int)
    return int(red), int(green), int(blue)


def _paint_tile(
    out: Pixels,
    corner: tuple[int, int],
    strokes: Strokes,
    style: Manner,
    under: NDArray[np.float32],
    relief: float,
    cancelled: Callable[[], bool],
) -> None:
    height, width = out.shape[:2]
    margin = 4
    top, left = max(0, corner[0] - margin), max(0, corner[1] - margin)
    bottom, right = min(height, corner[0] + _TILE + margin), min(width, corner[1] + _TILE + margin)
    canvas, thickness = _fresh(bottom - top, right - left, under, (top, left), width)
    boxes = _boxes(strokes, width)
    touched = (boxes[:, 0] < right) & (boxes[:, 2] > left) & (boxes[:, 1] < bottom) & (boxes[:, 3] > top)
    for place in np.flatnonzero(touched):
        # The broad strokes of a large painting take tenths of a second each.
        stop_if(cancelled)
        _lay(canvas, thickness, (top, left), strokes, int(place), boxes, style, width)
    done = _lit(canvas, thickness, relief, width)
    inner_bottom, inner_right = min(height, corner[0] + _TILE), min(width, corner[1] + _TILE)
    out[corner[0] : inner_bottom, corner[1] : inner_right] = done[
        corner[0] - top : inner_bottom - top, corner[1] - left : inner_right - left
    ]


def _underpainting(picture: Pixels, tone: tuple[int, int, int]) -> NDArray[np.float32]:
    """The toned canvas with the picture's large colours thinly laid in (h, 48, 3), so that no gap cries out."""
    high = max(2, round(48 * picture.shape[0] / picture.shape[1]))
    small = cv2.resize(picture, (48, high), interpolation=cv2.INTER_AREA).astype(np.float32)
    soft = cv2.GaussianBlur(small, (0, 0), 1.2)
    return (0.3 * np.array(tone, dtype=np.float32) + 0.7 * soft).astype(np.float32)


def _fresh(
    height: int, width: int, under: NDArray[np.float32], corner: tuple[int, int], whole: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The canvas of a tile before any stroke, and its paint thickness."""
    scale = under.shape[1] / whole
    move = np.array([[scale, 0, (corner[1] + 0.5) * scale - 0.5], [0, scale, (corner[0] + 0.5) * scale - 0.5]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    canvas = cv2.warpAffine(under, move, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.ascontiguousarray(canvas, dtype=np.float32), np.zeros((height, width), dtype=np.float32)


def _boxes(strokes: Strokes, width: int) -> NDArray[np.int64]:
    reach = (strokes.width + strokes.length) * width * 0.75 + 4
    x, y = strokes.x * width, strokes.y * width
    return np.stack([x - reach, y - reach, x + reach, y + reach], axis=1).astype(np.int64)


def _lay(
    canvas: NDArray[np.float32],
    thickness: NDArray[np.float32],
    corner: tuple[int, int],
    strokes: Strokes,
    place: int,
    boxes: NDArray[np.int64],
    style: Manner,
    width: int,
) -> None:
    """Lay one stroke on a tile whose upper left corner is `corner` in the whole painting."""
    wide = _sized(float(strokes.width[place]) * width)
    long = wide if style.tip == "dot" else _sized(float(strokes.length[place]) * width)
    x, y = float(strokes.x[place]) * width - corner[1], float(strokes.y[place]) * width - corner[0]
    column, row = round(x), round(y)
    angle, bend = float(strokes.angle[place]), int(strokes.bend[place])
    rows, columns = extent(style.tip, wide, long, angle, bend)
    top, left = row - rows // 2, column - columns // 2
    down = slice(max(0, -top), min(rows, canvas.shape[0] - top))
    across = slice(max(0, -left), min(columns, canvas.shape[1] - left))
    if down.start >= down.stop or across.start >= across.stop:
        return
    maps = laid(
        style.tip,
        wide,
        long,
        angle=angle,
        bend=bend,
        variant=place % VARIANTS,
        hair=style.hair,
        shift=(x - column, y - row),
        window=(down, across),
    )
    here = (slice(top + down.start, top + down.stop), slice(left + across.start, left + across.stop))
    cover = maps[..., 0] * np.float32(style.opacity)
    below = canvas[here]
    tint = maps[..., 2] * np.float32(_STREAK)
    for channel in range(3):
        plane = below[..., channel]
        plane += cover * (tint + np.float32(strokes.colour[place, channel]) - plane)
    fade = np.float32(1.0 - 0.12 * strokes.layer[place])
    old = thickness[here]
    old += cover * (maps[..., 1] * fade - 0.65 * old)


def _sized(pixels: float) -> int:
    """Whole pixels on a ladder of 15 % steps, so that brushes are shared by many strokes."""
    return max(2, round(1.15 ** round(np.log(max(2.0, pixels)) / np.log(1.15))))


def _lit(canvas: NDArray[np.float32], thickness: NDArray[np.float32], relief: float, width: int) -> Pixels:
    """Light from the upper left catches the paint: slopes facing it brighten, slopes behind it darken."""
    if relief <= 0:
        return np.clip(np.rint(canvas), 0, 255).astype(np.uint8)
    scale = max(1.0, width / 1400)
    soft = cv2.GaussianBlur(thickness, (0, 0), 0.45 * scale) if scale > 1 else thickness
    slope = cv2.Sobel(soft, cv2.CV_32F, 1, 0, scale=0.125) + cv2.Sobel(soft, cv2.CV_32F, 0, 1, scale=0.125)
    lift = np.tanh(slope * (2.6 * relief * scale**0.5))
    shade = 1.0 + 0.30 * lift
    gloss = 70.0 * relief * np.maximum(0.0, lift - 0.35) ** 2
    lit = canvas * shade[..., None] + gloss[..., None]
    return np.clip(np.rint(lit), 0, 255).astype(np.uint8)
