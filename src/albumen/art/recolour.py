"""Colours that were asked for in words, laid on a painted portrait where they belong: eyes, lips, hair, face, clothes, ground.

A cascade finds the face, and eyes and lips are looked for on it; the rest lies where it does in a head seen from the front.
The shading of the painting stays, its colour changes softly in OKLab.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

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
    laid: tuple[ColourWish, ...] = ()
    """The wishes that are in the picture; others needed a face that was not found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """How a part of a portrait takes a colour: where (a mask 0..1), how much of it, and how far its light follows."""

    where: Callable[[Box, int], Floats]
    share: float
    light: float


def needs_face(wishes: Sequence[ColourWish]) -> bool:
    """Whether a wish can only be met where a face is found."""
    return any(wish.place in _ON_FACES and wish.lch[1] >= 0 for wish in wishes)


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
    placed = [wish for wish in wishes if wish.place in _PARTS and (wish.lch[1] >= 0 or ground is not None)]
    if not placed:
        return Coloured(picture=picture)
    box = face_box(picture if seen is None else seen)
    lab = oklab_of_bytes(picture)
    features = features_of(lab, box) if box is not None and any(wish.place in _ON_FEATURES for wish in placed) else None
    told, laid = [], []
    for wish in sorted(placed, key=lambda wish: PLACES_ON_A_SITTER.index(wish.place)):
        if wish.place in _ON_FACES and box is None:
            told.append(f"'{wish.said}' could not be painted: no face was found in the picture")
            continue
        meant = np.array(ground, dtype=np.float32) / 255.0 if wish.place == "ground" and ground is not None else None
        colour = oklab_of(meant) if meant is not None else lab_of_lch(wish.lch)
        part = _PARTS[wish.place]
        mask, how = part.where(box or _USUAL, len(picture)), f"was painted on the {wish.place}"
        if wish.place in _ON_FEATURES and features is not None:
            marks = getattr(features, wish.place)
            mask = _ON_FEATURES[wish.place](features, len(picture))
            if not mask.any():
                told.append(f"'{wish.said}' could not be painted: the {wish.place} could not be placed on the face")
                continue
            if not all(mark.found for mark in marks):
                how = f"was painted where {wish.place} lie in most faces: they were not seen in this one"
        lab = _laid(lab, part, mask, colour)
        told.append(f"'{wish.said}' {how}")
        laid.append(wish)
    pixels = np.clip(np.rint(srgb_of(lab) * 255), 0, 255).astype(np.uint8)
    return Coloured(picture=pixels, told=tuple(told), laid=tuple(laid))


def _laid(lab: Floats, part: _Part, mask: Floats, colour: Floats) -> Floats:
    """The picture with a part moved to a colour; how light and dark lie within the part stays."""
    weight = mask[..., None]
    middle = (lab * weight).sum(axis=(0, 1)) / max(1e-6, float(mask.sum()))
    moved = lab.copy()
    moved[..., 0] += part.light * (colour[0] - middle[0])
    moved[..., 1:] = colour[1:] + 0.35 * (lab[..., 1:] - middle[1:])
    return np.asarray(lab + part.share * weight * (moved - lab), dtype=np.float32)


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
    """Two irises; the pupils keep their dark."""
    mask = np.zeros((side, side), dtype=np.float32)
    for mark in features.eyes:
        pupil = Mark(centre=mark.centre, radii=(0.28 * mark.radii[1], 0.28 * mark.radii[1]))
        mask = np.maximum(mask, _marked(mark, side, 0.4) * (1 - 0.7 * _marked(pupil, side, 0.8)))
    return mask * features.skin


def _lips(features: Features, side: int) -> Floats:
    """A soft streak that is thin at its ends."""
    mask = np.zeros((side, side), dtype=np.float32)
    for mark in features.lips:
        mask = np.maximum(mask, _marked(mark, side, 0.5))
    return mask * features.skin


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


_PARTS = {
    "ground": _Part(where=_ground, share=0.9, light=0.85),
    "dress": _Part(where=_dress, share=0.8, light=0.5),
    "face": _Part(where=_face, share=0.5, light=0.15),
    "hair": _Part(where=_hair, share=0.75, light=0.5),
    "lips": _Part(where=_face, share=0.85, light=0.5),
    "eyes": _Part(where=_face, share=0.9, light=0.6),
}
_ON_FACES = frozenset(("face", "hair", "lips", "eyes"))
_ON_FEATURES = {"lips": _lips, "eyes": _eyes}
