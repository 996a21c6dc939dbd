"""OKLab: the colour space in which equal distances look equal; used wherever colours are measured or chosen.

Source of the constants: B. Ottosson, "A perceptual color space for image processing" (2020).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float32]

_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    dtype=np.float32,
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ],
    dtype=np.float32,
)
_FROM_LAB = np.linalg.inv(_TO_LAB.astype(np.float64)).astype(np.float32)
_FROM_LMS = np.linalg.inv(_TO_LMS.astype(np.float64)).astype(np.float32)


def oklab_of(srgb: ArrayLike) -> Floats:
    """OKLab of sRGB values in 0..1, last axis of length 3; L is 0..1, a and b about -0.3..0.3."""
    return _oklab_of_linear(_linear(np.asarray(srgb, dtype=np.float32)))


def oklab_of_bytes(pixels: NDArray[np.uint8]) -> Floats:
    """OKLab of sRGB bytes: `oklab_of` of 255ths, but with the power looked up, of which there are only 256."""
    return _oklab_of_linear(linear_of_bytes(pixels))


def linear_of_bytes(pixels: NDArray[np.uint8]) -> Floats:
    """Linear light 0..1 of sRGB bytes."""
    return _LINEAR_BYTES[pixels]


def _linear(values: Floats) -> Floats:
    light = np.where(values <= 0.04045, values / 12.92, ((np.maximum(values, 0.0) + 0.055) / 1.055) ** 2.4)
    return light.astype(np.float32)


_LINEAR_BYTES = _linear(np.arange(256).astype(np.float32) / 255.0)


def _oklab_of_linear(linear: Floats) -> Floats:
    return np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T


def srgb_of(oklab: ArrayLike) -> Floats:
    """sRGB in 0..1 of OKLab values; colours outside the gamut are clipped channel by channel."""
    linear = (np.asarray(oklab, dtype=np.float32) @ _FROM_LAB.T) ** 3 @ _FROM_LMS.T
    linear = np.clip(linear, 0.0, 1.0)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055).astype(np.float32)


def lch_of(oklab: ArrayLike) -> Floats:
    """Lightness, chroma and hue (degrees, 0..360) of OKLab values."""
    lab = np.asarray(oklab, dtype=np.float32)
    hue = np.degrees(np.arctan2(lab[..., 2], lab[..., 1])) % 360.0
    return np.stack([lab[..., 0], np.hypot(lab[..., 1], lab[..., 2]), hue], axis=-1).astype(np.float32)


def lab_of_lch(lch: ArrayLike) -> Floats:
    """OKLab of lightness, chroma and hue in degrees."""
    values = np.asarray(lch, dtype=np.float32)
    angle = np.radians(values[..., 2])
    return np.stack([values[..., 0], values[..., 1] * np.cos(angle), values[..., 1] * np.sin(angle)], axis=-1).astype(
        np.float32
    )


def lab_triple(colour: tuple[int, int, int]) -> tuple[float, float, float]:
    """A colour of bytes as plain OKLab numbers."""
    light, green_red, blue_yellow = oklab_of(np.array(colour, dtype=np.float32) / 255.0)
    return float(light), float(green_red), float(blue_yellow)
