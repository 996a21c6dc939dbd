"""Where the face of a portrait stands from left to right, for crops that show little of its width."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from albumen.art.clearance import head_of
from albumen.art.picture import Pixels
from albumen.models.portraits.faces import face_box

_SIDES = (384, 96)
"""Pixels: brushwork that hides a face from the finder at one size shows it at another."""
_BESIDE = 0.08  # of a found box, on either side, is not face
_COLUMNS = 96
_OF_HEAD, _AROUND = 0.6, 0.4
"""Of what is unlike the ground within a head, the share that the middle of its face has; the rest is around, on either side."""


def face_across(picture: Pixels) -> tuple[float, float] | None:
    """Left and right end of the face in a square picture, as shares of its width; None where no head stands before a ground.

    Looked for as faces are; one that is not found so is the narrowest part of the head that is most unlike the ground,
    since a head's box has room for hair and hats and its middle may lie beside the face.
    """
    head = head_of(picture)
    if head is None:
        return None
    for side in _SIDES:
        box = face_box(cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA).astype(np.uint8))
        if box is not None:
            beside = _BESIDE * (box[2] - box[0])
            return box[0] + beside, box[2] - beside
    small = cv2.resize(picture, (_COLUMNS, _COLUMNS), interpolation=cv2.INTER_AREA).astype(np.float32)
    left, top, right, bottom = (round(_COLUMNS * share) for share in head)
    ground = np.median(np.concatenate([small[:3].reshape(-1, 3), small[: _COLUMNS // 2, 0], small[: _COLUMNS // 2, -1]]), axis=0)
    unlike = (np.linalg.norm(small[top:bottom, left:right] - ground, axis=2) ** 2).sum(axis=0)
    first, last = _narrowest(unlike, _OF_HEAD)
    around = _AROUND * (last - first)
    return max(0.0, (left + first - around) / _COLUMNS), min(1.0, (left + last + around) / _COLUMNS)


def _narrowest(weights: NDArray[np.float32], share: float) -> tuple[int, int]:
    """First and last (exclusive) of the shortest run that holds a share of all weights."""
    sums = np.concatenate([[0.0], np.cumsum(weights, dtype=np.float64)])
    ends = np.searchsorted(sums, sums[:-1] + share * sums[-1])
    runs = [(int(end) - first, first) for first, end in enumerate(ends) if end < len(sums)]
    length, first = min(runs, default=(len(weights), 0))
    return first, first + length
