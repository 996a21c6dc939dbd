"""Building a corpus: songs of any source become analysed scores on shelves, with a ledger of what was taken and what not.

Three steps: every song is read and fingerprinted; duplicates are found and songs are split; what stays is analysed.
Each step works in runs of songs, on all cores, and takes up where it was stopped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from albumen.corpus.duplicates import fates
from albumen.corpus.ledger import Outcome, write_tables
from albumen.corpus.listing import Listing, listing_of
from albumen.corpus.shards import (
    ANALYSIS_VERSION,
    Analysing,
    Reading,
    analyse_run,
    is_done,
    read_marks,
    read_record,
    read_run,
    readings,
)
from albumen.corpus.sources import Place, Refused, places_in
from albumen.score.score import Score
from albumen.score.shelf import read_shelf
from albumen.work.crew import cores, each_of
from albumen.work.digest import digest_of
from albumen.work.errors import Wrong
from albumen.work.job import Job
from albumen.work.lock import only_writer

VALID_PERCENT = 5
_READING_SHARE = 0.25  # of the whole time, as measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build came to."""

    folder: Path
    pieces: int
    notes: int
    seconds: float
    skipped: int
    duplicates: int


def build_corpus(
    sources: Sequence[Path],
    out: Path,
    *,
    genre: str | None = None,
    rights: str | None = None,
    jobs: int | None = None,
    progress: Job | None = None,
) -> Built:
    """Build the corpus folder `out` from `sources` (folders, zips, score files).

    `genre` and `rights` speak for songs of which no `manifest.csv` says them; songs without a stated licence are refused
    unless `rights` states under which right they are used. Run again to go on after a stop, or to add sources.
    Raises `Wrong` where a source is missing or nothing could be used.
    """
    job = progress or Job(name="corpus")
    sources, out = [Path(source) for source in sources], Path(out)
    listing = listing_of(sources, genre, rights)
    places, refused = places_in(sources)
    with only_writer(out / ".cache" / "lock"):
        places, unlicensed = _licensed(places, listing)
        known = [listing.known(place) for place in places]
        licences = [listing.licence(one) for one in known]
        tasks = readings(places, known, licences, out / ".cache")
        workers = jobs or cores()
        _read_all(tasks, job.part("reading", 0.0, _READING_SHARE), workers)
        outcome = _decided(tasks, refused + unlicensed)
        _analyse_all(tasks, outcome, out, job.part("analysing", _READING_SHARE, 1.0), workers)
        built = _finished(tasks, outcome, out)
        if not built.pieces:
            raise Wrong("none of the songs could be used", where=out, next_step=f"see {out / 'skipped.csv'}")
        for task in tasks:
            task.shelf.unlink(missing_ok=True)
    job.reach(1.0)
    return built


def read_corpus(folder: Path) -> Iterator[tuple[dict[str, Any], Score]]:
    """Every song of a corpus folder with what is known about it; raises `Wrong` where the folder holds no corpus."""
    shards = sorted(Path(folder).glob("shard-*.npz"))
    if not shards:
        raise Wrong("this folder holds no corpus", where=folder, next_step="build one with `albumen corpus build`")
    for shard in shards:
        yield from read_shelf(shard)


def split_of(group_name: str) -> str:
    """`valid` for one family of songs in twenty, by the digest of its name; the same on every machine."""
    number = int.from_bytes(hashlib.sha256(group_name.encode()).digest()[:4], "big")
    return "valid" if number % 100 < VALID_PERCENT else "train"


def _licensed(places: Sequence[Place], listing: Listing) -> tuple[list[Place], list[Refused]]:
    kept, refused = [], []
    for place in places:
        known = listing.known(place)
        if listing.licence(known):
            kept.append(place)
        else:
            stated = f" (the manifest says {known.licence!r})" if known.licence else ""
            reason = f"no licence is stated{stated}: state the right with --rights to use it"
            refused.append(Refused(place.corpus, place.path, reason))
    return kept, refused


def _read_all(tasks: Sequence[Reading], job: Job, workers: int) -> None:
    open_tasks = [task for task in tasks if not (is_done(task.record, task.key) and task.marks.exists())]
    each_of(read_run, open_tasks, job, workers=workers, name=_run_name)


def _run_name(task: Reading) -> str:
    return f"{task.places[0].corpus} ({len(task.places)} files)"


def _decided(tasks: Sequence[Reading], refused: Sequence[Refused]) -> Outcome:
    """Which songs stay, and on which side of the split."""
    records = [read_record(task.record) for task in tasks]
    prints = [mark for task in tasks for mark in read_marks(task.marks)]
    pieces = [piece for record in records for piece in record["pieces"]]
    ranks = [int(piece["arranged"]) for piece in pieces]
    given = [piece["split"] for piece in pieces]
    found = fates(prints, given, ranks)
    splits = [split or split_of(_group_name(pieces[fate.group])) for split, fate in zip(given, found, strict=True)]
    skipped: list[tuple[str, ...]] = [(one.corpus, one.path, one.reason) for one in refused]
    skipped += [tuple(row) for record in records for row in record["skipped"]]
    return Outcome(pieces=pieces, fates=found, splits=splits, skipped=skipped)


def _group_name(piece: dict[str, Any]) -> str:
    return f"{piece['corpus']}/{piece['path']}"


def _analyse_all(tasks: Sequence[Reading], outcome: Outcome, out: Path, job: Job, workers: int) -> None:
    open_tasks = []
    at = 0
    for number, task in enumerate(tasks):
        count = len(read_record(task.record)["pieces"])
        some_fates = tuple(outcome.fates[at : at + count])
        splits = tuple(outcome.splits[at : at + count])
        at += count
        key = digest_of([task.key, ANALYSIS_VERSION, [[fate.group, fate.dropped] for fate in some_fates], splits])
        analysing = Analysing(task, key, out / f"shard-{number:04d}.npz", some_fates, splits)
        if not (is_done(analysing.record, key) and analysing.target.exists()):
            open_tasks.append(analysing)
    again = [task.reading for task in open_tasks if not task.reading.shelf.exists()]
    each_of(read_run, again, job.part("reading again", 0.0, 0.2 if again else 0.0), workers=workers, name=_run_name)
    rest = job.part("analysing", 0.2 if again else 0.0, 1.0)
    each_of(analyse_run, open_tasks, rest, workers=workers, name=lambda task: _run_name(task.reading))


def _finished(tasks: Sequence[Reading], outcome: Outcome, out: Path) -> Built:
    shards = [out / f"shard-{number:04d}.npz" for number in range(len(tasks))]
    for old in set(out.glob("shard-*.npz")) - set(shards):
        old.unlink()
    records = [read_record(out / ".cache" / f"{shard.stem}.json") for shard in shards]
    pieces = [
        piece | {"shard": shard.name, "index": index}
        for shard, record in zip(shards, records, strict=True)
        for index, piece in enumerate(record["pieces"])
    ]
    late = [tuple(row) for record in records for row in record["skipped"]]
    write_tables(out, pieces, outcome.skipped + late, outcome)
    return Built(
        folder=out,
        pieces=len(pieces),
        notes=sum(piece["notes"] for piece in pieces),
        seconds=sum(piece["seconds"] for piece in pieces),
        skipped=len(outcome.skipped) + len(late),
        duplicates=sum(bool(fate.dropped) for fate in outcome.fates),
    )
