"""Training of the music model: `train_music` turns a pack of tokens into a model folder, resumable at any step.

Also a program, for machines that have torch but no installed Albumen:
`python -m albumen.models.music.train --data PACK --out MODEL --size base --minutes 27`.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from albumen.models.music.batches import Batch, OpenSource, draw
from albumen.models.music.checkpoint import (
    CHECKPOINT,
    WEIGHTS,
    Progress,
    load_checkpoint,
    load_weights,
    save_checkpoint,
    save_weights,
)
from albumen.models.music.curves import TrainingLog
from albumen.models.music.loss import Likelihood, training_loss, validate
from albumen.models.music.net import Block, MusicNet, net_shape, token_losses
from albumen.models.music.optimizer import MovingAverage, MusicOptimizer, OptimizerOptions
from albumen.models.music.schedule import Length, rate_at
from albumen.models.music.tokens import vocabulary as v
from albumen.models.train_device import fast_dtype
from albumen.work.errors import Missing, Wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How the work is cut; changing it between resumptions changes nothing but speed and the batches to come.

    `rows` x `context` words go through the net at once, `passes` of them make one optimiser step.
    """

    rows: int
    context: int
    passes: int
    workers: int
    threads: int
    compiled: bool
    log_steps: int = 20
    valid_minutes: float = 5.0
    save_minutes: float = 5.0
    valid_batches: int = 16


def pace_for(device: torch.device) -> Pace:
    """Sizes that keep a machine busy: 8 thousand words a step on a processor, 260 thousand on a GPU."""
    cores = os.cpu_count() or 1
    if device.type == "cuda":
        return Pace(
            rows=32, context=2048, passes=4, workers=max(1, cores - 1), threads=1, compiled=True,
            log_steps=50, valid_minutes=2.0, save_minutes=3.0,
        )  # fmt: skip
    return Pace(rows=16, context=512, passes=1, workers=1, threads=cores, compiled=True)


def examples_of(data: Path, split: str) -> Any:
    """The examples of a pack's split."""
    from albumen.models.music.examples import Examples

    return Examples(data, split)


def train_music(
    data: Path, out: Path, *, size: str = "lite", minutes: float | None = None, steps: int | None = None,
    resume: bool = False, seed: int = 0, device: str = "auto", report: Callable[[str], None] = print,
    pace: Pace | None = None, options: OptimizerOptions | None = None, pause_minutes: float | None = None,
    open_source: OpenSource = examples_of, vocabulary: int = v.SIZE, start_from: Path | None = None,
) -> dict[str, float]:  # fmt: skip
    """Train a net of `size` on the pack in `data`; leaves weights, checkpoint, log and loss plot in `out`.

    The run ends after `steps` steps or `minutes` of training, both counted over all its resumptions; `pause_minutes`
    stops this call earlier, to be resumed. `start_from`: weights of an earlier run to begin with. A stop signal
    (SIGTERM, SIGINT) saves a checkpoint first.
    Returns the last likelihoods. Raises `Wrong` where there is nothing to resume, or data cannot be read.
    """
    where = torch.device(("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device)
    if where.type == "cuda" and not torch.cuda.is_available():
        raise Missing("this machine has no GPU that torch can use", next_step="train with --device cpu")
    run = _Run(
        data, out, size, Length(steps=steps, minutes=minutes), seed, where, report, pace or pace_for(where),
        options or OptimizerOptions(), open_source, vocabulary,
    )  # fmt: skip
    if resume:
        run.resume()
    elif start_from is not None:
        run.start_from(start_from)
    with _stop_signals() as stopped:
        return run.go(stopped, pause_minutes)


class _Run:
    """One call of `train_music`."""

    def __init__(
        self, data: Path, out: Path, size: str, length: Length, seed: int, device: torch.device,
        report: Callable[[str], None], pace: Pace, options: OptimizerOptions, open_source: OpenSource, vocabulary: int,
    ) -> None:  # fmt: skip
        self.data, self.out, self.length, self.device, self.pace = data, out, length, device, pace
        self.report, self.open_source = report, open_source
        torch.set_num_threads(pace.threads)
        out.mkdir(parents=True, exist_ok=True)
        self.net = MusicNet(net_shape(size, vocabulary), seed=seed).to(device)
        self.optimizer = MusicOptimizer(self.net, options)
        self.average = MovingAverage(self.net)
        self.progress = Progress(seed=seed)
        self.last: dict[str, float] = {}
        self.since_log: list[Tensor] = []
        self.log_start = (time.monotonic(), 0)
        self.losses = torch.compile(token_losses, dynamic=False) if pace.compiled else token_losses
        if pace.compiled:
            compile_layers(self.net)

    def resume(self) -> None:
        """Go on from the checkpoint in the folder."""
        self.progress = load_checkpoint(self.out / CHECKPOINT, self.net, self.optimizer, self.average)
        self.report(f"resumed at step {self.progress.steps:,}, {self.progress.seconds / 60:.1f} minutes of training behind")

    def start_from(self, path: Path) -> None:
        """Begin with the weights of another run, without its optimiser's memory."""
        net, _ = load_weights(path)
        if net.shape != self.net.shape:
            raise Wrong("these weights are of a net of another shape", where=path, next_step="choose their --size")
        weights = {name: weight.detach().to(self.device) for name, weight in net.named_parameters()}
        self._take(weights)
        self.average = MovingAverage(self.net)

    def go(self, stopped: Callable[[], bool], pause_minutes: float | None) -> dict[str, float]:
        """Train until the end, a pause or a stop signal."""
        pace, progress = self.pace, self.progress
        batches = self._draw("train", first=progress.steps * pace.passes, workers=pace.workers)
        log = TrainingLog(self.out, progress.steps)
        words_a_step = pace.rows * pace.context * pace.passes
        self.report(f"{self.net.parameter_count():,} weights, {words_a_step:,} words a step, {self.device}")
        started, seconds_before = time.monotonic(), progress.seconds
        next_save, next_valid = started + pace.save_minutes * 60, started + pace.valid_minutes * 60
        self.log_start = (started, progress.words)
        while (done := self.length.done(self.progress.steps, self.progress.seconds)) < 1 and not stopped():
            loss, norm = self._step(batches, rate_at(done, self.progress.steps))
            now = time.monotonic()
            self.progress = replace(
                self.progress, steps=self.progress.steps + 1, seconds=seconds_before + now - started,
                words=self.progress.words + words_a_step,
            )  # fmt: skip
            self.since_log.append(loss)
            if self.progress.steps % pace.log_steps == 0:
                self._log(log, done, norm)
            if now > next_valid:
                self._validate(log)
                next_valid = time.monotonic() + pace.valid_minutes * 60
            if now > next_save:
                self._save(log)
                next_save = time.monotonic() + pace.save_minutes * 60
            if pause_minutes is not None and now - started > pause_minutes * 60:
                break
        if not stopped():
            self._validate(log)
        self._save(log)
        return self.last

    def _draw(self, split: str, *, first: int = 0, count: int | None = None, workers: int = 0) -> Iterator[Batch]:
        return draw(
            self.open_source, self.data, split, rows=self.pace.rows, context=self.pace.context, seed=self.progress.seed,
            first=first, count=count, workers=workers, pin=self.device.type == "cuda",
        )  # fmt: skip

    def _step(self, batches: Iterator[Batch], rate: float) -> tuple[Tensor, float]:
        """One optimiser step; returns its loss (still on the device) and the gradient's norm."""
        parts = [next(batches) for _ in range(self.pace.passes)]
        total = torch.stack([weights[:, 1:].sum() for _, weights in parts]).sum().clamp(min=1.0).to(self.device)
        sum_loss = torch.zeros((), device=self.device)
        for ids, weights in parts:
            ids, weights = ids.to(self.device, non_blocking=True), weights.to(self.device, non_blocking=True)
            loss = training_loss(self.net, ids, weights, dtype=fast_dtype(self.device), total=total, losses=self.losses)
            loss.backward()
            sum_loss += loss.detach()
        norm = self.optimizer.step(rate)
        self.average.follow(self.net, self.progress.steps + 1)
        return sum_loss, norm

    def _log(self, log: TrainingLog, done: float, norm: float) -> None:
        now = time.monotonic()
        speed = (self.progress.words - self.log_start[1]) / max(1e-9, now - self.log_start[0])
        train = float(torch.stack(self.since_log).mean())
        self.since_log, self.log_start = [], (now, self.progress.words)
        step, words, minutes = self.progress.steps, self.progress.words, self.progress.seconds / 60
        log.add({
            "step": step, "words": words, "minutes": round(minutes, 2), "train": round(train, 4), "norm": round(norm, 3),
            "speed": round(speed), "rate": round(rate_at(done, step), 4),
        })  # fmt: skip
        left = (minutes / done - minutes) if done > 0 else float("nan")
        self.report(f"step {step:,}  loss {train:.4f}  {speed:,.0f} words/s  {minutes:.1f} min done, {left:.1f} left")

    def _validate(self, log: TrainingLog) -> None:
        found = self._likelihood()
        self.last = {"nats_per_word": found.nats_per_word, "nats_per_note": found.nats_per_note, "steps": self.progress.steps}
        log.add({
            "step": self.progress.steps, "words": self.progress.words,
            "valid": round(found.nats_per_word, 4), "valid_per_note": round(found.nats_per_note, 4),
        })  # fmt: skip
        self.report(f"step {self.progress.steps:,}  valid {found.nats_per_word:.4f} a word, {found.nats_per_note:.4f} a note")
        self.log_start = (time.monotonic(), self.progress.words)

    def _likelihood(self) -> Likelihood:
        """The likelihood of the averaged weights on the fixed sample of the validation split."""
        held = {name: weight.detach().clone() for name, weight in self.net.named_parameters()}
        self._take(self.average.weights)
        batches = self._draw("valid", count=max(1, self.pace.valid_batches))
        found = validate(self.net, batches, fast_dtype(self.device))
        self._take(held)
        return found

    @torch.no_grad()
    def _take(self, weights: dict[str, Tensor]) -> None:
        for name, weight in self.net.named_parameters():
            weight.copy_(weights[name])

    def _save(self, log: TrainingLog) -> None:
        save_checkpoint(self.out / CHECKPOINT, self.net, self.optimizer, self.average, self.progress)
        notes = {
            "steps": str(self.progress.steps), "words_read": str(self.progress.words), "words": str(v.VERSION),
            "context": str(self.pace.context), "minutes": f"{self.progress.seconds / 60:.1f}", "device": str(self.device.type),
        }  # fmt: skip
        save_weights(self.out / WEIGHTS, self.net.shape, self.average.weights, notes)
        log.plot(self.out / "loss.png")
        self.report(f"saved at step {self.progress.steps:,}")


def compile_layers(net: MusicNet) -> None:
    """Fuse the arithmetic of every layer; the layers are alike, so each part is compiled once.

    A GPU has a fused attention of its own, so there only what lies around it is compiled.
    """
    if net.embedding.device.type == "cuda":
        before = torch.compile(Block.before_attention, dynamic=False)
        after = torch.compile(Block.after_attention, dynamic=False)
        for block in net.blocks:
            block.before_attention = before.__get__(block)
            block.after_attention = after.__get__(block)
        return
    whole = torch.compile(Block.forward_in_blocks, dynamic=False)
    for block in net.blocks:
        block.forward = whole.__get__(block)


@contextmanager
def _stop_signals() -> Iterator[Callable[[], bool]]:
    """Turns the first SIGTERM or SIGINT into an answer; a second one interrupts as usual."""
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return
    before: dict[int, Any] = {}

    def stop(number: int, _frame: object) -> None:
        asked.set()
        signal.signal(number, before[number])

    for signalled in (signal.SIGTERM, signal.SIGINT):
        before[int(signalled)] = signal.signal(signalled, stop)
    try:
        yield asked.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def main() -> None:
    """The program."""
    import argparse

    parser = argparse.ArgumentParser(description="Train the music model on a pack of tokens.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--size", default="lite")
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--pause-minutes", type=float)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--start-from", type=Path)
    parser.add_argument("--plain", action="store_true", help="do not compile the layers")
    parser.add_argument("--device", default="auto")
    for name in ("rows", "context", "passes", "workers", "threads"):
        parser.add_argument(f"--{name}", type=int)
    for name in ("matrix-rate", "embedding-rate"):
        parser.add_argument(f"--{name}", type=float)
    given = parser.parse_args()
    where = torch.device(("cuda" if torch.cuda.is_available() else "cpu") if given.device == "auto" else given.device)
    asked = {name: getattr(given, name) for name in ("rows", "context", "passes", "workers", "threads")}
    rates = {name: getattr(given, name) for name in ("matrix_rate", "embedding_rate")}
    if given.plain:
        asked["compiled"] = False
    train_music(
        given.data, given.out, size=given.size, minutes=given.minutes, steps=given.steps, resume=given.resume,
        seed=given.seed, device=given.device, pause_minutes=given.pause_minutes, start_from=given.start_from,
        report=lambda line: print(line, flush=True),
        pace=replace(pace_for(where), **{name: value for name, value in asked.items() if value is not None}),
        options=replace(OptimizerOptions(), **{name: value for name, value in rates.items() if value is not None}),
    )  # fmt: skip


if __name__ == "__main__":
    main()
