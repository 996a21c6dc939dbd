"""Where strokes go: broad ones everywhere, finer ones only where the broad ones would be wrong (after Hertzmann 1998).

Strokes follow the picture: along edges by the structure tensor, longer where the direction is sure. Everything is in
shares of the picture's width, so the same plan serves a thumbnail and a wall.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from albumen.art.manners import Manner
from albumen.art.picture import Pixels
from albumen.art.stopping import never, stop_if
from albumen.models.portraits.colour import oklab_of_bytes, srgb_of
from albumen.work.seed import Seed

Floats = NDArray[np.float32]

_WORK_SIDE = 800
_FINE = 1 / 330
"""The strokes of the last layer, on small features, are at most this wide in every manner."""
_AROUND = 0.03
"""How far the hues reach that broad strokes take for those of small features, as a share of the width."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strokes:
    """A painting as strokes, in the order they are laid; all arrays have one entry for each stroke."""

    x: NDArray[np.float32]
    y: NDArray[np.float32]
    width: NDArray[np.float32]
    length: NDArray[np.float32]
    angle: NDArray[np.float32]
    """Radians, 0..pi."""
    bend: NDArray[np.int8]
    """0, 1, 2: bent left, straight, right."""
    colour: NDArray[np.uint8]
    layer: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.x)


def plan_strokes(
    picture: Pixels, manner: Manner, seed: Seed, *, fine: Floats | None = None, cancelled: Callable[[], bool] = never
) -> Strokes:
    """The strokes that paint a picture in a manner; x, y, width and length in shares of its width.

    Where `fine` (0..1, in the picture's proportions) is high, a last layer of small strokes says the hues, which broader ones
    would smear.
    `cancelled` is asked before each of its steps, which take about a tenth of a second.
    """
    work = _work_copy(picture)
    lab = oklab_of_bytes(work)
    angle, sureness = _directions(lab[..., 0], cancelled)
    places = None if fine is None else _fitted(fine, lab)
    broad = lab if places is None else _without_hues(lab, places)
    layers = [
        _layer(broad, angle, sureness, manner, place, seed.child("layer", place), cancelled)
        for place in range(len(manner.widths))
    ]
    if places is not None:
        layers.append(_fine_layer(lab, places, manner, seed.child("fine"), cancelled))
    return Strokes(
        x=np.concatenate([part.x for part in layers]),
        y=np.concatenate([part.y for part in layers]),
        width=np.concatenate([part.width for part in layers]),
        length=np.concatenate([part.length for part in layers]),
        angle=np.concatenate([part.angle for part in layers]),
        bend=np.concatenate([part.bend for part in layers]),
        colour=np.concatenate([part.colour for part in layers]),
        layer=np.concatenate([part.layer for part in layers]),
    )


def _layer(
    lab: NDArray[np.float32],
    angle: NDArray[np.float32],
    sureness: NDArray[np.float32],
    manner: Manner,
    place: int,
    seed: Seed,
    cancelled: Callable[[], bool],
) -> Strokes:
    stop_if(cancelled)
    rng = seed.rng()
    side = lab.shape[1]
    width = manner.widths[place]
    cover = manner.cover * (1.6 if place == 0 else 1.0)
    step = width * np.sqrt(max(1.0, manner.length * (1.0 - 0.5 * place / len(manner.widths))) / cover)
    x, y = _scattered(lab.shape[0] / side, step, rng)
    column = np.clip((x * side).astype(int), 0, side - 1)
    row = np.clip((y * side).astype(int), 0, lab.shape[0] - 1)
    if manner.thresholds[place] > 0:
        wrong = _wrongness(lab, manner.widths[place - 1] * side, width * side, cancelled)
        kept = wrong[row, column] > manner.thresholds[place]
        x, y, row, column = x[kept], y[kept], row[kept], column[kept]
    count = len(x)
    sure = sureness[row, column]
    turned = angle[row, column] + rng.normal(0, manner.wander, count) * (1.2 - sure)
    # Fine strokes are short: they say features, not movement.
    haste = 1.0 - 0.5 * place / max(1, len(manner.widths) - 1)
    length = width * manner.length * haste * (1.0 + 1.6 * sure) * rng.uniform(0.75, 1.25, count)
    if manner.tip == "dot":
        length = np.full(count, width)
    stop_if(cancelled)
    colours = _colours(lab, row, column, width * side, manner, rng)
    # Broad before fine, and inside a layer at random: a real hand does not paint row by row.
    order = rng.permutation(count)
    return Strokes(
        x=x[order].astype(np.float32),
        y=y[order].astype(np.float32),
        width=(width * rng.uniform(0.8, 1.2, count)).astype(np.float32),
        length=length[order].astype(np.float32),
        angle=(turned[order] % np.pi).astype(np.float32),
        bend=_bends(angle, row, column, length * side)[order],
        colour=colours[order],
        layer=np.full(count, place, dtype=np.int8),
    )


def _fitted(places: Floats, lab: Floats) -> Floats:
    return np.asarray(cv2.resize(places, lab.shape[1::-1], interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def _without_hues(lab: Floats, places: Floats) -> Floats:
    """The picture with the hues of the surroundings in some places (0..1); light and dark stay."""
    around = (1 - places)[..., None]
    soft = [cv2.GaussianBlur(plane, (0, 0), _AROUND * lab.shape[1]) for plane in (lab[..., 1:] * around, around)]
    hues = soft[0] / np.maximum(soft[1], 1e-6)[..., None]
    return np.concatenate([lab[..., :1], around * lab[..., 1:] + (1 - around) * hues], axis=2).astype(np.float32)


def _fine_layer(lab: Floats, places: Floats, manner: Manner, seed: Seed, cancelled: Callable[[], bool]) -> Strokes:
    """Small short strokes that follow the edges of features and lie close, in the picture's own colours."""
    stop_if(cancelled)
    rng = seed.rng()
    high, side = lab.shape[:2]
    width = min(_FINE, manner.widths[-1])
    long = 1.0 if manner.tip == "dot" else 0.55 * manner.length
    # Thin paint must lie twice to hide what is below.
    x, y = _scattered(high / side, width * np.sqrt(long * manner.opacity**2 / 2.0), rng)
    column, row = np.clip((x * side).astype(int), 0, side - 1), np.clip((y * side).astype(int), 0, high - 1)
    kept = places[row, column] > rng.uniform(0.1, 0.9, len(x))
    x, y, row, column = x[kept], y[kept], row[kept], column[kept]
    angle, sureness = _directions(lab[..., 0], cancelled, near=2.5)
    count, sure = len(x), sureness[row, column]
    turned = angle[row, column] + rng.normal(0, 0.5 * manner.wander, count) * (1.2 - sure)
    calm = replace(manner, light_jitter=0.4 * manner.light_jitter, colour_jitter=0.4 * manner.colour_jitter)
    return Strokes(
        x=x.astype(np.float32),
        y=y.astype(np.float32),
        width=(width * rng.uniform(0.85, 1.15, count)).astype(np.float32),
        length=(width * long * (0.8 + 0.4 * sure)).astype(np.float32),
        angle=(turned % np.pi).astype(np.float32),
        bend=_bends(angle, row, column, width * long * side * np.ones(count)),
        colour=_colours(lab, row, column, width * side, calm, rng),
        layer=np.full(count, len(manner.widths), dtype=np.int8),
    )


def _work_copy(picture: Pixels) -> Pixels:
    height, width = picture.shape[:2]
    scale = _WORK_SIDE / width
    size = (_WORK_SIDE, max(8, round(height * scale)))
    return cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA).astype(np.uint8)


def _directions(
    light: NDArray[np.float32], cancelled: Callable[[], bool], near: float = 5.0
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Direction along edges (radians) and how sure it is (0..1), from the smoothed structure tensor."""
    soft = cv2.GaussianBlur(light, (0, 0), 2.0)
    across, down = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    terms = (across * across, down * down, across * down)
    fine, broad = ([_blurred(term, spread, cancelled) for term in terms] for spread in (near, 30.0))
    # Where nothing is near, the direction of the wider surroundings takes over.
    xx, yy, xy = (a + 0.05 * b for a, b in zip(fine, broad, strict=True))
    angle = 0.5 * np.arctan2(2 * xy, xx - yy) + np.pi / 2
    spread = np.sqrt((xx - yy) ** 2 + 4 * xy**2)
    sureness = spread / (xx + yy + 1e-4)
    return angle.astype(np.float32), np.clip(sureness, 0, 1).astype(np.float32)


def _blurred(plane: NDArray[np.float32], spread: float, cancelled: Callable[[], bool]) -> NDArray[np.float32]:
    """Wide blurs are what takes long in a plan: before each it may be stopped."""
    stop_if(cancelled)
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), spread), dtype=np.float32)


def _wrongness(
    lab: NDArray[np.float32], coarse: float, fine: float, cancelled: Callable[[], bool]
) -> NDArray[np.float32]:
    """How far the picture at a stroke's scale is from what the broader strokes already show."""
    shown = _blurred(lab, max(0.6, coarse * 0.45), cancelled)
    wanted = _blurred(lab, max(0.4, fine * 0.30), cancelled)
    gap = np.linalg.norm(wanted - shown, axis=2).astype(np.float32)
    return cv2.GaussianBlur(gap, (0, 0), max(0.6, fine * 0.5)).astype(np.float32)


def _scattered(height: float, step: float, rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points on a shaken grid over and a little beyond the picture."""
    rows = np.arange(-step / 2, height + step, step)
    columns = np.arange(-step / 2, 1.0 + step, step)
    y, x = (part.ravel() for part in np.meshgrid(rows, columns, indexing="ij"))
    return x + rng.uniform(-0.5, 0.5, len(x)) * step, y + rng.uniform(-0.5, 0.5, len(y)) * step


def _colours(
    lab: NDArray[np.float32],
    row: NDArray[np.int_],
    column: NDArray[np.int_],
    width: float,
    manner: Manner,
    rng: np.random.Generator,
) -> NDArray[np.uint8]:
    soft = cv2.GaussianBlur(lab, (0, 0), max(0.5, width * 0.28))
    colours = soft[row, column].astype(np.float32)
    colours[:, 1:] *= np.float32(manner.richness)
    # Shadows keep their calm: what differs in the light is hardly seen in the dark.
    calm = np.clip(0.15 + colours[:, :1], 0.2, 1.0)
    colours[:, :1] += rng.normal(0, manner.light_jitter, (len(row), 1)) * calm
    colours[:, 1:] += rng.normal(0, manner.colour_jitter, (len(row), 2)) * calm
    return np.rint(srgb_of(colours) * 255).astype(np.uint8)


def _bends(
    angle: NDArray[np.float32], row: NDArray[np.int_], column: NDArray[np.int_], length: NDArray[np.float64]
) -> NDArray[np.int8]:
    """Which way the direction turns along a stroke: 0, 1 (straight) or 2."""
    here = angle[row, column]
    ahead_x = np.clip(column + np.cos(here) * length / 2, 0, angle.shape[1] - 1).astype(int)
    ahead_y = np.clip(row + np.sin(here) * length / 2, 0, angle.shape[0] - 1).astype(int)
    turn = (angle[ahead_y, ahead_x] - here + np.pi / 2) % np.pi - np.pi / 2
    return (1 + np.sign(turn) * (np.abs(turn) > 0.25)).astype(np.int8)
