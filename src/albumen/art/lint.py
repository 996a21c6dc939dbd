"""cover-lint: every rule of the stores, checked on the file itself; each fault is one sentence that says what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from albumen.art.layout import Page
from albumen.art.palette import READABLE
from albumen.work.errors import Missing, Wrong

SIDE = 3000
LARGEST_BYTES = 4_000_000
_FORBIDDEN = {
    r"https?://|www\.|\b[\w-]+\.(?:com|net|org|io|de|fm)\b": "a web address",
    r"(?:^|\s)@\w+": "a user name of a platform",
    r"[$€£]\s?\d|\d\s?(?:USD|EUR|GBP)\b": "a price",
    r"\b(?:spotify|apple music|itunes|amazon|youtube|tidal|deezer)\b": "a platform's name",
    r"\b(?:soundcloud|bandcamp|tiktok|instagram|facebook)\b": "a network's name",
    r"\b(?:CD|DVD|vinyl edition|compact disc|mp3|cassette edition)\b": "a physical or file format",
    r"\b(?:out now|new album|free download|exclusive|limited time)\b": "an advertisement",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A broken rule."""

    rule: str
    sentence: str


def lint_cover(path: Path, *, title: str, artist: str, page: Page | None = None) -> list[Fault]:
    """All faults of a cover file; an empty list means that stores accept it. `page` adds checks of the layout."""
    if not path.is_file():
        raise Missing("this cover does not exist", where=path, next_step="make one with `albumen make --until art`")
    faults = [*_words(title, artist)]
    try:
        with Image.open(path) as picture:
            picture.load()
            faults += _file(path, picture)
            pixels = np.asarray(picture.convert("RGB"), dtype=np.uint8)
    except (UnidentifiedImageError, OSError) as error:
        raise Wrong(f"this is no readable picture ({error})", where=path, next_step="export the cover again") from error
    faults += _look(pixels)
    if page is not None:
        faults += _page(page)
    return faults


def _file(path: Path, picture: Image.Image) -> list[Fault]:
    faults: list[Fault] = []
    width, height = picture.size
    if width != height:
        faults.append(Fault(rule="square", sentence=f"The cover is {width} x {height} pixels; stores want a square."))
    if min(width, height) < SIDE:
        faults.append(
            Fault(
                rule="size", sentence=f"The cover has {min(width, height)} pixels a side; stores want at least {SIDE}."
            )
        )
    if picture.format not in ("JPEG", "PNG"):
        faults.append(Fault(rule="type", sentence=f"The cover is a {picture.format} file; stores take JPEG or PNG."))
    if picture.mode != "RGB":
        faults.append(
            Fault(
                rule="colour", sentence=f"The cover's colours are {picture.mode}; stores want RGB without transparency."
            )
        )
    if picture.format == "JPEG" and path.stat().st_size >= LARGEST_BYTES:
        faults.append(
            Fault(rule="bytes", sentence=f"The cover has {path.stat().st_size / 1e6:.1f} MB; stores take less than 4.")
        )
    if getattr(picture, "n_frames", 1) > 1:
        faults.append(Fault(rule="still", sentence="The cover is animated; stores want a still picture."))
    profile = picture.info.get("icc_profile")
    if profile and b"sRGB" not in profile and "sRGB".encode("utf-16-be") not in profile:
        faults.append(Fault(rule="profile", sentence="The cover's colour profile is not sRGB; convert it to sRGB."))
    return faults


def _words(title: str, artist: str) -> list[Fault]:
    faults = [
        Fault(rule="words", sentence=f"The words on the cover hold {what}; stores reject that.")
        for pattern, what in _FORBIDDEN.items()
        if re.search(pattern, f"{title} {artist}", re.IGNORECASE if "CD" not in pattern else 0)
    ]
    if not title.strip():
        faults.append(Fault(rule="title", sentence="The title is empty; give the album a title."))
    return faults


def _look(pixels: np.ndarray) -> list[Fault]:
    faults: list[Fault] = []
    small = cv2.resize(pixels, (600, 600), interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    sharp = float(cv2.Laplacian(grey, cv2.CV_32F).var())
    if sharp < 4.0:
        faults.append(Fault(rule="sharp", sentence="The cover is blurred or empty; stores reject unsharp covers."))
    ring = np.concatenate([small[0], small[-1], small[:, 0], small[:, -1]]).astype(int)
    if ring.min() > 250:
        faults.append(
            Fault(
                rule="border", sentence="The cover ends in pure white and will melt into a white page; tone its edge."
            )
        )
    return faults


def _page(page: Page) -> list[Fault]:
    faults: list[Fault] = []
    side = page.pixels.shape[0]
    if page.contrast < READABLE:
        faults.append(
            Fault(
                rule="contrast",
                sentence=f"The type has a contrast of {page.contrast:.1f}; at least {READABLE} is needed.",
            )
        )
    for name, box in (("title", page.title_box), ("artist", page.artist_box)):
        edge = min(box[0], box[1], page.pixels.shape[1] - box[2], side - box[3])
        if edge < 0.015 * side:
            faults.append(
                Fault(
                    rule="margin", sentence=f"The {name} comes within {max(0, edge)} pixels of the edge; leave 1.5 %."
                )
            )
    return faults
