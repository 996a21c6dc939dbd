"""Harmonograph: pendulums swinging in the ratios of the main chord, their light gathered on one plate."""

from __future__ import annotations

import cv2
import numpy as np

from albumen.art.direction import FREE, Direction
from albumen.art.engines.surface import grained, ground
from albumen.art.music_view import MusicView
from albumen.art.palette import Palette
from albumen.art.picture import Pixels
from albumen.models.portraits.colour import oklab_of, oklab_of_bytes, srgb_of
from albumen.work.seed import Seed

_RATIOS = (1.0, 16 / 15, 9 / 8, 6 / 5, 5 / 4, 4 / 3, 45 / 32, 3 / 2, 8 / 5, 5 / 3, 9 / 5, 15 / 8)
CHORDS = {"major": 4, "minor": 3, "suspended": 5}
"""The second note of a chord, in half tones above its root."""
_POINTS = 1_600_000


def draw(music: MusicView, palette: Palette, side: int, seed: Seed, direction: Direction = FREE) -> Pixels:
    """Root, third and fifth as just ratios; a little out of tune, as real pendulums are, so the figure opens slowly."""
    rng = seed.child("harmonograph").rng()
    third = _RATIOS[CHORDS.get(direction.motif, 3 if music.minor else 4)]
    strong = int(np.argsort(-music.pitch_classes)[2]) if music.pitch_classes.max() > 0 else 7
    colour_ratio = _RATIOS[(strong - music.key) % 12]
    time = np.linspace(0, 150, _POINTS)
    fade = np.exp(-time * 0.0125)
    drift = 1 + rng.uniform(0.0008, 0.0026) * rng.choice([-1, 1])
    phase = rng.uniform(0, 2 * np.pi, 4)
    x = np.sin(2 * time + phase[0]) + 0.55 * np.sin(2 * third * drift * time + phase[1])
    y = np.sin(2 * 1.5 * drift * time + phase[2]) + 0.45 * np.sin(2 * colour_ratio * time + phase[3])
    scale = 0.38 / max(np.abs(x).max(), np.abs(y).max())
    x, y = x - (x * fade).mean(), y - (y * fade).mean()
    light = _gathered(0.5 + x * fade * scale, 0.5 + y * fade * scale, fade, side)
    return grained(_toned(light, palette, side), seed)


def _gathered(x: np.ndarray, y: np.ndarray, weight: np.ndarray, side: int) -> tuple[np.ndarray, np.ndarray]:
    """Light of all points and of the late ones (the inner figure), by bilinear splatting."""
    late = np.linspace(0, 1, len(x))
    plates = []
    for weights in (weight, weight * late):
        plate = np.zeros(side * side, dtype=np.float64)
        column, row = x * (side - 1), y * (side - 1)
        left, top = np.floor(column).astype(np.int64), np.floor(row).astype(np.int64)
        for down, across in ((0, 0), (0, 1), (1, 0), (1, 1)):
            share = np.abs(1 - across - (column - left)) * np.abs(1 - down - (row - top))
            plate += np.bincount((top + down) * side + left + across, share * weights, side * side)
        plates.append(cv2.GaussianBlur(plate.reshape(side, side).astype(np.float32), (0, 0), side / 2400))
    return plates[0], plates[1]


def _toned(light: tuple[np.ndarray, np.ndarray], palette: Palette, side: int) -> Pixels:
    whole, late = light
    glow = cv2.GaussianBlur(whole, (0, 0), side / 90)
    bright = np.clip((whole / (np.quantile(whole[whole > 0], 0.97) + 1e-9)), 0, 1) ** 0.5
    share = np.clip(late / (whole + 1e-9) * 1.8, 0, 1)
    stops = oklab_of(np.array([palette.ink, palette.accent, palette.second], dtype=np.float32) / 255.0)
    first = np.clip(share * 2, 0, 1)[..., None]
    second = np.clip(share * 2 - 1, 0, 1)[..., None]
    line = stops[0] + first * (stops[1] - stops[0]) + second * (stops[2] - stops[1])
    base = oklab_of_bytes(ground(side, palette))
    halo = np.clip(glow / (glow.max() + 1e-9), 0, 1)[..., None] * 0.22
    base = base + halo * (stops[1] - base)
    return np.clip(np.rint(srgb_of(base + bright[..., None] * (line - base)) * 255), 0, 255).astype(np.uint8)
