"""Quilt: every bar a patch, every note a strip of cloth; the song read like a page, from upper left to lower right."""

from __future__ import annotations

import cv2
import numpy as np

from albumen.art.engines.surface import grained, ground, mix
from albumen.art.music_view import MusicView
from albumen.art.palette import Palette, Rgb
from albumen.art.picture import Pixels
from albumen.models.portraits.colour import lab_of_lch, lch_of, oklab_of, srgb_of
from albumen.work.seed import Seed


def draw(music: MusicView, palette: Palette, side: int, seed: Seed) -> Pixels:
    """At most 8 x 8 bars, spread over the song; strips stand for notes, high ones above low ones."""
    canvas = ground(side, palette, depth=0.3)
    rng = seed.child("quilt").rng()
    bars = max(4, int(np.ceil(music.beats / music.bar_beats)))
    across = int(np.clip(np.floor(np.sqrt(bars)), 4, 8))
    chosen = np.linspace(0, bars - 1, across * across).astype(int)
    margin, cell = 0.11 * side, 0.78 * side / across
    gap = cell * 0.055
    colours = _cloth(palette)
    for place, bar in enumerate(chosen):
        top = margin + place // across * cell + gap
        left = margin + place % across * cell + gap
        notes = _bar_notes(music, int(bar))
        standing = bool((place // across + place % across) % 2)
        _patch(canvas, top, left, cell - 2 * gap, notes, music.bar_beats, colours, palette, standing, rng)
    first, last = round(margin), round(side - margin)
    canvas[first:last, first:last] = _stitched(canvas, side, seed)[first:last, first:last]
    return grained(canvas, seed)


def _bar_notes(music: MusicView, bar: int) -> np.ndarray:
    start = bar * music.bar_beats
    inside = (music.notes[:, 0] >= start) & (music.notes[:, 0] < start + music.bar_beats) & (music.notes[:, 2] > 0)
    found = music.notes[inside].copy()
    found[:, 0] -= start
    return found[np.argsort(-found[:, 3], kind="stable")][:28]


def _patch(
    canvas: Pixels,
    top: float,
    left: float,
    size: float,
    notes: np.ndarray,
    bar_beats: float,
    colours: list[Rgb],
    palette: Palette,
    standing: bool,
    rng: np.random.Generator,
) -> None:
    tone = colours[int(notes[:, 2].min()) % 12] if len(notes) else palette.second
    base = mix(palette.ground, tone, 0.20 + 0.10 * rng.random())
    _box(canvas, left, top, size, size, base)
    if not len(notes):
        return
    low, high = notes[:, 2].min() - 1, notes[:, 2].max() + 1
    lanes = int(np.clip(high - low, 5, 14))
    thick = size / lanes
    for start, length, pitch, velocity, _ in notes:
        lane = int((high - pitch) / (high - low) * (lanes - 1))
        begin, long = start / bar_beats * size, max(0.05, min(length, bar_beats - start) / bar_beats) * size
        colour = mix(colours[int(pitch) % 12], palette.ink, 0.25 * float(velocity) ** 2)
        box = (left + begin, top + lane * thick, long, thick * 0.84)
        if standing:
            box = (left + lane * thick, top + begin, thick * 0.84, long)
        _box(canvas, *box, colour)


def _box(canvas: Pixels, left: float, top: float, width: float, height: float, colour: Rgb) -> None:
    corners = np.array([left, top, left + width, top + height]) * 16
    x0, y0, x1, y1 = np.rint(corners).astype(int)
    points = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], dtype=np.int32).reshape(-1, 1, 2)
    cv2.fillPoly(canvas, [points], colour, cv2.LINE_AA, 4)


def _cloth(palette: Palette) -> list[Rgb]:
    """Twelve colours round the circle of fifths, gathered between the palette's accent, second and ink."""
    anchors = lch_of(oklab_of(np.array([palette.accent, palette.second], dtype=np.float32) / 255.0))
    turn = (anchors[1, 2] - anchors[0, 2] + 180) % 360 - 180
    cloth = []
    for pitch in range(12):
        fifth = pitch * 7 % 12
        share = 0.5 - 0.5 * np.cos(2 * np.pi * fifth / 12)
        light = anchors[0, 0] + share * (anchors[1, 0] - anchors[0, 0]) + 0.09 * np.sin(2 * np.pi * fifth / 12)
        lab = lab_of_lch([light, anchors[0, 1] * (1 - 0.3 * share), anchors[0, 2] + share * turn])
        red, green, blue = np.rint(srgb_of(lab) * 255).astype(int)
        cloth.append((int(red), int(green), int(blue)))
    return cloth


def _stitched(canvas: Pixels, side: int, seed: Seed) -> Pixels:
    """A woven surface: two sets of fine threads."""
    rng = seed.child("threads").rng()
    across, down = rng.normal(0, 1, side).astype(np.float32), rng.normal(0, 1, side).astype(np.float32)
    spread = max(0.6, side / 1800)
    across, down = (cv2.GaussianBlur(line[None], (0, 0), spread)[0] for line in (across, down))
    texture = 1 + 0.035 * (across[None] / (across.std() + 1e-6) + down[:, None] / (down.std() + 1e-6))
    return np.clip(canvas * texture[..., None].astype(np.float32), 0, 255).astype(np.uint8)
