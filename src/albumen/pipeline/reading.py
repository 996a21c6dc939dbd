"""What the later stages read of a score again and again, worked out once per process and version of the file."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from albumen.album.album import Album
from albumen.album.folder import AlbumFolder
from albumen.album.order import SongCharacter
from albumen.album.segue import Segue
from albumen.score.json_score import read_score_json
from albumen.score.score import Score
from albumen.sound.character import character_of
from albumen.sound.segue_choice import choose_segues
from albumen.work.digest import digest_file


def score_at(path: Path) -> Score:
    """The score in a file."""
    return _score(path, digest_file(path))


def characters(folder: AlbumFolder, album: Album) -> tuple[SongCharacter, ...]:
    """What every song brings to the running order, in the order there is."""
    return tuple(
        _character(path, digest_file(path), song.slug, song.title)
        for song in album.songs
        for path in (folder.score(song.slug),)
    )


def joins_of(folder: AlbumFolder, album: Album) -> tuple[Segue, ...]:
    """How the songs join in the order there is, as `album.toml` wishes or as suits them, with reasons."""
    return choose_segues(characters(folder, album), album.segues)


@lru_cache(maxsize=64)
def _score(path: Path, digest: str) -> Score:
    return read_score_json(path)


@lru_cache(maxsize=64)
def _character(path: Path, digest: str, slug: str, title: str) -> SongCharacter:
    return character_of(_score(path, digest), slug, title)
