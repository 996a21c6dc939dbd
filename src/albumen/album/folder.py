"""The folder of an album: which file lies where, read and written one at a time and never torn.

    album.toml  yours      songs/<slug>/song.toml  score.json  plan.toml  edits.jsonl  takes/
    album.lock  ours       .cache/ can be deleted: costs time, never work       release/ is built
"""

from __future__ import annotations

import dataclasses
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from albumen.album import album_file, song_file
from albumen.album.album import Album
from albumen.album.lock_file import Made, read_lock, write_lock
from albumen.album.song import Song
from albumen.work.digest import digest_file
from albumen.work.errors import Wrong
from albumen.work.lock import only_writer
from albumen.work.stage import Workshop

PAGE = "album.toml"


@dataclass(frozen=True, slots=True)
class AlbumFolder:
    """An album on disk, at `path`."""

    path: Path

    @property
    def page(self) -> Path:
        """`album.toml`."""
        return self.path / PAGE

    @property
    def lock(self) -> Path:
        """`album.lock`."""
        return self.path / "album.lock"

    @property
    def cache(self) -> Path:
        """What may be deleted."""
        return self.path / ".cache"

    @property
    def release(self) -> Path:
        """What is built for listeners and stores."""
        return self.path / "release"

    @property
    def workshop(self) -> Workshop:
        """Where stages keep their results."""
        return Workshop(self.cache)

    def song_folder(self, slug: str) -> Path:
        """The folder of a song."""
        return self.path / "songs" / slug

    def score(self, slug: str) -> Path:
        """The living score of a song."""
        return self.song_folder(slug) / "score.json"

    def plan(self, slug: str) -> Path:
        """The plan of a song."""
        return self.song_folder(slug) / "plan.toml"

    def edits(self, slug: str) -> Path:
        """The ledger of a song."""
        return self.song_folder(slug) / "edits.jsonl"

    def require(self) -> None:
        """Raise `Wrong` where this is no album."""
        if not self.page.is_file():
            raise Wrong(f"there is no {PAGE} here", where=self.path, next_step="start an album with `albumen new`")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one writer of this album while the block runs."""
        self.require()
        with only_writer(self.cache / "writer"):
            self._sweep()
            yield

    def read(self) -> Album:
        """The album with its songs in running order; songs that no order names come last, by name."""
        self.require()
        album = album_file.read_page(self.page)
        order = album.order
        found = self._song_slugs()
        missing = [slug for slug in order if slug not in found]
        if missing:
            what = f"order names {missing[0]}, but there is no songs/{missing[0]}/song.toml"
            raise Wrong(what, where=self.page, next_step="bring the folder back or take the name out of `order`")
        slugs = [*order, *(slug for slug in found if slug not in order)]
        songs = tuple(song_file.read_song(self.song_folder(slug) / "song.toml", slug) for slug in slugs)
        titles: dict[str, str] = {}
        for song in songs:
            first = titles.setdefault(song.title.casefold(), song.slug)
            if first != song.slug:
                raise Wrong(f"songs {first} and {song.slug} have the same title", where=self.path / "songs")
        return dataclasses.replace(album, songs=songs)

    def write_song(self, song: Song) -> None:
        """Write the page of a new song."""
        song_file.write_new(self.song_folder(song.slug) / "song.toml", song)

    def made(self) -> dict[str, Made]:
        """What the machine made so far, by stage name."""
        return read_lock(self.lock)

    def is_untouched(self, stage: str, files: Mapping[str, Path]) -> bool:
        """Whether every one of these files is missing or as the machine left it."""
        made = self.made().get(stage)
        for name, path in files.items():
            if not path.exists():
                continue
            known = {made.digests.get(name), made.replaces.get(name)} if made else set()
            if digest_file(path) not in known:
                return False
        return True

    def exchange(self, stage: str, made: Made, files: Mapping[str, Path], write: Callable[[str, Path], Any]) -> None:
        """Put new machine-made files in place of the old ones: `write(name, path)` for each.

        The lock names old and new contents while this goes on, so that after a crash neither is taken for a person's.
        """
        before = {name: digest_file(path) for name, path in files.items() if path.exists()}
        self._note(stage, dataclasses.replace(made, replaces=before))
        for name, path in files.items():
            write(name, path)
        self._note(stage, dataclasses.replace(made, replaces={}))

    def note(self, stage: str, made: Made) -> None:
        """Note a result whose files are in place."""
        self._note(stage, made)

    def forget(self, stages: list[str]) -> None:
        """Take results out of the lock."""
        made = self.made()
        kept = {name: entry for name, entry in made.items() if name not in stages}
        if len(kept) < len(made):
            write_lock(self.lock, kept)

    def _sweep(self) -> None:
        """Remove what killed runs left half-made."""
        self.workshop.sweep()
        for left in [*self.cache.glob("making-*"), *self.path.glob(".*.part"), *self.path.glob("songs/*/.*.part")]:
            shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)

    def _note(self, stage: str, entry: Made) -> None:
        made = self.made()
        if made.get(stage) != entry:
            write_lock(self.lock, {**made, stage: entry})

    def _song_slugs(self) -> list[str]:
        songs = self.path / "songs"
        if not songs.is_dir():
            return []
        return sorted(name for name in os.listdir(songs) if (songs / name / "song.toml").is_file())


def start_album(path: Path, album: Album) -> AlbumFolder:
    """Begin an album in a folder that has none yet; raises `Wrong` where there is one, or other files."""
    folder = AlbumFolder(path)
    if folder.page.exists():
        raise Wrong("there is an album here already", where=path, next_step="choose another folder, or go on with `albumen make`")
    if path.exists() and not path.is_dir():
        raise Wrong("this is a file, not a folder", where=path, next_step="choose another name")
    if path.is_dir() and any(entry.name != ".cache" for entry in path.iterdir()):
        raise Wrong("this folder is not empty", where=path, next_step="choose another one")
    album_file.write_new(folder.page, album)
    return folder
