"""Pictures: the cover, a cover a song and the promotional set, one family, drawn by the finished music.

The look is chosen once for the album; `art/cover.toml` is the user's and may fix any part of it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from albumen.album.album import Album
from albumen.album.folder import AlbumFolder
from albumen.album.lock_file import Made
from albumen.album.plan import SongPlan
from albumen.album.song import Song
from albumen.art.facts import AlbumFacts, SongFacts
from albumen.art.music_view import MusicView, joined, read_view
from albumen.art.stopping import stoppable
from albumen.art.wishes import read_wishes
from albumen.art.words import telling_words
from albumen.pipeline.listening import VIEW, VIEW_FILE, ViewAsked, view_asked
from albumen.pipeline.mastering import master_of
from albumen.pipeline.poems import poem_path, read_poem
from albumen.pipeline.songs import song_plan
from albumen.pipeline.step import Step
from albumen.score.key import Key
from albumen.work.crew import each_of
from albumen.work.digest import digest_bytes
from albumen.work.files import write_text
from albumen.work.job import Job
from albumen.work.plugins import load
from albumen.work.record import Record
from albumen.work.seed import Seed
from albumen.work.stage import Given, Stage, Workshop

if TYPE_CHECKING:
    from albumen.art.layout import Page
    from albumen.art.look import Look
    from albumen.art.picture import Pixels

COVER_JPEG, COVER_PNG, FRONT, SHEET, LOOK = "cover.jpg", "cover.png", "front.jpg", "contact-sheet.jpg", "look.json"
SONG_COVER_FILE, PLATE_FILE = "cover.jpg", "plate.jpg"
COVER_NAME = f"pictures/{SHEET}"  # the cover's name in the lock
_FRONT_SIDE = 1200  # what players show of a tagged file
_CHECKED_SIDE = 1000
_PLATE_SIDE = 1488  # 126 mm at 300 dots an inch, as the booklet prints it
_QUIETEST_LUFS, _LOUDEST_LUFS = -26.0, -12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverAsked:
    """The album's cover: what is known of it, how it sounds, what its owner wishes, who paints."""

    facts: AlbumFacts
    views: tuple[Given, ...]
    wishes: Mapping[str, Any]
    seed: Seed
    painter: str
    painter_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyAsked:
    """A picture in the album's look: of the song at `place`, or, where that is -1, the promotional set."""

    look: Given
    facts: AlbumFacts
    views: tuple[Given, ...]
    painter: str
    painter_version: str
    place: int = -1


def _cover(asked: CoverAsked, folder: Path, job: Job) -> Mapping[str, Any]:
    # The picture libraries are slow to load, and looking how far an album is needs none of them.
    from albumen.art.engines import ENGINES
    from albumen.art.formats import STORE_BYTES
    from albumen.art.lettering import fonts_of, left_out
    from albumen.art.look import look_json
    from albumen.art.picture import resized, write_jpeg, write_png

    painter = load("painters", asked.painter)()
    music = _heard(asked.views)
    with stoppable(job.stop):
        chosen = painter.choose(asked.facts, music, asked.seed, asked.wishes, job.part("looks", 0.0, 0.5))
        pixels = painter.cover(chosen.look, asked.facts, music)
    job.reach(0.8)
    write_jpeg(folder / COVER_JPEG, pixels, most_bytes=STORE_BYTES)
    write_png(folder / COVER_PNG, pixels)
    write_jpeg(folder / FRONT, resized(pixels, _FRONT_SIDE, _FRONT_SIDE), most_bytes=500_000)
    write_jpeg(folder / SHEET, chosen.sheet)
    write_text(folder / LOOK, json.dumps(look_json(chosen.look), indent=1, sort_keys=True) + "\n")
    identity = chosen.look.identity
    net = ENGINES[identity.engine].net if identity.engine in ENGINES else None
    named = {"engine": identity.engine, "net": net or "", "type": identity.person, "manner": identity.manner, "era": identity.era}
    named |= {"motif": identity.motif, "style": identity.style}
    absent = left_out(f"{asked.facts.title} {asked.facts.artist}")
    notes = [f"left out of the type: {absent}, which no installed text font has"] if absent else []
    for note in notes:
        job.say(note)
    fonts = fonts_of(identity.person, asked.facts.title, asked.facts.artist)
    return {
        **named,
        "template": chosen.look.template.name,
        "painter": asked.painter,
        "fonts": [list(font) for font in fonts],
        "reasons": [*identity.reasons, *notes],
    }


def _relative(asked: FamilyAsked, folder: Path, job: Job) -> Mapping[str, Any]:
    from albumen.art.formats import STORE_BYTES
    from albumen.art.look import look_from_json
    from albumen.art.picture import resized, write_jpeg

    painter = load("painters", asked.painter)()
    look = look_from_json(json.loads(asked.look.path.read_text(encoding="utf-8")))
    music = _heard(asked.views)
    if asked.place >= 0:
        with stoppable(job.stop):
            cover, plate = _song_pair(painter, asked, look, music)
        write_jpeg(folder / SONG_COVER_FILE, cover, most_bytes=STORE_BYTES)
        write_jpeg(folder / PLATE_FILE, resized(plate, _PLATE_SIDE, _PLATE_SIDE), most_bytes=1_000_000)
        return {}
    with stoppable(job.stop):
        for form, pixels in painter.promo(look, asked.facts, music, job):
            write_jpeg(folder / f"{form.name}.jpg", pixels, dpi=form.dpi, most_bytes=8_000_000)
    return {}


def _song_pair(painter: Any, asked: FamilyAsked, look: Look, music: MusicView) -> tuple[Pixels, Pixels]:
    """Cover and plain picture of a song, from one painting where the painter can say so."""
    pair = getattr(painter, "song_pair", None)
    if callable(pair):
        cover, plain = pair(asked.place, look, asked.facts, music)
        return cover, plain
    return painter.song_cover(asked.place, look, asked.facts, music), painter.film_picture(asked.place, look, music)


def _heard(views: tuple[Given, ...]) -> MusicView:
    return joined([read_view(view.path) for view in views])


COVER: Stage[CoverAsked] = Stage("cover", 4, _cover)
FAMILY: Stage[FamilyAsked] = Stage("family", 6, _relative)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """The album's pictures as digests: `cover` by file, `songs` and `plates` by slug, `promo` by file.

    A plate is the picture of a song without any letters.
    """

    cover: Record
    songs: Mapping[str, str]
    plates: Mapping[str, str]
    promo: Mapping[str, str]


def require_type(folder: AlbumFolder, album: Album) -> None:
    """Raise `Wrong` or `Missing` for words that the fonts of this machine cannot set, before any work is done."""
    from albumen.art import lettering

    titles: list[tuple[str, str]] = [(album.title, f"{folder.page}: title")]
    titles += [(song.title, f"{folder.song_folder(song.slug) / 'song.toml'}: brief: title") for song in album.songs]
    lettering.require_type([*titles, *((title, f"{folder.page}: titles") for title in album.titles if title)], album.artist)


def pictures_step(folder: AlbumFolder, album: Album) -> Step:
    """Where the pictures stand."""
    return Step(stage="pictures", state="done" if pictures_of(folder, album) else "to do")


def pictures_of(folder: AlbumFolder, album: Album) -> Pictures | None:
    """The pictures of the album as it is now; None while one of them is not painted."""
    workshop = folder.workshop
    asked = _cover_asked(folder, album)
    cover = workshop.find(COVER, asked) if asked else None
    if asked is None or cover is None:
        return None
    relatives = [workshop.find(FAMILY, relative) for relative in _family_asked(folder, album, asked, cover)]
    if any(record is None for record in relatives):
        return None
    *of_songs, promo = [record.outputs for record in relatives if record]
    songs = {song.slug: outputs[SONG_COVER_FILE] for song, outputs in zip(album.songs, of_songs, strict=True)}
    plates = {song.slug: outputs[PLATE_FILE] for song, outputs in zip(album.songs, of_songs, strict=True)}
    return Pictures(cover=cover, songs=songs, plates=plates, promo=promo)


def paint_pictures(folder: AlbumFolder, album: Album, *, workers: int, job: Job) -> None:
    """Paint what is missing: the cover first, then its family, several pictures at once. The master must be made."""
    views = _views_asked(folder, album)
    if views is None:
        return
    hand = _Hand(folder.cache)
    each_of(hand, views, job.part("listening", 0.0, 0.1), workers=workers)
    asked = _cover_asked(folder, album)
    assert asked is not None
    is_new = folder.workshop.find(COVER, asked) is None
    cover = folder.workshop.carry_out(COVER, asked, job.part("cover", 0.1, 0.4))
    if is_new:
        job.say(f"painted the cover ({cover.facts['engine']}, {cover.facts['template']})")
    each_of(hand, _family_asked(folder, album, asked, cover), job.part("family", 0.4, 1.0), workers=workers)
    _show(folder, cover)
    job.reach(1.0)


def song_film_picture(folder: AlbumFolder, album: Album, place: int) -> tuple[Pixels, Look] | None:
    """What films of the song at `place` show, and the album's look; None while the cover is not painted."""
    from albumen.art.look import look_from_json

    asked = _cover_asked(folder, album)
    cover = folder.workshop.find(COVER, asked) if asked else None
    if asked is None or cover is None:
        return None
    look = look_from_json(json.loads(_given(folder, cover, LOOK).path.read_text(encoding="utf-8")))
    painter = load("painters", asked.painter)()
    return painter.film_picture(place, look, read_view(asked.views[place].path)), look


def cover_layout(folder: AlbumFolder, album: Album) -> Page | None:
    """The cover as it was laid out, drawn again at a third of its side; None while it is not painted or where a plug-in did."""
    from albumen.art.cover import finish
    from albumen.art.look import look_from_json

    asked = _cover_asked(folder, album)
    cover = folder.workshop.find(COVER, asked) if asked else None
    if asked is None or cover is None or asked.painter != "albumen":
        return None
    look = look_from_json(json.loads(_given(folder, cover, LOOK).path.read_text(encoding="utf-8")))
    return finish(look, asked.facts, _heard(asked.views), side=_CHECKED_SIDE)


@dataclass(frozen=True, slots=True)
class _Hand:
    cache: Path

    def __call__(self, asked: ViewAsked | FamilyAsked, job: Job) -> Record:
        workshop = Workshop(self.cache)
        return workshop.carry_out(VIEW, asked, job) if isinstance(asked, ViewAsked) else workshop.carry_out(FAMILY, asked, job)


def _views_asked(folder: AlbumFolder, album: Album) -> list[ViewAsked] | None:
    master = master_of(folder, album)
    if master is None:
        return None
    return [view_asked(folder, song, song_plan(folder, song), master) for song in album.songs]


def _cover_asked(folder: AlbumFolder, album: Album) -> CoverAsked | None:
    asked = _views_asked(folder, album)
    records = [folder.workshop.find(VIEW, view) for view in asked or ()]
    if not asked or any(record is None for record in records):
        return None
    painter = load("painters", album.painter)
    return CoverAsked(
        facts=_facts(folder, album),
        views=tuple(_given(folder, record, VIEW_FILE) for record in records if record),
        wishes=read_wishes(folder.path / "art" / "cover.toml"),
        seed=Seed(album.seed).child("pictures", album.title),
        painter=album.painter,
        painter_version=_version_of(painter),
    )


def _version_of(painter: Any) -> str:
    """The painter's version, and with it the weights that it reads, if it says which."""
    find = getattr(painter, "weights_digest", None)
    return f"{painter.version} {find()}" if callable(find) else str(painter.version)


def _family_asked(folder: AlbumFolder, album: Album, asked: CoverAsked, cover: Record) -> list[FamilyAsked]:
    """One question a song, and last the one of the promotional set."""
    look = _given(folder, cover, LOOK)
    promo = FamilyAsked(
        look=look, facts=asked.facts, views=asked.views, painter=asked.painter, painter_version=asked.painter_version
    )
    return [*(replace(promo, views=(view,), place=place) for place, view in enumerate(asked.views)), promo]


def _facts(folder: AlbumFolder, album: Album) -> AlbumFacts:
    master = master_of(folder, album)
    levels = {slug: cut["loudness_lufs"] for slug, cut in master.facts["cuts"].items()} if master else {}
    songs = [_song_facts(folder, song, song_plan(folder, song), album, levels.get(song.slug, -16.0)) for song in album.songs]
    genres = Counter(song.genre for song in songs).most_common()
    # An album of many genres has none of its own.
    genre = genres[0][0] if genres and 2 * genres[0][1] > len(songs) else ""
    return AlbumFacts(title=album.title, artist=album.artist, theme=album.theme, genre=genre, songs=tuple(songs))


def _song_facts(folder: AlbumFolder, song: Song, plan: SongPlan, album: Album, level_lufs: float) -> SongFacts:
    key = Key.parse(plan.key)
    theme = plan.theme if plan.theme != album.theme else ""
    poem = poem_path(folder, song.slug)
    # Of a poem only its telling words count, so that polishing a line seldom paints the cover anew.
    return SongFacts(
        title=song.title,
        theme=theme,
        poem=telling_words(" ".join(read_poem(folder, song).lines)) if poem.is_file() else "",
        genre=plan.genre,
        key=key.tonic,
        minor=key.is_minor,
        tempo_bpm=plan.tempo_bpm,
        energy=plan.energy,
        loudness=round(min(1.0, max(0.0, (level_lufs - _QUIETEST_LUFS) / (_LOUDEST_LUFS - _QUIETEST_LUFS))), 2),
    )


def _given(folder: AlbumFolder, record: Record, name: str) -> Given:
    digest = record.outputs[name]
    return Given(path=folder.workshop.store.path(digest), digest=digest)


def _show(folder: AlbumFolder, cover: Record) -> None:
    """Put the page of the cover and the contact sheet where their owner finds them; what a person changed stays."""
    from albumen.art.cover_page import cover_page

    art = folder.path / "art"
    text = cover_page(cover.facts)
    store = folder.workshop.store
    pages = {"cover.toml": digest_bytes(text.encode()), SHEET: cover.outputs[SHEET]}
    for name, digest in pages.items():
        stage, files = f"pictures/{name}", {name: art / name}
        made = Made(key=cover.key, version=cover.version, digests={name: digest}, facts=cover.facts if name == SHEET else {})
        if folder.is_untouched(stage, files) and (folder.made().get(stage) != made or not files[name].exists()):

            def write(name: str, target: Path) -> None:
                if name == SHEET:
                    store.copy_to(cover.outputs[SHEET], target)
                else:
                    write_text(target, text)

            folder.exchange(stage, made, files, write)
