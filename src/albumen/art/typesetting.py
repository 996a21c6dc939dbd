"""Setting lines of type: broken well, as large as a box allows, kerned, tracked; the result is a mask of ink."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from albumen.art.fonts import Font
from albumen.art.runs import Lettering, Run, runs_of

MOST_LINES = 5
_REFERENCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SetText:
    """Lines set in a font. `mask` holds ink 0..1; `cap` is the height of capitals in pixels."""

    lines: tuple[str, ...]
    size: float
    mask: NDArray[np.float32]
    cap: float


def is_complex(text: str) -> bool:
    """Whether letters join or reorder (Arabic, Hebrew, Indic and others): then neither tracking nor capitals are used."""
    return any(unicodedata.bidirectional(letter) in ("R", "AL", "AN") for letter in text) or bool(
        re.search(r"[\u0900-\u0dff\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff]", text)
    )


def right_to_left(text: str) -> bool:
    """Whether the first strong letter runs from right to left."""
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind in ("L", "R", "AL"):
            return kind != "L"
    return False


def set_in_box(
    text: str,
    font: Font | tuple[Font, ...],
    width: float,
    height: float,
    *,
    align: str = "left",
    tracking: float = 0.0,
    leading: float = 1.0,
    largest: float | None = None,
    most_lines: int = MOST_LINES,
) -> SetText:
    """The text as large as it fits a box (pixels), over the best of all line breaks; `largest` limits the em.

    Of several fonts the first sets all that it has, and the others what it lacks; size and baseline are shared.
    """
    type_ = Lettering(font if isinstance(font, tuple) else (font,), right_to_left(text))
    if is_complex(text):
        tracking = 0.0
    best: tuple[float, tuple[str, ...]] = (0.0, (text,))
    for lines in _breaks(text, most_lines):
        size = _fitting(lines, type_, width, height, tracking, leading, largest)
        # Even lines are worth a little size.
        lengths = [_width(line, type_, tracking) for line in lines]
        evenness = min(lengths) / max(lengths) if len(lines) > 1 else 0.8
        if size * (0.88 + 0.12 * evenness) > best[0] * 1.001:
            best = (size * (0.88 + 0.12 * evenness), lines)
    size = _fitting(best[1], type_, width, height, tracking, leading, largest)
    return _drawn(best[1], type_, size, align, tracking, leading)


def _fitting(
    lines: tuple[str, ...],
    type_: Lettering,
    width: float,
    height: float,
    tracking: float,
    leading: float,
    largest: float | None,
) -> float:
    wide = max(_width(line, type_, tracking) for line in lines)
    top, bottom = _reach(lines, type_)
    high = (len(lines) - 1) * _line_step(type_, leading) + top + bottom
    size = min(width / max(wide, 1e-6), height / max(high, 1e-6))
    return min(size, largest) if largest is not None else size


def _drawn(lines: tuple[str, ...], type_: Lettering, size: float, align: str, tracking: float, leading: float) -> SetText:
    real = float(max(4, round(size)))
    step = _line_step(type_, leading) * real
    widths = [_width(line, type_, tracking) * real for line in lines]
    top, bottom = _reach(lines, type_)
    pad = int(real * 0.12) + 2
    wide = int(np.ceil(max(widths))) + 2 * pad
    high = int(np.ceil((len(lines) - 1) * step + (top + bottom) * real)) + 2 * pad
    image = Image.new("L", (wide, high), 0)
    pen = ImageDraw.Draw(image)
    for place, line in enumerate(lines):
        free = max(widths) - widths[place]
        left = pad + {"left": 0.0, "center": free / 2, "right": free}[align]
        baseline = pad + top * real + place * step
        for run in runs_of(line, type_):
            _write(pen, run, left, baseline, size, tracking)
            left += (_length(run) + tracking * len(run.text)) * real
    mask = np.asarray(image, dtype=np.float32) / 255.0
    inked = np.argwhere(mask > 0.02)
    if len(inked):
        (y0, x0), (y1, x1) = inked.min(axis=0), inked.max(axis=0) + 1
        mask = mask[y0:y1, x0:x1]
    return SetText(lines=lines, size=real, mask=np.ascontiguousarray(mask), cap=_cap(type_) * real)


def _write(pen: ImageDraw.ImageDraw, run: Run, left: float, baseline: float, size: float, tracking: float) -> None:
    """One run, its left end at `left` (pixels)."""
    face, real = run.font.sized(size), float(max(4, round(size)))
    if abs(tracking) < 1e-6:
        pen.text((left, baseline), run.text, fill=255, font=face, anchor="ls", direction=_way(run))
        return
    for letter, offset in _spread(run.text, run.font, tracking):
        pen.text((left + offset * real, baseline), letter, fill=255, font=face, anchor="ls")


def _way(run: Run) -> str:
    return "rtl" if run.is_rtl else "ltr"


@lru_cache(maxsize=8192)
def _length(run: Run) -> float:
    """Width of a run in ems."""
    return float(run.font.sized(_REFERENCE).getlength(run.text, direction=_way(run)) / _REFERENCE)


@lru_cache(maxsize=4096)
def _breaks(text: str, most: int) -> tuple[tuple[str, ...], ...]:
    """All sensible ways to break a text into 1..most lines; where it has no spaces, between letters."""
    words = text.split()
    if len(words) <= 1 and len(text) > 12 and any("\u2e80" <= letter <= "\uffef" for letter in text):
        words, glue = list(text), ""
    else:
        glue = " "
    found: list[tuple[str, ...]] = []
    for count in range(1, min(most, len(words)) + 1):
        found += _best_splits(tuple(words), count, glue)
    return tuple(found) or ((text,),)


def _best_splits(words: tuple[str, ...], count: int, glue: str) -> list[tuple[str, ...]]:
    """The split into `count` lines whose longest line is shortest, and the greedy one."""
    lengths = np.cumsum([0, *(len(word) + len(glue) for word in words)])
    total = int(lengths[-1])
    best: tuple[str, ...] | None = None
    for limit in range(max(len(word) for word in words) + 1, total + 2):
        lines, start = [], 0
        while start < len(words):
            end = int(np.searchsorted(lengths, lengths[start] + limit, side="right")) - 1
            end = max(start + 1, min(end, len(words)))
            lines.append(glue.join(words[start:end]))
            start = end
        if len(lines) <= count:
            best = tuple(lines)
            break
    return [best] if best is not None and len(best) == count else []


@lru_cache(maxsize=8192)
def _width(line: str, type_: Lettering, tracking: float) -> float:
    """Width of a line in ems."""
    own = sum(_length(run) for run in runs_of(line, type_))
    return float(own + tracking * max(0, len(line) - 1))


@lru_cache(maxsize=1024)
def _spread(line: str, font: Font, tracking: float) -> tuple[tuple[str, float], ...]:
    """Each letter with its offset in ems; pairs keep their kerning."""
    face = font.sized(_REFERENCE)
    placed, offset = [], 0.0
    for place, letter in enumerate(line):
        placed.append((letter, offset))
        after = line[place + 1] if place + 1 < len(line) else ""
        advance = face.getlength(letter + after) - (face.getlength(after) if after else 0.0)
        offset += advance / _REFERENCE + tracking
    return tuple(placed)


@lru_cache(maxsize=4096)
def _reach(lines: tuple[str, ...], type_: Lettering) -> tuple[float, float]:
    """How far the first line rises above and the last one falls below its baseline, in ems."""
    first, last = (runs_of(line or "x", type_) for line in (lines[0], lines[-1]))
    top = max(-_box(run)[1] for run in first) / _REFERENCE
    bottom = max(_box(run)[3] for run in last) / _REFERENCE
    return max(0.2, float(top)), max(0.0, float(bottom))


def _box(run: Run) -> tuple[float, float, float, float]:
    return run.font.sized(_REFERENCE).getbbox(run.text, anchor="ls", direction=_way(run))


@lru_cache(maxsize=256)
def _line_step(type_: Lettering, leading: float) -> float:
    return leading * (_cap(type_) + 0.42)


@lru_cache(maxsize=256)
def _cap(type_: Lettering) -> float:
    """Height of a capital in ems."""
    return float(-type_.fonts[0].sized(_REFERENCE).getbbox("H", anchor="ls")[1] / _REFERENCE) or 0.7
