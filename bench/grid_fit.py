"""Training nets on the small public sets: the same for all of them.

A net is trained for some minutes of a core with dropout on everything, its averaged weights are looked at on valid now and then,
and those best there are kept. Several nets of other seeds may be averaged: what counts is then the mean of their
probabilities word by word, which is again an exact joint likelihood. A run can be stopped and gone on with.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from grid_measure import Task, score
from grid_net import GridNet, GridShape, Line, compile_parts
from torch import Tensor

from albumen.models.music.optimizer import MovingAverage, half_orthogonal
from albumen.models.music.schedule import rate_at
from albumen.work.files import replacing

MATRIX_RATE, TABLE_RATE = 8e-3, 3e-3
MOMENTUM = 0.95
LIKE_ADAM = 0.2
LOOKS = 10  # times that a run looks at valid
SHORTEST_CUT = 16  # steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a net is built and trained."""

    minutes: float  # of one processor core
    layers: int
    width: int
    head_layers: int
    head_width: int
    rows: int
    length: int
    dropout: float
    feature_dropout: float
    weight_decay: float
    pause: float  # minutes after which this call stops, to be resumed


def add_options(parser: argparse.ArgumentParser, **defaults: float) -> None:
    """The options that all sets share."""
    usual: dict[str, float] = {
        "minutes": 20.0, "layers": 4, "width": 256, "head_layers": 2, "head_width": 256, "rows": 12, "length": 320,
        "dropout": 0.2, "feature_dropout": 0.05, "weight_decay": 0.1, "pause": 1e9,
    }  # fmt: skip
    for name, value in {**usual, **defaults}.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0], help="one net for each")
    parser.add_argument("--work", type=Path, required=True, help="folder of the weights; a run there is gone on with")
    parser.add_argument("--out", type=Path, help="file of the results")


def way_of(given: argparse.Namespace) -> Way:
    """The way asked for on the command line."""
    return Way(**{name: getattr(given, name) for name in Way.__slots__})


class Batch:
    """Cuts of random pieces, packed into rows; rows and words that stay empty count nothing."""

    def __init__(self, task: Task, way: Way, rng: np.random.Generator) -> None:
        sample = task.draw(rng)
        room = int(way.rows * way.length * task.words_a_step)
        self.steps = np.zeros((way.rows, way.length, sample.steps.shape[1]), np.int16)
        self.piece = np.zeros((way.rows, way.length), np.int64)
        self.words, self.step_of = np.full(room, -100, np.int64), np.zeros(room, np.int64)
        self.bags = np.zeros((room, sample.bags.shape[1]), np.int16)
        self.base, self.floor = np.ones(room, np.int64), np.zeros(room, np.int64)
        self.hints = np.zeros((room, *sample.hints.shape[1:]), np.uint8)
        self.used, pieces = 0, 0
        for row in range(way.rows):
            place = 0
            while way.length - place >= SHORTEST_CUT:
                pieces += 1
                place = self._put(task.draw(rng), row, place, pieces, rng)
        for table in (self.steps, self.bags):
            table *= rng.random(table.shape, np.float32) >= way.feature_dropout

    def _put(self, line: Line, row: int, place: int, piece: int, rng: np.random.Generator) -> int:
        rows_length = self.steps.shape[1]
        size = min(len(line.steps), rows_length - place)
        # Where a piece does not fit whole, its beginning is no dearer than the rest.
        first = int(rng.integers(0, len(line.steps) - size + 1)) if rng.random() < 0.7 else 0
        self.steps[row, place : place + size] = line.steps[first : first + size]
        self.piece[row, place : place + size] = piece
        start, stop = np.searchsorted(line.step_of, (first, first + size))
        stop = min(stop, start + len(self.words) - self.used)
        there, here = slice(self.used, self.used + stop - start), slice(start, stop)
        self.words[there] = line.words[here]
        self.step_of[there] = line.step_of[here] - first + row * rows_length + place
        self.bags[there], self.base[there] = line.bags[here], line.base[here]
        self.floor[there], self.hints[there] = line.floor[here], line.hints[here]
        self.used += stop - start
        return place + size

    def tensors(self, device: torch.device) -> tuple[tuple[Tensor, ...], Tensor, Tensor]:
        """What the net takes: the line, the pieces' numbers; and the words to be foretold."""
        arrays = (
            self.steps.astype(np.int32),
            self.step_of,
            self.bags.astype(np.int32),
            self.base,
            self.floor,
            self.hints,
        )
        line = tuple(torch.from_numpy(array).to(device) for array in arrays)
        return line, torch.from_numpy(self.piece).to(device), torch.from_numpy(self.words).to(device)


class GridOptimizer:
    """Muon on the maps (parameters of three axes), AdamW on tables, scores and biases."""

    def __init__(self, net: GridNet, weight_decay: float) -> None:
        self.maps = [weight for weight in net.parameters() if weight.dim() == 3]
        self.decay = weight_decay
        self.momentum = [torch.zeros_like(weight) for weight in self.maps]
        others = [weight for weight in net.parameters() if weight.dim() != 3]
        self.others = torch.optim.AdamW(others, lr=TABLE_RATE, betas=(0.9, 0.98), weight_decay=weight_decay, fused=True)

    @torch.no_grad()
    def step(self, scale: float) -> None:
        """One step with the rates times `scale`; drops the gradients."""
        parameters = [*self.maps, *self.others.param_groups[0]["params"]]
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        for group in self.others.param_groups:
            group["lr"] = TABLE_RATE * scale
        self.others.step()
        rate = MATRIX_RATE * scale
        for weight, momentum in zip(self.maps, self.momentum, strict=True):
            gradient = weight.grad if weight.grad is not None else torch.zeros_like(weight)
            momentum.lerp_(gradient, 1 - MOMENTUM)
            turned = half_orthogonal(gradient.lerp(momentum, MOMENTUM)).to(weight.dtype)
            weight.mul_(1 - rate * self.decay).add_(turned, alpha=-rate * LIKE_ADAM * max(weight.shape[1:]) ** 0.5)
        for weight in parameters:
            weight.grad = None


def new_net(task: Task, way: Way, seed: int) -> GridNet:
    """A net with fresh weights."""
    line = task.looked_at[0]
    shape = GridShape(
        vocabulary=task.vocabulary, step_rows=line.rows[0], word_rows=line.rows[1], hints=line.hints.shape[1],
        layers=way.layers, width=way.width, head_layers=way.head_layers, head_width=way.head_width,
    )  # fmt: skip
    return GridNet(shape, dropout=way.dropout, seed=seed)


class Run:
    """The training of one net, kept in a file after every look."""

    def __init__(self, task: Task, way: Way, seed: int, path: Path) -> None:
        self.task, self.way, self.path = task, way, path
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.net = new_net(task, way, seed).to(self.device)
        self.optimizer = GridOptimizer(self.net, way.weight_decay)
        self.average = MovingAverage(self.net)  # type: ignore[arg-type]
        self.best = {name: weight.clone() for name, weight in self.average.weights.items()}
        self.steps, self.seconds, self.valid = 0, 0.0, float("inf")
        if path.exists():
            self._restore(torch.load(path, weights_only=True))
        self.rng = np.random.default_rng((seed, self.steps))

    def go(self, report: Callable[[str], None]) -> None:
        """Train to the end of the minutes, or to the pause."""
        whole = self.way.minutes * 60
        if self.seconds >= whole:
            return
        compile_parts(self.net)
        self._step(rate_at(0, self.steps))  # compiles, so it is not timed
        # Processor time: on a shared machine the clock says nothing about the work that was done.
        first, start, losses = self.seconds, time.process_time(), []
        next_look = self.seconds + whole / LOOKS
        while (done := self.seconds / whole) < 1 and self.seconds - first < self.way.pause * 60:
            losses.append(self._step(rate_at(done, self.steps)))
            self.seconds = first + time.process_time() - start
            if self.seconds >= min(next_look, whole):
                now = self._look()
                report(f"{self.seconds / 60:5.1f} min  step {self.steps}  train {np.mean(losses):.4f}  valid {now:.4f}")
                losses, next_look = [], self.seconds + whole / LOOKS

    def _step(self, rate: float) -> float:
        self.net.train()
        line, piece, words = Batch(self.task, self.way, self.rng).tensors(self.device)
        noise = self.net.noise(self.rng, self.way.rows, self.way.length, len(words))
        found = self.net(line, piece, noise, torch.bfloat16)
        loss = F.nll_loss(found, words, ignore_index=-100)
        loss.backward()
        self.optimizer.step(rate)
        self.steps += 1
        self.average.follow(self.net, self.steps)  # type: ignore[arg-type]
        return float(loss.detach())

    def _look(self) -> float:
        """Measure the averaged weights on valid, keep the best, save everything."""
        net = new_net(self.task, self.way, 0).to(self.device)
        take(net, self.average.weights)
        now = score(self.task, [net], self.task.looked_at, torch.bfloat16)
        if now < self.valid:
            self.valid, self.best = now, {name: weight.clone() for name, weight in self.average.weights.items()}
        with replacing(self.path) as part:
            torch.save(self._state(), part)
        return now

    def _state(self) -> dict[str, Any]:
        return {
            "net": dict(self.net.named_parameters()), "average": self.average.weights, "best": self.best,
            "momentum": self.optimizer.momentum, "others": self.optimizer.others.state_dict(),
            "steps": self.steps, "seconds": self.seconds, "valid": self.valid,
        }  # fmt: skip

    @torch.no_grad()
    def _restore(self, state: dict[str, Any]) -> None:
        take(self.net, state["net"])
        self.average.weights, self.best = state["average"], state["best"]
        self.optimizer.momentum = state["momentum"]
        self.optimizer.others.load_state_dict(state["others"])
        self.steps, self.seconds, self.valid = state["steps"], state["seconds"], state["valid"]


@torch.no_grad()
def take(net: GridNet, weights: dict[str, Tensor]) -> None:
    """Put these weights into the net."""
    for name, weight in net.named_parameters():
        weight.copy_(weights[name])


def fit(task: Task, way: Way, seeds: Sequence[int], work: Path) -> tuple[list[GridNet], dict[str, float]]:
    """Train (or go on with, or just read) a net for each seed; the nets with the weights best on valid, and what they cost."""
    torch.set_num_threads(1)
    work.mkdir(parents=True, exist_ok=True)
    nets, facts = (
        [],
        {"nets": float(len(seeds)), "minutes": 0.0, "steps": 0.0, "weights": 0.0},
    )
    for seed in seeds:
        run = Run(task, way, seed, work / f"net-{seed}.pt")
        run.go(lambda text, seed=seed: print(f"net {seed}  {text}", flush=True))  # type: ignore[misc]
        net = new_net(task, way, seed)
        take(net, run.best)
        nets.append(net.eval())
        facts["minutes"] += run.seconds / 60
        facts["steps"] += run.steps
        facts["weights"] += sum(weight.numel() for weight in net.parameters())
    return nets, facts
