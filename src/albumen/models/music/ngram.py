"""The counting baseline: an interpolated Kneser-Ney model of the same words, which every net must beat.

All n-grams of the training split up to `order` are kept (nothing is pruned), with three discounts an order (Chen and
Goodman, 1999). Counting is sorting: each order is one sorted column of 64-bit keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from albumen.models.music.held_out import BARE, PLANNED
from albumen.models.music.pack import Pack
from albumen.models.music.tokens import vocabulary as v
from albumen.models.music.tokens.stream import Shown, forward

Keys = NDArray[np.uint64]
_MIX = np.uint64(0x9E3779B97F4A7C15)  # odd, so that multiplying loses nothing


@dataclass(frozen=True, slots=True)
class _Order:
    """The n-grams of one order: keys ascending with their counts; contexts ascending with totals and kinds of continuation."""

    keys: Keys
    counts: NDArray[np.int32]
    contexts: Keys
    totals: NDArray[np.int64]
    kinds: NDArray[np.int32]  # [contexts, 3]: words seen once, twice, more often
    discounts: NDArray[np.float64]


class CountingModel:
    """p(word | the `order - 1` words before), interpolated down to the uniform."""

    context = 1 << 20  # reads any length

    def __init__(self, orders: Sequence[_Order]) -> None:
        self._orders = orders

    def nats(self, words: NDArray[np.uint16]) -> NDArray[np.float32]:
        """-log p of each word given those before it, shape [len(words) - 1]."""
        padded = np.concatenate([np.zeros(len(self._orders), np.uint16), words])
        chance = np.full(len(padded), 1.0 / v.SIZE)
        for order, table in enumerate(self._orders, start=1):
            chance = _interpolated(table, _keys(padded, order), _contexts(padded, order), chance)
        found: NDArray[np.float32] = -np.log(chance[len(self._orders) + 1 :]).astype(np.float32)
        return found


def _interpolated(table: _Order, keys: Keys, contexts: Keys, lower: NDArray[np.float64]) -> NDArray[np.float64]:
    counts = np.where(_has(table.keys, keys), table.counts[_place(table.keys, keys)], 0)
    known = _has(table.contexts, contexts)
    at = _place(table.contexts, contexts)
    totals = np.maximum(table.totals[at], 1)
    discount = np.concatenate([[0.0], table.discounts])[np.minimum(counts, 3)]
    left = (table.kinds[at] @ table.discounts) / totals
    return np.where(known, (counts - discount) / totals + left * lower, lower)


def train_ngram(
    streams: Callable[[], Iterator[NDArray[np.uint16]]], order: int = 6, *, report: Callable[[str], None] = lambda line: None
) -> CountingModel:
    """Count all n-grams up to `order` in `streams()` (whole pieces)."""
    gap = np.zeros(order, np.uint16)
    words = np.concatenate([part for stream in streams() for part in (gap, stream)])
    tables: list[_Order] = []
    places = np.flatnonzero(words != v.PAD)
    for size in range(order, 0, -1):
        # Below the top, a word counts once for each different word before it: one place of each longer n-gram is left.
        keys, first, counts = np.unique(_keys(words, size)[places], return_index=True, return_counts=True)
        places = places[first]
        tables.append(_table(words, size, keys, counts.astype(np.int32), places))
        report(f"{len(keys):,} {size}-grams")
    return CountingModel(tables[::-1])


def _table(
    words: NDArray[np.uint16], size: int, keys: Keys, counts: NDArray[np.int32], places: NDArray[np.int64]
) -> _Order:
    contexts, back = np.unique(_contexts(words, size)[places], return_inverse=True)
    totals = np.bincount(back, weights=counts, minlength=len(contexts)).astype(np.int64)
    kinds = np.stack(
        [np.bincount(back[chosen], minlength=len(contexts)) for chosen in (counts == 1, counts == 2, counts > 2)], axis=1
    ).astype(np.int32)
    n1, n2, n3, n4 = (max(1, int((counts == times).sum())) for times in (1, 2, 3, 4))
    base = n1 / (n1 + 2 * n2)
    discounts = np.clip([1 - 2 * base * n2 / n1, 2 - 3 * base * n3 / n2, 3 - 4 * base * n4 / n3], 0.05, [0.95, 1.9, 2.85])
    return _Order(keys, counts, contexts, totals, kinds, discounts)


def _keys(words: NDArray[np.uint16], size: int) -> Keys:
    """A key of the `size` words that end at each place."""
    keys = np.zeros(len(words), np.uint64)
    for back in range(size - 1, -1, -1):
        shifted = np.zeros(len(words), np.uint64)
        shifted[back:] = words[: len(words) - back]
        keys = (keys + shifted + np.uint64(1)) * _MIX
        keys ^= keys >> np.uint64(29)
    return keys


def _contexts(words: NDArray[np.uint16], size: int) -> Keys:
    """A key of the `size - 1` words before each place."""
    return np.concatenate([np.zeros(1, np.uint64), _keys(words, size - 1)[:-1]])


def _place(table: Keys, keys: Keys) -> NDArray[np.int64]:
    return np.minimum(np.searchsorted(table, keys), len(table) - 1)


def _has(table: Keys, keys: Keys) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = table[_place(table, keys)] == keys
    return found


def pack_streams(path: Path, shown: Sequence[Shown] = (BARE, PLANNED)) -> Callable[[], Iterator[NDArray[np.uint16]]]:
    """All pieces of a pack as forward streams, once for each way of telling them."""
    pack = Pack(path)

    def streams() -> Iterator[NDArray[np.uint16]]:
        for index in range(len(pack)):
            piece = pack.piece(index)
            for way in shown:
                yield np.array(forward(piece, list(range(len(piece.parts))), way), dtype=np.uint16)

    return streams
