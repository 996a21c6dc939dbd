"""Pictures timed: the contact sheet, a 4,700 px painting in each manner, the promotional set and the cover of each engine.

    python bench/art_speed.py [--manners impressionist realist ...] [--engines rose flow ...] [--out bench/art_speed.md]

Wall time is told beside processor time: where other work runs on the machine, processor time over two cores is the honest
estimate of the wall time on two free cores.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from albumen.art.cover import candidates, contact_sheet, shortlist
from albumen.art.engines import ENGINES, engine_named
from albumen.art.facts import AlbumFacts, SongFacts
from albumen.art.house import HousePainter
from albumen.art.identity import identities, settled
from albumen.art.look import Look
from albumen.art.manners import MANNERS
from albumen.art.music_view import view_music
from albumen.art.painter import paint
from albumen.art.templates import template_named
from albumen.work.job import Job
from albumen.work.seed import Seed

SIDE = 4700
MOST_SHEET_SECONDS, MOST_PAINT_SECONDS, MOST_PROMO_SECONDS, MOST_GIGABYTES = 30, 90, 120, 3.0
SONG = SongFacts(title="Lanterns", minor=True, tempo_bpm=92, energy=0.5)
FACTS = AlbumFacts(title="Harbour Lights", artist="Ada Quill", theme="a harbour at night", genre="folk", songs=(SONG,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a task took in a process of its own."""

    wall: float
    processor: float
    gigabytes: float


def cost(task: Callable[..., None], *given: object) -> Cost:
    """Carry the task out in a fresh process."""
    here, there = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_carried_out, args=(there, task, given))
    process.start()
    found: Cost = here.recv()
    process.join()
    return found


def _carried_out(pipe: object, task: Callable[..., None], given: tuple[object, ...]) -> None:
    start, processor = time.perf_counter(), time.process_time()
    task(*given)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    spent = Cost(wall=time.perf_counter() - start, processor=time.process_time() - processor, gigabytes=most)
    pipe.send(spent)  # type: ignore[attr-defined]


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
    contact_sheet(shortlist(candidates(FACTS, music_of(), Seed(1))))  # type: ignore[arg-type]


def promo(engine: str) -> None:
    """All promotional formats of one look."""
    for _ in HousePainter().promo(_look(engine), FACTS, music_of(), Job()):  # type: ignore[arg-type]
        pass


def cover(engine: str) -> None:
    """One cover at 3,000 px: drawn and set."""
    HousePainter().cover(_look(engine), FACTS, music_of())  # type: ignore[arg-type]


def _look(engine: str) -> Look:
    from dataclasses import replace

    identity = settled(replace(identities(FACTS, Seed(1), 1)[0], engine=engine_named(engine).name), FACTS, Seed(1))
    return Look(identity=identity, template=template_named("bottom-left"), picture_seed=Seed(1))


def lines(manners: list[str], engines: list[str]) -> Iterator[str]:
    """The page of results, as it is measured."""
    cores = len(os.sched_getaffinity(0))
    yield "# Pictures timed\n"
    yield (
        f"Each in a process of its own, on {cores} cores on which other work ran; processor seconds over two cores are the "
        "estimate of the wall seconds on two free cores. Made by `bench/art_speed.py`.\n"
    )
    yield "| what | asked | processor s | that over 2 | wall s | memory, GB |\n|---|---|---|---|---|---|"
    yield _row("266 candidates and the sheet of 12", f"{MOST_SHEET_SECONDS} s", cost(sheet))
    for manner in manners:
        yield _row(f"{SIDE:,} px painting, {manner}", f"{MOST_PAINT_SECONDS} s, {MOST_GIGABYTES} GB", cost(painting, manner))
    for engine in engines:
        yield _row(f"promotional set of 11, {engine}", f"{MOST_PROMO_SECONDS} s", cost(promo, engine))
    for engine in engines:
        yield _row(f"cover at 3,000 px, {engine}", "-", cost(cover, engine))


def _row(what: str, asked: str, spent: Cost) -> str:
    row = f"| {what} | {asked} | {spent.processor:.0f} | {spent.processor / 2:.0f} | {spent.wall:.0f} | {spent.gigabytes:.1f} |"
    print(row, flush=True)
    return row


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--manners", nargs="*", default=list(MANNERS))
    parser.add_argument("--engines", nargs="*", default=list(ENGINES))
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".md"))
    given = parser.parse_args()
    given.out.write_text("\n".join(lines(given.manners, given.engines)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
