"""What the past of a grid tells about its next step, as plain arrays: nothing here may look at the step itself or later."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Kind = TypeVar("Kind", bound=np.generic)


class Columns:
    """Gives each feature its own rows of one table of embeddings; row 0 is 'nothing to tell' and adds nothing."""

    def __init__(self) -> None:
        self.size = 1
        self.columns: list[NDArray[np.int64]] = []

    def add(self, values: NDArray[np.int64], low: int, high: int, where: NDArray[np.bool_] | bool = True) -> None:
        """A column of `values`, clipped to low..high, told only `where` it is known."""
        self.columns.append(np.where(where, np.clip(values, low, high) - low + self.size, 0))
        self.size += high - low + 1

    def add_set(self, values: NDArray[np.int64], low: int, high: int, where: NDArray[np.bool_]) -> None:
        """Several values of one kind on the last axis, in any order: they share their rows."""
        start = self.size
        for number in range(values.shape[-1]):
            self.size = start
            self.add(values[..., number], low, high, where[..., number])

    def table(self) -> NDArray[np.int16]:
        """All columns side by side: [items, columns]."""
        return np.stack(self.columns, axis=-1).astype(np.int16)


def before(rows: NDArray[Kind], lag: int) -> NDArray[Kind]:
    """What stood `lag` steps before each step; zeros before the beginning."""
    return np.concatenate([np.zeros((min(lag, len(rows)), *rows.shape[1:]), rows.dtype), rows[:-lag]])[: len(rows)]


def held_for(words: NDArray[np.int64]) -> NDArray[np.int64]:
    """Steps for which what stood just before each step [steps, voices] had stood, 0 at the beginning."""
    steps = np.arange(len(words))[:, None]
    changed = np.concatenate([np.ones((1, words.shape[1]), bool), words[1:] != words[:-1]])
    since = np.maximum.accumulate(np.where(changed, steps, 0), axis=0)
    return before(steps - since + 1, 1)


def recent(what: NDArray[np.float32], span: int) -> NDArray[np.float32]:
    """The mean over the `span` steps before each step, as many as there are."""
    total = np.concatenate([np.zeros((1, *what.shape[1:])), np.cumsum(what, axis=0, dtype=np.float64)])
    ends = np.arange(len(what))
    starts = np.maximum(ends - span, 0)
    many = np.maximum(ends - starts, 1).reshape(-1, *[1] * (what.ndim - 1))
    return ((total[ends] - total[starts]) / many).clip(0, 1).astype(np.float32)


def longest_match(rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each step, the earlier step whose past [.., steps] agrees longest with its own, the latest of several; and for
    how many steps. Where nothing agrees the length is 0 and the place is 0."""
    _, same = np.unique(rows, axis=0, return_inverse=True)
    same = same.reshape(-1)
    count = len(rows)
    lengths = np.zeros(count + 1, np.int64)  # of the agreement that ends just before each step
    place, length = np.zeros(count, np.int64), np.zeros(count, np.int64)
    for step in range(1, count):
        # An agreement of the pasts of `step` and `other` goes on from that of the steps before them.
        agreed = np.where(same[: step - 1] == same[step - 1], lengths[: step - 1] + 1, 0)
        lengths[1:step] = agreed
        lengths[0] = 0
        if step > 1 and (best := int(agreed.max())) > 0:
            place[step] = len(agreed) - int(np.argmax(agreed[::-1] == best))
            length[step] = best
    return place, length
