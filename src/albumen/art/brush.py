"""Brushes: small stencils of paint (how much covers, how thick it lies, where bristles drag), turned and bent to order."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from albumen.work.seed import Seed

Map = NDArray[np.float32]

VARIANTS = 4
_SMALL = 3000  # pixels
BENDS = (-0.5, 0.0, 0.5)


def extent(tip: str, width: int, length: int, angle: float, bend: int) -> tuple[int, int]:
    """Rows and columns, both odd, of the maps that hold a turned stroke."""
    rows, columns = width + 2 * _sag(tip, length, bend), length
    cosine, sine = abs(np.cos(angle)), abs(np.sin(angle))
    wide = int(np.ceil(columns * cosine + rows * sine)) + 3
    high = int(np.ceil(columns * sine + rows * cosine)) + 3
    return high | 1, wide | 1


def laid(
    tip: str,
    width: int,
    length: int,
    *,
    angle: float,
    bend: int,
    variant: int,
    hair: float,
    shift: tuple[float, float],
    window: tuple[slice, slice],
) -> Map:
    """A stroke's paint, turned: (h, w, 3) maps of cover 0..1, thickness 0..1 and bristle streaks -1..1.

    `width` and `length` in pixels, `angle` in radians, `bend` 0..2, `shift` the part of a pixel that the middle of the
    stroke lies beyond the middle of the maps (across, down). Only `window` (rows, columns) of the maps is worked out.
    """
    flat = _bent(tip, width, length, bend, variant, round(hair * 20))
    rows, columns = flat.shape[:2]
    high, wide = extent(tip, width, length, angle, bend)
    cosine, sine = np.cos(angle), np.sin(angle)
    turn = np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0]])
    middle = turn[:, :2] @ np.array([(columns - 1) / 2, (rows - 1) / 2])
    down, across = window
    turn[:, 2] = np.array([(wide - 1) / 2 + shift[0] - across.start, (high - 1) / 2 + shift[1] - down.start]) - middle
    size = (across.stop - across.start, down.stop - down.start)
    laid_out = cv2.warpAffine(flat, turn, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    return laid_out.astype(np.float32, copy=False)


def _sag(tip: str, length: int, bend: int) -> int:
    """How many rows a bend adds on either side."""
    return 0 if tip == "dot" else int(np.ceil(abs(BENDS[bend]) * length / 6))


def _bent(tip: str, width: int, length: int, bend: int, variant: int, hair: int) -> Map:
    """A bent stroke lying flat; kept, because many strokes share it."""
    kept = _small if width * length <= _SMALL else _broad
    return kept(tip, width, length, bend, variant, hair)


def _made(tip: str, width: int, length: int, bend: int, variant: int, hair: int) -> Map:
    flat = np.stack(_straight(tip, width, length, variant, hair / 20), axis=2)
    if BENDS[bend] == 0 or tip == "dot":
        return np.ascontiguousarray(flat)
    reach = _sag(tip, length, bend)
    rows, columns = np.mgrid[-reach : width + reach, 0:length].astype(np.float32)
    along = columns - (length - 1) / 2
    # A bent stroke is a straight one looked at through a parabola.
    across = rows - BENDS[bend] * (along**2 / max(length, 1) - length / 12)
    bent = cv2.remap(flat, columns, across.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    return bent.astype(np.float32, copy=False)


# Some broad ones are 20 MB. Of small ones, 50 kB and less, a thumbnail alone needs a thousand.
_broad = lru_cache(maxsize=320)(_made)
_small = lru_cache(maxsize=3000)(_made)


def _straight(tip: str, width: int, length: int, variant: int, hair: float) -> tuple[Map, Map, Map]:
    rng = Seed(0).child("brush", tip, width, length, variant).rng()
    # Looked at in the middle of each pixel: at their rims, a stroke two pixels wide would be all rim and no paint.
    along = np.float32(0.5) + np.float32(0.5) * _middles(length)[None]
    across = _middles(width)[:, None]
    if tip == "dot":
        return _dot(width, length, rng)
    tracks = _tracks(width, length, rng)
    if tip == "knife":
        edge = 0.94 + 0.06 * _smooth_noise(length, 6, rng)[None]
        ragged = (0.06 + 0.10 * np.abs(tracks[:, :1])).astype(np.float32)
        cover = np.multiply(_step(edge - np.abs(across), 0.04), _ends(along, 0.03, ragged))
        ridge = 0.35 + 0.45 * np.abs(across) ** 6 + 0.5 * along**8
        return cover, np.clip(ridge + hair * 0.5 * tracks, 0, 1) * cover, tracks * (0.3 + hair)
    edge = 0.86 + 0.14 * _smooth_noise(length, 4, rng)[None]
    lifted = 0.10 + 0.28 * np.clip(_smooth_noise(width, 8, rng), 0, 1)[:, None] * (0.4 + hair)
    cover = _step(edge - np.abs(across), 0.16) * _ends(along, 0.05, lifted)
    dry = np.clip(1.15 - hair * 0.75 * np.maximum(0.0, tracks) * along * 1.6, 0, 1)
    height = (0.30 + 0.30 * (1 - across**2) + 0.28 * along**3 + 0.34 * hair * tracks) * cover
    return (cover * dry).astype(np.float32), np.clip(height, 0, 1).astype(np.float32), tracks * hair


def _middles(count: int) -> Map:
    """Where the middles of `count` pixels lie on the way from -1 to 1."""
    return ((2 * np.arange(count, dtype=np.float32) + 1) / count - 1).astype(np.float32)


def _dot(width: int, length: int, rng: np.random.Generator) -> tuple[Map, Map, Map]:
    rows, columns = _middles(width)[:, None], _middles(length)[None]
    angle = np.arctan2(rows, columns)
    rim = 0.86 + 0.08 * np.sin(angle * 2 + rng.uniform(0, 6)) + 0.05 * np.sin(angle * 3 + rng.uniform(0, 6))
    distance = np.hypot(rows, columns)
    cover = _step((rim - distance).astype(np.float32), 0.14)
    height = np.clip(0.85 - 0.55 * distance**2 + 0.1 * rows, 0, 1) * cover
    return cover, height.astype(np.float32), np.zeros_like(cover)


def _tracks(width: int, length: int, rng: np.random.Generator) -> Map:
    """Bristle tracks: noise that varies quickly across the stroke and slowly along it."""
    drawn = rng.standard_normal((width, max(3, length // 24))).astype(np.float32)
    coarse = cv2.GaussianBlur(drawn, (0, 0), sigmaX=0.8, sigmaY=max(0.35, width / 60))
    noise = cv2.resize(coarse, (length, width), interpolation=cv2.INTER_CUBIC)
    return np.clip(noise / (2.2 * noise.std() + 1e-6), -1, 1).astype(np.float32)


def _smooth_noise(count: int, knots: int, rng: np.random.Generator) -> Map:
    values = rng.uniform(-1, 1, knots).astype(np.float32)
    return np.interp(np.linspace(0, knots - 1, count), np.arange(knots), values).astype(np.float32)


def _step(x: Map, soft: float) -> Map:
    value = np.clip(x / soft, 0, 1)
    return (value * value * (3 - 2 * value)).astype(np.float32)


def _ends(along: Map, start: float, end: Map | float) -> Map:
    return _step(along, start) * _step(1 - along - np.maximum(0, np.asarray(end) - 0.08), 0.08)
