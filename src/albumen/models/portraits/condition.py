"""What a picture can be asked for: palette, genre, era and style, as one vector of numbers.

The palette is measured on small copies of the pictures themselves, so every colour in the data is a label for free.
A palette has four places: the surroundings (upper corners and edges), the face or middle, the dress or foreground, and
the contrast between light and dark.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from albumen.models.portraits.colour import Floats, oklab_of
from albumen.models.portraits.rights import Work
from albumen.work.errors import Wrong

GENRES = (
    "portrait",
    "landscape",
    "still-life",
    "figure",
    "cityscape",
    "marine",
    "religious",
    "flower",
    "animal",
    "mythological",
    "abstract",
    "interior",
    "history",
)
GROUND_GENRES = ("landscape", "still-life", "cityscape", "marine", "flower", "abstract", "interior")
"""What may lie under a cover's type: pictures of no people."""
ERAS = ("before 1600", "17th century", "18th century", "19th century", "20th century")
STYLES = ("Baroque", "Rococo", "Impressionism", "Modern", "Print")

_MODERN = frozenset(
    "Pointillism Fauvism Cubism Divisionism Synthetism Cubo-Futurism Constructivism Suprematism Symbolism Tonalism".split()
    + ["Naive art", "Abstract Expressionism", "Art Nouveau", "Analytical Realism", "Magic Realism", "Expressionism"]
)
_PRINT = frozenset({"Ukiyo-e", "Shin-hanga"})

PALETTE_SIZE = 10
CONDITION_SIZE = PALETTE_SIZE + len(GENRES) + len(ERAS) + len(STYLES)

# Means and spreads of OKLab over the training pictures, rounded: they bring every palette number near -2..2.
_CENTRE = np.array([0.54, 0.008, 0.026, 0.58, 0.017, 0.039, 0.53, 0.012, 0.034, 0.154], dtype=np.float32)
_SPREAD = np.array([0.17, 0.020, 0.029, 0.13, 0.024, 0.030, 0.15, 0.023, 0.029, 0.042], dtype=np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A picture asked for. Colours are OKLab triples; whatever is None is left to the model."""

    genre: str = "portrait"
    era: str | None = None
    style: str | None = None
    surroundings: tuple[float, float, float] | None = None
    middle: tuple[float, float, float] | None = None
    foreground: tuple[float, float, float] | None = None
    contrast: float | None = None


def palette_of(pictures: NDArray[np.uint8]) -> Floats:
    """Palette numbers (n, 10) of pictures (n, height, width, 3): three OKLab places and the spread of lightness."""
    count, height, width, _ = pictures.shape
    lab = oklab_of(pictures.astype(np.float32) / 255.0)
    rows, columns = np.mgrid[0:height, 0:width]
    vertical, horizontal = (rows + 0.5) / height, (columns + 0.5) / width
    around = (vertical < 0.45) & ((horizontal < 0.18) | (horizontal > 0.82) | (vertical < 0.1))
    middle = (np.abs(horizontal - 0.5) < 0.15) & (np.abs(vertical - 0.45) < 0.17)
    below = (vertical > 0.75) & (np.abs(horizontal - 0.5) < 0.35)
    places = [lab[:, place].mean(axis=1) for place in (around, middle, below)]
    contrast = lab[..., 0].reshape(count, -1).std(axis=1)[:, None]
    return np.concatenate([*places, contrast], axis=1).astype(np.float32)


def conditions(
    palette: NDArray[np.float32], genre: NDArray[np.int64], era: NDArray[np.int64], style: NDArray[np.int64]
) -> Floats:
    """Condition vectors (n, CONDITION_SIZE); a class of -1 is unknown and stays all zeros."""
    scaled = np.clip((palette - _CENTRE) / _SPREAD, -4.0, 4.0)
    hot = [_one_hot(genre, len(GENRES)), _one_hot(era, len(ERAS)), _one_hot(style, len(STYLES))]
    return np.concatenate([scaled, *hot], axis=1).astype(np.float32)


def wish_vectors(wish: Wish, examples: Floats, rng: np.random.Generator, count: int) -> Floats:
    """`count` condition vectors for a wish.

    What the wish leaves open is taken from real condition vectors (`examples`) nearest to what it fixes, so that the
    whole stays a palette that painters used.
    """
    fixed = wished_numbers(wish)
    known = ~np.isnan(fixed)
    matching = examples[examples[:, PALETTE_SIZE + _index(GENRES, wish.genre, "genre")] > 0]
    pool = matching if len(matching) >= 8 else examples
    distance = np.square(np.where(known, pool - np.nan_to_num(fixed), 0.0)).sum(axis=1)
    nearest = np.argsort(distance, kind="stable")[: max(24, len(pool) // 12)] if known[:PALETTE_SIZE].any() else None
    choices = nearest if nearest is not None else np.arange(len(pool))
    drawn = pool[rng.choice(choices, size=count)].copy()
    drawn[:, known] = fixed[known]
    return drawn.astype(np.float32)


def wished_numbers(wish: Wish) -> Floats:
    """The condition vector of a wish, NaN where it leaves the model free."""
    vector = np.full(CONDITION_SIZE, np.nan, dtype=np.float32)
    for place, colour in enumerate((wish.surroundings, wish.middle, wish.foreground)):
        if colour is not None:
            vector[3 * place : 3 * place + 3] = colour
    if wish.contrast is not None:
        vector[9] = wish.contrast
    vector[:PALETTE_SIZE] = np.clip((vector[:PALETTE_SIZE] - _CENTRE) / _SPREAD, -3.0, 3.0)
    start = PALETTE_SIZE
    for names, name, kind in ((GENRES, wish.genre, "genre"), (ERAS, wish.era, "era"), (STYLES, wish.style, "style")):
        if name is not None:
            vector[start : start + len(names)] = 0.0
            vector[start + _index(names, name, kind)] = 1.0
        start += len(names)
    return vector


def genre_index(work: Work) -> int:
    """Class number of the genre; -1 for one the model does not know."""
    return GENRES.index(work.genre) if work.genre in GENRES else -1


def era_index(work: Work) -> int:
    """Class number of the century of making; the artist's death less 20 years stands in for a missing year."""
    year = work.year if work.year is not None else (work.died - 20 if work.died is not None else None)
    if year is None:
        return -1
    # "19th c." is read as 1900, which still belongs to the 19th century.
    return int(np.clip((year - 1) // 100 - 15, 0, len(ERAS) - 1))


def style_index(work: Work) -> int:
    """Class number of the style; modern movements share one class, woodblock prints another."""
    if work.style in STYLES:
        return STYLES.index(work.style)
    if work.style in _PRINT:
        return STYLES.index("Print")
    return STYLES.index("Modern") if work.style in _MODERN else -1


def _index(names: tuple[str, ...], name: str, kind: str) -> int:
    if name not in names:
        raise Wrong(f"there is no {kind} '{name}'", next_step=f"choose one of: {', '.join(names)}")
    return names.index(name)


def _one_hot(classes: NDArray[np.int64], size: int) -> Floats:
    hot = np.zeros((len(classes), size), dtype=np.float32)
    known = classes >= 0
    hot[np.flatnonzero(known), classes[known]] = 1.0
    return hot
