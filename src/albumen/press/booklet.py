"""The booklet: cover, contents, a page a song with its picture and poem, closing poem, credits; square, for screen and printer.

The pages are set by typst from `booklet.typ`. Nothing is cut off: type shrinks to a size that can still be read, then runs
on to a further page. Equal booklets have equal bytes: no date and no name of a machine gets into the file.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from albumen.work.errors import Broken, Wrong
from albumen.work.files import write_bytes

SIDE_MM, BLEED_MM = 120.0, 3.0
SHEET = 4
"""Pages come in sheets of four."""
_POINTS = 72 / 25.4
_LONG_WORD = re.compile(r"\S{31,}")
_BREAK = "\u200b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verse:
    """A poem as a page holds it; `is_rtl` where its script runs from right to left."""

    stanzas: tuple[tuple[str, ...], ...] = ()
    form: str = ""
    is_rtl: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BookletSong:
    """A song's page. `facts` is one line of style, key and tempo, `length` is minutes and seconds."""

    number: int
    title: str
    facts: str
    length: str
    poem: Verse
    is_rtl: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditSection:
    """Credits under one heading."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Booklet:
    """All words of the booklet; `imprint` are the last lines on its back."""

    title: str
    artist: str
    songs: tuple[BookletSong, ...]
    closing: Verse
    credits: tuple[CreditSection, ...]
    imprint: tuple[str, ...] = ()
    is_rtl: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A face in a font file; `index` counts the faces of a collection."""

    path: Path
    index: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Dress:
    """How the booklet looks: faces (the first that has a letter sets it), and colours as `#rrggbb`."""

    display: tuple[Face, ...]
    text: tuple[Face, ...]
    ground: str
    ink: str
    quiet: str
    accent: str
    capitals: bool = False
    tracking: float = 0.0
    """Extra space between display letters, in ems."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plate:
    """A song's picture as JPEG; `face` is the left and right end of a face on it, as shares of its width."""

    path: Path
    face: tuple[float, float] | None = None


def write_booklet(
    booklet: Booklet, dress: Dress, front: Path, plates: Sequence[Plate], *, screen: Path, printed: Path
) -> int:
    """Write the booklet for screens and the one for a printer (3 mm bleed, trim and bleed boxes); returns how many pages.

    `front` is the cover with the bleed around it, `plates` one picture a song; of those with a face the strip beside the
    poem shows it whole, clear of the words and the cut. Pictures alone fill the last sheet.
    Raises `Wrong` where pictures are missing, `Broken` where the pages cannot be set.
    """
    if not booklet.songs or len(plates) != len(booklet.songs):
        raise Wrong(f"a booklet of {len(booklet.songs)} songs cannot be made of {len(plates)} pictures")
    with tempfile.TemporaryDirectory(prefix="booklet-") as place:
        home = Path(place)
        page = _laid_out(booklet, dress, front, plates, home)
        setter = _Setter(home)
        pages = setter.pages(page)
        spare = -pages % SHEET
        page["plates"] = [page["songs"][number % len(plates)]["plate"] for number in range(spare)]
        write_bytes(screen, setter.pdf(page, 0.0))
        write_bytes(printed, _boxed(setter.pdf(page, BLEED_MM)))
    return pages + spare


class _Setter:
    """Typst over one folder, with no fonts but those in it."""

    def __init__(self, home: Path) -> None:
        import typst

        self.home = home
        source = files("albumen.press").joinpath("booklet.typ").read_text(encoding="utf-8")
        (home / "booklet.typ").write_text(source, encoding="utf-8")
        self.fonts = _fonts_in(home / "fonts")
        self.compiler = typst.Compiler(home / "booklet.typ", root=home, font_paths=self.fonts)

    def pdf(self, page: dict[str, Any], bleed_mm: float) -> bytes:
        """The pages as PDF."""
        import typst

        (self.home / "booklet.json").write_text(json.dumps(page, ensure_ascii=False), encoding="utf-8")
        try:
            made = self.compiler.compile(format="pdf", sys_inputs={"bleed": f"{bleed_mm:g}"}, timestamp=0)
        except typst.TypstError as error:
            raise Broken(f"the booklet could not be set ({error.message})") from error
        assert isinstance(made, bytes)
        return made

    def pages(self, page: dict[str, Any]) -> int:
        """How many pages the booklet has."""
        import pikepdf

        with pikepdf.open(io.BytesIO(self.pdf(page, 0.0))) as document:
            return len(document.pages)


def _laid_out(booklet: Booklet, dress: Dress, front: Path, plates: Sequence[Plate], home: Path) -> dict[str, Any]:
    """The folder of pictures and fonts that the template reads, and the values for it."""
    shutil.copyfile(front, home / "front.jpg")
    for number, plate in enumerate(plates):
        shutil.copyfile(plate.path, home / f"plate-{number}.jpg")
    return {
        "title": booklet.title,
        "name": _breakable(booklet.title),
        "shown": _displayed(booklet.title, dress),
        "rtl": booklet.is_rtl,
        "artist": _breakable(booklet.artist),
        "front": "front.jpg",
        "plates": [],
        "songs": [
            {**_song(song, dress), "plate": f"plate-{number}.jpg", "face": plate.face}
            for number, (song, plate) in enumerate(zip(booklet.songs, plates, strict=True))
        ],
        "closing": _stanzas(booklet.closing),
        "credits": [
            {"heading": section.heading, "lines": [_breakable(line) for line in section.lines]} for section in booklet.credits
        ],
        "imprint": [_breakable(line) for line in booklet.imprint],
        "colours": {"ground": dress.ground, "ink": dress.ink, "quiet": dress.quiet, "accent": dress.accent},
        "display": {**_chosen(dress.display, home / "fonts"), "tracking": dress.tracking},
        "text": _chosen(dress.text, home / "fonts"),
    }


def _song(song: BookletSong, dress: Dress) -> dict[str, Any]:
    return {
        "number": song.number,
        "title": _breakable(song.title),
        "shown": _displayed(song.title, dress),
        "rtl": song.is_rtl or song.poem.is_rtl,
        "facts": song.facts,
        "length": song.length,
        "form": song.poem.form,
        "stanzas": _stanzas(song.poem),
    }


def _stanzas(verse: Verse) -> list[list[str]]:
    return [[_breakable(line) for line in stanza] for stanza in verse.stanzas]


def _displayed(title: str, dress: Dress) -> str:
    title = " ".join(title.split())
    return _breakable(title.upper() if dress.capitals else title)


def _breakable(text: str) -> str:
    """A word too long for any line may be broken anywhere."""
    return _LONG_WORD.sub(lambda word: _BREAK.join(word[0][at : at + 8] for at in range(0, len(word[0]), 8)), text)


def _chosen(faces: Sequence[Face], folder: Path) -> dict[str, Any]:
    """Put the faces' files into the folder; the families that typst knows them by, and the weight of the first."""
    folder.mkdir(exist_ok=True)
    for face in faces:
        shutil.copyfile(face.path, folder / face.path.name)
    known = {(Path(each.path).name, each.index): each for each in _fonts_in(folder).fonts() if each.path}
    try:
        found = [known[face.path.name, face.index] for face in faces]
    except KeyError as error:
        raise Wrong("this font cannot be read", where=error.args[0][0], next_step="install it again") from error
    return {"families": list(dict.fromkeys(each.family.lower() for each in found)), "weight": found[0].weight}


def _fonts_in(folder: Path) -> Any:
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


def _boxed(pdf: bytes) -> bytes:
    """The pages with their boxes: what is cut to, and what is printed beyond it."""
    import pikepdf

    end = (SIDE_MM + 2 * BLEED_MM) * _POINTS
    edge = BLEED_MM * _POINTS
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            page.bleedbox = pikepdf.Rectangle(0, 0, end, end)
            page.trimbox = pikepdf.Rectangle(edge, edge, end - edge, end - edge)
        out = io.BytesIO()
        document.save(out, deterministic_id=True)
    return out.getvalue()
