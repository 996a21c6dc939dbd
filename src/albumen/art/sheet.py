"""The contact sheet: each cover large enough to be judged, as small as a player shows it, and a caption that says what it is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from albumen.art.cover import SHEET_SIDE, Candidate, laid_out
from albumen.art.facts import AlbumFacts
from albumen.art.fonts import PERSONALITIES, text_fonts
from albumen.art.palette import Rgb
from albumen.art.picture import Pixels, resized
from albumen.art.typesetting import set_in_box

PLAYER_SIDE = 64
"""Pixels at which a player's list shows a cover."""
_PAPER, _INK, _QUIET = 250, (28, 26, 24), (96, 92, 88)
_GAP, _CAPTION = 24, 84
_LINES = ((0, 26, 21, _INK), (31, 20, 16, _QUIET), (54, 20, 16, _QUIET))
"""Top, height and em of the caption's lines in pixels, and their ink."""
_SHORT = 62  # letters of a reason


def contact_sheet(chosen: Sequence[Candidate], facts: AlbumFacts, *, columns: int = 4) -> Pixels:
    """The shortlist side by side: covers of `SHEET_SIDE` pixels, under each its number, engine, template and why, and the
    same cover at `PLAYER_SIDE` pixels."""
    wide, high = SHEET_SIDE + _GAP, SHEET_SIDE + _CAPTION + _GAP
    rows = -(-len(chosen) // columns)
    sheet = np.full((rows * high + _GAP, columns * wide + _GAP, 3), _PAPER, dtype=np.uint8)
    for place, candidate in enumerate(chosen):
        top, left = _GAP + place // columns * high, _GAP + place % columns * wide
        pixels = laid_out(candidate.picture, facts, candidate, SHEET_SIDE).pixels
        sheet[top : top + SHEET_SIDE, left : left + SHEET_SIDE] = pixels
        below = top + SHEET_SIDE + 8
        right = left + SHEET_SIDE
        sheet[below : below + PLAYER_SIDE, right - PLAYER_SIDE : right] = resized(pixels, PLAYER_SIDE, PLAYER_SIDE)
        for text, (down, height, em, ink) in zip(caption(place + 1, candidate), _LINES, strict=True):
            _write(sheet, text, (left, below + down), (SHEET_SIDE - PLAYER_SIDE - 16, height), em, ink)
    return sheet


def caption(number: int, candidate: Candidate) -> tuple[str, str, str]:
    """What the sheet says of a cover: number, engine and template; why this engine; type, motif and how it was judged."""
    identity = candidate.identity
    why = next((each for each in identity.reasons if each.startswith("engine ")), "").partition(": ")[2]
    kept = "" if not candidate.page.on_subject else ", words on the subject"
    judged = f"{identity.motif or identity.engine}, type {identity.person}, score {candidate.score:.2f}{kept}"
    return f"{number}  {identity.engine} · {candidate.template.name}", _shortened(why), judged


def _shortened(text: str) -> str:
    return text if len(text) <= _SHORT else text[:_SHORT].rsplit(" ", 1)[0].rstrip(",;:") + " …"


def _write(sheet: Pixels, text: str, corner: tuple[int, int], size: tuple[int, int], em: float, ink: Rgb) -> None:
    if not text:
        return
    words = set_in_box(text, text_fonts(PERSONALITIES["grotesk"], text), *size, largest=em, most_lines=1)
    (left, top), mask = corner, words.mask
    part = sheet[top : top + mask.shape[0], left : left + mask.shape[1]].astype(np.float32)
    share = mask[: part.shape[0], : part.shape[1], None]
    sheet[top : top + mask.shape[0], left : left + mask.shape[1]] = np.rint(part + share * (np.array(ink, np.float32) - part))
