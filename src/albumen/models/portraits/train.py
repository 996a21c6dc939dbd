"""The whole training of the portrait models, from one pack of pictures to folders of weights; resumable at any step.

    together/    all paintings, 64 then 128 px
    portraits/   from there on portraits alone (256 px where the minutes allow)
    grounds/     from there on pictures of no people: landscapes, still lifes, abstracts for covers
    side/        eyes, enlarger, scorer
    baseline/    the plain GAN of 2018 on the same pictures, trained by `train_baseline`

Each run folder holds `state-*` (full saves), `travel` (half precision, small files), `sheets` and `samples`.
`progress.json` says which parts are done. `python -m albumen.models.portraits.train --help` runs it alone, which needs
numpy, torch and safetensors only.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch

from albumen.models.portraits.pack import Pack, read_pack
from albumen.models.portraits.plan import SIDE_SHARES, Course, Lesson, courses_for
from albumen.models.portraits.sizes import SIZES, net_size
from albumen.models.portraits.train_data import hang, training_device
from albumen.models.portraits.train_dcgan import train_dcgan
from albumen.models.portraits.train_gan import FADE_IMAGES, Pace, train_lesson
from albumen.models.portraits.train_measure import Watcher
from albumen.models.portraits.train_side import train_enlarger, train_eyes, train_scorer
from albumen.models.portraits.train_state import RunState, grown, load_state, new_state, save_travel, start_from
from albumen.models.train_device import clock_for
from albumen.work.errors import Wrong
from albumen.work.files import write_text
from albumen.work.seed import Seed

DEFAULT_MINUTES = 60.0
Report = Callable[[str], None]


def train_portraits(
    data: Path,
    out: Path,
    *,
    size: str = "base",
    minutes: float | None = None,
    resume: bool = False,
    seed: int = 0,
    report: Report = print,
    pace: Pace | None = None,
    parts: tuple[str, ...] = ("together", "portraits", "grounds", "side"),
    lessons: tuple[Lesson, ...] | None = None,
    start: Path | None = None,
) -> None:
    """Train all portrait models on a pack (see `pack.pack_pictures`) for about `minutes`.

    `resume` goes on where the folder stands; a finished course is taken up again in its last lesson when it is named in
    `parts`. `lessons` replaces the lessons of the named GAN parts (with exactly one part), for extra sides or minutes.
    `start`: a model folder, such as the one that ships, whose nets the one course named in `parts` begins with.
    Raises `Wrong` when `out` already holds a training and `resume` is not set, or for a `start` with several courses.
    """
    net_size(size)
    if start is not None and len({*parts} - {"side"}) != 1:
        raise Wrong("a training that starts from a model learns one course", next_step="name it, as in --parts portraits")
    progress = _progress(out, size, resume)
    pack = read_pack(data)
    device = training_device()
    _prepare(device)
    report(f"{len(pack)} pictures, {pack.portrait.sum()} portraits; size {size}; on {device}")
    budget = 60.0 * (minutes if minutes is not None else DEFAULT_MINUTES)
    clock = clock_for(device)
    begun = clock()
    for course in courses_for(net_size(size), budget / 60.0):
        if course.name in parts:
            chosen = course if lessons is None else replace(course, lessons=lessons)
            state = _opened(chosen, out, size, seed, device, start)
            _take_course(chosen, state, pack, out, seed, budget, pace or Pace(), progress, report)
    if "side" in parts:
        _train_side(pack, out, budget, Seed(seed).child("side"), device, progress, report)
    report(f"done after {(clock() - begun) / 60:.1f} minutes")


def train_baseline(
    data: Path,
    out: Path,
    *,
    minutes: float,
    side: int = 128,
    width: int = 64,
    seed: int = 0,
    measure_seconds: float = 60.0,
    report: Report = print,
) -> dict[str, float]:
    """Train the plain GAN of 2018 on the same pictures; returns its last numbers against the real portraits."""
    pack = read_pack(data)
    device = training_device()
    _prepare(device)
    together = hang(pack, side, ~pack.held_out, device)
    numbers = train_dcgan(
        together,
        together.only(pack.portrait),
        out / "baseline",
        seconds=60.0 * minutes,
        width=width,
        seed=seed,
        measure_seconds=measure_seconds,
        report=report,
    )
    write_text(out / "baseline" / "numbers.json", json.dumps(numbers, indent=1))
    return numbers


def _take_course(
    course: Course,
    state: RunState,
    pack: Pack,
    out: Path,
    seed: int,
    budget: float,
    pace: Pace,
    progress: dict[str, bool],
    report: Report,
) -> None:
    folder = out / course.name
    subject = pack.of(course.subject)
    side = max(lesson.side for lesson in course.lessons)
    gallery = hang(pack, side, subject & ~pack.held_out, state.device)
    held_out = hang(pack, side, subject & pack.held_out, state.device)
    if progress.get(course.name):
        # A finished course goes on in its last lesson for another share of the minutes.
        state.counters.stage = len(course.lessons) - 1
        state.counters.stage_seconds = 0.0
    for place in range(state.counters.stage, len(course.lessons)):
        lesson = course.lessons[place]
        if place != state.counters.stage:
            state.counters.stage, state.counters.stage_images, state.counters.stage_seconds = place, 0, 0.0
        shown = gallery.at(lesson.side)
        report(f"{course.name}: {len(shown)} pictures at {lesson.side} px for {lesson.share * budget / 60:.1f} minutes")
        watcher = Watcher(shown, folder, Seed(seed).child(course.name))
        train_lesson(
            state,
            lesson,
            shown,
            held_out.at(lesson.side),
            folder,
            seconds=lesson.share * budget,
            pace=pace,
            measure=watcher,
            report=report,
        )
    save_travel(state, folder)
    progress[course.name] = True
    write_text(out / "progress.json", json.dumps(progress))


def _opened(course: Course, out: Path, size: str, seed: int, device: torch.device, start: Path | None) -> RunState:
    folder = out / course.name
    if (folder / "latest.json").is_file() or (folder / "travel" / "counters.json").is_file():
        state = load_state(folder, device)
    elif start is not None:
        state = start_from(start, device)
    elif course.start is None:
        return new_state(size, seed, device)
    else:
        state = start_from(out / course.start, device)
    return state if state.counters.size == size else grown(state, size)


def _train_side(
    pack: Pack, out: Path, budget: float, seed: Seed, device: torch.device, progress: dict[str, bool], report: Report
) -> None:
    folder = out / "side"
    gallery = hang(pack, 128, ~pack.held_out, device)
    portraits = gallery.only(pack.portrait)
    train_eyes(pack, gallery, folder, seconds=SIDE_SHARES["eyes"] * budget, seed=seed, report=report)
    sharp = hang(pack, 256, pack.portrait & ~pack.held_out, device) if (pack.side >= 256).any() else portraits
    train_enlarger(sharp, folder, seconds=SIDE_SHARES["enlarger"] * budget, seed=seed, report=report)
    samples = [*(out / "together" / "samples").glob("*.npz"), *(out / "portraits" / "samples").glob("*.npz")]
    if not samples:
        raise Wrong("the scorer needs paintings of a training run", where=out, next_step="train the portraits first")
    train_scorer(portraits, samples, folder, seconds=SIDE_SHARES["scorer"] * budget, seed=seed, report=report)
    progress["side"] = True
    write_text(out / "progress.json", json.dumps(progress))


def _progress(out: Path, size: str, resume: bool) -> dict[str, bool]:
    path = out / "progress.json"
    if not resume and any((out / name).exists() for name in ("progress.json", "together", "portraits")):
        raise Wrong("a training is already here", where=out, next_step="add --resume, or name another folder")
    if path.is_file():
        stored: dict[str, bool] = json.loads(path.read_text())
        return stored
    return {}


def _prepare(device: torch.device) -> None:
    if device.type == "cuda":
        torch.backends.cuda.matmul.allow_tf32 = True
        torch.backends.cudnn.allow_tf32 = True
        torch.backends.cudnn.benchmark = True


def main() -> None:
    """The command for a machine that holds nothing but torch."""
    parser = argparse.ArgumentParser(description=train_portraits.__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--size", choices=sorted(SIZES), default="base")
    parser.add_argument("--minutes", type=float, default=DEFAULT_MINUTES)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--baseline", action="store_true", help="train the plain GAN of 2018 instead")
    parser.add_argument("--side", type=int, help="only this picture side, for the one part named (or the baseline)")
    parser.add_argument("--parts", default="together,portraits,grounds,side")
    parser.add_argument("--start-from", type=Path, help="a model folder with a `travel` copy, such as the one that ships")
    parser.add_argument("--penalty-scale", type=float, default=1.0)
    parser.add_argument("--batch", type=int)
    parser.add_argument("--keep-side", type=int, default=0, help="with --side: painter stages up to here stay as they are")
    parser.add_argument("--fade-images", type=int, default=FADE_IMAGES)
    parser.add_argument("--critic-first", type=int, default=0, help="images from which only a new critic learns")
    parser.add_argument("--measure-seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()

    def report(line: str) -> None:
        print(line, flush=True)

    if given.baseline:
        train_baseline(
            given.data, given.out, minutes=given.minutes, side=given.side or 128, seed=given.seed,
            measure_seconds=given.measure_seconds, report=report,
        )  # fmt: skip
        return
    train_portraits(
        given.data,
        given.out,
        size=given.size,
        minutes=given.minutes,
        resume=given.resume,
        seed=given.seed,
        report=report,
        pace=Pace(
            penalty_scale=given.penalty_scale,
            batch=given.batch,
            measure_seconds=given.measure_seconds,
            fade_images=given.fade_images,
            critic_first=given.critic_first,
        ),
        parts=tuple(given.parts.split(",")),
        lessons=(Lesson(side=given.side, share=1.0, keeps=given.keep_side),) if given.side else None,
        start=given.start_from,
    )


if __name__ == "__main__":
    main()
