"""Controls for a reader of letters: letters set into pictures at known places, and pictures that can hold none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from albumen.art.fonts import PERSONALITIES, display_fonts
from albumen.art.picture import Pixels
from albumen.work.seed import Seed

CAPS = (96, 48, 24)
"""Heights of capitals, for pictures of 1,000 px."""
RATIOS = {"strong": 7.0, "moderate": 3.0}
"""Contrast (WCAG) between the letters and the mean of what lies under them; less where black and white give no more."""
WORDS = ("Lantern", "HARBOUR", "Midnight", "SILENCE", "Orchard", "WINTER", "Garden", "THUNDER", "Meadow", "FOREST")
PAIRS = ("Qu", "AB", "Ne", "KT", "Ma", "RS", "We", "EH")
SINGLES = "ABEGHKMNQRW"
_AIR, _TRIES = 0.03, 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """Letters set into a picture."""

    kind: str
    text: str
    cap: int
    box: tuple[float, float, float, float]
    """Left, top, right, bottom as shares of the side."""


def planted(picture: Pixels, contrast: str, seed: Seed) -> tuple[Pixels, list[Plant]]:
    """The square picture with a word, two letters and one letter of each size set at random places, and what stands where."""
    rng = seed.child("plants", contrast).rng()
    canvas = Image.fromarray(picture)
    draw = ImageDraw.Draw(canvas)
    side = picture.shape[0]
    done: list[Plant] = []
    for cap in CAPS:
        for kind, stock in (("word", WORDS), ("two letters", PAIRS), ("one letter", tuple(SINGLES))):
            text = str(rng.choice(stock))
            font = _font(text, cap, rng)
            left, top, right, bottom = draw.textbbox((0, 0), text, font=font)
            place = _free_place(done, (right - left) / side, (bottom - top) / side, rng)
            if place is None:
                continue
            x, y = round(place[0] * side), round(place[1] * side)
            under = picture[y : y + round(bottom - top), x : x + round(right - left)].reshape(-1, 3).mean(axis=0)
            draw.text((x - left, y - top), text, font=font, fill=_colour(under, RATIOS[contrast]))
            done.append(Plant(kind=kind, text=text, cap=cap, box=place))
    return np.asarray(canvas, dtype=np.uint8), done


def scrambled(picture: Pixels, seed: Seed) -> Pixels:
    """The picture with the phases of its waves drawn anew: its colours and its grain, none of its shapes."""
    rng = seed.child("scrambled").rng()
    shift = np.angle(np.fft.fft2(rng.standard_normal(picture.shape[:2])))
    waves = np.fft.fft2(picture.astype(np.float64), axes=(0, 1)) * np.exp(1j * shift)[..., None]
    waves[0, 0] = picture.reshape(-1, 3).sum(axis=0)
    return np.clip(np.rint(np.fft.ifft2(waves, axes=(0, 1)).real), 0, 255).astype(np.uint8)


def turned(picture: Pixels) -> Pixels:
    """The picture mirrored and on its side: the same marks, none of them upright."""
    return np.ascontiguousarray(np.rot90(picture[:, ::-1]))


def _font(text: str, cap: int, rng: np.random.Generator) -> ImageFont.FreeTypeFont:
    person = PERSONALITIES[str(rng.choice(sorted(PERSONALITIES)))]
    font = display_fonts(person, text)[0]
    _, top, _, bottom = font.sized(200).getbbox("H")
    return font.sized(200 * cap / (bottom - top))


def _free_place(
    done: list[Plant], wide: float, high: float, rng: np.random.Generator
) -> tuple[float, float, float, float] | None:
    for _ in range(_TRIES):
        x, y = rng.uniform(0.01, max(0.011, 0.99 - wide)), rng.uniform(0.01, 0.99 - high)
        box = (float(x), float(y), float(x + wide), float(y + high))
        if x + wide < 1 and all(_apart(box, other.box) for other in done):
            return box
    return None


def _apart(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    across = one[2] + _AIR < other[0] or other[2] + _AIR < one[0]
    return across or one[3] + _AIR < other[1] or other[3] + _AIR < one[1]


def _colour(under: np.ndarray, ratio: float) -> tuple[int, int, int]:
    """The mean colour moved towards white or black until it contrasts so much."""
    end = 255.0 if _luminance(under) < 0.18 else 0.0
    colour = under
    for share in np.linspace(0, 1, 101):
        colour = under + share * (end - under)
        dark, light = sorted((_luminance(colour), _luminance(under)))
        if (light + 0.05) / (dark + 0.05) >= ratio:
            break
    red, green, blue = (int(value) for value in np.rint(colour))
    return red, green, blue


def _luminance(colour: np.ndarray) -> float:
    share = colour / 255.0
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))
