"""What printed pages take over from the cover: its colours, as type on paper needs them, and its edge, as a printer needs it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from albumen.art.engines.surface import mix
from albumen.art.palette import READABLE, Palette, Rgb, contrast
from albumen.art.picture import Pixels, resized


@dataclass(frozen=True, slots=True, kw_only=True)
class PageColours:
    """Paper and three inks; each ink has a contrast of at least 4.5 on the paper."""

    ground: Rgb
    ink: Rgb
    quiet: Rgb
    accent: Rgb


_SMALL = 1.3 * READABLE
"""Contrast of the smallest type: thin strokes print lighter than they look on a screen."""


def page_colours(palette: Palette) -> PageColours:
    """The palette for small type: the second ink is as quiet as can be read, the accent is one that can be read."""
    shares = (0.55, 0.65, 0.75, 0.85, 1.0)
    quiet = next(
        (tone for share in shares if contrast(tone := mix(palette.ground, palette.ink, share), palette.ground) >= _SMALL),
        palette.ink,
    )
    bright = (palette.accent, palette.second, mix(palette.accent, palette.ink, 0.5))
    accent = next((colour for colour in bright if contrast(colour, palette.ground) >= READABLE), palette.ink)
    return PageColours(ground=palette.ground, ink=palette.ink, quiet=quiet, accent=accent)


def with_bleed(picture: Pixels, side: int, bleed: int) -> Pixels:
    """A square picture at `side` pixels, its edges mirrored `bleed` pixels outwards for the cutter."""
    border = cv2.copyMakeBorder(resized(picture, side, side), bleed, bleed, bleed, bleed, cv2.BORDER_REFLECT_101)
    return np.asarray(border, dtype=np.uint8)
