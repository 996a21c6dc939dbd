"""Words as they stand on a picture: which of their signs can be set in type, in capitals or not, and in which fonts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from albumen.art.fonts import (
    PERSONALITIES,
    Font,
    Personality,
    credited,
    display_fonts,
    is_anywhere,
    is_seen,
    lacking,
    text_fonts,
)
from albumen.art.typesetting import is_complex
from albumen.work.errors import Wrong

_MOST_CAPITALS = 60
"""Longer titles are not set in capitals, which are slow to read."""
_SIGNS = ("So", "Sk", "Sc", "Sm", "Me")
"""Emoji and other symbols, and what modifies them: type can do without."""
_PICTURES = range(0x1F000, 0x1FC00)  # emoji, those too new to have a name among them
_WITHOUT_INK = re.compile("[\ufe00-\ufe0f\U000e0000-\U000e01ef]")  # what chooses among forms of an emoji, and flags' tags
_LOOSE_JOINER = re.compile("(?<!\\w)\u200d|\u200d(?!\\w)")


def in_type(text: str) -> str:
    """The text without emoji and symbols that no installed text font has."""
    return _parted(text)[0]


def left_out(text: str) -> str:
    """The emoji and symbols that `in_type` leaves out, each once."""
    return "".join(dict.fromkeys(_parted(text)[1]))


def title_in_type(title: str, where: str | Path | None = None) -> str:
    """A title as type shows it; raises `Wrong` where nothing would be left of it."""
    shown = in_type(title)
    if not any(is_seen(letter) for letter in shown):
        what = f"no installed text font has anything of the title '{title}'"
        raise Wrong(what, where=where, next_step="add a word to it")
    return shown


def require_type(titles: Iterable[tuple[str, str | Path]], artist: str) -> None:
    """Titles with the places they are written at: raise `Wrong` for one of which nothing can be set.

    Raises `Missing` for a letter, large or small, that no installed font has.
    """
    shown = " ".join([in_type(artist), *(title_in_type(title, where) for title, where in titles)])
    for letter in dict.fromkeys(shown + shown.upper()):
        if is_seen(letter) and not is_anywhere(letter):
            raise lacking(letter)


def shown_title(title: str, person: Personality) -> str:
    """A title in the personality's capitals or as it is written."""
    return title.upper() if person.capitals and not is_complex(title) and len(title) <= _MOST_CAPITALS else title


def shown_artist(artist: str, person: Personality) -> str:
    """The same for the artist's line."""
    return artist.upper() if person.capitals and not is_complex(artist) else artist


def fonts_of(personality: str, title: str, artist: str) -> tuple[tuple[str, str], ...]:
    """Name and licence of every font that sets these words."""
    person = PERSONALITIES[personality]
    fonts: list[Font] = list(display_fonts(person, shown_title(in_type(title), person)))
    if name := in_type(artist):
        fonts += text_fonts(person, shown_artist(name, person))
    return credited(fonts)


def _parted(text: str) -> tuple[str, list[str]]:
    kept: list[str] = []
    left: list[str] = []
    for letter in _WITHOUT_INK.sub("", unicodedata.normalize("NFC", text)):
        is_sign = unicodedata.category(letter) in _SIGNS or ord(letter) in _PICTURES
        absent = is_sign and not is_anywhere(letter)
        (left if absent else kept).append(letter)
    return " ".join(_LOOSE_JOINER.sub("", "".join(kept)).split()), left
