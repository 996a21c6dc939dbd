"""A sieve of all runs of six words in the lines learned from, so that no written line can copy one.

A Bloom filter: it never misses a copied run, and takes about one new run in a hundred for a copy, which costs nothing but
another try.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from albumen.models.verse.prepare import Packed
from albumen.models.verse.vocabulary import Vocabulary
from albumen.work.errors import Broken
from albumen.work.files import replacing

RUN = 6
PROBES = 5
BITS_A_RUN = 8
# Odd 64-bit constants of the splitmix generator; any odd numbers with well-mixed bits would do.
MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


class CopySieve:
    """Answers whether a run of six words of the vocabulary stands in a line that was learned from."""

    def __init__(self, bits: np.ndarray) -> None:
        self.bits = bits

    def holds(self, words: Sequence[int]) -> bool:
        """True where any six words in a row of `words` (numbers, reading order, no marks) were learned."""
        if len(words) < RUN:
            return False
        table = np.array(words, dtype=np.uint64)
        runs = np.lib.stride_tricks.sliding_window_view(table, RUN)
        places = _places(runs, len(self.bits) * 8)
        found = (self.bits[places >> np.uint64(3)] >> (places & np.uint64(7)).astype(np.uint8)) & 1
        return bool(found.all(axis=1).any())

    def save(self, path: Path) -> None:
        """Write the sieve as a plain .npy file."""
        with replacing(path) as temporary, temporary.open("wb") as file:
            np.save(file, self.bits)


def load_sieve(path: Path) -> CopySieve:
    """Read a sieve. Raises `Broken` where the file is damaged."""
    try:
        return CopySieve(np.load(path, allow_pickle=False))
    except (OSError, ValueError, EOFError) as error:
        raise Broken(
            f"the copy sieve cannot be read ({error})", where=path, next_step="install the model again"
        ) from error


def build_sieve(packed: Packed) -> CopySieve:
    """The sieve of all training lines of a packed folder."""
    runs = np.unique(runs_of(packed.train, packed.vocabulary), axis=0)
    bits = np.zeros(max(64, len(runs) * BITS_A_RUN // 8), dtype=np.uint8)
    places = _places(runs, len(bits) * 8).reshape(-1)
    np.bitwise_or.at(bits, places >> np.uint64(3), (1 << (places & np.uint64(7))).astype(np.uint8))
    return CopySieve(bits)


def runs_of(rows: np.ndarray, vocabulary: Vocabulary, size: int = RUN) -> np.ndarray:
    """Every run of `size` words inside one line: uint64 `[runs, size]`. Only unknown words and controls part them."""
    flat = rows.reshape(-1).astype(np.int64)
    # Marks are taken out first, so that "rose, and fell" is the run "rose and fell".
    is_mark = (flat > vocabulary.unknown) & (flat < vocabulary.first_word)
    flat = flat[~is_mark]
    windows = np.lib.stride_tricks.sliding_window_view(flat, size)
    return windows[(windows >= vocabulary.first_word).all(axis=1)].astype(np.uint64)


def _places(runs: np.ndarray, size: int) -> np.ndarray:
    """Where each run's bits are: uint64 `[runs, PROBES]`."""
    mixed = np.zeros(len(runs), dtype=np.uint64)
    for column in range(RUN):
        mixed = (mixed ^ runs[:, column]) * MIX[0]
        mixed ^= mixed >> np.uint64(29)
    first = (mixed ^ (mixed >> np.uint64(30))) * MIX[1]
    second = ((mixed ^ (mixed >> np.uint64(27))) * MIX[2]) | np.uint64(1)
    first ^= first >> np.uint64(31)
    return (first[:, None] + np.arange(PROBES, dtype=np.uint64)[None, :] * second[:, None]) % np.uint64(size)
