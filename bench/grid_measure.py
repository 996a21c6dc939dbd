"""Measuring a net on a small public set: the likelihood of every word, and the proof that no word sees itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from grid_net import GridNet, Line
from numpy.typing import NDArray
from torch import Tensor

from albumen.work.errors import Broken


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A public set."""

    vocabulary: int
    draw: Callable[[np.random.Generator], Line]  # a training line in a random key
    looked_at: Sequence[Line]  # lines of valid by which weights are chosen
    words_a_step: float  # room in a batch
    per_step: bool  # a likelihood is told per step (frame), not per word
    context: int  # steps that a word may look back over when measured


@torch.no_grad()
def foretold(nets: Sequence[GridNet], line: Line, context: int, dtype: torch.dtype = torch.float32) -> Tensor:
    """Log-probabilities [words, vocabulary] by the mean of the nets. Each word is told all steps before its own, at most
    `context` of them and at least half of that."""
    found = []
    length, start = len(line.steps), 0
    device = nets[0].cosines.device
    while start < length:
        first = max(0, start - context // 2) if start else 0
        stop = min(length, first + context)
        low, wanted, high = np.searchsorted(line.step_of, (first, start, stop))
        arrays = (
            line.steps[None, first:stop].astype(np.int32), line.step_of[low:high] - first, line.bags[low:high].astype(np.int32),
            line.base[low:high], line.floor[low:high], line.hints[low:high],
        )  # fmt: skip
        inputs = tuple(torch.from_numpy(array).to(device) for array in arrays)
        piece = torch.zeros(1, stop - first, dtype=torch.int64, device=device)
        each = torch.stack([net(inputs, piece, dtype=dtype) for net in nets])
        found.append((torch.logsumexp(each, 0) - math.log(len(nets)))[wanted - low :].cpu())
        start = stop
    return torch.cat(found)


def nats_of(
    nets: Sequence[GridNet], line: Line, context: int, dtype: torch.dtype = torch.float32
) -> NDArray[np.float64]:
    """Nats of every word."""
    words = torch.from_numpy(line.words)[:, None]
    return -foretold(nets, line, context, dtype).gather(1, words)[:, 0].double().numpy()


def check_causal(nets: Sequence[GridNet], line: Line, changed: Line, context: int) -> None:
    """Two lines that first differ at some word: all that is foretold up to that word must be the same, and what follows
    must not be. Raises `Broken` where the nets see what they foretell."""
    shared = min(len(line.words), len(changed.words))
    first = int(np.flatnonzero(line.words[:shared] != changed.words[:shared])[0])
    one, other = (foretold(nets, each, context)[:shared] for each in (line, changed))
    if not torch.allclose(one.exp().sum(1), torch.ones(shared), atol=1e-4):
        raise Broken("the probabilities of a word do not sum to one")
    # Compared as logarithms: a leak may hide in a word that is hardly ever said.
    if not torch.allclose(one[: first + 1], other[: first + 1], rtol=1e-4, atol=1e-3):
        raise Broken(f"what is foretold before word {first} changes with that word: the net sees what it foretells")
    if first + 1 < shared and torch.allclose(one[first + 1 :], other[first + 1 :], rtol=1e-4, atol=1e-3):
        raise Broken(f"nothing after word {first} changes with that word: this check cannot find a leak")


def score(task: Task, nets: Sequence[GridNet], lines: Sequence[Line], dtype: torch.dtype = torch.float32) -> float:
    """The set's own measure: mean nats a word, or a step, over all lines together."""
    total = sum(float(nats_of(nets, line, task.context, dtype).sum()) for line in lines)
    return total / sum(len(line.steps) if task.per_step else len(line.words) for line in lines)
