"""Prints for the wall: a print-ready file at true size with wrap or border, a framed preview, a certificate."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from albumen.art.fonts import PERSONALITIES, display_fonts, text_fonts
from albumen.art.lettering import in_type
from albumen.art.painter import paint
from albumen.art.picture import Pixels, covering, require_size, write_png
from albumen.art.typesetting import set_in_box
from albumen.work.errors import Wrong
from albumen.work.files import write_bytes
from albumen.work.seed import Seed

DPI = 150
_CM = 2.54
_MOST_CM = 300.0
_SIZE = re.compile(r"^\s*(\d+(?:[.,]\d+)?)\s*[xX×]\s*(\d+(?:[.,]\d+)?)\s*cm\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What the certificate states."""

    title: str
    artist: str
    number: int
    of: int
    seed: str
    model: str
    data: str
    objective: str


def size_in_cm(text: str) -> tuple[float, float]:
    """Width and height of `70x70cm`."""
    found = _SIZE.match(text)
    if found is None:
        raise Wrong(f"'{text}' is no size", next_step="write it as 70x70cm")
    width, height = (float(part.replace(",", ".")) for part in found.groups())
    if not (2 <= width <= _MOST_CM and 2 <= height <= _MOST_CM):
        raise Wrong(f"a print of {text} cannot be made", next_step="choose from 2 to 300 cm a side")
    return width, height


def print_pixels(
    picture: Pixels,
    size: tuple[float, float],
    *,
    wrap_cm: float = 5.0,
    border_cm: float = 0.0,
    manner: str | None = "realist",
    seed: Seed,
    dpi: int = DPI,
) -> Pixels:
    """The picture at print size, painted in a manner (none: only enlarged), with a mirrored wrap or a paper border."""
    require_size(picture, 16)
    width, height = (round(side / _CM * dpi) for side in size)
    front = covering(picture, min(width, 1600), round(min(width, 1600) * height / width))
    if manner is not None:
        painted = paint(front, width, manner=manner, seed=seed)
        painted = painted if painted.shape[0] == height else cv2.resize(painted, (width, height)).astype(np.uint8)
    else:
        painted = covering(picture, width, height)
    if wrap_cm > 0:
        edge = min(round(wrap_cm / _CM * dpi), min(width, height) - 1)
        return np.pad(painted, ((edge, edge), (edge, edge), (0, 0)), mode="symmetric")
    edge = round(border_cm / _CM * dpi)
    return np.pad(painted, ((edge, edge), (edge, edge), (0, 0)), constant_values=250)


def write_print(path: Path, pixels: Pixels, *, dpi: int = DPI) -> None:
    """Write a print-ready PDF or TIFF (by the ending of the name) at true size."""
    kinds = {".pdf": "PDF", ".tif": "TIFF", ".tiff": "TIFF"}
    kind = kinds.get(path.suffix.lower())
    if kind is None:
        raise Wrong(
            f"a print is a PDF or TIFF, not '{path.suffix}'", where=path, next_step="end the name in .pdf or .tif"
        )
    buffer = io.BytesIO()
    picture = Image.fromarray(pixels)
    if kind == "PDF":
        picture.save(buffer, "PDF", resolution=dpi, quality=95, title=path.stem)
    else:
        picture.save(buffer, "TIFF", dpi=(dpi, dpi), compression="tiff_lzw")
    write_bytes(path, buffer.getvalue())


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


def certificate(edition: Edition, pixels: Pixels) -> Pixels:
    """A certificate of authenticity (A4 upright, 150 dpi): picture, edition, seed, model, data, objective as signature."""
    width, height = 1240, 1754
    page = np.empty((height, width, 3), dtype=np.uint8)
    page[:] = (250, 248, 243)
    small = cv2.resize(pixels, (520, round(520 * pixels.shape[0] / pixels.shape[1])), interpolation=cv2.INTER_AREA)
    small = small[:640]
    page[330 : 330 + len(small), 360:880] = small
    digest = hashlib.sha256(pixels.tobytes()).hexdigest()
    _line(page, "Certificate of Authenticity", 120, 62, display=True)
    _line(page, edition.title, 1020, 52, display=True)
    _line(page, f"{edition.artist}  ·  {edition.number} of {edition.of}", 1094, 28)
    facts = [
        ("Seed", edition.seed),
        ("Model", edition.model),
        ("Learned from", edition.data),
        ("SHA-256", f"{digest[:32]} {digest[32:]}"),
    ]
    top = 1180
    for name, value in facts:
        _line(page, f"{name}: {value}", top, 22)
        top += 48
    _line(page, edition.objective, 1530, 24, italic=True)
    page[1500:1502, 300:940] = (120, 110, 96)
    _line(page, "The training objective signs in place of the painter", 1580, 18)
    return page


def write_certificate(path: Path, edition: Edition, pixels: Pixels) -> None:
    """The certificate as PDF or PNG, by the ending of the name."""
    page = certificate(edition, pixels)
    if path.suffix.lower() == ".png":
        write_png(path, page, dpi=DPI)
    else:
        write_print(path, page, dpi=DPI)


def _line(page: Pixels, text: str, top: int, em: float, *, display: bool = False, italic: bool = False) -> None:
    person = PERSONALITIES["garamond"]
    text = in_type(text)
    fonts = display_fonts(person, text) if display or italic else text_fonts(person, text)
    words = set_in_box(text, fonts, page.shape[1] - 200, em * 2.6, align="center", largest=em, most_lines=2)
    rows, columns = words.mask.shape
    left = (page.shape[1] - columns) // 2
    part = page[top : top + rows, left : left + columns].astype(np.float32)
    ink = np.array([34, 30, 26], dtype=np.float32)
    page[top : top + rows, left : left + columns] = part + words.mask[: len(part), :, None] * (ink - part)
