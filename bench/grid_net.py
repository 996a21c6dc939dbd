"""The music model's net on the small public sets of the field: own vocabulary, plus summed embeddings of what the grid tells.

A set gives sequences: words, and for each word the features that are known before it is said (whose turn it is, where
in the bar, what the same voice did before). Training and measuring are the same for all of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from albumen.models.music.net import MusicNet, NetShape, rms_norm
from albumen.models.music.optimizer import MovingAverage, MusicOptimizer, OptimizerOptions
from albumen.models.music.schedule import rate_at

CONTEXT = 1024


class Line(NamedTuple):
    """A sequence: words [n]; features [n, kinds], each known before its word."""

    words: NDArray[np.int64]
    features: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A public set. `draw` gives a training line in a random key; `valid`, `test` are lines as they are."""

    vocabulary: int  # word 0 starts every line and is never foretold
    feature_sizes: tuple[int, ...]
    draw: Callable[[np.random.Generator], Line]
    valid: Sequence[Line]
    test: Sequence[Line]


class GridNet(nn.Module):
    """The net with features; dropout on what each layer adds."""

    def __init__(self, task: Task, *, layers: int, width: int, hidden: int, dropout: float, seed: int) -> None:
        super().__init__()
        heads = width // 64
        shape = NetShape(
            vocabulary=task.vocabulary, layers=layers, width=width, heads=heads, key_heads=heads, hidden=hidden, context=CONTEXT
        )
        self.net = MusicNet(shape, seed=seed)
        torch.manual_seed(seed)
        self.tables = nn.ModuleList(nn.Embedding(size, width) for size in task.feature_sizes)
        for table in self.tables:
            nn.init.normal_(table.weight, std=0.3)
        self.dropout = dropout

    def forward(self, before: Tensor, features: Tensor) -> Tensor:
        """Logits [rows, length, vocabulary] of each word, from the words `before` it and its features."""
        net, length = self.net, before.shape[1]
        stream = F.embedding(before, net.embedding) * net.shape.width**0.5
        for number, table in enumerate(self.tables):
            stream = stream + table(features[..., number])
        stream = F.dropout(stream, self.dropout, self.training)
        for block in net.blocks:
            added = block(stream, net.cosines[:length], net.sines[:length]) - stream
            stream = stream + F.dropout(added, self.dropout, self.training)
        return net.logits(rms_norm(stream))


def batch_of(task: Task, rng: np.random.Generator, rows: int, length: int) -> tuple[Tensor, Tensor, Tensor]:
    """Random cuts of random lines: words before, features, words; padding is word -100."""
    before = np.zeros((rows, length), np.int64)
    features = np.zeros((rows, length, len(task.feature_sizes)), np.int64)
    words = np.full((rows, length), -100, np.int64)
    for row in range(rows):
        line = task.draw(rng)
        start = 0 if rng.random() < 0.3 else int(rng.integers(0, max(1, len(line.words) - length // 2)))
        cut = slice(start, start + length)
        size = len(line.words[cut])
        words[row, :size], features[row, :size] = line.words[cut], line.features[cut]
        before[row, 1:size] = line.words[cut][:-1]
        before[row, 0] = line.words[start - 1] if start else 0
    return torch.from_numpy(before), torch.from_numpy(features), torch.from_numpy(words)


@torch.no_grad()
def nats_of(model: GridNet, line: Line) -> NDArray[np.float64]:
    """Nats of every word, each foretold from all words before it, at most CONTEXT and at least half of that."""
    model.eval()
    device = model.net.embedding.device
    before = np.concatenate([[0], line.words[:-1]])
    found = np.zeros(len(line.words))
    start = 0
    while start < len(line.words):
        first = max(0, start - CONTEXT // 2) if start else 0
        stop = min(len(line.words), first + CONTEXT)
        logits = model(
            torch.from_numpy(before[None, first:stop]).to(device), torch.from_numpy(line.features[None, first:stop]).to(device)
        )[0]
        nats = F.cross_entropy(logits, torch.from_numpy(line.words[first:stop]).to(device), reduction="none")
        found[start:stop] = nats.double().cpu().numpy()[start - first :]
        start = stop
    return found


def fit(
    task: Task, *, minutes: float, layers: int, width: int, hidden: int, dropout: float, rows: int, length: int, seed: int,
    score: Callable[[Callable[[Line], NDArray[np.float64]], Sequence[Line]], float], report: Callable[[str], None] = print,
) -> tuple[GridNet, dict[str, float]]:  # fmt: skip
    """Train for `minutes`; the weights (a moving average) that are best on valid are kept. `score` is the set's own measure."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = GridNet(task, layers=layers, width=width, hidden=hidden, dropout=dropout, seed=seed).to(device)
    optimizer = MusicOptimizer(model.net, OptimizerOptions(weight_decay=0.1))
    tables = torch.optim.AdamW(model.tables.parameters(), lr=3e-3, weight_decay=0.01)
    average, rng = MovingAverage(model), np.random.default_rng(seed)  # type: ignore[arg-type]
    dtype = torch.bfloat16
    started, steps, next_look = time.monotonic(), 0, 0.15
    best, kept = float("inf"), {name: weight.clone() for name, weight in average.weights.items()}
    while (done := (time.monotonic() - started) / (minutes * 60)) < 1:
        model.train()
        before, features, words = (part.to(device) for part in batch_of(task, rng, rows, length))
        with torch.autocast(device.type, dtype):
            logits = model(before, features)
        F.cross_entropy(logits.float().flatten(0, 1), words.flatten(), ignore_index=-100, label_smoothing=0.005).backward()
        rate = rate_at(done, steps)
        for group in tables.param_groups:
            group["lr"] = 3e-3 * rate
        tables.step()
        tables.zero_grad()
        optimizer.step(rate)
        steps += 1
        average.follow(model, steps)  # type: ignore[arg-type]
        if done >= next_look:
            next_look = done + 0.08
            now = _with(model, average.weights, lambda: score(lambda line: nats_of(model, line), task.valid))
            report(f"{done:4.0%}  step {steps}  valid {now:.4f}")
            if now < best:
                best, kept = now, {name: weight.clone() for name, weight in average.weights.items()}
    now = _with(model, average.weights, lambda: score(lambda line: nats_of(model, line), task.valid))
    if now < best:
        best, kept = now, average.weights
    _take(model, kept)
    facts = {
        "steps": steps, "words_read": steps * rows * length, "minutes": (time.monotonic() - started) / 60,
        "weights": sum(weight.numel() for weight in model.parameters()),
    }  # fmt: skip
    return model, facts


def _with(model: GridNet, weights: dict[str, Tensor], work: Callable[[], float]) -> float:
    held = {name: weight.detach().clone() for name, weight in model.named_parameters()}
    _take(model, weights)
    found = work()
    _take(model, held)
    return found


@torch.no_grad()
def _take(model: GridNet, weights: dict[str, Tensor]) -> None:
    for name, weight in model.named_parameters():
        weight.copy_(weights[name])
