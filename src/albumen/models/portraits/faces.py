"""Which pictures show a face, by the frontal-face cascades that ship with OpenCV.

A cascade misses profiles and free brushwork, so its rate on paintings is only read beside its rate on real ones. Paintings
are chosen by one cascade and measured by another, which was trained apart: choosing by the measure would prove nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from albumen.work.errors import Missing

CHOOSING = "haarcascade_frontalface_alt.xml"
MEASURING = "haarcascade_frontalface_alt2.xml"
_SIDE = 192


def face_rate(pictures: NDArray[np.uint8]) -> float:
    """Share of pictures (n, side, side, 3) in which the measuring cascade finds at least one face."""
    return float(np.mean(faces_found(pictures, MEASURING))) if len(pictures) else 0.0


def faces_found(pictures: NDArray[np.uint8], cascade: str = CHOOSING) -> NDArray[np.bool_]:
    """Whether each picture (n, side, side, 3) shows a face to a cascade."""
    import cv2

    if not hasattr(cv2, "CascadeClassifier"):
        raise Missing("this OpenCV has no face detector", next_step='pip install "opencv-python-headless<5"')
    detector = cv2.CascadeClassifier(str(Path(cv2.__file__).parent / "data" / cascade))
    return np.array([len(_boxes(detector, picture)) > 0 for picture in pictures], dtype=np.bool_)


def face_box(picture: NDArray[np.uint8], cascade: str = CHOOSING) -> tuple[float, float, float, float] | None:
    """Left, top, right and bottom of the largest face in a square portrait (side, side, 3), as shares of its side; None where
    the cascade finds none in the middle of the upper part, where a sitter's head is: below it sees faces in folds of cloth."""
    import cv2

    if not hasattr(cv2, "CascadeClassifier"):
        raise Missing("this OpenCV has no face detector", next_step='pip install "opencv-python-headless<5"')
    boxes = _boxes(cv2.CascadeClassifier(str(Path(cv2.__file__).parent / "data" / cascade)), picture)
    whole = [tuple(int(number) for number in box) for box in boxes]
    heads = [box for box in whole if abs(box[0] + box[2] / 2 - _SIDE / 2) < 0.25 * _SIDE and box[1] + box[3] / 2 < 0.56 * _SIDE]
    if not heads:
        return None
    left, top, width, height = max(heads, key=lambda box: (box[2], box))
    return left / _SIDE, top / _SIDE, (left + width) / _SIDE, (top + height) / _SIDE


def _boxes(detector: Any, picture: NDArray[np.uint8]) -> Any:
    import cv2

    grey = cv2.cvtColor(cv2.resize(picture, (_SIDE, _SIDE), interpolation=cv2.INTER_CUBIC), cv2.COLOR_RGB2GRAY)
    return detector.detectMultiScale(cv2.equalizeHist(grey), 1.08, 3, minSize=(36, 36))
