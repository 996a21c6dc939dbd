"""Pictures timed: the contact sheet, portraits of 256 px, a large painting in each manner, promotional set and cover of each engine.

    python bench/art_speed.py [--manners impressionist ...] [--engines rose flow ...] [--only portrait] [--rows ROWS.jsonl] [--out MD]

Each row is written to ROWS as soon as it is timed; running again with the same ROWS goes on where it stopped, and `--only` times
no more than the rows whose name holds the word. The page is that of ROWS.
Wall time is told beside processor time: where other work runs on the machine, processor time over two cores is the honest
estimate of the wall time on two free cores.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from albumen.art.cover import candidates
from albumen.art.engines import ENGINES, engine_named
from albumen.art.facts import AlbumFacts, SongFacts
from albumen.art.house import HousePainter
from albumen.art.identity import identities, settled
from albumen.art.look import Look
from albumen.art.manners import MANNERS
from albumen.art.music_view import view_music
from albumen.art.painter import paint
from albumen.art.picture import Pixels
from albumen.art.sheet import contact_sheet
from albumen.art.shortlist import shortlist
from albumen.art.templates import template_named
from albumen.models.portraits.condition import Wish
from albumen.models.portraits.run import CANDIDATES, PaintingModel, portrait_model
from albumen.models.portraits.run_enlarger import Enlarger
from albumen.work.job import Job
from albumen.work.seed import Seed

SIDE = 4700
PORTRAIT_SIDE, PORTRAIT_RUNS = 256, 9
MOST_PORTRAIT_SECONDS = 0.5
MOST_SHEET_SECONDS, MOST_PAINT_SECONDS, MOST_PROMO_SECONDS, MOST_GIGABYTES = 30, 90, 120, 3.0
SONG = SongFacts(title="Lanterns", minor=True, tempo_bpm=92, energy=0.5)
FACTS = AlbumFacts(title="Harbour Lights", artist="Ada Quill", theme="a harbour at night", genre="folk", songs=(SONG,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a task took in a process of its own."""

    wall: float
    processor: float
    gigabytes: float


def cost(task: Callable[..., Cost | None], *given: object) -> Cost:
    """What the task takes in a fresh process: all of it, or what it answers to have timed itself."""
    here, there = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_carried_out, args=(there, task, given))
    process.start()
    found: Cost = here.recv()
    process.join()
    return found


def _carried_out(pipe: object, task: Callable[..., Cost | None], given: tuple[object, ...]) -> None:
    start, processor = time.perf_counter(), time.process_time()
    timed = task(*given)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    spent = Cost(wall=time.perf_counter() - start, processor=time.process_time() - processor, gigabytes=most)
    pipe.send(timed or spent)  # type: ignore[attr-defined]


def music_of() -> object:
    """A made-up song."""
    rng = np.random.default_rng(1)
    notes = [np.arange(256) * 0.5, np.full(256, 0.5), 48 + rng.integers(0, 30, 256), rng.random(256), np.zeros(256)]
    return view_music(np.stack(notes, 1))


def painting(manner: str) -> None:
    """A 256 px picture painted 4,700 px wide."""
    from albumen.art.engines.horizon import sketch

    palette = identities(FACTS, Seed(1), 1)[0].palette
    small = sketch(music_of(), palette, Seed(1))[::2, ::2]  # type: ignore[arg-type]
    paint(np.ascontiguousarray(small), SIDE, manner=manner, seed=Seed(1))


def sheet() -> None:
    """The candidates of an album, and the twelve that are shown."""
    contact_sheet(shortlist(candidates(FACTS, music_of(), Seed(1))), FACTS)  # type: ignore[arg-type]


def promo(engine: str) -> None:
    """All promotional formats of one look."""
    for _ in HousePainter().promo(_look(engine), FACTS, music_of(), Job()):  # type: ignore[arg-type]
        pass


def cover(engine: str) -> None:
    """One cover at 3,000 px: drawn and set."""
    HousePainter().cover(_look(engine), FACTS, music_of())  # type: ignore[arg-type]


def portrait(candidates: int) -> Cost:
    """One portrait of 256 px, net and enlarger opened before: the best of so many candidates; the least of several runs."""
    model = portrait_model()
    enlarger = Enlarger(model.folder / "enlarger.onnx")
    model.paint(Wish(), Seed(0), 1)  # what is worked out once
    runs = [_once(lambda seed=seed: enlarger.enlarge(_best(model, seed, candidates)))  # type: ignore[misc]
            for seed in range(PORTRAIT_RUNS)]  # fmt: skip
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return Cost(wall=min(wall for wall, _ in runs), processor=min(processor for _, processor in runs), gigabytes=most)


def _best(model: PaintingModel, seed: int, candidates: int) -> Pixels:
    made = model.paint(Wish(), Seed(seed), candidates)
    return (model.choose(made) or made)[0].picture


def _once(task: Callable[[], Pixels]) -> tuple[float, float]:
    start, processor = time.perf_counter(), time.process_time()
    assert task().shape == (PORTRAIT_SIDE, PORTRAIT_SIDE, 3)
    return time.perf_counter() - start, time.process_time() - processor


def _look(engine: str) -> Look:
    from dataclasses import replace

    identity = settled(replace(identities(FACTS, Seed(1), 1)[0], engine=engine_named(engine).name), FACTS, Seed(1))
    return Look(identity=identity, template=template_named("bottom-left"), picture_seed=Seed(1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A row of the page to be timed."""

    what: str
    asked: str
    task: Callable[..., Cost | None]
    given: tuple[object, ...] = ()


def tasks(manners: list[str], engines: list[str]) -> Iterator[Task]:
    """All rows, in the order of the page."""
    yield Task(what="266 candidates and the sheet of 12", asked=f"{MOST_SHEET_SECONDS} s", task=sheet)
    net = f"portrait of {PORTRAIT_SIDE} px, loaded, least of {PORTRAIT_RUNS}"
    yield Task(what=f"{net}: net and enlarger", asked=f"{MOST_PORTRAIT_SECONDS} s", task=portrait, given=(1,))
    chosen = f"{net}: best of {CANDIDATES} by the face detector, as users get it"
    yield Task(what=chosen, asked=f"{MOST_PORTRAIT_SECONDS} s", task=portrait, given=(CANDIDATES,))
    for manner in manners:
        most = f"{MOST_PAINT_SECONDS} s, {MOST_GIGABYTES} GB"
        yield Task(what=f"{SIDE:,} px painting, {manner}", asked=most, task=painting, given=(manner,))
    for engine in engines:
        yield Task(what=f"promotional set of 11, {engine}", asked=f"{MOST_PROMO_SECONDS} s", task=promo, given=(engine,))
    for engine in engines:
        yield Task(what=f"cover at 3,000 px, {engine}", asked="-", task=cover, given=(engine,))


def known(rows: Path) -> dict[str, Cost]:
    """What was timed before, by the name of the row."""
    if not rows.is_file():
        return {}
    read = (json.loads(line) for line in rows.read_text(encoding="utf-8").splitlines())
    return {row.pop("what"): Cost(**row) for row in read}


def timed(wanted: list[Task], rows: Path, only: str) -> dict[str, Cost]:
    """What was timed, now and before."""
    done = known(rows)
    for row in wanted:
        if row.what not in done and only in row.what:
            done[row.what] = cost(row.task, *row.given)
            with rows.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"what": row.what, **asdict(done[row.what])}) + "\n")
            print(_line(row, done[row.what]), flush=True)
    return done


def page(wanted: list[Task], done: Mapping[str, Cost]) -> Iterator[str]:
    """The page of results."""
    cores = len(os.sched_getaffinity(0))
    yield "# Pictures timed\n"
    yield (
        f"Each in a process of its own, on {cores} cores on which other work ran; processor seconds over two cores are the "
        "estimate of the wall seconds on two free cores. Made by `bench/art_speed.py`.\n"
    )
    yield "| what | asked | processor s | that over 2 | wall s | memory, GB |\n|---|---|---|---|---|---|"
    yield from (_line(row, done[row.what]) for row in wanted if row.what in done)


def _line(row: Task, spent: Cost) -> str:
    seconds = (spent.processor, spent.processor / 2, spent.wall)
    told = " | ".join(f"{each:.2f}" if spent.wall < 2 else f"{each:.0f}" for each in seconds)
    return f"| {row.what} | {row.asked} | {told} | {spent.gigabytes:.1f} |"


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--manners", nargs="*", default=list(MANNERS))
    parser.add_argument("--engines", nargs="*", default=list(ENGINES))
    parser.add_argument("--only", default="", help="time the rows whose name holds this")
    parser.add_argument("--rows", type=Path, default=Path("art-speed-rows.jsonl"), help="where to keep what is timed")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".md"))
    given = parser.parse_args()
    wanted = list(tasks(given.manners, given.engines))
    done = timed(wanted, given.rows, given.only)
    given.out.write_text("\n".join(page(wanted, done)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
