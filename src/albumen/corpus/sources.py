"""Where songs come from: folders and zips of score files, each song a place, its bytes fetched one at a time."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from albumen.work.errors import Wrong

SCORE_ENDINGS = frozenset({".mid", ".midi", ".kar", ".rmi", ".musicxml", ".xml", ".mxl", ".abc", ".krn", ".kern"})
MOST_ENTRIES = 200_000
MOST_FILE_BYTES = 64 * 2**20
MOST_RATIO = 400  # a score packs 3 to 60 times smaller; a bomb thousands
_SURE_BYTES = 2**20  # whatever its ratio, an entry of this size hurts nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One song file. `corpus` is its collection (the zip's or folder's name), `path` its name inside that collection.

    `archive` is the zip it lies in, None for a plain file below `root`.
    """

    corpus: str
    path: str
    root: Path
    archive: Path | None
    size: int
    stamp: str  # changes when the file does

    @property
    def name(self) -> str:
        """What messages call the file."""
        return f"{self.archive}!{self.path}" if self.archive else str(self.root / self.path)


@dataclass(frozen=True, slots=True)
class Refused:
    """A file or entry that is not taken, and why."""

    corpus: str
    path: str
    reason: str


def places_in(sources: list[Path]) -> tuple[list[Place], list[Refused]]:
    """All score files in the sources (folders, zips, single files), sorted, and what was refused on the way.

    Zips that lie in a given folder are collections of their own. Raises `Wrong` where a source is missing or no zip.
    """
    places: list[Place] = []
    refused: list[Refused] = []
    for source in sources:
        source = Path(source)
        if source.is_dir():
            found = [_of_folder(source)]
            found += [_of_zip(zipped) for zipped in sorted(source.rglob("*.zip"))]
        elif source.suffix.lower() == ".zip":
            found = [_of_zip(source)]
        elif source.exists():
            found = [([_file_place(source, source.parent, source.resolve().parent.name)], [])]
        else:
            raise Wrong("there is no such file or folder", where=source, next_step="give folders, zips or score files")
        for some, others in found:
            places += some
            refused += others
    if not places and not refused:
        names = ", ".join(str(source) for source in sources)
        raise Wrong(
            "no score files here", where=names, next_step=f"known endings are {', '.join(sorted(SCORE_ENDINGS))}"
        )
    return sorted(places, key=lambda place: (place.corpus, str(place.archive or place.root), place.path)), refused


class Shelved:
    """Reads the bytes of places, keeping the last zip open."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._zip: zipfile.ZipFile | None = None

    def read(self, place: Place) -> bytes:
        """The bytes of a place; raises `Wrong` where they cannot be had."""
        try:
            if place.archive is None:
                with (place.root / place.path).open("rb") as file:
                    return file.read(MOST_FILE_BYTES + 1)
            if self._path != place.archive:
                self.close()
                self._zip, self._path = zipfile.ZipFile(place.archive), place.archive
            assert self._zip is not None
            with self._zip.open(place.path) as entry:
                # A header may lie about the size: never read beyond what it promised.
                data = entry.read(place.size + 1)
            if len(data) > place.size:
                raise Wrong("the entry is larger than its zip says: a zip bomb", where=place.name)
            return data
        except (
            OSError,
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
            ValueError,
        ) as error:
            raise Wrong(f"cannot be read ({error})", where=place.name) from error

    def close(self) -> None:
        """Close the zip that is open, if any."""
        if self._zip is not None:
            self._zip.close()
        self._zip = self._path = None


@contextmanager
def reading() -> Iterator[Shelved]:
    """A reader of places that is closed at the end of the block."""
    shelved = Shelved()
    try:
        yield shelved
    finally:
        shelved.close()


def _of_folder(folder: Path) -> tuple[list[Place], list[Refused]]:
    places = []
    for base, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if Path(name).suffix.lower() in SCORE_ENDINGS and not name.startswith("."):
                places.append(_file_place(Path(base) / name, folder, folder.resolve().name))
    return places, []


def _file_place(path: Path, root: Path, corpus: str) -> Place:
    facts = path.stat()
    inside = path.relative_to(root).as_posix()
    return Place(
        corpus=corpus,
        path=inside,
        root=root,
        archive=None,
        size=facts.st_size,
        stamp=f"{facts.st_size}-{facts.st_mtime_ns}",
    )


def _of_zip(path: Path) -> tuple[list[Place], list[Refused]]:
    corpus = path.stem
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (OSError, zipfile.BadZipFile) as error:
        raise Wrong(
            f"this is no zip that can be read ({error})", where=path, next_step="unpack or fetch it again"
        ) from error
    if len(entries) > MOST_ENTRIES:
        raise Wrong(f"the zip has {len(entries):,} entries, more than {MOST_ENTRIES:,}", where=path)
    places, refused = [], []
    for entry in entries:
        if entry.is_dir() or PurePosixPath(entry.filename).suffix.lower() not in SCORE_ENDINGS:
            continue
        fault = _fault(entry)
        if fault:
            refused.append(Refused(corpus, entry.filename, fault))
            continue
        places.append(
            Place(corpus=corpus, path=entry.filename, root=path.parent, archive=path, size=entry.file_size,
                  stamp=f"{entry.file_size}-{entry.CRC:08x}")
        )  # fmt: skip
    return places, refused


def _fault(entry: zipfile.ZipInfo) -> str:
    """Why an entry is not taken; empty where it is sound."""
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or (path.parts and ":" in path.parts[0]):
        return "its path leads out of the zip"
    if entry.flag_bits & 0x1:
        return "it is encrypted"
    if entry.file_size > MOST_FILE_BYTES:
        return f"it unpacks to {entry.file_size >> 20} MB, no score has more than {MOST_FILE_BYTES >> 20}"
    if entry.file_size > _SURE_BYTES and entry.file_size > MOST_RATIO * max(1, entry.compress_size):
        return f"it unpacks to {entry.file_size // max(1, entry.compress_size)} times its size: a zip bomb"
    return ""
