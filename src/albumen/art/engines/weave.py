"""Weave: the form of the song as cloth. Warp and weft are its bars; where two bars sound alike the bright thread lies on top."""

from __future__ import annotations

import cv2
import numpy as np

from albumen.art.engines.surface import grained
from albumen.art.music_view import MusicView
from albumen.art.palette import Palette
from albumen.art.picture import Pixels, resized
from albumen.models.portraits.colour import oklab_of, srgb_of
from albumen.work.seed import Seed

THREADS = 84
_SMALLEST = 640
"""Below this side single threads would be lost: larger, then shrunk."""


def draw(music: MusicView, palette: Palette, side: int, seed: Seed) -> Pixels:
    """A square cloth with a fringe of ground around it; sections show as its borders."""
    if side < _SMALLEST:
        return resized(draw(music, palette, _SMALLEST, seed), side, side)
    rng = seed.child("weave").rng()
    likeness = cv2.resize(music.likeness, (THREADS, THREADS), interpolation=cv2.INTER_AREA)
    likeness = (likeness - likeness.min()) / (np.ptp(likeness) + 1e-6)
    rank = np.argsort(np.argsort(likeness.ravel())).reshape(likeness.shape) / likeness.size
    alike = 0.5 * likeness + 0.5 * rank
    each = max(4, round(side * 0.80 / THREADS))
    size = each * THREADS
    rows, columns = np.mgrid[0:size, 0:size]
    down, across = rows // each, columns // each
    # A thread is on top by its likeness, dithered in a satin pattern so that greys become texture.
    pattern = ((down * 5 + across * 3) % 8 + 0.5) / 8
    over = alike[down, across] > 0.25 + 0.5 * pattern
    inside = np.where(over, (rows % each) / each, (columns % each) / each) - 0.5
    along = np.where(over, (columns % each) / each, (rows % each) / each) - 0.5
    round_shade = 1 - 1.9 * inside**2 - 0.55 * along**2
    stops = oklab_of(np.array([palette.shade, palette.second, palette.accent, palette.ink], dtype=np.float32) / 255.0)
    place = np.clip(alike[down, across] ** 1.3 * 3, 0, 3)
    lab = np.stack([np.interp(place, np.arange(4), stops[:, axis]) for axis in range(3)], axis=2)
    warp_tint = stops[1] if palette.dark else stops[0]
    lab = np.where(over[..., None], lab, 0.55 * lab + 0.45 * warp_tint)
    thread = rng.normal(0, 0.018, THREADS)
    lab[..., 0] += np.where(over, thread[down], thread[::-1][across]) + 0.07 * (round_shade - 0.75)
    cloth = np.clip(np.rint(srgb_of(lab) * 255), 0, 255).astype(np.uint8)
    return grained(_on_ground(cloth, palette, side, each), seed)


def _on_ground(cloth: Pixels, palette: Palette, side: int, each: int) -> Pixels:
    canvas = np.empty((side, side, 3), dtype=np.uint8)
    canvas[:] = palette.ground
    start = (side - len(cloth)) // 2
    shadow = np.zeros((side, side), dtype=np.float32)
    drop = round(side * 0.006)
    shadow[start + drop : start + drop + len(cloth), start + drop : start + drop + len(cloth)] = 0.45
    soft = cv2.GaussianBlur(shadow, (0, 0), side * 0.008)
    canvas = np.clip(canvas * (1 - soft[..., None] * (0.8 if palette.dark else 0.5)), 0, 255).astype(np.uint8)
    canvas[start : start + len(cloth), start : start + len(cloth)] = cloth
    fringe = round(side * 0.014)
    for thread in range(0, len(cloth), each):
        colour = tuple(int(value) for value in cloth[1, thread + each // 2])
        width = max(1, each // 3)
        for edge, away in ((start - fringe, start), (start + len(cloth), start + len(cloth) + fringe)):
            left = start + thread + (each - width) // 2
            canvas[edge:away, left : left + width] = colour
    return canvas
