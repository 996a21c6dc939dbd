"""The shape of a verse net and the constants its two writings (PyTorch and ONNX) share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from albumen.work.errors import Wrong

NORM_EPSILON = 1e-6
LOGIT_SCALE = 1.0
# Queries and keys have unit root mean square, so their product can reach the head width; this keeps attention sharp enough.
ATTENTION_SCALE = 3.0
LONGEST = 320


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Width, depth and heads of a net; `dropout` matters in training alone."""

    vocabulary: int
    width: int
    layers: int
    heads: int
    dropout: float = 0.0

    @property
    def parameters(self) -> int:
        """How many numbers the net learns."""
        return self.vocabulary * self.width + self.layers * 12 * self.width**2


SIZES: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "tiny": {"width": 192, "layers": 3, "heads": 4, "dropout": 0.0},
        "lite": {"width": 256, "layers": 6, "heads": 4, "dropout": 0.0},
        "base": {"width": 384, "layers": 6, "heads": 6, "dropout": 0.1},
    }
)


def shape_of(size: str, vocabulary: int) -> Shape:
    """The shape named `tiny`, `lite` or `base`. Raises `Wrong` for any other name."""
    if size not in SIZES:
        raise Wrong(f"there is no verse model of size {size!r}", next_step=f"choose one of {', '.join(SIZES)}")
    known = SIZES[size]
    return Shape(
        vocabulary=vocabulary,
        width=int(known["width"]),
        layers=int(known["layers"]),
        heads=int(known["heads"]),
        dropout=known["dropout"],
    )


def rotary_tables(shape: Shape) -> tuple[np.ndarray, np.ndarray]:
    """Cosines and sines of the rotary positions, float32 `[LONGEST, K/2]`."""
    half = shape.width // shape.heads // 2
    speeds = 1.0 / (10_000.0 ** (np.arange(half) / half))
    angles = np.arange(LONGEST)[:, None] * speeds[None, :]
    return np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)
