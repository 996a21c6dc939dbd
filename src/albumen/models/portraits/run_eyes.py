"""Eyes at run time: features of pictures by onnxruntime, with the fixed random weights or the trained ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from albumen.models.portraits.eyes import shrunk
from albumen.models.portraits.run_session import open_session

RANDOM_EYES_FILE = Path(__file__).parent.parent.parent / "weights" / "portraits_eyes" / "random.onnx"


class Eyes:
    """Features (n, f) of byte pictures (n, side, side, 3), side a multiple of 64."""

    def __init__(self, path: Path) -> None:
        self._session = open_session(path)

    def see(self, pictures: NDArray[np.uint8], batch: int = 64) -> NDArray[np.float32]:
        """Features, one row for each picture."""
        parts = [
            self._session.run(None, {"picture": shrunk(pictures[first : first + batch])})[0]
            for first in range(0, len(pictures), batch)
        ]
        return np.concatenate(parts).astype(np.float32)


class RandomEyes(Eyes):
    """The yardstick that no training bends; its weights are drawn by a fixed seed, its file holds nothing else."""

    def __init__(self) -> None:
        super().__init__(RANDOM_EYES_FILE)
