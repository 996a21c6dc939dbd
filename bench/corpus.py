"""How fast a corpus is built, and how often its analysis is right where the truth is known.

    python bench/corpus.py MUSIC [--every 10] [--out bench/corpus.md]

MUSIC is a folder of zips with a manifest.csv. Every n-th song is taken, collection by collection. Speed is processor time
per file (so that other work on the machine counts less) and, beside it, the wall time of two processes with the load of the
machine. Keys are judged with nothing stated, against the manifest; chords against the chord names inside the files.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from albumen.corpus.chord_finding import find_chords
from albumen.corpus.fingerprint import fingerprint
from albumen.corpus.form_finding import with_sections
from albumen.corpus.key_finding import Trust, find_key
from albumen.corpus.listing import Listing, listing_of
from albumen.corpus.piece import read_piece
from albumen.corpus.role_finding import with_roles
from albumen.corpus.shards import read_run, readings
from albumen.corpus.sounding import chord_slots, sounding
from albumen.corpus.sources import Place, places_in, reading
from albumen.corpus.two_hands import with_hands_apart
from albumen.score.chord import Chord
from albumen.score.key import Key
from albumen.score.score import ChordChange, Score
from albumen.score.shelf import write_shelf
from albumen.work.crew import each_of
from albumen.work.errors import Wrong
from albumen.work.job import Job

CHORD_CORPORA = ("openewld", "leadsheet-band", "nottingham-band", "progressions-band")
MODE_CORPORA = (
    "chopin-first-editions",
    "mutopia",
    "polish-scores",
    "nottingham",
    "oneills",
    "ryans-mammoth",
    "ceol-rince",
)
FAMILY = {"": "major", "7": "major", "maj7": "major", "5": "major", "m": "minor", "m7": "minor", "dim": "dim", "dim7": "dim",
          "m7b5": "dim", "aug": "aug", "sus4": "sus"}  # fmt: skip


class Clock:
    """Processor seconds by name of the step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    def of(self, name: str, do: Callable[[], object]) -> object:
        begun = time.process_time()
        try:
            return do()
        finally:
            self.seconds[name] += time.process_time() - begun


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("music", type=Path)
    arguments.add_argument("--every", type=int, default=10)
    arguments.add_argument("--speed-only", action="store_true", help="leave keys and chords unjudged")
    arguments.add_argument("--out", type=Path)
    given = arguments.parse_args()
    places, _ = places_in([given.music])
    places = places[:: given.every]
    listing = listing_of([given.music], None, "bench")
    lines = ["# Corpus: speed and how often the analysis is right", ""]
    lines += [f"Made by `python bench/corpus.py MUSIC --every {given.every}` on {platform.machine()}, {os.cpu_count()} cores, "
              f"1-minute load {os.getloadavg()[0]:.1f} at the start; {len(places)} songs.", ""]  # fmt: skip
    songs, clock = timed_songs(places)
    lines += speed_table(clock, len(places)) + wall_lines(places, listing)
    if not given.speed_only:
        lines += key_table(songs, listing) + chord_table(songs)
    text = "\n".join(lines) + "\n"
    print(text)
    if given.out:
        given.out.write_text(text, encoding="utf-8")


def timed_songs(places: Sequence[Place]) -> tuple[list[tuple[Place, Score]], Clock]:
    clock, songs = Clock(), []
    with reading() as shelved, tempfile.TemporaryDirectory() as folder:
        for place in places:
            try:
                score = clock.of(
                    "read and put on the grid", lambda place=place: read_piece(shelved.read(place), place.name)
                )
            except Wrong:
                continue
            assert isinstance(score, Score)
            songs.append((place, score))
            clock.of("fingerprint", lambda score=score: fingerprint(sounding(score)))
            analyse(score, clock)
        scores = [({"path": place.path}, score) for place, score in songs]
        clock.of("write shelves", lambda: write_shelf(Path(folder) / "bench.npz", scores))
    return songs, clock


def analyse(score: Score, clock: Clock) -> None:
    apart = clock.of("tell hands apart", lambda: with_hands_apart(score))
    assert isinstance(apart, Score)
    notes, bars = sounding(apart), apart.bars()
    key = clock.of("key", lambda: find_key(notes, bars))
    if isinstance(key, Key):
        clock.of("chords", lambda: find_chords(notes, bars, key))
    clock.of("roles", lambda: with_roles(apart, notes))
    clock.of("sections", lambda: with_sections(apart, notes))


def speed_table(clock: Clock, count: int) -> list[str]:
    reads = ("read and put on the grid", "fingerprint", "write shelves")
    lines = ["## Processor time", "", "| step | ms a file | files/s on 2 cores |", "|---|---|---|"]
    for name, seconds in clock.seconds.items():
        lines.append(f"| {name} | {1000 * seconds / count:.2f} | |")
    plain = sum(clock.seconds[name] for name in reads)
    whole = sum(clock.seconds.values())
    harmony = clock.seconds["chords"]
    for name, seconds in (
        ("**all without analysis**", plain), ("**all but chords**", whole - harmony), ("**the full analysis**", whole)
    ):  # fmt: skip
        lines.append(f"| {name} | {1000 * seconds / count:.2f} | {2 * count / seconds:.0f} |")
    return [*lines, ""]


def wall_lines(places: Sequence[Place], listing: Listing) -> list[str]:
    known = [listing.known(place) for place in places]
    with tempfile.TemporaryDirectory() as folder:
        tasks = readings(places, known, ["bench"] * len(places), Path(folder))
        load = os.getloadavg()[0]
        begun = time.perf_counter()
        each_of(read_run, tasks, Job(), workers=2)
        seconds = time.perf_counter() - begun
    return [f"Reading, fingerprints and shelves by two processes, wall time: {len(places) / seconds:.0f} files/s, "
            f"with other work on the machine (load {load:.1f} on {os.cpu_count()} cores).", ""]  # fmt: skip


def key_table(songs: Sequence[tuple[Place, Score]], listing: Listing) -> list[str]:
    rows: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for place, score in songs:
        said = listing.known(place).key
        found = find_key(sounding(score), score.bars(), None, Trust.NONE)
        if said is not None and found is not None and not place.corpus.endswith("-band"):
            rows[place.corpus].append((found == said, found.fifths % 12 == said.fifths % 12))
    lines = ["## Keys, nothing stated, against the manifest", "",
             "Collections whose manifest gives only signatures (no minor keys) cannot judge the mode.", "",
             "| collection | songs | tonic and mode | signature |", "|---|---|---|---|"]  # fmt: skip
    for corpus, hits in sorted(rows.items()):
        exact, signature = np.mean(hits, axis=0)
        judged = f"{exact:.0%}" if corpus in MODE_CORPORA else "-"
        lines.append(f"| {corpus} | {len(hits)} | {judged} | {signature:.0%} |")
    return [*lines, ""]


def chord_table(songs: Sequence[tuple[Place, Score]]) -> list[str]:
    hits: dict[tuple[str, str], list[tuple[bool, bool, bool]]] = defaultdict(list)
    for place, score in songs:
        if place.corpus not in CHORD_CORPORA or not score.chords:
            continue
        for heard, names in (
            ("all parts", None),
            ("melody and bass", ("Melody", "Bass")),
            ("melody alone", ("Melody",)),
        ):
            parts = tuple(part for part in score.parts if names is None or part.name in names)
            if names is None or {part.name for part in parts} == set(names):
                hits[place.corpus, heard] += judged_slots(score, score.replace(parts=parts))
    lines = ["## Chords, against the chord names in the files", "",
             "Per half bar that lies under one stated chord; the key is found, not stated. Songs whose accompaniment",
             "contradicts their names (left out of a corpus) are counted here.", "",
             "| collection | heard | half bars | root | root and family | exactly |", "|---|---|---|---|---|---|"]  # fmt: skip
    for (corpus, heard), some in sorted(hits.items()):
        if some:
            root, family, exact = np.mean(some, axis=0)
            lines.append(f"| {corpus} | {heard} | {len(some)} | {root:.1%} | {family:.1%} | {exact:.1%} |")
    return lines


def judged_slots(truth: Score, heard: Score) -> list[tuple[bool, bool, bool]]:
    notes, bars = sounding(heard), truth.bars()
    key = find_key(notes, bars)
    if key is None:
        return []
    found, edges = find_chords(notes, bars, key), chord_slots(bars)
    hits = []
    for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        said, later, got = chord_at(truth.chords, start), chord_at(truth.chords, end - 1), chord_at(found, start)
        if said is not None and said == later and got is not None:
            root = said.root == got.root
            hits.append((root, root and FAMILY[said.quality] == FAMILY[got.quality], said == got))
    return hits


def chord_at(changes: Sequence[ChordChange], tick: int) -> Chord | None:
    before = [change for change in changes if change.tick <= tick]
    return before[-1].chord if before else None


if __name__ == "__main__":
    main()
