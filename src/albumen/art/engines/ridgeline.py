"""Ridgeline: the spectrum of the song, moment after moment, as a range of hills that hide one another.

A family of pictures has one of four shapes: a range of many fine lines, a few broad hills, the range upright, or rings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from albumen.art.direction import FREE, Direction
from albumen.art.engines.surface import Floats, family_of, fixed, grained, ground, mix
from albumen.art.music_view import MusicView
from albumen.art.palette import Palette
from albumen.art.picture import Pixels
from albumen.work.seed import Seed

_POINTS = 360  # a line


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How a ridgeline is laid out: so many lines, hills so high and strokes so wide (of the side), hills so coloured (0..1),
    so deep beneath their line (of the side), peaks rounded over so many points."""

    name: str
    lines: int
    height: float
    stroke: float
    fill: float = 0.0
    depth: float = 0.02
    rounded: int = 1


SHAPES = (
    Shape(name="range", lines=58, height=0.115, stroke=0.0017),
    Shape(name="hills", lines=11, height=0.30, stroke=0.0016, fill=0.9, depth=0.08, rounded=25),
    Shape(name="upright", lines=40, height=0.10, stroke=0.0021, fill=0.25),
    Shape(name="rings", lines=34, height=0.085, stroke=0.0018),
)


def shape_by(seed: Seed) -> str:
    """The shape of a family where nobody chose one."""
    return SHAPES[int(family_of(seed).child("ridgeline").rng().integers(len(SHAPES)))].name


def draw(music: MusicView, palette: Palette, side: int, seed: Seed, direction: Direction = FREE) -> Pixels:
    """Quiet at the edges, the song in the middle; the loudest moment is drawn in the accent colour."""
    canvas = ground(side, palette)
    name = direction.motif or shape_by(seed)
    shape = next(shape for shape in SHAPES if shape.name == name)
    frames = np.linspace(0, len(music.spectrum) - 1, shape.lines).astype(int)
    loud = int(np.argmax(music.energy[frames]))
    for line, (ridge, floor) in enumerate(_ridges(music, shape, frames, seed)):
        share = line / shape.lines
        shown = mix(palette.shade, palette.second if line < shape.lines // 2 else palette.accent, 0.15 + 0.7 * share)
        fill = mix(mix(palette.ground, palette.shade, 0.25 * share), shown, shape.fill)
        cv2.fillPoly(canvas, [fixed(np.concatenate([ridge, floor]) * side)], fill, cv2.LINE_AA, 4)
        colour = palette.accent if line == loud else mix(palette.ink, palette.second, 0.55 * (1 - share))
        width = max(1, round(side * shape.stroke * (1.9 if line == loud else 1)))
        cv2.polylines(canvas, [fixed(ridge * side)], shape.name == "rings", colour, width, cv2.LINE_AA, 4)
    return grained(canvas, seed)


def _ridges(music: MusicView, shape: Shape, frames: np.ndarray, seed: Seed) -> Iterator[tuple[Floats, Floats]]:
    """Each line, the farthest first, and the points that close the hill beneath it, in parts of the side."""
    rng = seed.child("ridgeline").rng()
    along = np.linspace(0, 1, _POINTS)
    window = np.ones(_POINTS) if shape.name == "rings" else np.exp(-(((along - 0.5) / 0.23) ** 4))
    for line, frame in enumerate(frames):
        row = music.spectrum[max(0, frame - 1) : frame + 2].mean(axis=0)
        # There and back, so that the two ends of a ring meet; in a range every other line runs one way.
        band = np.linspace(0, 1, _POINTS) if line % 2 == 0 and shape.name != "rings" else np.abs(np.linspace(-1, 1, _POINTS))
        hill = np.interp(band * (len(row) - 1) * 0.85, np.arange(len(row)), row) ** 1.5
        hill = np.convolve(np.pad(hill, shape.rounded // 2, mode="edge"), np.ones(shape.rounded) / shape.rounded, "valid")
        rough = np.convolve(rng.normal(0, 1, _POINTS + 8), np.ones(9) / 9, "valid")
        height = (hill * shape.height + 0.006 * np.abs(rough) * (0.3 + hill)) * window + 0.0013 * rough * (1 - window)
        yield _placed(shape, line, along, height)


def _placed(shape: Shape, line: int, along: np.ndarray, height: np.ndarray) -> tuple[Floats, Floats]:
    share = line / (shape.lines - 1)
    if shape.name == "rings":
        # The last moment lies innermost, on top of those that came before.
        turn = 2 * np.pi * along
        radius = 0.32 - 0.27 * share + height * (1 - 0.55 * share)
        ring = np.stack([0.5 + radius * np.sin(turn), 0.5 - radius * np.cos(turn)], axis=1)
        return ring.astype(np.float32), ring[:0].astype(np.float32)
    base = 0.25 + (0.63 - shape.depth) * share
    far, near = (0.83, 0.17) if shape.name != "upright" else (0.85, 0.15)
    across = near + along * (far - near)
    ridge = np.stack([across, base - height], axis=1)
    floor = np.array([[far, base + shape.depth], [near, base + shape.depth]])
    if shape.name == "upright":
        ridge, floor = ridge[:, ::-1], floor[:, ::-1]
    return ridge.astype(np.float32), floor.astype(np.float32)
