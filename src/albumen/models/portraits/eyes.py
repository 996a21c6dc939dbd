"""The eyes that pictures are compared with: a small ladder of convolutions, random by a fixed seed, or trained.

Random eyes are the yardstick that stays the same for ever ("features from random networks can evaluate generative
models well", Naeem et al. 2020 and later): their weights are drawn here with numpy, so torch and onnxruntime see alike.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from albumen.work.seed import Seed

EYES_SIDE = 64
EYES_WIDTHS = (32, 64, 96, 128)
_RANDOM_EYES = Seed(20181025).child("portraits", "random-eyes", 1)


def random_eyes() -> dict[str, NDArray[np.float32]]:
    """Weights of the random eyes by name (`convs.0.weight` and so on); never change them."""
    weights: dict[str, NDArray[np.float32]] = {}
    before = 3
    for place, after in enumerate(EYES_WIDTHS):
        rng = _RANDOM_EYES.child(place).rng()
        scale = np.sqrt(2.0 / (before * 9))
        weights[f"convs.{place}.weight"] = (rng.standard_normal((after, before, 3, 3)) * scale).astype(np.float32)
        weights[f"convs.{place}.bias"] = (rng.standard_normal(after) * 0.1).astype(np.float32)
        before = after
    return weights


def shrunk(pictures: NDArray[np.uint8], side: int = EYES_SIDE) -> NDArray[np.float32]:
    """Pictures (n, s, s, 3) with s a multiple of `side`, area-averaged, as (n, 3, side, side) in -1..1."""
    count, full = pictures.shape[:2]
    factor = full // side
    values = pictures.astype(np.float32).reshape(count, side, factor, side, factor, 3).mean(axis=(2, 4))
    return np.ascontiguousarray((values / 127.5 - 1.0).transpose(0, 3, 1, 2))


def widths_of(weights: Mapping[str, NDArray[np.float32]]) -> tuple[int, ...]:
    """Channel counts of stored eyes."""
    return tuple(len(weights[f"convs.{place}.bias"]) for place in range(len(weights) // 2))
