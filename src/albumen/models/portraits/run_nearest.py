"""How near paintings come to the pictures that a net learned from, beside how near unseen pictures come to them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from albumen.models.portraits.metrics import nearest

Features = NDArray[np.float32]


class Yardstick:
    """What is the same for every painting is worked out once: the scale, and how near held-out pictures come."""

    def __init__(self, learned: Features, held_out: Features) -> None:
        self._centre, self._spread = learned.mean(axis=0), learned.std(axis=0) + 1e-6
        self._learned = self._scaled(learned)
        self._usual = np.sort(nearest(self._learned, self._scaled(held_out))[1])

    def measure(self, features: Features) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """For each painting the row of the nearest training picture, and the share of held-out pictures that are nearer."""
        rows, distance = nearest(self._learned, self._scaled(features))
        return rows, np.searchsorted(self._usual, distance) / max(1, len(self._usual))

    def _scaled(self, features: Features) -> Features:
        return ((features - self._centre) / self._spread).astype(np.float32)
