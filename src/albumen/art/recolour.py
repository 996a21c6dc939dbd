"""Colours that were asked for in words, laid on a painted portrait where they belong: eyes, lips, hair, face, clothes, ground.

A cascade finds the face, and eyes and lips are looked for on it; the rest lies where it does in a head seen from the front.
The shading of the painting stays, its colour changes softly in OKLab.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from albumen.art.features import Features, Mark, features_of
from albumen.art.palette import Rgb
from albumen.art.picture import Pixels
from albumen.art.words import PLACES_ON_A_SITTER, ColourWish
from albumen.models.portraits.colour import lab_of_lch, oklab_of, oklab_of_bytes, srgb_of
from albumen.models.portraits.faces import face_box

Box = tuple[float, float, float, float]
Floats = NDArray[np.float32]

_USUAL = (0.33, 0.24, 0.67, 0.58)
"""Where the face lies in most portraits, as shares of the side: good enough to tell the ground from the sitter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coloured:
    """A portrait with the colours that were asked for, and a sentence on each of them."""

    picture: Pixels
    told: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    """Those of the sentences that tell of a colour which is not in the picture."""
    laid: tuple[ColourWish, ...] = ()
    """The wishes that are in the picture; others needed a face that was not found."""
    fine: Floats | None = None
    """0..1, as large as the picture: where the smallest strokes belong (coloured eyes and lips); None where there are none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Takes:
    """How a part of a portrait takes a colour: how much of it, and how far its light follows."""

    share: float
    light: float


def features_asked(wishes: Sequence[ColourWish]) -> frozenset[str]:
    """What of a face must be seen for the wishes to be met: `face`, `eyes`, `lips`."""
    asked = {wish.place for wish in wishes if wish.place in _ON_FACES and wish.lch[1] >= 0}
    return frozenset(("face", *(asked & set(_SMALL)))) if asked else frozenset()


def lab_of_wish(lch: tuple[float, float, float]) -> tuple[float, float, float]:
    """The colour of a wish as plain OKLab numbers."""
    light, green_red, blue_yellow = lab_of_lch(lch)
    return float(light), float(green_red), float(blue_yellow)


def coloured(
    picture: Pixels, wishes: Sequence[ColourWish], *, ground: Rgb | None = None, seen: Pixels | None = None
) -> Coloured:  # fmt: skip
    """The square portrait with every wish for a place laid on; `ground` is the colour that a wish for the ground means,
    `seen` the picture that this one was enlarged from, in which the face is looked for.

    Without wishes the picture stays as it is, to the byte.
    """
    placed = [wish for wish in wishes if wish.place in _TAKES and (wish.lch[1] >= 0 or ground is not None)]
    if not placed:
        return Coloured(picture=picture)
    box = face_box(picture if seen is None else seen)
    lab = oklab_of_bytes(picture)
    features = features_of(lab, box) if box is not None and any(wish.place in _SMALL for wish in placed) else None
    told, missed, laid = [], [], []
    for wish in sorted(placed, key=lambda wish: PLACES_ON_A_SITTER.index(wish.place)):
        mask, how = _where(wish.place, box, features, len(picture))
        told.append(f"'{wish.said}' {how}")
        if mask is None:
            missed.append(told[-1])
            continue
        meant = np.array(ground, dtype=np.float32) / 255.0 if wish.place == "ground" and ground is not None else None
        lab = _laid(lab, _TAKES[wish.place], mask, oklab_of(meant) if meant is not None else lab_of_lch(wish.lch))
        laid.append(wish)
    pixels = np.clip(np.rint(srgb_of(lab) * 255), 0, 255).astype(np.uint8)
    marks = [mark for wish in laid if wish.place in _SMALL for mark in getattr(features, wish.place)]
    fine = _fine_places(marks, len(picture)) if marks else None
    return Coloured(picture=pixels, told=tuple(told), missed=tuple(missed), laid=tuple(laid), fine=fine)


def _where(place: str, box: Box | None, features: Features | None, side: int) -> tuple[Floats | None, str]:
    """The mask (0..1) of a place, None where it cannot be told, and what becomes of its colour, in words."""
    if place not in _ON_FACES or (box is not None and place in _BROAD):
        return _BROAD[place](box or _USUAL, side), f"was painted on the {place}"
    if features is None:
        return None, "could not be painted: no face was found in the picture"
    mask = _SMALL[place](features, side)
    if not mask.any():
        return None, f"could not be painted: the {place} could not be placed on the face"
    if place not in features.seen:
        return mask, f"was painted where {place} lie in most faces: they were not seen in this one"
    return mask, f"was painted on the {place}"


def _laid(lab: Floats, takes: _Takes, mask: Floats, colour: Floats) -> Floats:
    """The picture with a part moved to a colour; how light and dark lie within the part stays."""
    weight = mask[..., None]
    middle = (lab * weight).sum(axis=(0, 1)) / max(1e-6, float(mask.sum()))
    moved = lab.copy()
    moved[..., 0] += takes.light * (colour[0] - middle[0])
    moved[..., 1:] = colour[1:] + 0.35 * (lab[..., 1:] - middle[1:])
    return np.asarray(lab + takes.share * weight * (moved - lab), dtype=np.float32)


def _grid(side: int) -> tuple[Floats, Floats]:
    rows, columns = np.mgrid[0:side, 0:side].astype(np.float32)
    return (columns + 0.5) / side, (rows + 0.5) / side


def _oval(side: int, centre: tuple[float, float], radii: tuple[float, float], soft: float) -> Floats:
    """1 inside an oval, falling to 0 over a rim of `soft` radii."""
    across, down = _grid(side)
    away = np.hypot((across - centre[0]) / radii[0], (down - centre[1]) / radii[1])
    return np.asarray(_smooth((1 + soft - away) / soft), dtype=np.float32)


def _smooth(share: Floats) -> Floats:
    clipped = np.clip(share, 0, 1)
    return np.asarray(clipped * clipped * (3 - 2 * clipped), dtype=np.float32)


def _at(box: Box, across: float, down: float) -> tuple[float, float]:
    """A place in the box (shares of its width and height) as shares of the picture."""
    left, top, right, bottom = box
    return left + across * (right - left), top + down * (bottom - top)


def _marked(mark: Mark, side: int, soft: float) -> Floats:
    """How far each place is from the middle of a mark, as 1 inside and 0 outside with a rim of `soft` radii."""
    across, down = _grid(side)
    right, below = across - mark.centre[0], down - mark.centre[1]
    away = np.hypot(right / mark.radii[0], (below - mark.tilt * right) / mark.radii[1])
    return np.asarray(_smooth((1 + soft - away) / soft), dtype=np.float32)


def _eyes(features: Features, side: int) -> Floats:
    """Two irises within the eyes; the pupils keep their dark."""
    mask = np.zeros((side, side), dtype=np.float32)
    for mark in features.eyes:
        iris = replace(mark, radii=(0.8 * mark.radii[0], 0.9 * mark.radii[1]))
        pupil = Mark(centre=mark.centre, radii=(0.3 * mark.radii[1], 0.3 * mark.radii[1]))
        mask = np.maximum(mask, _marked(iris, side, 0.35) * (1 - 0.6 * _marked(pupil, side, 0.8)))
    return mask * features.skin


def _lips(features: Features, side: int) -> Floats:
    """A soft streak that runs out to a point at either end."""
    across, down = _grid(side)
    mask = np.zeros((side, side), dtype=np.float32)
    for mark in features.lips:
        right = (across - mark.centre[0]) / mark.radii[0]
        below = (down - mark.centre[1] - mark.tilt * right * mark.radii[0]) / mark.radii[1]
        away = np.abs(below) / np.maximum(0.05, 1.05 * (1 - right**2))
        mask = np.maximum(mask, np.where(np.abs(right) < 1, _smooth((1.4 - away) / 0.4), 0))
    return np.asarray(mask * features.skin, dtype=np.float32)


def _fine_places(marks: Sequence[Mark], side: int) -> Floats:
    """Where the smallest strokes belong (side, side), 0..1: all of eyes and lips that takes colour, and its rim."""
    mask = np.zeros((side, side), dtype=np.float32)
    for mark in marks:
        wide = replace(mark, radii=(1.25 * mark.radii[0], 1.5 * mark.radii[1]))
        mask = np.maximum(mask, _marked(wide, side, 0.3))
    return mask


def _face(box: Box, side: int) -> Floats:
    width = box[2] - box[0]
    return _oval(side, _at(box, 0.5, 0.53), (0.40 * width, 0.52 * width), 0.3)


def _head(box: Box, side: int) -> Floats:
    width = box[2] - box[0]
    return _oval(side, _at(box, 0.5, 0.42), (0.60 * width, 0.78 * width), 0.3)


def _hair(box: Box, side: int) -> Floats:
    _, down = _grid(side)
    above = _smooth((_at(box, 0, 0.62)[1] - down) / (0.3 * (box[3] - box[1])))
    return np.asarray(_head(box, side) * (1 - _face(box, side)) * above, dtype=np.float32)


def _shoulders(box: Box, side: int) -> Floats:
    """Everything below the chin between the slopes of the shoulders."""
    across, down = _grid(side)
    width, middle = box[2] - box[0], (box[0] + box[2]) / 2
    below = (down - _at(box, 0, 1.02)[1]) / width
    reach = (0.38 + 1.15 * np.sqrt(np.clip(below, 0, 1.0))) * width
    inside = _smooth((reach - np.abs(across - middle)) / (0.22 * width) + 0.5)
    return np.asarray(inside * _smooth(below / 0.18 + 0.5), dtype=np.float32)


def _dress(box: Box, side: int) -> Floats:
    _, down = _grid(side)
    below = _smooth((down - _at(box, 0, 1.22)[1]) / (0.2 * (box[3] - box[1])))
    return np.asarray(_shoulders(box, side) * below, dtype=np.float32)


def _ground(box: Box, side: int) -> Floats:
    return np.asarray((1 - _head(box, side)) * (1 - _shoulders(box, side)), dtype=np.float32)


_BROAD: dict[str, Callable[[Box, int], Floats]] = {"ground": _ground, "dress": _dress, "face": _face, "hair": _hair}
_SMALL: dict[str, Callable[[Features, int], Floats]] = {"lips": _lips, "eyes": _eyes}
_ON_FACES = frozenset(("face", "hair", "lips", "eyes"))
_TAKES = {
    "ground": _Takes(share=0.9, light=0.85),
    "dress": _Takes(share=0.8, light=0.5),
    "face": _Takes(share=0.5, light=0.15),
    "hair": _Takes(share=0.75, light=0.5),
    "lips": _Takes(share=0.9, light=0.7),
    "eyes": _Takes(share=0.95, light=0.6),
}
