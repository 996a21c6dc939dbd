"""Batches for training: drawn ahead by worker processes, the same ones in the same order for any number of workers.

Batch number n depends on the seed and n alone, so a run that is resumed at step n sees what it would have seen.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from albumen.work.seed import Seed

Batch = tuple[Tensor, Tensor]  # ids [rows, context + 1] int64, weights of the same shape float32


class Source(Protocol):
    """Where examples come from (`Examples`, or a stand-in)."""

    def batch(
        self, rng: np.random.Generator, tokens: int, context: int
    ) -> tuple[NDArray[np.uint16], NDArray[np.float32]]:
        """Rows of `context` ids and what each id costs as a target."""
        ...


class OpenSource(Protocol):
    """Opens a split of the data; called once in each worker, so it must be picklable."""

    def __call__(self, data: Path, split: str) -> Source:
        """The source of `split` (train, valid)."""
        ...


class _Drawn(Dataset[Batch]):
    """Batch number n of one split."""

    def __init__(self, open_source: OpenSource, data: Path, split: str, rows: int, context: int, seed: int) -> None:
        self._open, self._data, self._split = open_source, data, split
        self._rows, self._context, self._seed = rows, context, seed
        self._source: Source | None = None

    def __getitem__(self, number: int) -> Batch:
        if self._source is None:
            self._source = self._open(self._data, self._split)
        rng = Seed(self._seed).child("batch", self._split, number).rng()
        # One word more than the context: the last target has no input of its own.
        ids, weights = self._source.batch(rng, self._rows * (self._context + 1), self._context + 1)
        return torch.from_numpy(ids.astype(np.int64)), torch.from_numpy(weights)


class _From:
    """The numbers `first`, `first + 1`, ... without end (or `count` of them)."""

    def __init__(self, first: int, count: int | None = None) -> None:
        self._first, self._count = first, count

    def __iter__(self) -> Iterator[int]:
        number = self._first
        while self._count is None or number < self._first + self._count:
            yield number
            number += 1


def draw(
    open_source: OpenSource, data: Path, split: str, *, rows: int, context: int, seed: int, first: int = 0,
    count: int | None = None, workers: int = 0, pin: bool = False,
) -> Iterator[Batch]:  # fmt: skip
    """Batches number `first`, `first + 1`, ... of [rows, context + 1]; `workers` processes draw ahead (0: none)."""
    drawn = _Drawn(open_source, data, split, rows, context, seed)
    loader = DataLoader(
        drawn, batch_size=None, sampler=_From(first, count), num_workers=workers, pin_memory=pin,
        prefetch_factor=8 if workers else None, worker_init_fn=_alone,
    )  # fmt: skip
    return iter(loader)


def _alone(_worker: int) -> None:
    """A worker uses one core and leaves stop signals, which reach the whole group, to the run that owns it."""
    torch.set_num_threads(1)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
