"""Sliders: directions in the space of styles along which a painting changes in one thing that has a name.

Most are read from the mapping net: how the mean style moves when a condition does. The shapes are the main axes of the
styles themselves (Härkönen et al. 2020, GANSpace), applied where pose and shape are made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from albumen.models.portraits.condition import ERAS, GENRES, PALETTE_SIZE
from albumen.models.portraits.run import Painting, PaintingModel
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

SHAPES = 4
MOST = 4.0  # spreads that a slider may be moved
_DRAWS = 256

# Which numbers of a condition move together: lightness and yellowness of surroundings, middle and dress, then contrast.
_PALETTE = {"ground": (0,), "face": (3,), "dress": (6,), "warmth": (2, 5, 8), "contrast": (9,)}
NAMES = (*_PALETTE, "era", *(f"shape-{place + 1}" for place in range(SHAPES)))


def slide(model: PaintingModel, paintings: list[Painting], amounts: Mapping[str, float]) -> list[Painting]:
    """The paintings moved along named sliders, by so many spreads each (-4..4), and judged anew.

    Raises `Wrong` for a slider that there is not, or an amount that leaves what the net knows.
    """
    for name, amount in amounts.items():
        if name not in NAMES:
            raise Wrong(f"there is no slider '{name}'", next_step=f"choose from {', '.join(NAMES)}")
        if not abs(amount) <= MOST:
            raise Wrong(f"the slider '{name}' cannot be moved by {amount:g}", next_step=f"choose from -{MOST:g} to {MOST:g}")
    found = directions(model)
    move = sum((np.float32(amount) * found[name] for name, amount in amounts.items()), np.zeros_like(found["era"]))
    moved = model.draw(np.stack([painting.styles + move for painting in paintings]), [each.seed for each in paintings])
    return [replace(after, seed=before.seed) for before, after in zip(paintings, moved, strict=True)]


def directions(model: PaintingModel) -> dict[str, NDArray[np.float32]]:
    """What one spread of each slider adds to the styles of all stages, by name: (stages, style) each."""
    rng = Seed(0).child("sliders").rng()
    conditions = model.known_conditions[rng.integers(0, len(model.known_conditions), _DRAWS)]
    latents = rng.standard_normal((_DRAWS, model.latent)).astype(np.float32)
    styles = model.styles(latents, conditions)
    found = {}
    for name, places in _PALETTE.items():
        moved = conditions.copy()
        moved[:, list(places)] += 1.0
        found[name] = model.everywhere((model.styles(latents, moved) - styles).mean(axis=0))
    eras = PALETTE_SIZE + len(GENRES) + np.arange(len(ERAS))
    first, last = conditions.copy(), conditions.copy()
    first[:, eras], last[:, eras] = 0.0, 0.0
    first[:, eras[0]], last[:, eras[-1]] = 1.0, 1.0
    # From the first era to the last in two spreads, so that one step from the middle reaches either.
    found["era"] = model.everywhere((model.styles(latents, last) - model.styles(latents, first)).mean(axis=0) / 2)
    _, sizes, axes = np.linalg.svd(styles - styles.mean(axis=0), full_matrices=False)
    for place in range(SHAPES):
        shape = model.everywhere((axes[place] * sizes[place] / np.sqrt(_DRAWS)).astype(np.float32))
        shape[model.coarse :] = 0.0
        found[f"shape-{place + 1}"] = shape
    return found
