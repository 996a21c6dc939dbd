"""Flow field: threads drifting in a wind that blows as loud as the song; time runs from the rim inwards."""

from __future__ import annotations

import cv2
import numpy as np

from albumen.art.engines.surface import fixed, grained, ground, mix, noise_field
from albumen.art.music_view import MusicView
from albumen.art.palette import Palette
from albumen.art.picture import Pixels
from albumen.work.seed import Seed

THREADS = 2600
STEPS = 70
RIM, CALM = 0.485, 0.1
"""How far from the middle no thread goes, and over how much before it the wind dies, in picture sides."""


def draw(music: MusicView, palette: Palette, side: int, seed: Seed) -> Pixels:
    """Long calm threads for quiet songs, short knotted ones for wild songs; colours follow the loudness."""
    canvas = ground(side, palette)
    rng = seed.child("flow").rng()
    wild = float(music.energy.std() * 2.2 + music.tempo_bpm / 260)
    angle = _wind(wild, music.key, rng)
    x, y = _starts(rng)
    paths = np.empty((STEPS, len(x), 2), dtype=np.float32)
    pace = 0.0042 * (0.7 + 0.5 * wild)
    for step in range(STEPS):
        paths[step, :, 0], paths[step, :, 1] = x, y
        row, column = np.clip(y * 255, 0, 255).astype(int), np.clip(x * 255, 0, 255).astype(int)
        heading = angle[row, column]
        # The wind dies towards the rim: threads that ran out of the picture would be cut along its edge.
        near = pace * np.clip((RIM - np.hypot(x - 0.5, y - 0.5)) / CALM, 0, 1)
        x, y = x + np.cos(heading) * near, y + np.sin(heading) * near
    ramp = palette.ramp(256)
    late = np.hypot(paths[0, :, 0] - 0.5, paths[0, :, 1] - 0.5) / 0.5
    frames = np.clip((1 - late) * len(music.energy), 0, len(music.energy) - 1).astype(int)
    loud = music.energy[frames]
    order = np.argsort(loud + rng.normal(0, 0.12, len(loud)), kind="stable")
    for thread in order:
        share = float(np.clip(0.18 + 0.75 * loud[thread] + rng.normal(0, 0.07), 0, 1))
        red, green, blue = ramp[int(share * 255)]
        colour = mix(palette.ground, (int(red), int(green), int(blue)), 0.55 + 0.45 * share)
        length = int(STEPS * rng.uniform(0.35, 1.0))
        width = max(1, round(side * (0.0009 + 0.0022 * share * rng.random())))
        cv2.polylines(canvas, [fixed(paths[:length, thread] * side)], False, colour, width, cv2.LINE_AA, 4)
    return grained(canvas, seed)


def _wind(wild: float, key: int, rng: np.random.Generator) -> np.ndarray:
    broad = noise_field(256, 256, 2, rng) * (1.4 + wild)
    fine = noise_field(256, 256, 6, rng) * 0.5 * wild
    rows, columns = np.mgrid[-1:1:256j, -1:1:256j]
    swirl = np.arctan2(rows, columns) + np.pi / 2
    return (swirl + broad + fine + key * np.pi / 6).astype(np.float32)


def _starts(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Even over a disc, so that the picture has one clear shape and quiet corners for type."""
    place = np.arange(THREADS) + 0.5
    radius = 0.36 * np.sqrt(place / THREADS)
    turn = place * np.pi * (3 - np.sqrt(5))
    x = 0.5 + radius * np.cos(turn) + rng.normal(0, 0.006, THREADS)
    y = 0.5 + radius * np.sin(turn) + rng.normal(0, 0.006, THREADS)
    return x.astype(np.float32), y.astype(np.float32)
