"""Fourfold enlargement of small paintings, tile by tile, so that memory stays small and seams do not show."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from albumen.models.portraits.run_session import open_session

FACTOR = 4
_TILE = 128
_OVERLAP = 12


class Enlarger:
    """The exported enlarger, opened."""

    def __init__(self, path: Path) -> None:
        self._session = open_session(path)

    def enlarge(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """A picture (h, w, 3) four times as wide and high."""
        height, width, _ = picture.shape
        padded = np.pad(picture, ((_OVERLAP, _OVERLAP), (_OVERLAP, _OVERLAP), (0, 0)), mode="reflect")
        large = np.empty((height * FACTOR, width * FACTOR, 3), dtype=np.uint8)
        for top in range(0, height, _TILE):
            for left in range(0, width, _TILE):
                rows, columns = min(_TILE, height - top), min(_TILE, width - left)
                part = padded[top : top + rows + 2 * _OVERLAP, left : left + columns + 2 * _OVERLAP]
                ready = np.ascontiguousarray((part.astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)[None])
                out = self._session.run(None, {"picture": ready})[0][0].transpose(1, 2, 0)
                edge = _OVERLAP * FACTOR
                inner = out[edge : edge + rows * FACTOR, edge : edge + columns * FACTOR]
                whole = np.clip(np.rint((inner + 1.0) * 127.5), 0, 255).astype(np.uint8)
                large[top * FACTOR : (top + rows) * FACTOR, left * FACTOR : (left + columns) * FACTOR] = whole
        return large
