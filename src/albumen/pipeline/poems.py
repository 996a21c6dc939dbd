"""Poems: one a song, in `songs/<song>/poem.md`, and the closing one of the album, in `poem.md`.

A poem is written once; what a person changed in it is kept, and the closing poem answers the poems as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from albumen.album.album import Album
from albumen.album.folder import AlbumFolder
from albumen.album.lock_file import Made
from albumen.album.plan import SongPlan
from albumen.album.song import Song
from albumen.pipeline.songs import song_plan
from albumen.pipeline.step import Step
from albumen.score.key import Key
from albumen.verse.page import PoemPage, read_page
from albumen.verse.theme import TEMPO, PoemBrief
from albumen.work.crew import each_of
from albumen.work.digest import MANNER
from albumen.work.errors import AlbumenError, Wrong
from albumen.work.files import write_text
from albumen.work.job import Job
from albumen.work.plugins import load
from albumen.work.record import Record
from albumen.work.seed import Seed
from albumen.work.stage import Given, Stage, Workshop

POEM = "poem.md"
CLOSING = "poems"
_CLAUSES = re.compile(r"[.;:!?\n]+")
_WORDS = re.compile(r"[^\W\d_]{4,}")
_CLOSING_THEME = "song evening road"  # where an album's own words cannot be used
_RUN = 4
_MOST_WORDS = 60  # of a theme; a poem has one thing to say


@dataclass(frozen=True, slots=True, kw_only=True)
class PoemAsked:
    """A poem to be written; with `pages` the album's closing one, which answers them."""

    brief: PoemBrief
    seed: Seed
    poet: str
    poet_version: str
    materials: Mapping[str, str]
    avoid: tuple[str, ...] = ()
    pages: tuple[Given, ...] = ()
    titles: tuple[str, ...] = ()
    title: str
    name: str = field(metadata=MANNER)


def _write(asked: PoemAsked, folder: Path, job: Job) -> Mapping[str, Any]:
    poet = load("poets", asked.poet)()
    if asked.pages:
        pages = [poem_at(page.path, title) for page, title in zip(asked.pages, asked.titles, strict=True)]
        written: PoemPage = replace(poet.closing(pages, asked.brief, asked.seed, job), title=asked.title)
    else:
        written = replace(poet.poem(asked.brief, asked.seed, asked.avoid, job), title=asked.title)
    write_text(folder / POEM, written.markdown())
    facts = {"form": written.form, "lines": len(written.lines), "poet": asked.poet, "avoided": list(asked.avoid)}
    images = {f"stanza {number}": list(words) for number, words in enumerate(written.images, start=1)}
    return facts | ({"images": images} if images else {})


WRITE: Stage[PoemAsked] = Stage("poem", 1, _write)


def poem_path(folder: AlbumFolder, slug: str = "") -> Path:
    """Where a song's poem lies, or, without a song, the album's closing one."""
    return folder.song_folder(slug) / POEM if slug else folder.path / POEM


def poem_name(slug: str) -> str:
    """The name of a song's poem in the lock."""
    return f"{CLOSING}/{slug}" if slug else CLOSING


def read_poem(folder: AlbumFolder, song: Song) -> PoemPage:
    """The song's poem as it stands."""
    return poem_at(poem_path(folder, song.slug), song.title)


def read_closing(folder: AlbumFolder, album: Album) -> PoemPage | None:
    """The closing poem as it stands; None where there is none."""
    path = poem_path(folder)
    return poem_at(path, album.title) if path.is_file() else None


def poem_step(folder: AlbumFolder, album: Album, song: Song) -> Step:
    """Where a song's poem stands."""
    return _step(folder, song.slug, lambda: _song_asked(folder, album, song))


def closing_step(folder: AlbumFolder, album: Album) -> Step:
    """Where the closing poem stands."""
    if not has_closing(album):
        return Step(stage="poems", state="done")
    if not _are_all_there(folder, album):
        return Step(stage="poems", state="to do", why="waits for the poems of all songs")
    return _step(folder, "", lambda: _closing_asked(folder, album))


def brief_of_poem(folder: AlbumFolder, slug: str = "") -> PoemBrief | None:
    """What a song's poem (without one: the closing poem) is asked to be, by the album as it stands; None where nobody knows.

    A poem may lie in an album before its song is planned.
    """
    try:
        album = folder.read()
        return _song_brief(folder, album, album.song(slug)) if slug else _closing_brief(album)
    except (KeyError, AlbumenError):
        return None


def has_closing(album: Album) -> bool:
    """A single has no closing poem."""
    return len(album.songs) > 1


def write_poems(folder: AlbumFolder, album: Album, songs: Sequence[Song], *, workers: int, job: Job) -> None:
    """Write the poems that are missing, several at once, and then the closing one if all poems are there."""
    todo = [_song_asked(folder, album, song) for song in songs if poem_step(folder, album, song).state == "to do"]
    records = each_of(_Hand(folder.cache), todo, job.part("poems", 0.0, 0.8), workers=workers, name=_name)
    for asked, record in zip(todo, records, strict=True):
        _put_in_place(folder, asked.name, _unlike_the_others(folder, album, asked, record, job.part(asked.title, 0.8, 0.9)))
    if todo:
        job.say(f"wrote {len(todo)} poem{'s' if len(todo) > 1 else ''}")
    if _are_all_there(folder, album) and closing_step(folder, album).state == "to do":
        asked = _closing_asked(folder, album)
        _put_in_place(folder, "", folder.workshop.carry_out(WRITE, asked, job.part("closing poem", 0.9, 1.0)))
        job.say("wrote the closing poem")
    job.reach(1.0)


def _unlike_the_others(folder: AlbumFolder, album: Album, asked: PoemAsked, record: Record, job: Job) -> Record:
    """The poem, or, where lines of it are much like lines of another song's poem, one without those lines."""
    others = [song for song in album.songs if song.slug != asked.name and poem_path(folder, song.slug).is_file()]
    said = {run for song in others for line in read_poem(folder, song).lines for run in _runs(line)}
    mine = read_page(folder.workshop.store.read(record.outputs[POEM]).decode("utf-8")).lines
    twice = tuple(sorted({line for line in mine if said.intersection(_runs(line))}))
    return folder.workshop.carry_out(WRITE, replace(asked, avoid=twice), job) if twice else record


def _runs(line: str) -> set[tuple[str, ...]]:
    """All runs of some words in a line, by which two lines are known as alike; a shorter line is one run."""
    words = re.findall(r"[^\W\d_']+(?:'[^\W\d_]+)?", line.casefold())
    return {tuple(words[place : place + _RUN]) for place in range(max(1, len(words) - _RUN + 1))}


@dataclass(frozen=True, slots=True)
class _Hand:
    cache: Path

    def __call__(self, asked: PoemAsked, job: Job) -> Record:
        return Workshop(self.cache).carry_out(WRITE, asked, job)


def _step(folder: AlbumFolder, slug: str, ask: Any) -> Step:
    path, name = poem_path(folder, slug), poem_name(slug)
    if not path.exists():
        return Step(stage="poems", song=slug, state="to do", why="no poem yet")
    if not folder.is_untouched(name, {POEM: path}):
        return Step(stage="poems", song=slug, state="yours", why="you changed the poem; it is kept")
    made = folder.made()[name]
    if made.key != WRITE.key(replace(ask(), avoid=tuple(made.facts.get("avoided", ())))):
        return Step(stage="poems", song=slug, state="to do", why="what it is about changed")
    return Step(stage="poems", song=slug, state="done")


def _put_in_place(folder: AlbumFolder, slug: str, record: Record) -> None:
    made = Made(key=record.key, version=record.version, digests={POEM: record.outputs[POEM]}, facts=record.facts)
    store = folder.workshop.store

    def write(name: str, target: Path) -> None:
        store.copy_to(record.outputs[name], target)

    folder.exchange(poem_name(slug), made, {POEM: poem_path(folder, slug)}, write)


def _song_asked(folder: AlbumFolder, album: Album, song: Song) -> PoemAsked:
    brief = _song_brief(folder, album, song)
    return _asked(album, brief, Seed(album.seed).child("poem", song.slug), name=song.slug, title=song.title)


def _closing_asked(folder: AlbumFolder, album: Album) -> PoemAsked:
    brief = _closing_brief(album)
    pages = tuple(Given.of(poem_path(folder, song.slug)) for song in album.songs)
    titles = tuple(song.title for song in album.songs)
    return _asked(album, brief, Seed(album.seed).child("closing poem"), name="", title=album.title, pages=pages, titles=titles)


def _asked(album: Album, brief: PoemBrief, seed: Seed, **more: Any) -> PoemAsked:
    poet = load("poets", album.poet)
    return PoemAsked(
        brief=brief, seed=seed, poet=album.poet, poet_version=poet.version, materials=poet().materials(), **more
    )


def _closing_brief(album: Album) -> PoemBrief:
    try:
        return PoemBrief(title=album.title, theme=_short(album.theme))
    except Wrong:
        return PoemBrief(theme=_CLOSING_THEME)


def _song_brief(folder: AlbumFolder, album: Album, song: Song) -> PoemBrief:
    plan = song_plan(folder, song)
    theme = _short(_clause(song, plan.theme or album.theme))
    # Words that no poem will use, or that are none, are left out; at last the music alone says what the poem is about.
    for title, told in ((song.title, theme), ("", theme), (song.title, "")):
        try:
            return _brief_on(title, told, plan)
        except Wrong:
            continue
    return _brief_on("", "", plan)


def _brief_on(title: str, theme: str, plan: SongPlan) -> PoemBrief:
    return PoemBrief(
        title=title,
        theme=theme,
        genre=f"{plan.style} {plan.genre}",
        key="minor" if Key.parse(plan.key).is_minor else "major",
        tempo_bpm=min(max(plan.tempo_bpm, TEMPO[0]), TEMPO[1]),  # notes from elsewhere may say any tempo
        energy=tuple(min(max(section.energy, 0.0), 1.0) for section in plan.sections),
    )


def _clause(song: Song, theme: str) -> str:
    """Of a theme in several clauses those that speak of the song's title, else one by the song's name.

    Nine songs on one theme shall not be nine poems on the same five words.
    """
    clauses = [clause.strip() for clause in _CLAUSES.split(theme) if clause.strip()]
    if len(clauses) < 2:
        return theme
    told = {word.casefold() for word in _WORDS.findall(song.title)}
    near = [clause for clause in clauses if told & {word.casefold() for word in _WORDS.findall(clause)}]
    return near[0] if near else clauses[Seed(0).child(song.slug).number() % len(clauses)]


def _short(theme: str) -> str:
    return " ".join(theme.split()[:_MOST_WORDS])


def poem_at(path: Path, title: str = "") -> PoemPage:
    """The poem that lies there. Raises `Wrong` where it cannot be read."""
    try:
        return read_page(path.read_text(encoding="utf-8"), title)
    except (OSError, UnicodeDecodeError) as error:
        raise Wrong(f"this poem cannot be read ({error})", where=path, next_step="save it as UTF-8 or take it away") from error


def _are_all_there(folder: AlbumFolder, album: Album) -> bool:
    return has_closing(album) and all(poem_path(folder, song.slug).is_file() for song in album.songs)


def _name(asked: PoemAsked) -> str:
    return asked.title
