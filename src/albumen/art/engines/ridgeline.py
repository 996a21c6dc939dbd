"""Ridgeline: the spectrum of the song, moment after moment, as a range of hills that hide one another."""

from __future__ import annotations

import cv2
import numpy as np

from albumen.art.engines.surface import fixed, grained, ground, mix
from albumen.art.music_view import MusicView
from albumen.art.palette import Palette
from albumen.art.picture import Pixels
from albumen.work.seed import Seed

LINES = 58


def draw(music: MusicView, palette: Palette, side: int, seed: Seed) -> Pixels:
    """Quiet at the edges, the song in the middle; the loudest moment is drawn in the accent colour."""
    canvas = ground(side, palette)
    rng = seed.child("ridgeline").rng()
    left, right = 0.17 * side, 0.83 * side
    top, bottom = 0.25 * side, 0.86 * side
    count = 360
    x = np.linspace(0, 1, count)
    window = np.exp(-(((x - 0.5) / 0.23) ** 4))
    frames = np.linspace(0, len(music.spectrum) - 1, LINES).astype(int)
    loud = int(np.argmax(music.energy[frames]))
    for line, frame in enumerate(frames):
        row = music.spectrum[max(0, frame - 1) : frame + 2].mean(axis=0)
        band = np.abs(np.linspace(-1, 1, count)) if line % 2 else np.linspace(0, 1, count)
        hill = np.interp(band * (len(row) - 1) * 0.85, np.arange(len(row)), row) ** 1.5
        rough = np.convolve(rng.normal(0, 1, count + 8), np.ones(9) / 9, "valid")
        height = (hill * 0.115 + 0.006 * np.abs(rough) * (0.3 + hill)) * window + 0.0013 * rough * (1 - window)
        base = top + (bottom - top) * line / (LINES - 1)
        points = np.stack([left + x * (right - left), base - height * side], axis=1).astype(np.float32)
        floor = np.array([[right, base + 0.02 * side], [left, base + 0.02 * side]], dtype=np.float32)
        share = line / LINES
        fill = mix(palette.ground, palette.shade, 0.25 * share)
        cv2.fillPoly(canvas, [fixed(np.concatenate([points, floor]))], fill, cv2.LINE_AA, 4)
        colour = palette.accent if abs(line - loud) <= 0 else mix(palette.ink, palette.second, 0.55 * (1 - share))
        width = max(1, round(side * (0.0017 if line != loud else 0.0032)))
        cv2.polylines(canvas, [fixed(points)], False, colour, width, cv2.LINE_AA, 4)
    return grained(canvas, seed)
