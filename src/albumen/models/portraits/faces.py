"""Which pictures show a face, by the frontal-face cascades that ship with OpenCV.

A cascade misses profiles and free brushwork, so its rate on paintings is only read beside its rate on real ones. Paintings
are chosen by one cascade and measured by another, which was trained apart: choosing by the measure would prove nothing.
"""

from __future__ import annotations

from pathlib import Path

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
    found = np.zeros(len(pictures), dtype=np.bool_)
    for place, picture in enumerate(pictures):
        grey = cv2.cvtColor(cv2.resize(picture, (_SIDE, _SIDE), interpolation=cv2.INTER_CUBIC), cv2.COLOR_RGB2GRAY)
        boxes = detector.detectMultiScale(cv2.equalizeHist(grey), 1.08, 3, minSize=(36, 36))
        found[place] = len(boxes) > 0
    return found
