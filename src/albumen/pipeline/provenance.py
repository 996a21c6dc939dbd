"""Who made what: for every song and for the album, in plain words, from the records and the ledgers. Nothing is guessed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from albumen.album.album import Album
from albumen.album.credit import Credit
from albumen.album.edits_file import read_edits
from albumen.album.folder import AlbumFolder
from albumen.album.song import Song
from albumen.pipeline.composing import SCORE, compose_name
from albumen.pipeline.editing import COMPOSER, REDO, UNDO
from albumen.pipeline.ingredients import painting_net
from albumen.pipeline.pictures import COVER_NAME
from albumen.pipeline.poems import POEM, has_closing, poem_at, poem_name, poem_path
from albumen.verse.page import read_page
from albumen.work.errors import Broken

if TYPE_CHECKING:
    from albumen.verse.authorship import Authorship

_HOUSE_POET = "albumen"
_WRITERS = {"model": "a trained model", "rules": "the rules of its style"}
_NETS = {
    "": "no painting net took part",
    "portraits": "the face by Albumen's portrait net, the brush strokes and the rest by rule",
    "portraits_grounds": "the place by Albumen's net of grounds, the brush strokes and the rest by rule",
}


def song_makers(folder: AlbumFolder, song: Song) -> tuple[Credit, ...]:
    """Who wrote a song's notes and its poem."""
    made = folder.made()
    notes = made.get(compose_name(song.slug))
    writers = [_WRITERS.get(name, name) for name in notes.facts.get("writers", ())] if notes else []
    by_hand = not folder.is_untouched(compose_name(song.slug), {SCORE: folder.score(song.slug)})
    note = _changes(folder, song, by_hand=by_hand and bool(writers))
    return (Credit(role="notes", name=" and ".join(writers) or "a person", note=note), _poem(folder, song.slug))


def album_makers(folder: AlbumFolder, album: Album) -> tuple[Credit, ...]:
    """Who did what on the whole album."""
    found = [Credit(role="plan, mix and master", name="Albumen, by rule")]
    if has_closing(album):
        found.append(_poem(folder, "", role="closing poem"))
    cover = folder.made().get(COVER_NAME)
    if cover is not None:
        painter = cover.facts.get("painter", "")
        engine = cover.facts.get("engine", "unknown")
        name = f"drawn by the music itself, engine {engine}" if painter == "albumen" else painter
        found.append(Credit(role="pictures", name=name, note=_NETS[painting_net(folder)] if painter == "albumen" else ""))
    return tuple(found)


def _poem(folder: AlbumFolder, slug: str, role: str = "poem") -> Credit:
    name, path = poem_name(slug), poem_path(folder, slug)
    made = folder.made().get(name)
    form = made.facts.get("form", "") if made else ""
    poet = _poet(made.facts.get("poet", "") if made else _HOUSE_POET)
    if made is not None and folder.is_untouched(name, {POEM: path}):
        return Credit(role=role, name=poet, note=form if slug else "")
    if not path.is_file():
        return Credit(role=role, name="a person")
    hands = poem_hands(folder, slug)
    if hands.own_lines == hands.lines:
        note = f"from a {form.lower()} by Albumen's verse model" if form else ""
        return Credit(role=role, name="a person", note=", ".join(word for word in (note, hands.in_words()) if word))
    names = [poet] if hands.from_page else []
    names += [_poet(_HOUSE_POET)] if hands.from_desk else []
    names += ["a person"] if hands.is_shared else []
    note = ", ".join(word for word in (form if slug else "", hands.in_words() or "changed by a person") if word)
    return Credit(role=role, name=" and ".join(dict.fromkeys(names)), note=note)


def _poet(name: str) -> str:
    return "Albumen's verse model" if name == _HOUSE_POET else name


def poem_hands(folder: AlbumFolder, slug: str) -> Authorship:
    """Whose the words of a song's poem are (without a song: of the closing one), by the page, its desk, its log and the store."""
    from albumen.verse.authorship import authorship_of  # loads the poet

    made, path = folder.made().get(poem_name(slug)), poem_path(folder, slug)
    try:
        first = read_page(folder.workshop.store.read(made.digests[POEM]).decode("utf-8")) if made else None
    except Broken:  # the cache may be deleted; the desk and the log know most of it too
        first = None
    return authorship_of(poem_at(path), path, first)


def _changes(folder: AlbumFolder, song: Song, *, by_hand: bool) -> str:
    lines = [line for line in read_edits(folder.edits(song.slug)) if line.edit.get("do") not in (UNDO, REDO)]
    people, machine = _count(lines, by_machine=False), _count(lines, by_machine=True)
    told = [f"{people} edits by people" if people != 1 else "1 edit by people"] if people else []
    told += [f"{machine} passages written anew when asked"] if machine else []
    return ", ".join(told) or ("changed by a person" if by_hand else "")


def _count(lines: Sequence[object], *, by_machine: bool) -> int:
    return sum((getattr(line, "who", "") == COMPOSER) == by_machine for line in lines)
