"""The booklet of an album: its words as they stand, set with the cover's own type and colours among the songs' pictures."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from albumen.album.album import Album
from albumen.album.folder import AlbumFolder
from albumen.album.plan import SongPlan
from albumen.album.song import Song
from albumen.pipeline.ingredients import album_ingredients
from albumen.pipeline.mastering import master_of
from albumen.pipeline.pictures import COVER_JPEG, LOOK, Pictures, pictures_of
from albumen.pipeline.poems import has_closing, poem_path, read_closing, read_poem
from albumen.pipeline.provenance import album_makers, song_makers
from albumen.pipeline.songs import song_plan
from albumen.press.booklet import Booklet, BookletSong, CreditSection, Dress, Face, Plate, Verse, write_booklet
from albumen.press.credits import HEADINGS
from albumen.score.key import Key
from albumen.verse.page import PoemPage
from albumen.work.job import Job
from albumen.work.record import Record
from albumen.work.stage import Given, Stage

BOOKLET_PDF, PRINT_PDF = "booklet.pdf", "booklet-print.pdf"
_SIDE, _BLEED = 1417, 35  # pixels of 120 mm and 3 mm at 300 dots an inch
_RATE = 44_100
_SIGNS = {"#": " sharp", "b": " flat"}


@dataclass(frozen=True, slots=True, kw_only=True)
class BookletAsked:
    """All that the booklet follows from. Whose type it is set in is said by `person`, a personality of the fonts."""

    booklet: Booklet
    person: str
    look: Given
    front: Given
    plates: tuple[Given, ...]


def _bind(asked: BookletAsked, folder: Path, job: Job) -> Mapping[str, Any]:
    # The picture libraries are slow to load, and looking how far an album is needs none of them.
    from albumen.art.facing import face_across
    from albumen.art.fonts import PERSONALITIES, credited, page_fonts
    from albumen.art.lettering import in_type, left_out
    from albumen.art.look import look_from_json
    from albumen.art.pages import page_colours, with_bleed
    from albumen.art.picture import read_picture, write_jpeg
    from albumen.art.typesetting import is_complex, right_to_left

    job.check()
    book = _directed(_each_text(asked.booklet, lambda text: in_type(text) if left_out(text) else text), right_to_left)
    person = PERSONALITIES[asked.person]
    titles = [book.title, *(song.title for song in book.songs)]
    shown = [title.upper() for title in titles] if person.capitals else titles
    display, text = page_fonts(person.display, shown), page_fonts(person.text, _all_text(book))
    fonts = credited((*display, *text))
    book = replace(book, credits=(*book.credits, _section(HEADINGS["font"], [f"{name}: {licence}" for name, licence in fonts])))
    colours = page_colours(look_from_json(json.loads(asked.look.path.read_text(encoding="utf-8"))).identity.palette)
    dress = Dress(
        display=tuple(Face(path=Path(font.path), index=font.index) for font in display),
        text=tuple(Face(path=Path(font.path), index=font.index) for font in text),
        ground=_hex(colours.ground),
        ink=_hex(colours.ink),
        quiet=_hex(colours.quiet),
        accent=_hex(colours.accent),
        capitals=person.capitals,
        tracking=0.0 if any(is_complex(title) for title in titles) else person.tracking,
    )
    front = folder / "front.jpg"
    write_jpeg(front, with_bleed(read_picture(asked.front.path), _SIDE, _BLEED), most_bytes=1_500_000)
    job.reach(0.3)
    plates = [Plate(path=plate.path, face=face_across(read_picture(plate.path))) for plate in asked.plates]
    pages = write_booklet(book, dress, front, plates, screen=folder / BOOKLET_PDF, printed=folder / PRINT_PDF)
    front.unlink()
    return {"pages": pages, "fonts": [list(font) for font in fonts]}


BOOKLET: Stage[BookletAsked] = Stage("booklet", 2, _bind)


def booklet_of(folder: AlbumFolder, album: Album) -> Record | None:
    """The booklet of the album as it is now; None while it is not made."""
    asked = _asked(folder, album)
    return folder.workshop.find(BOOKLET, asked) if asked else None


def bind_booklet(folder: AlbumFolder, album: Album, job: Job) -> None:
    """Make the booklet unless it is there. Master, pictures and poems must be made; without them nothing is done."""
    asked = _asked(folder, album)
    if asked is not None:
        folder.workshop.carry_out(BOOKLET, asked, job)
    job.reach(1.0)


def _asked(folder: AlbumFolder, album: Album) -> BookletAsked | None:
    master, pictures = master_of(folder, album), pictures_of(folder, album)
    poems = [poem_path(folder, song.slug) for song in album.songs] + ([poem_path(folder)] if has_closing(album) else [])
    if master is None or pictures is None or not all(path.is_file() for path in poems):
        return None
    songs = [
        _song(folder, song, number, master.facts["cuts"][song.slug]["frames"] / _RATE)
        for number, song in enumerate(album.songs, start=1)
    ]
    owner = " ".join(word for word in ("©", str(album.rights.year or ""), album.rights.holder) if word)
    closing = read_closing(folder, album)
    booklet = Booklet(
        title=album.title,
        artist=album.artist or "Unknown artist",
        songs=tuple(songs),
        closing=_verse(closing) if closing else Verse(),
        credits=_credits(folder, album),
        imprint=(f"{owner}. {album.rights.licence}" if album.rights.holder else album.rights.licence, album.rights.disclosure),
    )
    return BookletAsked(
        booklet=booklet, person=pictures.cover.facts["type"], look=_kept(folder, pictures.cover.outputs[LOOK]),
        front=_kept(folder, pictures.cover.outputs[COVER_JPEG]), plates=_plates(folder, album, pictures),
    )  # fmt: skip


def _song(folder: AlbumFolder, song: Song, number: int, seconds: float) -> BookletSong:
    minutes, rest = divmod(round(seconds), 60)
    plan = song_plan(folder, song)
    return BookletSong(
        number=number, title=song.title, facts=_facts(plan), length=f"{minutes}:{rest:02d}", poem=_verse(read_poem(folder, song))
    )


def _facts(plan: SongPlan) -> str:
    key = Key.parse(plan.key)
    name = str(Key.of(key.tonic, key.is_minor)).removesuffix("m")
    mode = "minor" if key.is_minor else "major"
    sung_in = f"{name[0]}{_SIGNS.get(name[1:], '')} {mode}"
    return " · ".join((plan.style.replace("-", " "), sung_in, str(plan.meter), f"{round(plan.tempo_bpm)} bpm"))


def _credits(folder: AlbumFolder, album: Album) -> tuple[CreditSection, ...]:
    ingredients = album_ingredients(folder, album)
    songs = [
        f"{number}. {song.title}: {'; '.join(str(credit) for credit in song_makers(folder, song))}"
        for number, song in enumerate(album.songs, start=1)
    ]
    sections = [
        _section("People", [str(credit) for credit in album.credits]),
        _section("Who made what", [*(str(credit) for credit in album_makers(folder, album)), *songs]),
    ]
    for kind, heading in HEADINGS.items():
        if kind != "font":  # what the pages are set in is known once they are set
            said = [(one.name, (one.licence, one.source, one.note)) for one in ingredients if one.kind == kind]
            sections.append(_section(heading, [f"{name}: {'; '.join(word for word in words if word)}" for name, words in said]))
    return tuple(section for section in sections if section.lines)


def _section(heading: str, lines: list[str]) -> CreditSection:
    return CreditSection(heading=heading, lines=tuple(dict.fromkeys(lines)))


def _verse(page: PoemPage) -> Verse:
    return Verse(stanzas=page.stanzas, form=page.form)


def _directed(book: Booklet, is_rtl: Any) -> Booklet:
    """The booklet with everything marked that runs from right to left."""

    def marked(verse: Verse) -> Verse:
        return replace(verse, is_rtl=is_rtl(" ".join(line for stanza in verse.stanzas for line in stanza)))

    songs = tuple(replace(song, is_rtl=is_rtl(song.title), poem=marked(song.poem)) for song in book.songs)
    return replace(book, songs=songs, closing=marked(book.closing), is_rtl=is_rtl(book.title))


def _each_text(book: Booklet, change: Callable[[str], str]) -> Booklet:
    """The booklet with every text changed that its owner wrote."""

    def verse(said: Verse) -> Verse:
        return replace(said, stanzas=tuple(tuple(change(line) for line in stanza) for stanza in said.stanzas))

    return replace(
        book,
        title=change(book.title),
        artist=change(book.artist),
        songs=tuple(replace(song, title=change(song.title), poem=verse(song.poem)) for song in book.songs),
        closing=verse(book.closing),
        credits=tuple(replace(one, lines=tuple(change(line) for line in one.lines)) for one in book.credits),
        imprint=tuple(change(line) for line in book.imprint),
    )


def _all_text(book: Booklet) -> list[str]:
    """Every text that is not set in display letters, and titles, which stand among the contents too."""
    poems = [line for verse in (book.closing, *(song.poem for song in book.songs)) for stanza in verse.stanzas for line in stanza]
    songs = [text for song in book.songs for text in (song.title, song.facts, song.length, song.poem.form)]
    credits_said = [text for section in book.credits for text in (section.heading, *section.lines)]
    return [book.title, book.artist, *songs, *poems, *credits_said, *book.imprint]


def _plates(folder: AlbumFolder, album: Album, pictures: Pictures) -> tuple[Given, ...]:
    return tuple(_kept(folder, pictures.plates[song.slug]) for song in album.songs)


def _kept(folder: AlbumFolder, digest: str) -> Given:
    return Given(path=folder.workshop.store.path(digest), digest=digest)


def _hex(colour: tuple[int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
