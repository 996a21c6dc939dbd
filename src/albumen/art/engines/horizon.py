"""Horizon: a painted land whose hills rise with the energy of the song, under a sky of its palette."""

from __future__ import annotations

import cv2
import numpy as np

from albumen.art.direction import FREE, Direction
from albumen.art.engines.surface import mix, noise_field
from albumen.art.music_view import MusicView
from albumen.art.painter import paint
from albumen.art.palette import Palette
from albumen.art.picture import Pixels
from albumen.models.portraits.colour import oklab_of, srgb_of
from albumen.work.seed import Seed

RANGES = 6
_SKETCH = 512


def brush(palette: Palette, seed: Seed) -> str:
    """The manner of its strokes where nobody chose one."""
    return str(seed.child("horizon").rng().choice(["impressionist", "knife", "wash", "realist"]))


def draw(music: MusicView, palette: Palette, side: int, seed: Seed, direction: Direction = FREE) -> Pixels:
    """The sketch of sky, sun, hills and water, painted with a brush."""
    manner = direction.manner or brush(palette, seed)
    return paint(sketch(music, palette, seed), side, manner=manner, seed=seed.child("strokes"))


def sketch(music: MusicView, palette: Palette, seed: Seed) -> Pixels:
    """The composition before the brush (512 px): what is where, in which colour."""
    rng = seed.child("sketch").rng()
    rows, columns = np.mgrid[0 : 1 : _SKETCH * 1j, 0 : 1 : _SKETCH * 1j]
    skyline = 0.58 + 0.08 * rng.uniform(-1, 1)
    lab = _sky(rows, columns, skyline, palette, rng)
    sun_x, sun_y = rng.uniform(0.25, 0.75), skyline - rng.uniform(0.12, 0.26)
    lab = _sun(lab, rows, columns, (float(sun_x), float(sun_y)), palette)
    far = _lab(mix(mix(palette.ground, palette.accent, 0.45), palette.ink, 0.22 if palette.dark else 0.0))
    near = _lab(mix(palette.shade, palette.second, 0.12) if palette.dark else mix(palette.second, palette.ink, 0.75))
    frames = len(music.energy)
    for place in range(RANGES):
        share = place / (RANGES - 1)
        part = music.energy[int(place / RANGES * frames) : int((place + 1) / RANGES * frames)]
        smooth = np.interp(np.linspace(0, len(part) - 1, 9), np.arange(len(part)), part)
        ridge = np.interp(np.linspace(0, 8, _SKETCH), np.arange(9), smooth)
        ridge = cv2.GaussianBlur(ridge[None].astype(np.float32), (0, 0), 14)[0]
        ridge = (ridge - ridge.mean()) / (ridge.std() + 0.05) * 0.5 + noise_field(8, _SKETCH, 4, rng)[2] * 0.7
        rough = noise_field(8, _SKETCH, 9, rng)[4] * 0.018
        top = skyline + 0.36 * share - (0.055 + 0.02 * share) * ridge - rough
        inside = np.clip((rows - top[None]) * _SKETCH / 1.5, 0, 1)[..., None]
        deep = np.clip((rows - top[None]) / 0.16, 0, 1)[..., None]
        colour = far + share**0.75 * (near - far)
        # The air between the ranges: each fades towards the light at its foot.
        tint = colour + deep * 0.30 * (1 - share) * (far - colour) + (deep - 0.5) * np.array([0.03, 0, 0])
        tint = tint + (0.02 * noise_field(_SKETCH, _SKETCH, 14, rng))[..., None] * np.array([1.0, 0.2, 0.3])
        lab = lab + inside * (tint - lab)
    return np.clip(np.rint(srgb_of(lab) * 255), 0, 255).astype(np.uint8)


def _sky(
    rows: np.ndarray, columns: np.ndarray, skyline: float, palette: Palette, rng: np.random.Generator
) -> np.ndarray:
    high, low = _lab(palette.ground), _lab(mix(palette.ground, palette.accent, 0.55))
    share = np.clip(rows / skyline, 0, 1)[..., None] ** 1.7
    lab = high + share * (low - high)
    cloud = noise_field(_SKETCH, _SKETCH, 5, rng) + 0.6 * noise_field(_SKETCH, _SKETCH, 12, rng)
    stretched = cv2.resize(cloud[:, : _SKETCH // 3], (_SKETCH, _SKETCH), interpolation=cv2.INTER_LINEAR)
    bank = np.clip(cloud * 0.25 + stretched * 0.6 - 0.1, 0, 1)[..., None] * 0.5
    cloudy = mix(palette.second, palette.ink, 0.35) if palette.dark else mix(palette.ground, (255, 255, 255), 0.75)
    return lab + bank * (_lab(cloudy) - lab)


def _sun(
    lab: np.ndarray, rows: np.ndarray, columns: np.ndarray, middle: tuple[float, float], palette: Palette
) -> np.ndarray:
    distance = np.hypot(columns - middle[0], rows - middle[1])
    bright = _lab(
        mix(palette.accent, palette.ink, 0.72) if palette.dark else mix(palette.accent, (255, 255, 250), 0.82)
    )
    halo = np.exp(-((distance / 0.20) ** 1.2))[..., None] * 0.6
    lab = lab + halo * (_lab(mix(palette.accent, (255, 255, 250), 0.15)) - lab)
    disc = np.clip((0.062 - distance) * _SKETCH / 2, 0, 1)[..., None]
    return lab + disc * (bright - lab)


def _lab(colour: tuple[int, int, int]) -> np.ndarray:
    return oklab_of(np.array(colour, dtype=np.float32) / 255.0)
