"""cover-lint: every rule of the stores, checked on the file itself; each fault is one sentence that says what to do."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError

from albumen.art.layout import Page
from albumen.art.palette import READABLE
from albumen.art.picture import LARGEST_PIXELS, Pixels
from albumen.art.resolution import enlarged_from
from albumen.work.errors import Missing, Wrong

SIDE = 3000
LARGEST_BYTES = 4_000_000
_QR_SIDES = (600, 1500)  # pixels at which codes are looked for: large ones are read better small
_COLOURS = {"L": "grey", "LA": "grey with transparency", "RGBA": "RGB with transparency", "P": "indexed", "PA": "indexed",
            "1": "black and white", "I;16": "grey of 16 bits", "I": "grey of 16 bits"}  # fmt: skip
_COINED = "spotify|itunes|youtube|deezer|soundcloud|bandcamp|tiktok|instagram|facebook"  # words that mean nothing else
_FORBIDDEN = {
    r"https?://|www\.|\b[\w-]+\.(?:com|net|org|info|io|de|eu|fm|ly|tv|app)\b|\b[\w-]{2,}\.[a-z]{2,6}/\w": "a web address",
    r"(?:^|\s)@\w+": "a user name of a platform",
    r"[$€£¥]\s?\d|\d\s?(?:[$€£¥]|(?:USD|EUR|GBP|dollars?|euros?)\b)": "a price",
    rf"\b(?:{_COINED})\b|\b(?:amazon|apple)\s+(?:music|prime)\b": "the name of a store or network",
    # Amazon and Tidal are words of the language too: they are marks where something is to be had "on Tidal".
    r"\b(?:on|at|from|via)\s+(?:amazon|tidal|apple)\s*(?:$|[,.;:!)|/&+-]|(?:and|or|now)\b)": "the name of a store or network",
    r"\b(?:CD|DVD|vinyl|cassette|compact dis[ck]|mp3|flac|blu-?ray)s?\b": "a physical or file format",
    r"\b(?:out now|new album|free download|limited (?:time|edition)|pre-?order)\b"
    r"|\b(?:exclusive|bonus)\s+(?:to|on|for|tracks?|edition|release|version|content)\b": "an advertisement",
    r"\bparental\s+advisory\b": "the advisory label, which stores set themselves where you say that words are explicit",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A broken rule."""

    rule: str
    sentence: str


def lint_cover(
    path: Path, *, title: str | None = None, artist: str | None = None, page: Page | None = None
) -> list[Fault]:
    """All faults of a cover file; an empty list means that stores accept it.

    Words that are None are not looked at; `page` adds checks of the layout. Raises `Missing` for no file, `Wrong` for one that
    cannot be read.
    """
    faults = lint_words(title, artist)
    with _opened(path) as picture:
        pixels = _pixels(picture)
        faults += [*_shape(picture), *_file(path, picture), *_look(pixels), *_detail(pixels)]
    if page is not None:
        faults += _page(page)
    return faults


def lint_promo(path: Path) -> list[Fault]:
    """All faults of a promotional picture: it may have any shape and size, but must be read, shown and trusted anywhere."""
    with _opened(path) as picture:
        return [*_file(path, picture), *_codes(_pixels(picture))]


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    if path.is_dir():
        raise Wrong("this is a folder, not a picture", where=path, next_step="name a picture in it")
    if not path.is_file():
        raise Missing("this cover does not exist", where=path, next_step="make one with `albumen make --until pictures`")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(path) as picture:
                if picture.width * picture.height > LARGEST_PIXELS:
                    raise Image.DecompressionBombError
                picture.load()
                yield picture
        except Image.DecompressionBombError as error:
            what = "this picture has more than 200 megapixels, which no store takes"
            raise Wrong(what, where=path, next_step="export the cover again with 3000 x 3000 pixels") from error
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
            raise Wrong(f"this is no readable picture ({error})", where=path, next_step="export the cover again") from error


def _pixels(picture: Image.Image) -> Pixels:
    return np.asarray(picture.convert("RGB"), dtype=np.uint8)


def _shape(picture: Image.Image) -> list[Fault]:
    faults: list[Fault] = []
    width, height = picture.size
    if width != height:
        faults.append(Fault(rule="square", sentence=f"The cover is {width} x {height} pixels; stores want a square."))
    if min(width, height) < SIDE:
        sentence = f"The cover has {min(width, height)} pixels a side; stores want at least {SIDE}."
        faults.append(Fault(rule="size", sentence=sentence))
    return faults


def _file(path: Path, picture: Image.Image) -> list[Fault]:
    faults: list[Fault] = []
    if picture.format not in ("JPEG", "PNG"):
        faults.append(Fault(rule="type", sentence=f"The cover is a {picture.format} file; stores take JPEG or PNG."))
    if picture.mode != "RGB":
        colours = _COLOURS.get(picture.mode, picture.mode)
        faults.append(Fault(rule="colour", sentence=f"The cover's colours are {colours}; stores want RGB without transparency."))
    if picture.format == "PNG" and _png_depth(path) > 8:
        faults.append(Fault(rule="depth", sentence="The cover has 16 bits a colour; stores want 8: export it as 8-bit RGB."))
    if picture.getexif().get(ExifTags.Base.Orientation, 1) not in (0, 1):
        sentence = "The file asks to be turned (EXIF orientation), which not every store does; export it upright."
        faults.append(Fault(rule="turned", sentence=sentence))
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


def _png_depth(path: Path) -> int:
    """Bits a channel, which Pillow does not tell of colour: the byte after width and height in a PNG's first chunk."""
    with path.open("rb") as file:
        return file.read(25)[24]


def lint_words(title: str | None, artist: str | None) -> list[Fault]:
    """All faults of the words on a cover; None is not looked at."""
    words = [text for text in (title, artist) if text is not None]
    held = [what for pattern, what in _FORBIDDEN.items() if any(re.search(pattern, text, re.IGNORECASE) for text in words)]
    faults = [
        Fault(rule="words", sentence=f"The words on the cover hold {what}; stores reject that.") for what in dict.fromkeys(held)
    ]
    if title is not None and not title.strip():
        faults.append(Fault(rule="title", sentence="The title is empty; give the album a title."))
    return faults


def _codes(pixels: Pixels) -> list[Fault]:
    if not any(_reads_code(pixels, side) for side in _QR_SIDES):
        return []
    return [Fault(rule="code", sentence="The cover shows a QR code; stores reject codes that lead elsewhere.")]


def _reads_code(pixels: Pixels, side: int) -> bool:
    scale = min(1.0, side / max(pixels.shape[:2]))
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    grey = cv2.cvtColor(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    finder = cv2.QRCodeDetector()
    # Squares within squares are found in much that is drawn: only what can be read is a code.
    return bool(finder.detectAndDecode(grey)[0]) or any(finder.detectAndDecodeMulti(grey)[1])


def _look(pixels: Pixels) -> list[Fault]:
    faults = _codes(pixels)
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


def _detail(pixels: Pixels) -> list[Fault]:
    """A small picture that was enlarged has the pixels that stores count, but not the detail that they look for."""
    small = enlarged_from(pixels)
    if small is None:
        return []
    how = "its pixels are repeated" if small.repeats else "it has no finer detail than that"
    sentence = f"The cover looks enlarged from about {small.side} pixels a side: {how}; export it anew at {SIDE} from its source."
    return [Fault(rule="enlarged", sentence=sentence)]


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
