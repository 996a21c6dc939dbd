"""The subject of a picture on a plain ground: where it is, whether letters stand on it, and how a box shows it whole."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from albumen.art.picture import Pixels, resized

_GRID = 160  # cells a side
_UNLIKE = 15.0  # bytes by which a colour of the subject differs from the ground; grain and vignettes differ less
_FINE, _DRAWN = 4, 30.0  # pixels a cell in which thin lines are looked for, and the bytes by which one differs from the ground
_NEAR, _DENSE = 2.0, 0.05  # cells over which the density of lines is taken, and the density that is seen as one thing
_SHAPE = 5  # cells from which on a shape is no line
_MESH = 9  # cells between lines that are still seen as one thing
_AIR = 2  # cells around the letters that shall be free too
_TOUCHING = 0.004
"""Letters of which a smaller share stands on the subject stand free."""
_FILLED = 0.94  # of a box by a subject shown whole
_STROKES = 3.0  # cells over which brush strokes are one colour
_RESTLESS_RING = 0.2  # of the ring may be unlike the ground
_LEAST_FIGURE = 0.04  # of the page
_AIR_OF_HEAD = 5  # cells
_ABOVE_SHOULDERS = 0.6  # of the head's height with its neck
_HEAD = 0.62  # of the height of a figure cut below: head and shoulders

Subject = NDArray[np.bool_]
Box = tuple[float, float, float, float]
"""left, top, right, bottom, as shares of width and height"""


def subject_of(canvas: Pixels) -> Subject | None:
    """Where the subject is, on a grid over the page; None for pictures that fill it, which have no ground to stand on."""
    small = cv2.resize(canvas, (_GRID, _GRID), interpolation=cv2.INTER_AREA).astype(np.float32)
    ring = np.concatenate([small[:3].reshape(-1, 3), small[-3:].reshape(-1, 3), small[:, 0], small[:, -1]])
    ground = np.median(ring, axis=0)
    if float((np.linalg.norm(ring - ground, axis=1) > _UNLIKE).mean()) > 0.15:
        return None
    solid = np.asarray(np.linalg.norm(small - ground, axis=2) > _UNLIKE, dtype=np.bool_)
    lines = _line_work(canvas, ground.astype(np.float32)) & ~_around_shapes(solid)
    return np.asarray(solid | lines, dtype=np.bool_)


def _around_shapes(solid: Subject) -> Subject:
    """Cells next to shapes that are wider than lines: a shape's edge is no line work, and would make the shape seem larger."""
    own, wider = (cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)) for side in (_SHAPE, _SHAPE + 4))
    shapes = cv2.morphologyEx(solid.astype(np.uint8), cv2.MORPH_OPEN, own)
    return np.asarray(cv2.dilate(shapes, wider) > 0, dtype=np.bool_)


def _line_work(canvas: Pixels, ground: NDArray[np.float32]) -> Subject:
    """Where lines stand close enough to be seen as one thing, with the ground between them.

    A thin line hardly changes the colour of a cell of the grid: it is looked for finer, and counts by how many are near it.
    """
    wide, high = (min(_FINE * _GRID, max(_GRID, length)) for length in (canvas.shape[1], canvas.shape[0]))
    fine = cv2.resize(canvas, (wide, high), interpolation=cv2.INTER_AREA).astype(np.float32)
    drawn = (np.linalg.norm(fine - ground, axis=2) > _DRAWN).astype(np.float32)
    cells = cv2.resize(drawn, (_GRID, _GRID), interpolation=cv2.INTER_AREA)
    dense = (cv2.GaussianBlur(cells, (0, 0), _NEAR) > _DENSE).astype(np.uint8)
    # The ground that lines enclose belongs to them.
    closed = cv2.morphologyEx(dense, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_MESH, _MESH)))
    return np.asarray((closed > 0) & (cv2.GaussianBlur(cells, (0, 0), _MESH / 2) > _DENSE / 4), dtype=np.bool_)


def kept_free(canvas: Pixels) -> Subject | None:
    """Where no letters shall stand: on the subject, or on the head of a figure painted before a dark or restless ground.

    Of somebody whose picture is cut below, the upper part counts: letters may stand on a coat, but not on a face.
    """
    subject = subject_of(canvas)
    return _figure(canvas) if subject is None else subject


def head_of(picture: Pixels) -> Box | None:
    """Where the head of a figure is, with its hair and a little air; None where no figure stands before a ground.

    Pictures on plain ground have none: they are shown whole (see `shown_whole`).
    """
    figure = _figure(picture) if subject_of(picture) is None else None
    if figure is None:
        return None
    rows = np.flatnonzero(figure.any(axis=1))
    first, last = rows[0], rows[-1]
    # The upper part of what is kept free: below it the shoulders are wider than the head.
    columns = np.flatnonzero(figure[first : first + round(_ABOVE_SHOULDERS * (last - first)) + 1].any(axis=0))
    left, right = (columns[0] - _AIR_OF_HEAD) / _GRID, (columns[-1] + 1 + _AIR_OF_HEAD) / _GRID
    top, bottom = (first - _AIR_OF_HEAD) / _GRID, (last + 1) / _GRID
    return max(0.0, float(left)), max(0.0, float(top)), min(1.0, float(right)), float(bottom)


def aimed(picture: Pixels, width: int, height: int) -> tuple[float, float]:
    """The focus of a crop to a size (see `covering`): nearest to the centre that shows the head whole, or its crown."""
    head = head_of(picture)
    if head is None:
        return 0.5, 0.5
    scale = max(width / picture.shape[1], height / picture.shape[0])
    across, down = width / (scale * picture.shape[1]), height / (scale * picture.shape[0])
    return _near_centre(head[0], head[2], across, middle=True), _near_centre(head[1], head[3], down, middle=False)


def _near_centre(first: float, last: float, seen: float, *, middle: bool) -> float:
    """The centre of a window of size `seen` nearest to 0.5 that shows `first` to `last`.

    What is larger than the window is shown from its middle, or else from its beginning.
    """
    if last - first > seen:
        return (first + last) / 2 if middle else first + seen / 2
    return min(max(0.5, last - seen / 2), first + seen / 2)


def _figure(canvas: Pixels) -> Subject | None:
    small = cv2.resize(canvas, (_GRID, _GRID), interpolation=cv2.INTER_AREA).astype(np.float32)
    soft = cv2.GaussianBlur(small, (0, 0), _STROKES)
    upper = _GRID // 2
    ring = np.concatenate([soft[:3].reshape(-1, 3), soft[:upper, 0], soft[:upper, -1]])
    ground = np.median(ring, axis=0)
    away = np.linalg.norm(ring - ground, axis=1)
    limit = max(2 * _UNLIKE, 3 * float(np.median(away)))
    if float((away > limit).mean()) > _RESTLESS_RING:
        return None
    figure = _largest_part(np.linalg.norm(soft - ground, axis=2) > limit)
    rows, columns = (np.flatnonzero(figure.any(axis=axis)) for axis in (1, 0))
    if figure.mean() < _LEAST_FIGURE or not figure[:, _GRID // 3 : -_GRID // 3].any():
        return None
    if rows[-1] >= _GRID - 2:
        if np.ptp(columns) == _GRID - 1 and rows[0] > _GRID // 2:
            return None  # a floor or a sea, not somebody
        figure[rows[0] + round(_HEAD * (rows[-1] - rows[0])) :] = False
    return figure


def _largest_part(mask: Subject) -> Subject:
    """The largest part of a mask that hangs together."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    if count < 2:
        return mask
    return np.asarray(labels == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA])), dtype=np.bool_)


def covered(subject: Subject, box: tuple[float, float, float, float]) -> float:
    """The share (0..1) of the subject that lies under a box (shares of the page)."""
    left, top, right, bottom = (round(value * _GRID) for value in box)
    return float(subject[max(0, top) : bottom, max(0, left) : right].sum() / max(1, subject.sum()))


def touched(subject: Subject, mask: NDArray[np.float32], left: int, top: int, size: tuple[int, int]) -> float:
    """The share (0..1) of letters that stand on the subject or right beside it. `mask` is their ink on a page of `size`."""
    width, height = size
    ink = np.zeros((_GRID, _GRID), dtype=np.float32)
    x0, y0 = round(left / width * _GRID), round(top / height * _GRID)
    wide = max(1, min(_GRID - x0, round(mask.shape[1] / width * _GRID)))
    high = max(1, min(_GRID - y0, round(mask.shape[0] / height * _GRID)))
    ink[y0 : y0 + high, x0 : x0 + wide] = cv2.resize(mask, (wide, high), interpolation=cv2.INTER_AREA)
    letters = cv2.dilate((ink > 0.1).astype(np.uint8), np.ones((2 * _AIR + 1, 2 * _AIR + 1), np.uint8)) > 0
    share = float((letters & subject).sum() / max(1, letters.sum()))
    return share if share > _TOUCHING else 0.0


def shown_whole(picture: Pixels, box: Pixels) -> Pixels | None:
    """The box (its pixels hold plain ground) with the picture so large that its subject is not cut; None without a subject."""
    subject = subject_of(picture)
    if subject is None or not subject.any():
        return None
    across, down = (np.flatnonzero(subject.any(axis=axis)) / _GRID for axis in (0, 1))
    (high, wide), (rows, columns) = box.shape[:2], picture.shape[:2]
    room = _FILLED * min(wide / (np.ptp(across) * columns + 1), high / (np.ptp(down) * rows + 1))
    scale = min(max(wide / columns, high / rows), room)
    small = resized(picture, round(columns * scale), round(rows * scale))
    left = round(wide / 2 - (across[0] + across[-1]) / 2 * small.shape[1])
    top = round(high / 2 - (down[0] + down[-1]) / 2 * small.shape[0])
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(wide, left + small.shape[1]), min(high, top + small.shape[0])
    shown = box.copy()
    shown[y0:y1, x0:x1] = small[y0 - top : y1 - top, x0 - left : x1 - left]
    return shown
