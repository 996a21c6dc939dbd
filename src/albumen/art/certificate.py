"""The certificate of authenticity of a print: picture, edition, how it came about, and the digests of the files themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from albumen.art.fonts import PERSONALITIES, Face, Font, display_fonts, fonts_for, text_fonts
from albumen.art.inking import inked
from albumen.art.lettering import in_type
from albumen.art.picture import Pixels, write_png
from albumen.art.print_files import DPI, Words, write_print
from albumen.art.typesetting import SetText, set_in_box

_WIDTH, _HEIGHT = 1240, 1754  # A4 upright at 150 dots an inch
_PICTURE = (560, 600)
"""The most that the picture may be wide and high."""
_PICTURE_TOP = 290
_WIDEST = _WIDTH - 200  # of a line
_TITLE_TOP, _FACTS_END = 925, 1528
_OBJECTIVE_TOP = 1560
_FACT_EMS = (19, 18, 17, 16, 15, 14, 13, 12)  # the largest at which all facts find room
_FIXED: tuple[Face, ...] = (
    ("DejaVu Sans Mono", "Book"),
    ("Noto Sans Mono", "Regular"),
    ("Liberation Mono", "Regular"),
    ("Noto Sans Mono CJK JP", "Regular"),
)
"""Faces of one width, without ligatures and old-style figures: digests are compared sign by sign."""
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
    return _laid_out(edition, picture)[0]


def write_certificate(path: Path, edition: Edition, picture: Pixels) -> None:
    """The certificate as PDF or PNG, by the ending of the name. In the PDF the digests can be selected and copied."""
    page, words = _laid_out(edition, picture)
    if path.suffix.lower() == ".png":
        write_png(path, page, dpi=DPI)
    else:
        write_print(path, page, dpi=DPI, title=f"Certificate of {edition.title}", words=words)


def _laid_out(edition: Edition, picture: Pixels) -> tuple[Pixels, list[Words]]:
    """The page, and where each digest stands on it."""
    page = np.empty((_HEIGHT, _WIDTH, 3), dtype=np.uint8)
    page[:] = _PAPER
    scale = min(_PICTURE[0] / picture.shape[1], _PICTURE[1] / picture.shape[0])
    wide, high = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    shown = cv2.resize(picture, (wide, high), interpolation=cv2.INTER_AREA)
    top, left = _PICTURE_TOP + (_PICTURE[1] - high) // 2, (_WIDTH - wide) // 2
    page[top : top + high, left : left + wide] = shown
    _put(page, _line("Certificate of Authenticity", 62, display=True), 120)
    row = _put(page, _line(edition.title, 52, display=True), _TITLE_TOP).bottom + 32
    row = _put(page, _line(f"{edition.artist}  ·  {edition.number} of {edition.of}", 28), row).bottom + 46
    digests = _put_facts(page, edition, row)
    if edition.objective:
        page[_OBJECTIVE_TOP : _OBJECTIVE_TOP + 2, 300:940] = _RULE
        row = _OBJECTIVE_TOP + 22
        for part in typeset_objective(edition.objective):
            row = _put(page, _line(part, 24), row).bottom + 14
        _put(page, _line("The training objective signs in place of the painter", 18), row + 8)
    return page, digests


def typeset_objective(objective: str) -> tuple[str, ...]:
    """The objective as mathematics is set, with real minus signs and powers; what it defines in the end on lines of its own.

    >>> typeset_objective("E|grad C(x)|^2 - g/2,  f(t) = -log(1+e^-t)")
    ('E|∇C(x)|² − γ/2,', 'f(t) = −log(1 + exp(−t))')
    """
    text = re.sub(r"\be\^(-?\w)", r"exp(\1)", objective).replace("^2", "²").replace("grad ", "∇").replace("+", " + ")
    text = re.sub(r"\bg/2", "γ/2", text).replace("_", " ")
    text = re.sub(r"(?<!\w)-|-(?=\w\))", "\N{MINUS SIGN}", text)
    parts = [" ".join(part.split()) for part in text.split(",  ")]
    return tuple(part + "," for part in parts[:-1]) + (parts[-1],)


def _put_facts(page: Pixels, edition: Edition, top: int) -> list[Words]:
    """Set what is known, as large as there is room for; returns where the digests stand."""
    facts = {"Size": edition.size, "Manner": edition.manner, "Colours named by a person": edition.colours}
    facts |= {"Seed": edition.seed, "Model": edition.model}
    lines = [f"{name}: {value}" for name, value in facts.items() if value]
    lines += [f"The model learned from {edition.data.rstrip('.')}."] if edition.data else []
    for em in _FACT_EMS:
        gap = round(em * 0.68)
        rows: list[tuple[SetText, int, str]] = [(_line(line, em), gap, "") for line in lines]
        for name, digest in edition.digests.items():
            rows.append((_line(f"SHA-256 of {name}", em), round(gap * 0.7), ""))
            rows.append((_digest(digest, em * 0.88), gap + 2, digest))
        if top + sum(words.mask.shape[0] + after for words, after, _ in rows) <= _FACTS_END:
            break
    digests, row = [], top
    for words, after, digest in rows:
        put = _put(page, words, row, text=digest)
        row = put.bottom + after
        digests += [put] if digest else []
    return digests


def _put(page: Pixels, words: SetText, top: int, *, text: str = "") -> Words:
    """Ink words in the middle of the page; returns where they stand."""
    rows, columns = words.mask.shape
    left = (page.shape[1] - columns) // 2
    at = (slice(top, top + rows), slice(left, left + columns))
    page[at] = inked(page[at], words.mask, _INK)
    return Words(text=text, left=left, top=top, right=left + columns, bottom=top + rows)


def _line(text: str, em: float, *, display: bool = False) -> SetText:
    person = PERSONALITIES["garamond"]
    text = in_type(text)
    return _set(text, display_fonts(person, text) if display else text_fonts(person, text), em)


def _digest(digest: str, em: float) -> SetText:
    """A digest in groups of four signs of one width."""
    text = " ".join(digest[place : place + 4] for place in range(0, len(digest), 4))
    return _set(text, fonts_for(_FIXED, text, bold=False), em)


def _set(text: str, fonts: tuple[Font, ...], em: float) -> SetText:
    """Set on the fewest lines that hold the text at that size, at most three: what fits on one line stays on it."""
    for most in (1, 2, 3):
        words = set_in_box(text, fonts, _WIDEST, em * 1.3 * most, align="center", largest=em, most_lines=most)
        if words.size >= round(em):
            break
    return words
