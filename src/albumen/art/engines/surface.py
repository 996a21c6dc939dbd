"""What all engines share: grounds with a little depth, soft noise, and the grain that makes a picture lie on paper."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from albumen.art.palette import Palette, Rgb
from albumen.art.picture import Pixels
from albumen.models.portraits.colour import oklab_of, srgb_of
from albumen.work.seed import Seed

Floats = NDArray[np.float32]


def family_of(seed: Seed) -> Seed:
    """What the pictures of one family share: the seed before it was parted by song."""
    path = seed.path
    return Seed(seed.root, path[: path.index("song")] if "song" in path else path)


def ground(side: int, palette: Palette, *, depth: float = 0.6) -> Pixels:
    """The palette's ground, plain at the edges so that it runs on beyond them, with a breath of light in the middle."""
    small = 96
    rows, columns = np.mgrid[-1 : 1 : small * 1j, -1 : 1 : small * 1j]
    near = np.clip(1 - np.hypot(columns, rows), 0, 1) ** 1.5 * depth
    base = oklab_of(np.array(palette.ground, dtype=np.float32) / 255.0)
    lab = np.repeat(np.repeat(base[None, None], small, axis=0), small, axis=1)
    lab[..., 0] += near * (0.055 if palette.dark else 0.03)
    soft = cv2.resize(srgb_of(lab) * 255, (side, side), interpolation=cv2.INTER_CUBIC)
    return np.clip(np.rint(soft), 0, 255).astype(np.uint8)


def grained(pixels: Pixels, seed: Seed, *, amount: float = 3.0) -> Pixels:
    """The picture on paper: fine grain and a breath of unevenness, the same in all channels."""
    height, width = pixels.shape[:2]
    tile = _grain(seed, amount)
    noise = np.tile(tile, (-(-height // 512), -(-width // 512)))[:height, :width]
    out = pixels.astype(np.float32)
    out += noise[..., None]
    return np.clip(np.rint(out), 0, 255).astype(np.uint8)


@lru_cache(maxsize=8)
def _grain(seed: Seed, amount: float) -> Floats:
    # Kept, because every panel of every page has the same one.
    tile = seed.child("grain").rng().normal(0, amount, (512, 512)).astype(np.float32)
    return np.asarray(0.7 * tile + 0.9 * cv2.GaussianBlur(tile, (0, 0), 1.2, borderType=cv2.BORDER_REFLECT), dtype=np.float32)


def noise_field(rows: int, columns: int, knots: int, rng: np.random.Generator) -> Floats:
    """Smooth noise, about -1..1."""
    coarse = rng.standard_normal((knots + 3, knots + 3)).astype(np.float32)
    big = cv2.resize(
        coarse, (columns * (knots + 3) // knots + 1, rows * (knots + 3) // knots + 1), interpolation=cv2.INTER_CUBIC
    )
    return np.ascontiguousarray(big[:rows, :columns] / 1.6)


def mix(one: Rgb, other: Rgb, share: float) -> Rgb:
    """A colour between two, in OKLab."""
    lab = oklab_of(np.array([one, other], dtype=np.float32) / 255.0)
    red, green, blue = np.rint(srgb_of(lab[0] + share * (lab[1] - lab[0])) * 255).astype(int)
    return int(red), int(green), int(blue)


def fixed(points: Floats) -> NDArray[np.int32]:
    """Points with four binary places, as OpenCV draws them smoothly (`shift=4`)."""
    return np.rint(points * 16).astype(np.int32).reshape(-1, 1, 2)
