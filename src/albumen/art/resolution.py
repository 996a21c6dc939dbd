"""How large a picture truly is: whether it was enlarged from fewer pixels, told by the detail that it lacks or by its steps.

Enlarging adds pixels but no detail: beyond the highest frequency of the small picture the spectrum falls off a cliff, where
that of a picture painted at its size goes on about as 1/f (Field 1987). Pixels that were repeated leave steps at equal
distances instead, which stand out as one line in the spectrum of the differences between neighbours (Gallagher 2005).
Calibrated on covers of every engine, at 3000 px and enlarged to it from 500 to 1500 px (see `docs/how-to/pictures.md`).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from albumen.art.picture import Pixels

_TILE = 512  # pixels
_LEAST_SIDE = 3 * _TILE  # of a picture of which there is enough to judge
_SMALLEST, _LARGEST = 0.1, 5 / 12  # of the side: 300 to 1250 of 3000; finer cut-offs are those of soft pictures too
_CLIFF = 1.3
"""Fall of the spectrum across a cut-off, in powers of ten of what 1/f would have left: house covers reach 1.1, enlarged 1.5."""
_ROUNDING = 0.15  # grey levels squared: what rounding to bytes and storing as JPEG put back where nothing is
_BELOW, _ABOVE = (0.45, 0.85), (1.5, 2.6)  # of the cut-off: bands that are compared
_LEFT, _FINEST = 0.1, 0.95 / 3  # of what coarse detail has, beyond this frequency there may be no such share
_COARSE = (0.06, 0.14)
_STEPS = 0.58
"""Share of all differences that stands at equal steps: 0.63 and more of repeated pixels, 0.14 at most of house covers."""
_ALONE = 1.5  # steps of a coarser pattern that was drawn are no smaller than this share allows

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Enlarged:
    """A picture that holds no more detail than one of about `side` pixels; `repeats` where its pixels are plain squares."""

    side: int
    repeats: bool


def enlarged_from(pixels: Pixels) -> Enlarged | None:
    """What the picture looks enlarged from; None where it has the detail of its size, or too few pixels to tell (1536 a side).

    Enlargements to less than about two and a half times the side are told only of repeated pixels.
    """
    side = min(pixels.shape[:2])
    if side < _LEAST_SIDE:
        return None
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
    steps = _steps(grey)
    if steps:
        return Enlarged(side=_rounded(steps * side), repeats=True)
    cut = _cut_off(_power(grey))
    return Enlarged(side=_rounded(cut * side), repeats=False) if cut else None


def _rounded(side: float) -> int:
    return 50 * max(1, round(side / 50))


def _steps(grey: NDArray[np.float32]) -> float:
    """Steps to a pixel, 0.1 to 0.5, where both ways most differences stand at equal steps; else 0."""
    found = []
    for turned in (grey, grey.T):
        change = np.abs(np.diff(turned, axis=1)).mean(axis=0, dtype=np.float64)
        lines = np.abs(np.fft.rfft(change)) / max(float(change.sum()), 1e-9)
        first = round(_SMALLEST * len(change))
        place = first + int(lines[first:].argmax())
        # A pattern that was drawn in coarser squares has the finer lines too, as overtones.
        alone = lines[place] > _ALONE * float(lines[3:first].max())
        found.append(place / len(change) if lines[place] > _STEPS and alone else 0.0)
    return found[0] if min(found) else 0.0


def _power(grey: NDArray[np.float32]) -> Floats:
    """Power by frequency (0 to 1, the finest that pixels hold) of tiles like the black squares of a chessboard."""
    window = np.outer(np.hanning(_TILE), np.hanning(_TILE)).astype(np.float32)
    rows, columns = (length // _TILE for length in grey.shape)
    total = np.zeros((_TILE, _TILE // 2 + 1))
    places = [(row, column) for row in range(rows) for column in range(row % 2, columns, 2)]
    for row, column in places:
        tile = grey[row * _TILE : (row + 1) * _TILE, column * _TILE : (column + 1) * _TILE]
        total += np.abs(np.fft.rfft2((tile - tile.mean()) * window)) ** 2
    # The cut-off of an enlargement is a square: it is as fine across as down.
    ring = np.maximum(np.abs(np.fft.fftfreq(_TILE))[:, None], np.fft.rfftfreq(_TILE)[None])
    ring = np.rint(ring * _TILE).astype(int)
    power = np.bincount(ring.ravel(), total.ravel()) / np.bincount(ring.ravel())
    return np.asarray(power / (len(places) * float((window**2).sum())))


def _cut_off(power: Floats) -> float:
    """The frequency beyond which there is no detail, 0.1 to 0.4; 0 where there is none such."""
    at = np.linspace(0, 1, len(power))
    falls = [(_fall(power, at, cut), cut) for cut in np.arange(_SMALLEST, 0.6, 1 / 120)]
    fall, cut = max(falls)
    cut *= 1.1  # the cliff lies where half is gone
    return float(cut) if fall > _CLIFF and cut <= _LARGEST and _finest(power, at) <= _FINEST else 0.0


def _fall(power: Floats, at: Floats, cut: float) -> float:
    """From the detail below a cut-off to that above it, beyond the fall of 1/f, in powers of ten."""
    below = (at >= _BELOW[0] * cut) & (at < _BELOW[1] * cut)
    above = (at >= _ABOVE[0] * cut) & (at < min(1.0, _ABOVE[1] * cut))
    low = np.log10(np.maximum(power[below], 1e-9) * at[below] ** 2).mean()
    return float(low - np.log10((power[above] + _ROUNDING) * at[above] ** 2).mean())


def _finest(power: Floats, at: Floats) -> float:
    """The finest frequency at which there is still a tenth of the coarse detail, beside the fall of 1/f."""
    detail = np.log(np.maximum(power - _ROUNDING / 3, 1e-3) * np.maximum(at, at[1]) ** 2)
    places = at[8:]
    smooth = np.array([detail[(at >= place / 1.12) & (at <= place * 1.12)].mean() for place in places])
    coarse = smooth[(places >= _COARSE[0]) & (places < _COARSE[1])].mean()
    return float(places[smooth > coarse + np.log(_LEFT)].max(initial=0.0))
