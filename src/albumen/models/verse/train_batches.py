"""Packed rows as batches: which rows at which step depends on the seed and the step alone, so training can resume anywhere."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from albumen.models.verse.prepare import Packed
from albumen.models.verse.vocabulary import Vocabulary, reverse_lines
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

DIRECTIONS = ("r2l", "l2r")
IGNORED = -100


@dataclass(frozen=True, kw_only=True)
class Batches:
    """Rows in the direction a model reads them: `train` and `valid` uint16 `[rows, length]`."""

    train: np.ndarray
    valid: np.ndarray
    vocabulary: Vocabulary
    seed: Seed

    def at(self, step: int, size: int) -> tuple[np.ndarray, np.ndarray]:
        """Tokens and targets `[size, length - 1]` of one training step; every row comes once an epoch."""
        places = np.arange(step * size, (step + 1) * size)
        epochs = places // len(self.train)
        chosen = np.concatenate(
            [
                epoch_order(self.seed, int(epoch), len(self.train))[places[epochs == epoch] % len(self.train)]
                for epoch in np.unique(epochs)
            ]
        )
        return self._cut(self.train[chosen])

    @functools.cached_property
    def shares(self) -> np.ndarray:
        """How often each token is a target: float64 `[vocabulary]`, summing to one."""
        counts = np.bincount(self.train.reshape(-1), minlength=len(self.vocabulary)).astype(np.float64)
        return counts / counts.sum()

    def rivals(self, targets: np.ndarray, step: int, extra: int) -> tuple[np.ndarray, np.ndarray]:
        """The batch's own targets with `extra` tokens drawn evenly, sorted, and the chance each had of being among them."""
        wanted = targets[targets != IGNORED]
        drawn = self.seed.child("rivals", step).rng().choice(len(self.vocabulary), size=extra, replace=False)
        tokens = np.union1d(wanted, drawn)
        missed = (1 - self.shares[tokens]) ** len(wanted) * (1 - extra / len(self.vocabulary))
        return tokens, 1 - missed

    def validation(self, size: int, most_rows: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Tokens and targets of up to `most_rows` validation rows, spread evenly, in batches of `size`."""
        count = min(most_rows, len(self.valid))
        chosen = np.linspace(0, len(self.valid) - 1, count).astype(int)
        for start in range(0, count, size):
            yield self._cut(self.valid[chosen[start : start + size]])

    def _cut(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        rows = rows.astype(np.int64)
        return rows[:, :-1], targets_of(rows, self.vocabulary)[:, 1:]


@functools.lru_cache(maxsize=4)
def epoch_order(seed: Seed, epoch: int, rows: int) -> np.ndarray:
    """The order of the rows in one epoch."""
    return seed.child("epoch", epoch).rng().permutation(rows)


def targets_of(rows: np.ndarray, vocabulary: Vocabulary) -> np.ndarray:
    """What a model should foretell: all but padding, `<unk>` and the controls and theme words a user gives."""
    heads = np.cumsum(rows == vocabulary.number("<poem>"), axis=1) - np.cumsum(
        rows == vocabulary.number("<body>"), axis=1
    )
    given = (heads > 0) | (rows == vocabulary.number("<body>")) | (rows == 0) | (rows == vocabulary.unknown)
    return np.where(given, IGNORED, rows)


def make_batches(packed: Packed, direction: str, seed: Seed) -> Batches:
    """The rows of a packed folder for one direction. Raises `Wrong` for a direction that does not exist."""
    if direction not in DIRECTIONS:
        raise Wrong(f"there is no direction {direction!r}", next_step=f"choose one of {', '.join(DIRECTIONS)}")
    turn = direction == "r2l"
    unknown = packed.vocabulary.unknown
    train, valid = (reverse_lines(rows, unknown) if turn else rows for rows in (packed.train, packed.valid))
    return Batches(train=train, valid=valid, vocabulary=packed.vocabulary, seed=seed.child("batches", direction))
