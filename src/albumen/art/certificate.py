"""The certificate of authenticity of a print: picture, edition, how it came about, and the digests of the files themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from albumen.art.fonts import PERSONALITIES, display_fonts, text_fonts
from albumen.art.lettering import in_type
from albumen.art.picture import Pixels, write_png
from albumen.art.print_files import DPI, write_print
from albumen.art.typesetting import set_in_box

_WIDTH, _HEIGHT = 1240, 1754  # A4 upright at 150 dots an inch
_PICTURE = (560, 600)
"""The most that the picture may be wide and high."""
_PICTURE_TOP = 290
_PAPER, _INK, _RULE = (250, 248, 243), (34, 30, 26), (120, 110, 96)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What the certificate states. `objective` is empty where no net was trained for the picture: then nothing signs.

    `digests` are the SHA-256 sums of what is delivered, by name, as `sha256sum` prints them.
    """

    title: str
    artist: str
    number: int
    of: int
    seed: str
    model: str
    data: str
    objective: str = ""
    size: str = ""
    manner: str = ""
    colours: str = ""
    """Colours that a person named for it."""
    digests: Mapping[str, str] = field(default_factory=dict)


def certificate(edition: Edition, picture: Pixels) -> Pixels:
    """The certificate (A4 upright, 150 dpi) of a print; `picture` is what is seen of it, without a wrap."""
    page = np.empty((_HEIGHT, _WIDTH, 3), dtype=np.uint8)
    page[:] = _PAPER
    scale = min(_PICTURE[0] / picture.shape[1], _PICTURE[1] / picture.shape[0])
    wide, high = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    shown = cv2.resize(picture, (wide, high), interpolation=cv2.INTER_AREA)
    top, left = _PICTURE_TOP + (_PICTURE[1] - high) // 2, (_WIDTH - wide) // 2
    page[top : top + high, left : left + wide] = shown
    _line(page, "Certificate of Authenticity", 120, 62, display=True)
    _line(page, edition.title, 925, 52, display=True)
    _line(page, f"{edition.artist}  ·  {edition.number} of {edition.of}", 1010, 28)
    facts = {"Size": edition.size, "Manner": edition.manner, "Colours named by a person": edition.colours}
    facts |= {"Seed": edition.seed, "Model": edition.model, "Learned from": edition.data}
    facts |= {f"SHA-256 of {name}": digest for name, digest in edition.digests.items()}
    row = 1085
    for name, value in facts.items():
        if value:
            row += max(34, _line(page, f"{name}: {value}", row, 19) + 14)
    if edition.objective:
        page[1560:1562, 300:940] = _RULE
        _line(page, edition.objective, 1580, 24, italic=True)
        _line(page, "The training objective signs in place of the painter", 1660, 18)
    return page


def write_certificate(path: Path, edition: Edition, picture: Pixels) -> None:
    """The certificate as PDF or PNG, by the ending of the name."""
    page = certificate(edition, picture)
    if path.suffix.lower() == ".png":
        write_png(path, page, dpi=DPI)
    else:
        write_print(path, page, dpi=DPI, title=f"Certificate of {edition.title}")


def _line(page: Pixels, text: str, top: int, em: float, *, display: bool = False, italic: bool = False) -> int:
    """Set a text centred, on two lines at most; returns how many rows it takes."""
    person = PERSONALITIES["garamond"]
    text = in_type(text)
    fonts = display_fonts(person, text) if display or italic else text_fonts(person, text)
    words = set_in_box(text, fonts, page.shape[1] - 200, em * 2.6, align="center", largest=em, most_lines=2)
    rows, columns = words.mask.shape
    left = (page.shape[1] - columns) // 2
    part = page[top : top + rows, left : left + columns].astype(np.float32)
    ink = np.array(_INK, dtype=np.float32)
    page[top : top + rows, left : left + columns] = part + words.mask[: len(part), :, None] * (ink - part)
    return rows
