"""The counting model is a distribution, counts as Kneser and Ney do, and learns."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
from numpy.typing import NDArray

from albumen.models.music.ngram import CountingModel, train_ngram
from albumen.models.music.tokens import vocabulary as v


def songs(count: int, seed: int) -> list[NDArray[np.uint16]]:
    """Walks on a ring of 12 words: mostly up, sometimes down."""
    rng = np.random.default_rng(seed)
    steps = rng.choice([1, 1, 1, -1, 2], size=(count, 60))
    return [(20 + np.cumsum(row) % 12).astype(np.uint16) for row in steps]


def trained(order: int = 3) -> CountingModel:
    return train_ngram(lambda: iter(songs(30, 1)), order)


def test_chances_of_all_words_sum_to_one() -> None:
    model = trained()
    for before in ([25], [25, 26], [31, 20, 21], [700, 25], [700, 701, 702]):
        every = [float(model.nats(np.array([*before, word], np.uint16))[-1]) for word in range(v.SIZE)]
        assert abs(np.exp(-np.array(every)).sum() - 1) < 1e-5, before


def test_a_bigram_is_counted_by_hand() -> None:
    streams = [np.array(words, np.uint16) for words in ([10, 11, 12, 11, 12, 13], [10, 11, 10, 11, 12])]
    model = train_ngram(lambda: iter(streams), 2)
    pairs = Counter(pair for s in streams for pair in zip(np.r_[0, s].tolist(), s.tolist(), strict=False))
    before = defaultdict(set)
    for first, second in pairs:
        before[second].add(first)
    lower = {word: len(found) for word, found in before.items()}

    def discounts(counts: list[int]) -> list[float]:
        n1, n2, n3, n4 = (max(1, counts.count(k)) for k in (1, 2, 3, 4))
        base = n1 / (n1 + 2 * n2)
        raw = (1 - 2 * base * n2 / n1, 2 - 3 * base * n3 / n2, 3 - 4 * base * n4 / n3)
        return [0.0, *(float(np.clip(d, 0.05, top)) for d, top in zip(raw, (0.95, 1.9, 2.85), strict=True))]

    def mixed(table: dict[int, int], cuts: list[float], word: int, below: float) -> float:
        total = sum(table.values())
        left = sum(cuts[min(3, count)] for count in table.values()) / total
        count = table.get(word, 0)
        return (count - cuts[min(3, count)]) / total + left * below

    after = {second: count for (first, second), count in pairs.items() if first == 11}
    one = mixed(lower, discounts(list(lower.values())), 12, 1 / v.SIZE)
    two = mixed(after, discounts(list(pairs.values())), 12, one)
    assert abs(np.exp(-model.nats(np.array([11, 12], np.uint16))[0]) - two) < 1e-6


def test_held_out_walks_are_foretold() -> None:
    fresh = songs(10, 2)
    short, long = (np.concatenate([trained(order).nats(song) for song in fresh]).mean() for order in (1, 3))
    assert long < 1.25 < 2.3 < short  # the walk itself costs 0.95 nats a word
