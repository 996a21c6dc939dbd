"""Rose: the circle of fifths as a flower, each petal as long as its pitch class is present; one ring for each section."""

from __future__ import annotations

import cv2
import numpy as np

from albumen.art.engines.surface import fixed, grained, ground, mix
from albumen.art.music_view import MusicView
from albumen.art.palette import Palette
from albumen.art.picture import Pixels
from albumen.work.seed import Seed

RINGS = 5
SHEETS = 9
"""Nested outlines of one petal."""


def draw(music: MusicView, palette: Palette, side: int, seed: Seed) -> Pixels:
    """The tonic stands on top; outer rings are the beginning of the song, the heart is its end."""
    canvas = ground(side, palette).astype(np.float32)
    rng = seed.child("rose").rng()
    shares = _shares(music)
    for ring in range(RINGS):
        outer = 0.44 - 0.078 * ring
        for fifth in range(12):
            share = float(shares[ring, (fifth * 7 + music.key) % 12])
            turn = -np.pi / 2 + fifth * np.pi / 6 + (ring % 2) * np.pi / 12
            tint = mix(palette.second, palette.accent, float(np.clip(share * 1.1 + 0.12 * ring - 0.1, 0, 1)))
            if ring >= 3:
                tint = mix(tint, palette.ink, 0.25 * (ring - 2))
            _petal(
                canvas,
                side,
                turn + rng.normal(0, 0.01),
                outer * (0.34 + 0.66 * share),
                0.13 + 0.10 * share,
                tint,
                palette,
            )
    heart = np.clip(canvas, 0, 255).astype(np.uint8)
    cv2.circle(heart, (side // 2, side // 2), round(side * 0.013), palette.ink, -1, cv2.LINE_AA)
    return grained(heart, seed)


def _shares(music: MusicView) -> np.ndarray:
    """Presence 0..1 of each pitch class in each fifth part of the song."""
    shares = np.zeros((RINGS, 12), dtype=np.float32)
    pitched = music.notes[music.notes[:, 2] > 0]
    part = np.clip((pitched[:, 0] / music.beats * RINGS).astype(int), 0, RINGS - 1)
    np.add.at(shares, (part, pitched[:, 2].astype(int) % 12), pitched[:, 1])
    top = shares.max(axis=1, keepdims=True)
    return np.where(top > 0, shares / np.maximum(top, 1e-6), 0.4) ** 0.6


def _petal(
    canvas: np.ndarray,
    side: int,
    turn: float,
    length: float,
    width: float,
    tint: tuple[int, int, int],
    palette: Palette,
) -> None:
    for sheet in range(SHEETS):
        size = 1 - sheet / SHEETS * 0.88
        points = _outline(turn, length * size, width * size) * side
        box_top = np.floor(points.min(axis=0)).astype(int) - 2
        box_end = np.ceil(points.max(axis=0)).astype(int) + 3
        first, last = np.clip(box_top, 0, side), np.clip(box_end, 0, side)
        part = canvas[first[1] : last[1], first[0] : last[0]]
        mask = np.zeros(part.shape[:2], dtype=np.uint8)
        cv2.fillPoly(mask, [fixed((points - first).astype(np.float32))], 255, cv2.LINE_AA, 4)
        colour = np.array(mix(tint, palette.ink, 0.05 * sheet), dtype=np.float32)
        part += (mask.astype(np.float32) / 255 * (0.16 if sheet else 0.26))[..., None] * (colour - part)
        edge = np.zeros_like(mask)
        cv2.polylines(
            edge, [fixed((points - first).astype(np.float32))], True, 255, max(1, round(side / 2200)), cv2.LINE_AA, 4
        )
        part += (edge.astype(np.float32) / 255 * 0.5)[..., None] * (
            np.array(palette.ink, np.float32) * 0.6 + colour * 0.4 - part
        )


def _outline(turn: float, length: float, width: float) -> np.ndarray:
    t = np.linspace(0, np.pi, 48)
    along = (1 - np.cos(t)) / 2
    across = np.sin(t) ** 1.5 * (0.55 + 0.45 * along) * width / 2
    x = np.concatenate([along * length, (along * length)[::-1]])
    y = np.concatenate([across, -across[::-1]])
    return np.stack(
        [0.5 + x * np.cos(turn) - y * np.sin(turn), 0.5 + x * np.sin(turn) + y * np.cos(turn)], axis=1
    ).astype(np.float32)
