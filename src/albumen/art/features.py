"""Where the eyes and the lips of a painted face lie: dark spots and a red streak, looked for on the skin.

What is not found lies where it does in most faces, if that is on this face at all; nothing reaches beyond the face.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Box = tuple[float, float, float, float]
Floats = NDArray[np.float32]

_SIDE = 96
"""The face's box is looked at this wide: the net's brushwork has no finer features."""
_EYE_DARK, _LIP_MARK = 0.035, 0.012
"""How much darker than around it an eye must be, how much darker or redder a mouth, in OKLab."""
_USUAL_EYES, _USUAL_LIPS = ((0.34, 0.41), (0.66, 0.41)), (0.5, 0.76)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """An oval on the picture, in shares of its side; `found` where it was seen and not only taken from other faces."""

    centre: tuple[float, float]
    radii: tuple[float, float]
    tilt: float = 0.0
    """How far its right end lies below its middle, as a share of its length."""
    found: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What was seen of a face; no marks where they would not lie on it."""

    eyes: tuple[Mark, ...]
    lips: tuple[Mark, ...]
    skin: Floats
    """1 on the face, 0 beside it, with a soft rim inside it; as large as the picture."""

    @property
    def seen(self) -> frozenset[str]:
        """Which of `eyes` and `lips` were seen, and not only taken from other faces."""
        parts = {"eyes": self.eyes, "lips": self.lips}
        return frozenset(name for name, marks in parts.items() if marks and all(mark.found for mark in marks))


def features_of(lab: Floats, box: Box) -> Features:
    """The features of the face that lies in a box (shares of the side) of a square OKLab picture."""
    import cv2

    patch = _patch(lab, box)
    skin = _skin(patch)
    eyes = _eyes(patch, skin)
    lips = _lips(patch, skin, eyes)
    side, width = len(lab), box[2] - box[0]

    def placed(mark: Mark) -> Mark:
        across, down = mark.centre
        at = box[0] + across * width, box[1] + down * (box[3] - box[1])
        return Mark(centre=at, radii=(mark.radii[0] * width, mark.radii[1] * width), tilt=mark.tilt, found=mark.found)

    scale = _SIDE / (width * side)
    back = np.array([[scale, 0, -box[0] * side * scale], [0, scale, -box[1] * side * scale]], dtype=np.float32)
    soft = cv2.GaussianBlur(cv2.erode(skin, np.ones((3, 3), np.uint8)).astype(np.float32), (0, 0), 1.2) * skin
    whole = cv2.warpAffine(soft, back, (side, side), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    return Features(eyes=tuple(map(placed, eyes)), lips=tuple(map(placed, lips)), skin=np.asarray(whole, dtype=np.float32))


def _patch(lab: Floats, box: Box) -> Floats:
    import cv2

    side = len(lab)
    scale = _SIDE / ((box[2] - box[0]) * side)
    matrix = np.array([[scale, 0, -box[0] * side * scale], [0, scale, -box[1] * side * scale]], dtype=np.float32)
    blurred = cv2.GaussianBlur(lab, (0, 0), max(0.3, 0.5 / scale))
    seen = cv2.warpAffine(blurred, matrix, (_SIDE, _SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen, dtype=np.float32)


def _skin(patch: Floats) -> NDArray[np.uint8]:
    """The face in its box: what is coloured like its middle, hangs together, without dents, within an oval."""
    import cv2

    rows, columns = (np.mgrid[0:_SIDE, 0:_SIDE].astype(np.float32) + 0.5) / _SIDE
    middle = np.hypot((columns - 0.5) / 0.24, (rows - 0.55) / 0.26) < 1
    smooth = cv2.GaussianBlur(patch, (0, 0), 2.0)
    light = smooth[..., 0]
    bright = middle & (light >= np.quantile(light[middle], 0.4))
    own = np.median(smooth[bright], axis=0)
    away = smooth - own
    # Shadow on a cheek is skin, and so is a light on it; another hue is not.
    far = np.hypot(np.where(away[..., 0] < 0, 0.75, 0.9) * away[..., 0], 2.2 * np.hypot(away[..., 1], away[..., 2]))
    oval = np.hypot((columns - 0.5) / 0.44, (rows - 0.53) / 0.54) < 1
    near = ((far < 0.15) & oval).astype(np.uint8)
    near = cv2.morphologyEx(near, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7)))
    count, names = cv2.connectedComponents(near)
    if count < 2:
        return np.zeros((_SIDE, _SIDE), np.uint8)
    sizes = np.bincount(names[middle], minlength=count)
    sizes[0] = 0
    points = np.argwhere(names == int(sizes.argmax()))[:, ::-1].astype(np.int32)
    hull = np.zeros((_SIDE, _SIDE), np.uint8)
    cv2.fillConvexPoly(hull, cv2.convexHull(points), 1)
    return hull & oval.astype(np.uint8)


def _darker(light: Floats, small: float, large: float) -> Floats:
    import cv2

    return np.asarray(cv2.GaussianBlur(light, (0, 0), large) - cv2.GaussianBlur(light, (0, 0), small), dtype=np.float32)


def _inner(skin: NDArray[np.uint8], margin: int) -> NDArray[np.uint8]:
    import cv2

    return np.asarray(cv2.erode(skin, np.ones((margin, margin), np.uint8)), dtype=np.uint8)


def _peaks(field: Floats, skin: NDArray[np.uint8], rows: slice) -> list[tuple[float, float, float]]:
    """Strength, column and row (shares) of the places that exceed all around them, on the skin between two rows."""
    import cv2

    summits = (field == cv2.dilate(field, np.ones((5, 5), np.uint8))) & (skin > 0)
    found = [(float(field[y, x]), (x + 0.5) / _SIDE, (y + 0.5) / _SIDE) for y, x in np.argwhere(summits)]
    return sorted((one for one in found if rows.start <= one[2] * _SIDE < rows.stop), reverse=True)


def _middle_of(skin: NDArray[np.uint8]) -> float:
    columns = np.nonzero(skin.any(axis=0))[0]
    return float(columns[0] + columns[-1] + 1) / 2 / _SIDE if len(columns) else 0.5


def _eyes(patch: Floats, skin: NDArray[np.uint8]) -> tuple[Mark, ...]:
    dark = _darker(patch[..., 0], 2.2, 9.0)
    inner = _inner(skin, 11)
    spots = [spot for spot in _peaks(dark, inner, slice(round(0.24 * _SIDE), round(0.58 * _SIDE))) if spot[0] > _EYE_DARK][:12]
    middle = _middle_of(skin)
    best, pair = 0.0, None
    for left in spots:
        for right in spots:
            gap, drop = right[1] - left[1], right[2] - left[2]
            off, height = (left[1] + right[1]) / 2 - (0.5 + middle) / 2, (left[2] + right[2]) / 2
            alike = min(left[0], right[0]) / max(left[0], right[0])
            if not _is_pair(gap, drop, off, height) or alike < 0.35:
                continue
            down = height - 0.41
            likely = np.exp(-((off / 0.1) ** 2 + (down / 0.09) ** 2 + ((gap - 0.34) / 0.12) ** 2 + (drop / (0.2 * gap)) ** 2) / 2)
            worth = float(np.sqrt(min(left[0], 0.12) * min(right[0], 0.12)) * likely)
            if worth > best:
                best, pair = worth, (left, right)
    if pair is not None and best > 0.3 * _EYE_DARK:
        (_, ax, ay), (_, bx, by) = pair
        tilt = (by - ay) / (bx - ax)
        size = float(np.clip(0.21 * (bx - ax), 0.055, 0.078))
        return tuple(Mark(centre=at, radii=(size, 0.58 * size), tilt=tilt) for at in ((ax, ay), (bx, by)))
    moved = (middle - 0.5) / 2
    marks = tuple(Mark(centre=(x + moved, y), radii=(0.052, 0.03), found=False) for x, y in _USUAL_EYES)
    return marks if all(_lies_on(mark, skin) for mark in marks) else ()


def _is_pair(gap: float, drop: float, off: float, height: float) -> bool:
    """Whether two spots lie as two eyes do: level, either side of the face's middle, in its upper half (shares of its box)."""
    return 0.24 <= gap <= 0.46 and abs(drop) <= 0.18 * gap and abs(off) <= 0.08 and 0.33 <= height <= 0.5


def _lips(patch: Floats, skin: NDArray[np.uint8], eyes: tuple[Mark, ...]) -> tuple[Mark, ...]:
    import cv2

    light = np.asarray(cv2.GaussianBlur(patch[..., 0], (0, 0), sigmaX=5.0, sigmaY=1.0), dtype=np.float32)
    red = np.asarray(cv2.GaussianBlur(patch[..., 1], (0, 0), sigmaX=4.0, sigmaY=1.0), dtype=np.float32)
    field = np.asarray(_darker(light, 1.2, 7.0) + 1.5 * np.maximum(0, -_darker(red, 1.2, 9.0)), dtype=np.float32)
    seen = len(eyes) == 2 and eyes[0].found
    if seen:
        (ax, ay), (bx, by) = eyes[0].centre, eyes[1].centre
        gap, tilt = bx - ax, float(np.clip(eyes[0].tilt, -0.15, 0.15))
        down = float(np.clip(1.02 * gap, 0.3, 0.38))
        usual = (ax + bx) / 2 - tilt * down, (ay + by) / 2 + down
    else:
        usual, tilt = (0.5 + (_middle_of(skin) - 0.5) / 2, _USUAL_LIPS[1]), 0.0
    best, at = 0.0, None
    inner, rows = _inner(skin, 5), slice(round(0.58 * _SIDE), round(0.93 * _SIDE))
    for strength, x, y in _peaks(field, inner, rows):
        if seen and not _is_mouth(x, y, eyes):
            continue
        likely = np.exp(-(((x - usual[0]) / 0.07) ** 2 + ((y - usual[1]) / 0.06) ** 2) / 2)
        if strength > _LIP_MARK and strength * likely > best:
            best, at = float(strength * likely), (x, y)
    if at is not None and best > 0.4 * _LIP_MARK:
        mark = Mark(centre=at, radii=(0.115, 0.042), tilt=tilt)
        if _lies_on(mark, skin):
            return (mark,)
    mark = Mark(centre=usual, radii=(0.09, 0.034), tilt=tilt, found=False)
    return (mark,) if _lies_on(mark, skin) else ()


def _is_mouth(x: float, y: float, eyes: tuple[Mark, ...]) -> bool:
    """Whether a place lies below the nose and between the eyes, as the face is tilted."""
    (ax, ay), (bx, by) = eyes[0].centre, eyes[1].centre
    gap, below = bx - ax, y - (ay + by) / 2
    return 0.7 * gap <= below <= 1.45 * gap and abs(x + eyes[0].tilt * below - (ax + bx) / 2) <= 0.3 * gap


def _lies_on(mark: Mark, skin: NDArray[np.uint8]) -> bool:
    """Whether an oval in the box lies on the skin, rim and all."""
    turns = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    across = mark.centre[0] + mark.radii[0] * np.cos(turns)
    down = mark.centre[1] + mark.radii[1] * np.sin(turns) + mark.tilt * mark.radii[0] * np.cos(turns)
    places = np.floor(np.stack([down, across]) * _SIDE).astype(int)
    inside = ((places >= 0) & (places < _SIDE)).all()
    return bool(inside and skin[places[0], places[1]].all())
