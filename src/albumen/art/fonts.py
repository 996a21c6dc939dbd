"""Real fonts: the free ones that are installed, grouped by the character they give a cover, with their licences.

Only fonts under free licences are listed. A title in another script is set in a font that has its letters.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont, TTLibError
from PIL import ImageFont

from albumen.work.errors import Missing

_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/Library/Fonts",
    "~/Library/Fonts",
)
INSTALL = (
    "apt-get install fonts-inter fonts-ebgaramond fonts-lato fonts-league-spartan fonts-bebas-neue fonts-quattrocento "
    "fonts-jura fonts-roboto-slab fonts-vollkorn fonts-noto-core fonts-noto-cjk"
)

Face = tuple[str, str]
_UNSEEN = ("Cc", "Cf")  # joiners and marks of direction
_IDEOGRAPHS = range(0x20000, 0x40000)
_SELECTORS = frozenset(chr(code) for code in range(0xFE00, 0xFE10))


@dataclass(frozen=True, slots=True, kw_only=True)
class Personality:
    """How a title speaks: display faces and text faces, best first, and how they are set."""

    name: str
    display: tuple[Face, ...]
    text: tuple[Face, ...]
    capitals: bool
    tracking: float
    """Extra space between display letters, in ems."""
    genres: tuple[str, ...]


_TEXT_SANS: tuple[Face, ...] = (("Inter", "Medium"), ("Lato", "Regular"), ("Karla", "Medium"), ("DejaVu Sans", "Book"))
_TEXT_SERIF: tuple[Face, ...] = (
    ("EB Garamond", "Medium"),
    ("EB Garamond", "12 Regular"),
    ("Vollkorn", "Regular"),
    ("DejaVu Serif", "Book"),
)

PERSONALITIES = {
    person.name: person
    for person in (
        Personality(
            name="grotesk",
            display=(("Inter Display", "Black"), ("Inter", "Black"), ("Lato", "Black"), ("DejaVu Sans", "Bold")),
            text=_TEXT_SANS,
            capitals=False,
            tracking=-0.025,
            genres=("electronic", "house", "techno", "indie", "pop"),
        ),
        Personality(
            name="poster",
            display=(("Bebas Neue", "Bold"), ("Bebas Neue", "Regular"), ("DejaVu Sans", "Condensed Bold")),
            text=_TEXT_SANS,
            capitals=True,
            tracking=0.01,
            genres=("rock", "metal", "hip-hop", "punk", "funk"),
        ),
        Personality(
            name="geometric",
            display=(
                ("League Spartan", "Bold"),
                ("League Spartan", "Regular"),
                ("Lato", "Heavy"),
                ("DejaVu Sans", "Bold"),
            ),
            text=_TEXT_SANS,
            capitals=True,
            tracking=0.02,
            genres=("pop", "disco", "soul", "dance", "r&b"),
        ),
        Personality(
            name="garamond",
            display=(
                ("EB Garamond", "SemiBold"),
                ("EB Garamond", "12 Regular"),
                ("EB Garamond", "Medium"),
                ("DejaVu Serif", "Bold"),
            ),
            text=_TEXT_SERIF,
            capitals=False,
            tracking=0.0,
            genres=("classical", "folk", "chamber", "choral", "singer-songwriter"),
        ),
        Personality(
            name="bodoni",
            display=(("GFS BodoniClassic", "Regular"), ("Vollkorn", "Bold"), ("DejaVu Serif", "Bold")),
            text=(("Lato", "Light"), *_TEXT_SANS),
            capitals=True,
            tracking=0.05,
            genres=("baroque", "opera", "soundtrack", "classical", "waltz"),
        ),
        Personality(
            name="inscription",
            display=(("Quattrocento", "Bold"), ("Quattrocento", "Regular"), ("DejaVu Serif", "Bold")),
            text=_TEXT_SERIF,
            capitals=True,
            tracking=0.08,
            genres=("ambient", "choral", "soundtrack", "new-age"),
        ),
        Personality(
            name="slab",
            display=(("Roboto Slab", "Bold"), ("Roboto Slab", "Black"), ("DejaVu Serif", "Bold")),
            text=_TEXT_SANS,
            capitals=False,
            tracking=-0.01,
            genres=("country", "blues", "rock", "americana"),
        ),
        Personality(
            name="warm",
            display=(("Vollkorn", "Black"), ("Vollkorn", "Bold"), ("DejaVu Serif", "Bold")),
            text=_TEXT_SERIF,
            capitals=False,
            tracking=-0.01,
            genres=("folk", "jazz", "soul", "bossa", "latin"),
        ),
        Personality(
            name="light",
            display=(("Lato", "Light"), ("Inter", "Light"), ("DejaVu Sans", "ExtraLight")),
            text=_TEXT_SANS,
            capitals=True,
            tracking=0.22,
            genres=("ambient", "electronic", "minimal", "piano"),
        ),
        Personality(
            name="future",
            display=(("Jura", "DemiBold"), ("Jura", "SemiBold"), ("Jura", "Bold"), ("DejaVu Sans", "Book")),
            text=(("Jura", "Medium"), *_TEXT_SANS),
            capitals=True,
            tracking=0.10,
            genres=("electronic", "synthwave", "game", "techno"),
        ),
        Personality(
            name="script",
            display=(
                ("Kaushan Script", "Regular"),
                ("Dancing Script", "Regular"),
                ("EB Garamond", "12 Italic"),
                ("DejaVu Serif", "Italic"),
            ),
            text=_TEXT_SANS,
            capitals=False,
            tracking=0.0,
            genres=("swing", "latin", "pop", "jazz"),
        ),
        Personality(
            name="old-style",
            display=(
                ("Old Standard TT", "Bold"),
                ("Old Standard", "Bold"),
                ("Vollkorn", "Bold"),
                ("DejaVu Serif", "Bold"),
            ),
            text=_TEXT_SERIF,
            capitals=False,
            tracking=0.0,
            genres=("march", "ragtime", "waltz", "romantic", "classical"),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Font:
    """A font file: path, and the number of the face inside a collection."""

    path: str
    index: int
    family: str
    style: str

    def sized(self, pixels: float) -> ImageFont.FreeTypeFont:
        """The font at a size in pixels per em."""
        return _sized(self.path, self.index, max(4, round(pixels)))


@lru_cache(maxsize=64)
def _sized(path: str, index: int, pixels: int) -> ImageFont.FreeTypeFont:
    # Kept, because a page asks for the same few fonts and sizes again and again, and each time the file would be read.
    return ImageFont.truetype(path, pixels, index=index, layout_engine=ImageFont.Layout.RAQM)


def display_fonts(person: Personality, text: str) -> tuple[Font, ...]:
    """The fonts that set a title, the chosen display face of the personality first; see `fonts_for`."""
    return fonts_for(person.display, text, bold=True)


def text_fonts(person: Personality, text: str) -> tuple[Font, ...]:
    """The fonts for the small lines."""
    return fonts_for(person.text, text, bold=False)


@lru_cache(maxsize=512)
def fonts_for(faces: tuple[Face, ...], text: str, *, bold: bool) -> tuple[Font, ...]:
    """Fonts that together have every letter of a line, each of its pieces whole in one of them where that can be.

    One of `faces` that has them all sets the line alone; else the first that has any piece leads, and others follow for what
    it lacks. Raises `Missing` for a letter that no installed font has.
    """
    fonts, pieces = installed(), [piece for word in text.split() for piece in pieces_of(word)]
    own = [fonts[face] for face in faces if face in fonts]
    for font in own:
        if covers(font, text):
            return (font,)
    found = [font for font in own if any(covers(font, piece) for piece in pieces)][:1]
    for piece in pieces:
        if not any(covers(font, piece) for font in found):
            found += _having(faces, piece, found, bold)
    return tuple(dict.fromkeys(found))


def _having(faces: tuple[Face, ...], piece: str, found: list[Font], bold: bool) -> list[Font]:
    """The font that has the whole piece, else those that have the letters which are in none of `found`."""
    for letter in sorted(set(piece)):
        if not is_anywhere(letter):
            raise lacking(letter)
    try:
        return [_first_with(faces, piece, bold=bold)]
    except Missing:
        letters = [letter for letter in dict.fromkeys(piece) if not any(covers(font, letter) for font in found)]
        return [_first_with(faces, letter, bold=bold) for letter in letters]


def pieces_of(word: str) -> tuple[str, ...]:
    """A word cut where East Asian letters, letters that run from right to left, and all others meet.

    >>> pieces_of("東京Łódź!")
    ('東京', 'Łódź!')
    """
    found: list[str] = []
    kind = ""
    for letter in word:
        own = _kind(letter)
        if found and (not own or not kind or own == kind):
            found[-1] += letter
        else:
            found.append(letter)
        kind = own or kind
    return tuple(found)


def _kind(letter: str) -> str:
    if unicodedata.bidirectional(letter) in ("R", "AL"):
        return "right-to-left"
    if not unicodedata.category(letter).startswith("L"):
        return ""
    return "wide" if unicodedata.east_asian_width(letter) in ("W", "F", "H") else "other"


def page_fonts(faces: tuple[Face, ...], texts: Iterable[str]) -> tuple[Font, ...]:
    """Fonts that together have every letter of a page, the first of `faces` that is installed before all others."""
    found = [_first_with(faces, "A", bold=False)]
    for word in dict.fromkeys(word for text in texts for word in text.split()):
        absent = "".join(sorted(letter for letter in set(word) if not any(covers(font, letter) for font in found)))
        if absent:
            found += _having(faces, absent, found, bold=False)
    return tuple(found)


def credited(fonts: Iterable[Font]) -> tuple[tuple[str, str], ...]:
    """Name and licence of each font, once."""
    return tuple(dict.fromkeys((f"{font.family} {font.style}", _in_short(licence_of(font))) for font in fonts))


def _in_short(licence: str) -> str:
    return "SIL Open Font License 1.1" if "open font license" in licence.lower() else licence


@lru_cache(maxsize=1)
def installed() -> dict[Face, Font]:
    """All installed fonts by family and style."""
    found: dict[Face, Font] = {}
    for folder in _FOLDERS:
        for root, _, files in sorted(os.walk(Path(folder).expanduser())):
            for name in sorted(files):
                if not name.lower().endswith((".ttf", ".otf", ".ttc")):
                    continue
                path = str(Path(root) / name)
                for index in range(8 if name.lower().endswith(".ttc") else 1):
                    try:
                        family, style = ImageFont.truetype(path, 12, index=index).getname()
                    except OSError:
                        break
                    found.setdefault(
                        (family or name, style or "Regular"), Font(path, index, family or name, style or "Regular")
                    )
    if not found:
        raise Missing("no fonts are installed", next_step=INSTALL)
    return found


@lru_cache(maxsize=4096)
def covers(font: Font, text: str) -> bool:
    """Whether the font has a letter for every visible character."""
    return {ord(letter) for letter in text if is_seen(letter)} <= _letters(font)


def is_seen(letter: str) -> bool:
    """Whether a character leaves ink: spaces, joiners and selectors do not."""
    return not letter.isspace() and unicodedata.category(letter) not in _UNSEEN and letter not in _SELECTORS


@lru_cache(maxsize=1024)
def is_anywhere(letter: str) -> bool:
    """Whether an installed font has this letter, asking one font of each family."""
    families = {font.family: font for font in reversed(list(installed().values()))}
    return any(covers(font, letter) for font in sorted(families.values(), key=lambda font: _rank(font, "Regular")))


def lacking(letter: str) -> Missing:
    """What to say where no installed font has a letter: its name, and the package that would bring it."""
    name = unicodedata.name(letter, "")
    has_noto = ("Noto Sans", "Regular") in installed()
    if name.startswith(("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO")) or ord(letter) in _IDEOGRAPHS:
        package = "fonts-hanazono" if ("Noto Sans CJK JP", "Regular") in installed() else "fonts-noto-cjk"
    else:
        package = "fonts-unifont" if has_noto else "fonts-noto-core"
    known = f"U+{ord(letter):04X}{', ' if name else ''}{name.lower()}"
    what = f"no installed font has the letter '{letter}' ({known})"
    return Missing(what, next_step=f"apt-get install {package}, or take it out")


def licence_of(font: Font) -> str:
    """What the font file says of its licence, in one line."""
    with _opened(font) as opened:
        names = [opened["name"].getDebugName(number) for number in (13, 14, 0)]
    for name in names:
        # Some foundries put a drawing made of strokes where words belong.
        if name and sum(letter.isalpha() for letter in name) > len(name) / 2:
            return " ".join(name.split())[:300]
    return "not stated in the font file"


@lru_cache(maxsize=4096)
def _letters(font: Font) -> frozenset[int]:
    try:
        with _opened(font) as opened:
            return frozenset(opened.getBestCmap() or {})
    except (TTLibError, OSError, KeyError):
        return frozenset()


@contextmanager
def _opened(font: Font) -> Iterator[TTFont]:
    if font.path.lower().endswith(".ttc"):
        with TTCollection(font.path, lazy=True) as collection:
            yield collection.fonts[font.index]
    else:
        with TTFont(font.path, lazy=True) as opened:
            yield opened


def _first_with(faces: tuple[Face, ...], text: str, *, bold: bool) -> Font:
    fonts = installed()
    for face in faces:
        font = fonts.get(face)
        if font is not None and covers(font, text):
            return font
    return _any_with(text, bold)


@lru_cache(maxsize=256)
def _any_with(text: str, bold: bool) -> Font:
    """Any font with these letters; Noto first, the wanted weight first."""
    weight = "Bold" if bold else "Regular"
    for font in sorted(installed().values(), key=lambda font: _rank(font, weight)):
        if covers(font, text):
            return font
    absent = [letter for letter in sorted(set(text)) if is_seen(letter) and not is_anywhere(letter)]
    raise lacking(absent[0]) if absent else Missing(f"no installed font has '{text[:40]}' as a whole", next_step=INSTALL)


def _rank(font: Font, weight: str) -> tuple[int, int, int, str, str]:
    return (
        0 if font.style == weight else 1,
        0 if font.family.startswith("Noto Sans") else 1 if font.family.startswith("Noto") else 2,
        len(font.family),
        font.family,
        font.style,
    )
