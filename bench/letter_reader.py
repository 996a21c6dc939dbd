"""A reader of letters in pictures: PP-OCRv4, a detector and a recogniser made for letters in scenes, on two views of a picture.

The package brings its nets along. It names another OpenCV than ours as its own, so it goes in beside ours without what it asks for:

    pip install --no-deps "rapidocr-onnxruntime==1.4.4" pyclipper shapely pyyaml six tqdm
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import cv2
import numpy as np

from albumen.art.picture import Pixels

LEAST_CONFIDENCE = 0.3
"""Readings below are not even kept."""
LEAST_BOX = 0.4


def readings(picture: Pixels) -> list[dict[str, Any]]:
    """What is read: `text`, `confidence`, `box` (left, top, right, bottom as shares of the side) and `view`."""
    found = []
    height, width = picture.shape[:2]
    for name, view in _views(picture):
        out, _ = _reader()(np.ascontiguousarray(view[..., ::-1]), use_cls=False)
        for corners, text, confidence in out or []:
            (left, top), (right, bottom) = np.min(corners, axis=0), np.max(corners, axis=0)
            box = [round(float(share), 4) for share in (left / width, top / height, right / width, bottom / height)]
            found.append({"text": text, "confidence": round(float(confidence), 3), "box": box, "view": name})
    return found


def letters(text: str) -> int:
    """How many letters and figures a reading has, of any script."""
    return sum(sign.isalnum() for sign in text)


def _views(picture: Pixels) -> Iterator[tuple[str, Pixels]]:
    """The picture, and its lightness with the contrast evened from place to place, where faint marks stand out."""
    yield "colour", picture
    light = cv2.cvtColor(picture, cv2.COLOR_RGB2LAB)[..., 0]
    even = cv2.createCLAHE(4.0, (8, 8)).apply(light)
    yield "evened", np.repeat(even[..., None], 3, axis=2)


@cache
def _reader() -> Any:
    from rapidocr_onnxruntime import RapidOCR

    return RapidOCR(intra_op_num_threads=1, text_score=LEAST_CONFIDENCE, det_box_thresh=LEAST_BOX)
