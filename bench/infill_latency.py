"""How long a producer waits: eight bars of one part written anew in a finished song, and the first bar of a new one.

    python bench/infill_latency.py [--threads 2] [--rounds 5] [--out bench/infill_latency.md]

The shipped net writes; what it asks of its engine (what is read, which words are said) is noted and then played to nets of
all sizes with random weights, whose speed does not depend on them. Their wait is the writer's own time (grammar, sampling)
plus their engine's time: the whole way from the request to the notes, prompt included. Songs are written by rule.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from albumen.album.brief import Brief
from albumen.compose.rules.writer import RulesWriter
from albumen.compose.song import compose_song
from albumen.compose.song_plan import plan_song
from albumen.models.music.export import export_onnx
from albumen.models.music.net import MusicNet, net_shape
from albumen.models.music.run import Engine, Session
from albumen.models.music.shipped import FOLDER
from albumen.models.music.tokens import vocabulary as v
from albumen.models.music.writer import NetWriter
from albumen.score.score import Score
from albumen.score.writing import CellAt, WriteRequest
from albumen.work.seed import Seed

Call = tuple[str, object, object]


class Noted:
    """An engine that notes what is asked of it and how long it took."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.context = engine.context
        self.calls: list[Call] = []
        self.seconds = 0.0

    def session(self, rows: int) -> Noted:
        """A session of `rows` takes, noted."""
        self.calls.append(("session", rows, None))
        self._session = self._timed(lambda: self._engine.session(rows))
        return self

    def begin(self, row: int, words: Sequence[int]) -> None:
        """As the session."""
        self.calls.append(("begin", row, list(words)))
        self._timed(lambda: self._session.begin(row, words))

    def feed(self, words: Mapping[int, Sequence[int]]) -> None:
        """As the session."""
        self.calls.append(("feed", {row: list(said) for row, said in words.items()}, None))
        self._timed(lambda: self._session.feed(words))

    def logits(self, row: int) -> NDArray[np.float32]:
        """As the session."""
        return self._session.logits(row)

    def _timed(self, work: object) -> Session:
        start = time.perf_counter()
        done = work()  # type: ignore[operator]
        self.seconds += time.perf_counter() - start
        return done  # type: ignore[no-any-return]


def replayed(engine: Engine, calls: Sequence[Call]) -> float:
    """Seconds that an engine takes for the same calls."""
    start = time.perf_counter()
    session = engine.session(1)
    for name, first, second in calls:
        if name == "session":
            session = engine.session(int(first))  # type: ignore[call-overload]
        elif name == "begin":
            session.begin(first, second)  # type: ignore[arg-type]
        else:
            session.feed(first)  # type: ignore[arg-type]
    return time.perf_counter() - start


def infills(song: Score, genre: str, part: str, first: int) -> WriteRequest:
    """Eight bars of one part in the middle of a song, one take."""
    cells = tuple(CellAt(part, bar) for bar in range(first, first + 8))
    return WriteRequest(score=song, cells=cells, genre=genre, seed=Seed(first))


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    shipped = Engine(FOLDER, threads=given.threads)
    with tempfile.TemporaryDirectory() as folder:
        engines = {"as shipped": shipped}
        for size in ("lite", "base"):
            target = Path(folder) / size
            target.mkdir()
            shape = net_shape(size, v.SIZE)
            export_onnx(MusicNet(shape), target, "int8")
            engines[size] = Engine(target, threads=given.threads)
        rows = [_infill_rows(engines, given.rounds), _first_bar_rows(engines, given.rounds)]
    lines = [line for row in rows for line in row]
    text = (
        "# Waiting for the music model\n\n"
        f"Seconds from the request to the notes, {given.threads} threads, 8-bit; median and slowest over songs in four styles, each\n"
        f"the best of {given.rounds} rounds; load of the machine at the end {os.getloadavg()[0]:.1f}. `python bench/infill_latency.py`.\n"
        "Published: Composer's Assistant 2, one part x 8 bars on a CPU, 3.7 to 3.9 s.\n\n"
        "| what | net | median | slowest | words read and written |\n|---|---|---|---|---|\n" + "\n".join(lines) + "\n"
    )
    print(text)
    if given.out:
        given.out.write_text(text, encoding="utf-8")


def _songs() -> list[tuple[Score, str]]:
    made = []
    for number, style in enumerate(("rock", "chamber", "jazz-swing", "folk-reel")):
        plan = plan_song(Brief(style=style, seed=number, title=style))
        made.append((compose_song(plan, {"rules": RulesWriter()}, takes=1)[0], plan.genre))
    return made


def _infill_rows(engines: dict[str, Engine], rounds: int) -> list[str]:
    cases = []
    for song, genre in _songs():
        middle = len(song.bars()) // 2 - 4
        for part in song.parts[:2]:
            cases.append(infills(song, genre, part.id, middle))
    return _rows("8 bars, one part", engines, cases, rounds, first_bar=False)


def _first_bar_rows(engines: dict[str, Engine], rounds: int) -> list[str]:
    cases = []
    for song, genre in _songs():
        empty = song.replace(parts=tuple(part.replace(notes=part.notes.between(0, 0), controls=()) for part in song.parts))
        cells = tuple(CellAt(part.id, bar) for bar in range(8) for part in song.parts)
        cases.append(WriteRequest(score=empty, cells=cells, genre=genre, seed=Seed(1)))
    return _rows("first bar, all parts", engines, cases, rounds, first_bar=True)


def _rows(what: str, engines: dict[str, Engine], cases: list[WriteRequest], rounds: int, *, first_bar: bool) -> list[str]:
    waits: dict[str, list[float]] = {name: [] for name in engines}
    words = []
    for case in cases:
        best: dict[str, float] = dict.fromkeys(engines, float("inf"))
        for _ in range(rounds):
            noted = Noted(engines["as shipped"])
            start = time.perf_counter()
            if first_bar:
                next(NetWriter(noted, "").stream(case))
            else:
                NetWriter(noted, "").write(case)
            own = time.perf_counter() - start - noted.seconds
            for name, engine in engines.items():
                seconds = noted.seconds if name == "as shipped" else replayed(engine, noted.calls)
                best[name] = min(best[name], own + seconds)
        words.append(sum(_size(call) for call in noted.calls))
        for name, seconds in best.items():
            waits[name].append(seconds)
    return [
        f"| {what} | {name} | {statistics.median(found):.2f} | {max(found):.2f} | {min(words)} to {max(words)} |"
        for name, found in waits.items()
    ]


def _size(call: Call) -> int:
    name, first, second = call
    if name == "begin":
        return len(second)  # type: ignore[arg-type]
    return sum(len(said) for said in first.values()) if name == "feed" else 0  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
