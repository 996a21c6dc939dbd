"""The release folder: everything that leaves the house, named for people, with checksums; built beside and put in place.

cover   covers (a song each)   promo   audio/flac  mp3  opus  wav  singles   scores (MIDI, MusicXML, pictures)   poems
report (the masters judged)   booklet   album.cue   credits.txt   SHA256SUMS
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from albumen.press.cue import CueSong, cue_sheet
from albumen.press.tags import Tags, write_tags
from albumen.work.digest import digest_file
from albumen.work.errors import Wrong
from albumen.work.files import explained, write_text
from albumen.work.job import Job

SUMS = "SHA256SUMS"
_FORBIDDEN = re.compile(r'[\x00-\x1f<>:"/\\|?*]')
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseSong:
    """One song with all its files. `audio` are finished cuts in any formats, told apart by their endings.

    `single` is the song as it stands alone, with a beginning and an end of its own.
    """

    tags: Tags
    audio: tuple[Path, ...]
    single: Path | None = None
    scores: tuple[Path, ...] = ()
    cover: Path | None = None
    poem: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What goes into the folder. `extras` are further files by their path within it, such as `cover.jpg`."""

    songs: tuple[ReleaseSong, ...]
    credits: str
    extras: dict[str, Path] = field(default_factory=dict)


def build_release(release: Release, folder: Path, job: Job | None = None) -> Path:
    """Build the folder anew and put it in place of the old one in one step; returns it.

    Raises `Wrong` where two files would have one name or one is missing. A stop or failure leaves the old folder as it was.
    """
    job = job or Job(name="release")
    if not release.songs:
        raise Wrong("a release needs at least one song", next_step="make the album first")
    with _exchanged(folder) as fresh:
        for song in job.each(release.songs):
            _place_song(song, fresh)
        for name, source in sorted(release.extras.items()):
            _place(source, _inside(fresh, name))
        write_text(fresh / "album.cue", _cue(release.songs))
        write_text(fresh / "credits.txt", release.credits)
        write_text(fresh / SUMS, checksums(fresh))
    return folder


def file_name(text: str) -> str:
    """A title as a file name that every system takes, still readable.

    >>> file_name("What is it? AC/DC: "), file_name("..."), file_name("Härbour Lights")
    ('What is it_ AC_DC_', 'untitled', 'Härbour Lights')
    """
    clean = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", text)).strip(" .")
    return clean.encode()[:_LONGEST_NAME].decode(errors="ignore").strip(" .") or "untitled"


def checksums(folder: Path) -> str:
    """One line a file, sorted, as `sha256sum -c` reads them."""
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return "".join(f"{digest_file(folder / name)}  {name}\n" for name in files if name != SUMS)


def verify_checksums(folder: Path) -> list[str]:
    """The names of files that are missing or differ from `SHA256SUMS`; empty when all is well."""
    bad = []
    for line in (folder / SUMS).read_text("utf-8").splitlines():
        digest, _, name = line.partition("  ")
        path = folder / name
        if not path.is_file() or digest_file(path) != digest:
            bad.append(name)
    return bad


def _place_song(song: ReleaseSong, folder: Path) -> None:
    name = f"{song.tags.number:02d} {file_name(song.tags.title)}"
    for source in song.audio:
        target = folder / "audio" / source.suffix.lstrip(".") / f"{name}{source.suffix}"
        _place(source, target)
        if source.suffix != ".wav":
            write_tags(target, song.tags)
    if song.single is not None:
        target = folder / "audio" / "singles" / f"{name}{song.single.suffix}"
        _place(song.single, target)
        write_tags(target, song.tags)
    for source in song.scores:
        _place(source, folder / "scores" / f"{name}{source.suffix}")
    if song.cover is not None:
        _place(song.cover, folder / "covers" / f"{name}{song.cover.suffix}")
    if song.poem is not None:
        _place(song.poem, folder / "poems" / f"{name}{song.poem.suffix}")


def _cue(songs: Sequence[ReleaseSong]) -> str:
    first = songs[0].tags
    rows = []
    for song in songs:
        flac = next((path for path in song.audio if path.suffix == ".flac"), song.audio[0])
        name = f"{song.tags.number:02d} {file_name(song.tags.title)}{flac.suffix}"
        file = f"audio/{flac.suffix.lstrip('.')}/{name}"
        rows.append(CueSong(number=song.tags.number, title=song.tags.title, artist=song.tags.artist, file=file))
    return cue_sheet(first.album, first.artist, rows)


def _place(source: Path, target: Path) -> None:
    if not source.is_file():
        raise Wrong("this file of the release is missing", where=source, next_step="make the album again")
    if target.exists():
        raise Wrong(
            f"two files of the release would be called {target.name}", next_step="give the songs different titles"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _inside(folder: Path, name: str) -> Path:
    target = (folder / name).resolve()
    if not target.is_relative_to(folder.resolve()):
        raise Wrong(f"{name} would lie outside the release", next_step="choose a name within it")
    return target


@contextmanager
def _exchanged(folder: Path) -> Iterator[Path]:
    """A fresh folder beside; when the block ends well it takes the place of the old one."""
    with explained(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".part", dir=folder.parent))
        fresh, old = beside / "new", beside / "old"
        try:
            fresh.mkdir()
            yield fresh
            if folder.exists():
                os.replace(folder, old)
            os.replace(fresh, folder)
        finally:
            if old.exists() and not folder.exists():
                os.replace(old, folder)
            shutil.rmtree(beside, ignore_errors=True)
