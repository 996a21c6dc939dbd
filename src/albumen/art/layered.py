"""A drawing of the music on a painted ground: how near the ground comes to the palette, and what of the drawing stands on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from albumen.art.palette import Palette
from albumen.art.picture import Pixels
from albumen.models.portraits.colour import oklab_of, oklab_of_bytes, srgb_of

_PLAIN, _FULL = 18.0, 75.0
"""A drawing less unlike its ground (in bytes) is see-through, one more unlike it is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearness:
    """How far a ground is moved to the palette's own (0..1), and how much of its light and of its colour it keeps."""

    moved: float
    light: float
    colour: float


QUIET = Nearness(moved=1.0, light=0.55, colour=0.7)
"""For a ground under a drawing."""
OPEN = Nearness(moved=0.4, light=1.0, colour=1.0)
"""For a ground that stands alone."""


def brought_near(picture: Pixels, palette: Palette, nearness: Nearness) -> Pixels:
    """The picture with its colours moved towards the palette's ground."""
    lab = oklab_of_bytes(picture)
    base = oklab_of(np.array(palette.ground, dtype=np.float32) / 255.0)
    middle = lab.mean(axis=(0, 1))
    keeps = np.array([nearness.light, nearness.colour, nearness.colour], dtype=np.float32)
    near = middle + nearness.moved * (base - middle) + keeps * (lab - middle)
    return np.clip(np.rint(srgb_of(near) * 255), 0, 255).astype(np.uint8)


def upon(ground: Pixels, drawing: Pixels, palette: Palette) -> Pixels:
    """The drawing on the ground, as thick as it differs from the plain ground that it was drawn on."""
    figure = drawing.astype(np.float32)
    unlike = np.linalg.norm(figure - np.array(palette.ground, dtype=np.float32), axis=2)
    share = np.clip((unlike - _PLAIN) / (_FULL - _PLAIN), 0, 1)[..., None]
    return np.clip(np.rint(ground + share * (figure - ground)), 0, 255).astype(np.uint8)
