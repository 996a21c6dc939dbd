"""Runs of songs that one process takes at a time: first read and measured, later analysed and shelved for good.

Each step ends with a small JSON record, written last: where it stands and its key fits, the step is done and is not repeated.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from albumen.corpus.duplicates import Fate
from albumen.corpus.fingerprint import Fingerprint, fingerprint
from albumen.corpus.form_finding import drum_table
from albumen.corpus.grid import with_steady_tempo
from albumen.corpus.listing import Known
from albumen.corpus.piece import analysed, read_piece
from albumen.corpus.sounding import sounding
from albumen.corpus.sources import Place, Shelved, reading
from albumen.score.read import songs_in
from albumen.score.score import Score
from albumen.score.shelf import Shelf, write_shelf
from albumen.work.digest import digest_of
from albumen.work.errors import Broken, Wrong
from albumen.work.files import replacing, write_text
from albumen.work.job import Job

READING_VERSION = 1  # hand-bumped whenever reading or fingerprints change
ANALYSIS_VERSION = 3  # hand-bumped whenever the analysis changes
MOST_FILES, MOST_BYTES = 192, 3 * 2**20
ARRANGED_WEIGHT = 0.3
_TUNE = "#"  # between the name of a book of tunes and a tune's number


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A run of songs to read. `licences` holds the right under which each is used, in the order of `places`."""

    key: str
    folder: Path
    places: tuple[Place, ...]
    known: tuple[Known, ...]
    licences: tuple[str, ...]

    @property
    def record(self) -> Path:
        """Written last: what was read and what was skipped."""
        return self.folder / f"read-{self.key[:16]}.json"

    @property
    def shelf(self) -> Path:
        """The songs on the grid, not yet analysed."""
        return self.folder / f"read-{self.key[:16]}.npz"

    @property
    def marks(self) -> Path:
        """The fingerprints of the songs."""
        return self.folder / f"marks-{self.key[:16]}.npz"


@dataclass(frozen=True, slots=True)
class Analysing:
    """A run of read songs to analyse. `fates` and `splits` in the order of the songs read."""

    reading: Reading
    key: str
    target: Path
    fates: tuple[Fate, ...]
    splits: tuple[str, ...]

    @property
    def record(self) -> Path:
        """Written last: the songs that were shelved and those that were not."""
        return self.reading.folder / f"{self.target.stem}.json"


def readings(places: Sequence[Place], known: Sequence[Known], licences: Sequence[str], folder: Path) -> list[Reading]:
    """Runs of songs of one collection each, small enough to be held in memory by every process at once."""
    runs: list[list[int]] = []
    size = 0
    for number, place in enumerate(places):
        before = places[runs[-1][0]] if runs else None
        # One archive or folder a run, so that paths are unique in it.
        fresh = before is None or (before.corpus, before.archive, before.root) != (
            place.corpus,
            place.archive,
            place.root,
        )
        if fresh or len(runs[-1]) >= MOST_FILES or size + place.size > MOST_BYTES:
            runs.append([])
            size = 0
        runs[-1].append(number)
        size += place.size
    made = []
    for run in runs:
        rows = [[places[i].path, places[i].stamp, str(places[i].archive or places[i].root)] for i in run]
        facts = [[asdict(known[i]), licences[i]] for i in run]
        made.append(
            Reading(
                key=digest_of([READING_VERSION, rows, facts]),
                folder=folder,
                places=tuple(places[i] for i in run),
                known=tuple(known[i] for i in run),
                licences=tuple(licences[i] for i in run),
            )
        )
    return made


def is_done(record: Path, key: str) -> bool:
    """Whether a step's record stands and was written for the same key."""
    try:
        return bool(json.loads(record.read_text(encoding="utf-8"))["key"] == key)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def read_run(task: Reading, job: Job) -> None:
    """Read, check and fingerprint the songs of a run; what cannot be used is noted with its reason."""
    songs: list[tuple[dict[str, Any], Score]] = []
    marks: list[Fingerprint] = []
    skipped: list[list[str]] = []
    with reading() as shelved:
        for place, known, licence in job.each(list(zip(task.places, task.known, task.licences, strict=True))):
            for path, read in _songs_of(place, shelved):
                try:
                    score = read()
                except Wrong as error:
                    skipped.append([place.corpus, path, error.what])
                    continue
                marks.append(fingerprint(_figures_of(score)))
                songs.append((facts(place, path, known, licence, score), with_steady_tempo(score)))
    write_shelf(task.shelf, songs)
    _write_marks(task.marks, marks)
    record = {"key": task.key, "pieces": [meta for meta, _ in songs], "skipped": skipped}
    write_text(task.record, json.dumps(record, ensure_ascii=False))


def analyse_run(task: Analysing, job: Job) -> None:
    """Analyse the songs of a run that stay, and shelve them for good."""
    kept: list[tuple[dict[str, Any], Score]] = []
    skipped: list[list[str]] = []
    shelf = Shelf(task.reading.shelf)
    for number in job.each(range(len(shelf))):
        fate = task.fates[number]
        if fate.dropped:
            continue
        meta, score = shelf[number]
        known = task.reading.known[_index_of(task.reading, meta)]
        try:
            whole = analysed(score, known.key, known.key_trust)
        except Wrong as error:
            skipped.append([meta["corpus"], meta["path"], error.what])
            continue
        meta |= {"split": task.splits[number], "group": fate.group} | findings(whole)
        kept.append((meta, whole))
    write_shelf(task.target, kept)
    write_text(task.record, json.dumps({"key": task.key, "pieces": [meta for meta, _ in kept], "skipped": skipped}))


def read_record(record: Path) -> dict[str, Any]:
    """The record of a finished step; raises `Broken` where it is damaged."""
    try:
        content: dict[str, Any] = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Broken(
            f"this record is damaged ({error})", where=record, next_step="delete it and build again"
        ) from error
    return content


def read_marks(path: Path) -> list[Fingerprint]:
    """The fingerprints of a run, in the order of its songs."""
    try:
        with np.load(path, allow_pickle=False) as content:
            columns = {name: content[name] for name in ("hashes", "sizes", "wholes")}
    except (OSError, ValueError, KeyError) as error:
        raise Broken(
            f"these fingerprints are damaged ({error})", where=path, next_step="delete them, build again"
        ) from error
    marks, at = [], 0
    for (texture, tune), whole in zip(columns["sizes"].tolist(), columns["wholes"].tolist(), strict=True):
        hashes = columns["hashes"][at : at + texture + tune]
        marks.append(Fingerprint(hashes[:texture], hashes[texture:], whole))
        at += texture + tune
    return marks


def _songs_of(place: Place, shelved: Shelved) -> Iterator[tuple[str, Callable[[], Score]]]:
    """Name and reader of every song in a file; only a book of tunes holds more than one."""
    try:
        found = songs_in(shelved.read(place), place.name)
    except Wrong as error:
        yield place.path, partial(_refuse, error)
        return
    for number, (name, data) in enumerate(found, 1):
        yield place.path + (f"{_TUNE}{number}" if len(found) > 1 else ""), partial(read_piece, data, name)


def _refuse(error: Wrong) -> Score:
    raise error


def facts(place: Place, path: str, known: Known, licence: str, score: Score) -> dict[str, Any]:
    """What is said about the song `path` of a file beside its notes."""
    title = known.title if path == place.path else ""  # what is said of a book names none of its tunes
    return {
        "corpus": place.corpus,
        "path": path,
        "title": title or score.title or Path(path).stem,
        "composer": known.composer,
        "genre": known.genre,
        "licence": known.licence,
        "rights": licence,
        "source": known.source,
        "split": known.split,
        "arranged": known.arranged,
        "weight": ARRANGED_WEIGHT if known.arranged else 1.0,
        "bars": len(score.bars()),
        "notes": sum(len(part.notes) for part in score.parts),
        "seconds": round(score.seconds, 2),
        "tempo": round(60.0 * score.length / 12 / max(0.01, score.seconds), 1),
        "meter": str(score.meters[0].meter),
        "digest": place.stamp,
    }


def findings(score: Score) -> dict[str, Any]:
    """What the analysis found, in words for the manifest; parts in the order of the score, `;` between them."""
    return {
        "key": str(score.keys[0].key) if score.keys else "",
        "instruments": ";".join(part.timbre.name for part in score.parts),
        "roles": ";".join(part.role for part in score.parts),
        "form": " ".join(f"{section.label}{section.bars}" for section in score.sections),
        "chord_changes": len(score.chords),
    }


def _index_of(task: Reading, meta: dict[str, Any]) -> int:
    path = meta["path"]
    found = {place.path: number for number, place in enumerate(task.places)}
    return found[path] if path in found else found[path.rpartition(_TUNE)[0]]


def _figures_of(score: Score) -> Any:
    notes = sounding(score)
    return notes if notes.onset.size else drum_table(score)


def _write_marks(path: Path, marks: Sequence[Fingerprint]) -> None:
    empty = np.zeros(0, dtype=np.uint64)
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez(
            file,
            hashes=np.concatenate([empty, *(sketch for mark in marks for sketch in (mark.texture, mark.tune))]),
            sizes=np.array([[mark.texture.size, mark.tune.size] for mark in marks], dtype=np.int64).reshape(-1, 2),
            wholes=np.array([mark.whole for mark in marks], dtype=np.uint64),
        )
