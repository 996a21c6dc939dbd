"""The layout solver: a template, a picture and words become a finished page, judged as a designer would.

Ink is chosen for contrast with what really lies under the letters; where that is not enough the picture is calmed
behind them. A title that would touch the subject is set smaller until it stands free. The score counts intrusion on the
subject, contrast, size of the title and margins.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from albumen.album.title import check_title
from albumen.art.clearance import Subject, aimed, covered, kept_free, shown_whole, subject_of, touched
from albumen.art.engines.surface import grained
from albumen.art.fonts import Personality, display_fonts, text_fonts
from albumen.art.inking import inked
from albumen.art.lettering import in_type, shown_artist, shown_title, title_in_type
from albumen.art.palette import READABLE, Palette, Rgb, luminances
from albumen.art.picture import Pixels, covering
from albumen.art.templates import WHOLE, Box, Template
from albumen.art.typesetting import SetText, right_to_left, set_in_box
from albumen.work.seed import Seed

SMALL_EM = 0.036
"""Em of the artist line, as a share of the side."""
LEAST_CAP = 0.046
"""Capitals of a title smaller than this share of the side cannot be read on a thumbnail."""
_REFERENCE = 1000  # pixels
_EDGE, _MOVES = 0.045, 7  # of the page around a plate, and the places a side that are tried for it
_HARDLY = 0.02  # of the subject may lie under a plate's edge
_AIR = 0.03  # of the height
_GOOD_SIZE = 0.75  # of the artist's em: a name this large stays on one line
_STURDY = 0.006  # of the page: half a stroke of letters that stand on anything
_RESTFUL, _RESTLESS = 0.06, 0.22  # spread of the ground against its distance from the ink: unseen, and drowning thin letters
_SMALLER = (1.0, 0.9, 0.8, 0.72, 0.64, 0.56, 0.48, 0.42)
"""Sizes that are tried, one after the other, to keep a title off the subject."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A finished page and its judgement (all 0..1, more is better, but `contrast`, a WCAG ratio)."""

    pixels: Pixels
    template: str
    title_box: tuple[int, int, int, int]
    """left, top, right, bottom of the title's ink, in pixels"""
    artist_box: tuple[int, int, int, int]
    cap_share: float
    contrast: float
    free: float
    on_subject: float
    """The share of letters, or of the subject under a plate, where both meet; 0 where type keeps off it."""
    score: float
    ink: Rgb


@dataclass(frozen=True, slots=True)
class _Placed:
    mask: NDArray[np.float32]
    left: int
    top: int

    @property
    def box(self) -> tuple[int, int, int, int]:
        return self.left, self.top, self.left + self.mask.shape[1], self.top + self.mask.shape[0]


def lay_out(
    picture: Pixels,
    title: str,
    artist: str,
    palette: Palette,
    person: Personality,
    template: Template,
    width: int,
    height: int,
) -> Page:
    """A page of `width` x `height` pixels; a plate moves to where it hides least of the subject.

    Raises `Wrong` for a title that no cover can show: empty, longer than 160 characters, or with control characters.
    """
    title, artist = title_in_type(check_title(title)), in_type(artist)
    if right_to_left(title):
        template = template.mirrored()
    canvas = _ground(picture, palette, template, width, height)
    busy, subject = saliency(canvas), kept_free(canvas)
    hidden = 0.0
    if template.label is not None:
        template, hidden = _cleared(template, subject)
        assert template.label is not None
        left, top, right, bottom = _pixels_of(template.label, width, height)
        canvas[top:bottom, left:right] = palette.ground
        subject = None
    words, placed = _free_title(title, person, template, subject, width, height)
    small = _set_artist(artist, person, template, width, height) if artist else None
    lines = [placed]
    if small is not None:
        lines.append(_place(small.mask, template.artist, template.artist_align, template.artist_rise, width, height))
    inks = [_ink(canvas, line, palette) for line in lines]
    if min(least for _, least in inks) < READABLE + 0.3:
        # All lines together: calm behind one alone would leave its neighbour half on it.
        canvas = _calmed(canvas, lines, palette)
        inks = [_ink(canvas, line, palette) for line in lines]
    clear = _clear(canvas, placed, inks[0][0])
    for line, (colour, _) in zip(lines, inks, strict=True):
        _print(canvas, line, colour)
    ink, contrast = inks[0][0], min(least for _, least in inks)
    free = 1.0 - float(np.mean([_under(busy, line, width, height) for line in lines]))
    if template.picture != WHOLE or template.label is not None:
        free = max(free, 0.9 - hidden)
    on_subject = hidden if subject is None else max(_touch(subject, line, width, height) for line in lines)
    cap = words.cap / min(width, height)
    return Page(
        pixels=canvas,
        template=template.name,
        title_box=placed.box,
        artist_box=lines[1].box if len(lines) > 1 else placed.box,
        cap_share=cap,
        contrast=contrast,
        free=free,
        on_subject=on_subject,
        score=_judged(cap, contrast, free, placed, width, height)
        * (0.8 if template.turned else 1.0)
        * (1.0 - 0.4 * min(1.0, 4 * on_subject))
        * (0.7 + 0.3 * clear)
        * (0.75 + 0.25 * _kept(picture, template, width, height)),
        ink=ink,
    )


def lay_out_clear(
    picture: Pixels, title: str, artist: str, palette: Palette, person: Personality, template: Template, width: int, height: int
) -> Page:
    """A page like that of `lay_out` in a template that a person fixed: where its words would stand on the subject, words or
    picture give way (see `Template.ways_off`). Where nothing keeps them apart, the page that does so best."""
    pages = []
    for way in (template, *template.ways_off()):
        page = lay_out(picture, title, artist, palette, person, way, width, height)
        if not page.on_subject:
            return page
        pages.append(page)
    return min(pages, key=lambda page: page.on_subject)


def _free_title(
    title: str,
    person: Personality,
    template: Template,
    subject: Subject | None,
    width: int,
    height: int,
) -> tuple[SetText, _Placed]:
    """The title as large as it stands off the subject; where no size that can be read does, as large as its box allows."""
    first: tuple[SetText, _Placed] | None = None
    for share in _SMALLER:
        words = _set_title(title, person, template, width, height, share)
        placed = _rest(words, template.title, template, width, height)
        first = first or (words, placed)
        if subject is None or not _touch(subject, placed, width, height):
            return words, placed
        if words.cap < LEAST_CAP * min(width, height):
            break
    assert first is not None
    return first


def _touch(subject: Subject, line: _Placed, width: int, height: int) -> float:
    return touched(subject, line.mask, line.left, line.top, (width, height))


def title_em(title: str, person: Personality, template: Template) -> float:
    """How large a title stands in a square template: its em as a share of the side."""
    shown = title_in_type(check_title(title))
    return _set_title(shown, person, template, _REFERENCE, _REFERENCE).size / _REFERENCE


def _cleared(template: Template, subject: Subject | None) -> tuple[Template, float]:
    """The template with its plate moved, as little as can be, to where it hides least of the subject; and how much it hides."""
    label = template.label
    assert label is not None
    if subject is None:
        return template, 0.0
    tried: list[tuple[float, float, float, float]] = []
    across = [0.0, *np.linspace(_EDGE - label[0], 1 - _EDGE - label[2], _MOVES)]
    down = [0.0, *np.linspace(_EDGE - label[1], 1 - _EDGE - label[3], _MOVES)]
    for right in across:
        for low in down:
            box = (label[0] + right, label[1] + low, label[2] + right, label[3] + low)
            hidden = round(covered(subject, box), 3)
            tried.append((0.0 if hidden <= _HARDLY else hidden, round(float(np.hypot(right, low)), 6), right, low))
    hidden, _, right, low = min(tried)
    return template.moved(float(right), float(low)), hidden


def saliency(pixels: Pixels) -> NDArray[np.float32]:
    """Where a picture draws the eye (64 x 64, 0..1): edges, and colours unlike its border."""
    small = cv2.resize(pixels, (64, 64), interpolation=cv2.INTER_AREA).astype(np.float32)
    border = np.median(np.concatenate([small[0], small[-1], small[:, 0], small[:, -1]]), axis=0)
    unlike = np.linalg.norm(small - border, axis=2)
    grey = small.mean(axis=2)
    edges = np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))
    mixed = unlike / 120 + edges / 160
    return np.clip(cv2.GaussianBlur(mixed, (0, 0), 1.2), 0, 1).astype(np.float32)


def _ground(picture: Pixels, palette: Palette, template: Template, width: int, height: int) -> Pixels:
    if template.picture == WHOLE:
        return covering(picture, width, height, focus=aimed(picture, width, height)).copy()
    canvas = np.empty((height, width, 3), dtype=np.uint8)
    canvas[:] = palette.ground
    canvas = grained(canvas, Seed(0).child("panel"))
    left, top, right, bottom = _pixels_of(template.picture, width, height)
    whole = shown_whole(picture, canvas[top:bottom, left:right])
    if whole is None:
        wide, high = right - left, bottom - top
        whole = covering(picture, wide, high, focus=aimed(picture, wide, high))
    canvas[top:bottom, left:right] = whole
    return canvas


def _set_title(
    title: str, person: Personality, template: Template, width: int, height: int, share: float = 1.0
) -> SetText:
    shown = shown_title(title, person)
    left, top, right, bottom = _pixels_of(template.title, width, height)
    wide, high = right - left, bottom - top
    if template.turned:
        wide, high = high, wide
    high = round(high * share)
    return set_in_box(
        shown,
        display_fonts(person, shown),
        wide,
        high,
        align=template.align,
        tracking=person.tracking,
        leading=1.0 if person.capitals else 1.06,
        largest=template.largest * share * min(width, height) * (1.25 if person.name == "poster" else 1.0),
        most_lines=2 if template.turned else 5,
    )


def _set_artist(artist: str, person: Personality, template: Template, width: int, height: int) -> SetText:
    left, top, right, bottom = _pixels_of(template.artist, width, height)
    shown, fonts = shown_artist(artist, person), text_fonts(person, shown_artist(artist, person))
    capitals = shown != artist
    # Of wide and tall formats the geometric mean counts: a share of their shorter side would be too small to read.
    em = SMALL_EM * (width * height) ** 0.5 * (0.92 if capitals else 1.0)

    def in_lines(most: int) -> SetText:
        return set_in_box(
            shown,
            fonts,
            right - left,
            max(bottom - top, 1.35 * em),
            align=template.artist_align,
            tracking=0.12 if capitals else 0.02,
            largest=em,
            most_lines=most,
        )

    # A name is one line wherever it is large enough so; only a narrow column breaks it.
    one = in_lines(1)
    return one if right - left > 0.4 * width or one.size >= _GOOD_SIZE * em else in_lines(2)


def _rest(words: SetText, box: Box, template: Template, width: int, height: int) -> _Placed:
    mask = np.ascontiguousarray(np.rot90(words.mask)) if template.turned else words.mask
    if template.turned:
        # Read upwards, the first letter of words that run from right to left is the highest.
        rise = {"left": "bottom", "center": "middle", "right": "top"}[template.align]
        return _place(mask, box, "right" if box[0] > 0.5 else "left", rise, width, height)
    if template.rise == "bottom" and 0 <= template.artist[1] - box[3] < _AIR:
        # Between the title and the line below it there is air, whatever the template says.
        box = (box[0], box[1], box[2], template.artist[1] - _AIR)
    return _place(mask, box, template.align, template.rise, width, height)


def _place(mask: NDArray[np.float32], box: Box, align: str, rise: str, width: int, height: int) -> _Placed:
    left, top, right, bottom = _pixels_of(box, width, height)
    rows, columns = mask.shape
    x = {"left": left, "center": (left + right - columns) // 2, "right": right - columns}[align]
    y = {"top": top, "middle": (top + bottom - rows) // 2, "bottom": bottom - rows}[rise]
    edge = round(0.02 * min(width, height))
    x = int(np.clip(x, edge, max(edge, width - columns - edge)))
    y = int(np.clip(y, edge, max(edge, height - rows - edge)))
    return _Placed(mask[: height - y, : width - x], x, y)


def _ink(canvas: Pixels, line: _Placed, palette: Palette) -> tuple[Rgb, float]:
    """The palette's ink or accent where it reads well enough, else whatever reads best."""
    light = luminances(_sample(canvas, line))
    choices = [palette.ink, palette.accent, palette.ground, palette.shade, (255, 255, 255), (12, 12, 14)]
    marks = [(_least_contrast(colour, light), place, colour) for place, colour in enumerate(choices)]
    for least, place, colour in marks:
        if place < 2 and least >= READABLE + 0.3:
            return colour, least
    least, _, colour = max(marks, key=lambda mark: mark[0])
    return colour, least


def _calmed(canvas: Pixels, lines: list[_Placed], palette: Palette) -> Pixels:
    """The picture quieted behind the lines, softly, just enough for the ink to be read."""
    height, width = canvas.shape[:2]
    small = 256
    veil = np.zeros((small, small), dtype=np.float32)
    for line in lines:
        left, top, right, bottom = line.box
        pad_x, pad_y = 0.03 * width, 0.025 * height
        x0, x1 = (int(np.clip(v / width * small, 0, small)) for v in (left - pad_x, right + pad_x))
        y0, y1 = (int(np.clip(v / height * small, 0, small)) for v in (top - pad_y, bottom + pad_y))
        veil[y0 : y1 + 1, x0 : x1 + 1] = 1.0
    # Full strength up to the letters, softly gone beyond them.
    veil = np.clip(1.9 * cv2.GaussianBlur(veil, (0, 0), 5), 0, 1).astype(np.float32)
    wide = cv2.resize(veil, (width, height), interpolation=cv2.INTER_CUBIC)[..., None]
    tone = np.array(palette.ground, dtype=np.float32)
    calm = canvas
    for strength in (0.35, 0.5, 0.65, 0.8, 0.92, 1.0):
        share = np.clip(wide * strength, 0, 1)
        calm = (canvas + share * (tone - canvas)).astype(np.uint8)
        least = min(_least_contrast(palette.ink, luminances(_sample(calm, line))) for line in lines)
        if least >= READABLE + 0.3:
            break
    return calm


def _sample(canvas: Pixels, line: _Placed, most: int = 3000) -> NDArray[np.uint8]:
    """Pixels of the picture under and right around the letters."""
    left, top, right, bottom = line.box
    part = canvas[max(0, top) : bottom, max(0, left) : right].reshape(-1, 3)
    step = max(1, len(part) // most)
    found: NDArray[np.uint8] = part[::step]
    return found


def _least_contrast(colour: Rgb, light: NDArray[np.float32]) -> float:
    """Contrast with the worst tenth of what lies under the letters."""
    own = float(luminances(np.array([colour], dtype=np.uint8))[0])
    ratios = (np.maximum(light, own) + 0.05) / (np.minimum(light, own) + 0.05)
    return float(np.quantile(ratios, 0.1))


def _clear(canvas: Pixels, line: _Placed, ink: Rgb) -> float:
    """How easily letters are told from what lies behind them, 0..1: restless grounds drown letters, thin ones first.

    Contrast says how far ink and ground lie apart; here the ground's own unrest counts, against that distance and the strokes.
    """
    left, top, right, bottom = line.box
    grey = canvas[top:bottom, left:right].mean(axis=2)
    letters = line.mask[: grey.shape[0], : grey.shape[1]] > 0.5
    if not letters.any():
        return 1.0
    apart = abs(float(np.mean(ink)) - float(np.median(grey)))
    unrest = float(grey.std()) / max(apart, 1.0)
    # Half a stroke, as the mean distance of ink from its edge, beside the height of the page.
    stroke = float(cv2.distanceTransform(letters.astype(np.uint8), cv2.DIST_L2, 3)[letters].mean()) / canvas.shape[0]
    thin = float(np.clip(1.6 - stroke / _STURDY, 0.5, 1.6))
    return float(np.clip(1.0 - thin * (unrest - _RESTFUL) / _RESTLESS, 0.0, 1.0))


def _print(canvas: Pixels, line: _Placed, ink: Rgb) -> None:
    left, top, right, bottom = line.box
    canvas[top:bottom, left:right] = np.rint(inked(canvas[top:bottom, left:right], line.mask, ink))


def _under(busy: NDArray[np.float32], line: _Placed, width: int, height: int) -> float:
    left, top, right, bottom = line.box
    x0, x1 = int(left / width * 64), max(int(left / width * 64) + 1, int(np.ceil(right / width * 64)))
    y0, y1 = int(top / height * 64), max(int(top / height * 64) + 1, int(np.ceil(bottom / height * 64)))
    return float(busy[y0:y1, x0:x1].mean())


def _judged(cap: float, contrast: float, free: float, title: _Placed, width: int, height: int) -> float:
    readable = min(1.0, cap / LEAST_CAP) ** 2
    strong = min(1.0, cap / 0.085)
    left, top, right, bottom = title.box
    margin = min(left, top, width - right, height - bottom) / min(width, height)
    tidy = min(1.0, margin / 0.04)
    return 0.30 * readable + 0.14 * strong + 0.26 * min(1.0, contrast / 7) + 0.22 * free + 0.08 * tidy


def _kept(picture: Pixels, template: Template, width: int, height: int) -> float:
    """How much of what draws the eye the template's crop keeps, 0..1."""
    if template.picture == WHOLE or subject_of(picture) is not None:
        return 1.0
    left, top, right, bottom = _pixels_of(template.picture, width, height)
    shape = (right - left) / (bottom - top) * picture.shape[0] / picture.shape[1]
    busy = saliency(picture) ** 2
    cut_x, cut_y = (round(32 * (1 - min(1.0, value))) for value in (shape, 1 / shape))
    inside = busy[cut_y : 64 - cut_y, cut_x : 64 - cut_x]
    return float(inside.sum() / (busy.sum() + 1e-6))


def _pixels_of(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    left, top, right, bottom = box
    return round(left * width), round(top * height), round(right * width), round(bottom * height)
