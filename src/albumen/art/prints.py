"""Prints for the wall: a picture at true size with wrap or border, and a framed preview of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from albumen.art.painter import paint
from albumen.art.picture import Pixels, covering, require_size
from albumen.art.print_files import DPI
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

_CM = 2.54
_MOST_CM = 300.0
_MOST_WRAP_CM, _MOST_BORDER_CM = 20.0, 50.0
_SIZE = re.compile(r"^\s*(\d+(?:[.,]\d+)?)\s*[xX×]\s*(\d+(?:[.,]\d+)?)\s*cm\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What is printed: `pixels` with an `edge` (pixels) on each side, which is a mirrored wrap or a paper border."""

    pixels: Pixels
    edge: int
    wraps: bool

    @property
    def front(self) -> Pixels:
        """The picture alone, as it is seen on the wall."""
        height, width = self.pixels.shape[:2]
        return self.pixels[self.edge : height - self.edge, self.edge : width - self.edge]

    @property
    def on_wall(self) -> Pixels:
        """What hangs on the wall: a wrap goes round the stretcher, a border is seen."""
        return self.front if self.wraps else self.pixels


def size_in_cm(text: str) -> tuple[float, float]:
    """Width and height of `70x70cm`."""
    found = _SIZE.match(text)
    if found is None:
        raise Wrong(f"'{text}' is no size", next_step="write it as 70x70cm")
    width, height = (float(part.replace(",", ".")) for part in found.groups())
    if not (2 <= width <= _MOST_CM and 2 <= height <= _MOST_CM):
        raise Wrong(f"a print of {text} cannot be made", next_step="choose from 2 to 300 cm a side")
    return width, height


def print_sheet(
    picture: Pixels,
    size: tuple[float, float],
    *,
    wrap_cm: float = 5.0,
    border_cm: float = 0.0,
    manner: str | None = "realist",
    seed: Seed,
    dpi: int = DPI,
    cancelled: Callable[[], bool] = lambda: False,
) -> Sheet:
    """The picture at print size, painted in a manner (none: only enlarged), with a mirrored wrap or a paper border.

    Raises `Wrong` for edges that cannot be made, `Cancelled` where `cancelled` answers yes.
    """
    require_size(picture, 16)
    require_edges(size, wrap_cm, border_cm)
    width, height = (round(side / _CM * dpi) for side in size)
    front = covering(picture, min(width, 1600), round(min(width, 1600) * height / width))
    if manner is not None:
        painted = paint(front, width, manner=manner, seed=seed, cancelled=cancelled)
        painted = painted if painted.shape[0] == height else cv2.resize(painted, (width, height)).astype(np.uint8)
    else:
        painted = covering(picture, width, height)
    if wrap_cm > 0:
        edge = min(round(wrap_cm / _CM * dpi), min(width, height))
        around = np.pad(painted, ((edge, edge), (edge, edge), (0, 0)), mode="symmetric")
        return Sheet(pixels=around, edge=edge, wraps=True)
    edge = round(border_cm / _CM * dpi)
    paper = np.pad(painted, ((edge, edge), (edge, edge), (0, 0)), constant_values=250)
    return Sheet(pixels=paper, edge=edge, wraps=False)


def require_edges(size: tuple[float, float], wrap_cm: float, border_cm: float) -> None:
    """Raises `Wrong` for a wrap and a border at once, and for a wrap that is wider than the picture it mirrors."""
    if not (0 <= wrap_cm <= _MOST_WRAP_CM and 0 <= border_cm <= _MOST_BORDER_CM):
        what = f"a wrap of {wrap_cm:g} cm and a border of {border_cm:g} cm cannot be made"
        raise Wrong(what, next_step=f"choose a wrap of 0 to {_MOST_WRAP_CM:g} cm or a border of 0 to {_MOST_BORDER_CM:g} cm")
    if wrap_cm > 0 and border_cm > 0:
        raise Wrong("a print has a wrap or a border, not both", next_step="take one of them away")
    if wrap_cm > min(size):
        what = f"a picture of {size[0]:g} x {size[1]:g} cm cannot be mirrored into a wrap of {wrap_cm:g} cm"
        raise Wrong(what, next_step=f"choose a wrap of at most {min(size):g} cm")


def dots_an_inch(picture: Pixels, size: tuple[float, float]) -> float:
    """How many pixels of the picture come to an inch of the print, once it is cut to the print's shape."""
    return min(picture.shape[1] / size[0], picture.shape[0] / size[1]) * _CM


def share_cut_off(picture: Pixels, size: tuple[float, float]) -> float:
    """How much of the picture the print does not show because it has another shape, 0..1."""
    shapes = sorted((picture.shape[1] / picture.shape[0], size[0] / size[1]))
    return 1 - shapes[0] / shapes[1]


def framed(pixels: Pixels, *, width: int = 1800, wall: tuple[int, int, int] = (206, 200, 190)) -> Pixels:
    """The print in a frame on a wall, in soft light from the upper left."""
    height = round(width * 0.72)
    rng = Seed(0).child("wall").rng()
    rows, columns = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    light = 1.06 - 0.30 * np.hypot(columns - 0.30, (rows - 0.18) * 0.8)
    room = np.array(wall, dtype=np.float32) * light[..., None] + rng.normal(0, 1.2, (height, width, 1))
    floor = round(height * 0.90)
    room[floor:] = np.array([96, 78, 62]) * (light[floor:, :, None] * 0.95)
    room[floor - 14 : floor] = np.array([238, 235, 229]) * light[floor - 14 : floor, :, None]
    tall = round(height * 0.60)
    wide = round(tall * pixels.shape[1] / pixels.shape[0])
    if wide > width * 0.8:
        wide, tall = round(width * 0.8), round(width * 0.8 * pixels.shape[0] / pixels.shape[1])
    art = cv2.resize(pixels, (wide, tall), interpolation=cv2.INTER_AREA).astype(np.float32)
    rim = max(10, round(tall * 0.045))
    top, left = round(height * 0.43) - tall // 2, (width - wide) // 2
    box = (top - rim, left - rim, top + tall + rim, left + wide + rim)
    room = _shadowed(room.astype(np.float32), box)
    room[box[0] : box[2], box[1] : box[3]] = _frame(tall + 2 * rim, wide + 2 * rim, rim, rng)
    room[top : top + tall, left : left + wide] = art
    inner = np.minimum(np.arange(tall)[:, None], np.arange(wide)[None]) / max(6, rim * 0.35)
    room[top : top + tall, left : left + wide] *= np.clip(0.62 + 0.38 * inner, 0, 1)[..., None]
    return np.clip(np.rint(room), 0, 255).astype(np.uint8)


def _frame(tall: int, wide: int, rim: int, rng: np.random.Generator) -> np.ndarray:
    """Dark gilded moulding: light on its upper left slopes, dark on the lower right, grain along the wood."""
    rows, columns = np.mgrid[0:tall, 0:wide]
    edges = np.stack([rows, columns, tall - 1 - rows, wide - 1 - columns])
    side = edges.argmin(axis=0)
    depth = edges.min(axis=0) / rim
    profile = 0.50 + 0.34 * np.sin(np.clip(depth, 0, 1) * np.pi * 2.2) + 0.25 * (depth > 0.86)
    facing = np.array([1.10, 1.02, 0.78, 0.84])[side]
    grain = np.where(side % 2 == 0, rng.normal(0, 0.035, (tall, 1)), rng.normal(0, 0.035, (1, wide)))
    gold = np.array([152, 118, 66], dtype=np.float32)
    return gold * np.clip((0.45 + 0.75 * profile) * facing + grain, 0.1, 1.7)[..., None]


def _shadowed(room: np.ndarray, box: tuple[int, int, int, int]) -> np.ndarray:
    shadow = np.zeros(room.shape[:2], dtype=np.float32)
    drop = (box[2] - box[0]) // 28
    shadow[box[0] + drop : box[2] + drop * 2, box[1] + drop : box[3] + drop] = 1.0
    soft = cv2.GaussianBlur(shadow, (0, 0), drop * 1.1)
    return room * (1 - 0.5 * soft[..., None])
