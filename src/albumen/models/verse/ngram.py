"""A counting model of verse: interpolated modified Kneser-Ney over up to four tokens, in NumPy.

It is the baseline the nets must beat and the fallback where no net is installed; it drives the same decoder.
Four 16-bit token numbers fit one 64-bit key, so a table of n-grams is one sorted array, and what may follow a context is a
slice of it. (Chen and Goodman 1999, section 3; the lower orders count in how many contexts a word is new.)
"""

from __future__ import annotations

import io
import json
import lzma
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from albumen.models.verse.vocabulary import Vocabulary
from albumen.work.errors import Broken
from albumen.work.files import write_bytes

ORDER = 4


@dataclass(frozen=True, kw_only=True)
class Table:
    """The n-grams of one order: sorted `keys` uint64 and `gains`, the discounted share of each in its context."""

    keys: np.ndarray
    gains: np.ndarray

    @cached_property
    def sums(self) -> np.ndarray:
        """Running sums of the gains, one more than there are keys."""
        return np.concatenate(([0.0], np.cumsum(self.gains, dtype=np.float64)))

    def after(self, context: int) -> tuple[np.ndarray, np.ndarray]:
        """Tokens seen after a packed context, and their shares."""
        low, high = np.searchsorted(self.keys, np.array([context << 16, (context + 1) << 16], dtype=np.uint64))
        return (self.keys[low:high] & np.uint64(0xFFFF)).astype(np.int64), self.gains[low:high]


@dataclass(frozen=True, slots=True)
class Beside:
    """The last tokens of each line of a beam: int64 `[lines, ORDER - 1]`, older first."""

    recent: np.ndarray


@dataclass(frozen=True, kw_only=True)
class NgramModel:
    """Counts as a model of lines; `tables[k]` holds the n-grams of order k + 2."""

    vocabulary: Vocabulary
    direction: str
    unigram: np.ndarray
    tables: tuple[Table, ...]

    def read(self, tokens: Sequence[int]) -> Beside:
        """See `LineModel.read`; tokens before the last three are not looked at."""
        padded = [0] * (ORDER - 1) + list(tokens)
        return Beside(np.array([padded[-(ORDER - 1) :]], dtype=np.int64))

    def foretell(self, state: Beside) -> np.ndarray:
        """See `LineModel.foretell`."""
        unique, back = np.unique(state.recent, axis=0, return_inverse=True)
        scores = np.stack([np.log(self.shares(tuple(int(token) for token in context))) for context in unique])
        return scores[back.reshape(-1)].astype(np.float32)

    def advance(self, state: Beside, rows: np.ndarray, tokens: np.ndarray) -> Beside:
        """See `LineModel.advance`."""
        return Beside(np.concatenate((state.recent[rows, 1:], np.asarray(tokens)[:, None]), axis=1))

    def score(self, state: Beside, lines: Sequence[Sequence[int]]) -> np.ndarray:
        """See `LineModel.score`."""
        owners = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
        padded = [[*state.recent[0].tolist(), *line] for line in lines]
        contexts = [line[place : place + ORDER - 1] for line in padded for place in range(len(line) - ORDER + 1)]
        if not contexts:
            return np.zeros(len(lines))
        logs = np.log(self.at(np.array(contexts), np.array([token for line in lines for token in line])))
        return np.bincount(owners, weights=logs, minlength=len(lines))

    def shares(self, context: tuple[int, ...]) -> np.ndarray:
        """Probabilities of every token after up to three tokens, float64 `[vocabulary]`, summing to one."""
        shares = self._after_last[context[-1]] if context[-1] in self._after_last else self._bigram(context[-1])
        packed = context[-1]
        for length, table in enumerate(self.tables[1:], start=2):
            if length > len(context):
                break
            packed += context[-length] << (16 * (length - 1))
            tokens, gains = table.after(packed)
            if len(tokens):
                shares = shares * max(0.0, 1.0 - float(gains.sum()))
                shares[tokens] += gains
        return shares

    def _bigram(self, token: int) -> np.ndarray:
        tokens, gains = self.tables[0].after(token)
        shares = self.unigram * (1.0 - float(gains.sum()))
        shares[tokens] += gains
        if len(self._after_last) < 3000:
            self._after_last[token] = shares
        return shares

    @cached_property
    def _after_last(self) -> dict[int, np.ndarray]:
        return {}

    def word_logs(self, rows: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Log-probabilities of the targets that are words, row by row; `rows` and `targets` `[rows, length]`."""
        places = np.argwhere(targets >= self.vocabulary.first_word)
        padded = np.pad(rows, ((0, 0), (ORDER - 1, 0)))
        contexts = np.stack([padded[places[:, 0], places[:, 1] + back] for back in range(ORDER - 1)], axis=1)
        return np.asarray(np.log(self.at(contexts, targets[places[:, 0], places[:, 1]])))

    def at(self, contexts: np.ndarray, tokens: np.ndarray) -> np.ndarray:
        """Probability of each token after its context `[n, 3]`, without the rest of the distribution."""
        shares = self.unigram[tokens].astype(np.float64)
        packed = np.zeros(len(tokens), dtype=np.uint64)
        for length, table in enumerate(self.tables, start=1):
            packed = packed + (contexts[:, -length].astype(np.uint64) << np.uint64(16 * (length - 1)))
            # A shift by 64 would wrap; the longest context has 48 bits, so its n-gram key has 64.
            low = np.searchsorted(table.keys, packed << np.uint64(16))
            high = np.searchsorted(table.keys, (packed << np.uint64(16)) | np.uint64(0xFFFF), side="right")
            sums = table.sums
            shares = shares * np.clip(1.0 - (sums[high] - sums[low]), 0.0, 1.0)
            key = (packed << np.uint64(16)) | tokens.astype(np.uint64)
            place = np.minimum(np.searchsorted(table.keys, key), len(table.keys) - 1)
            shares = shares + np.where(table.keys[place] == key, table.gains[place], 0.0)
        return shares

    def save(self, path: Path) -> None:
        """Write the model as one xz-packed file."""
        head = json.dumps({"format": 1, "direction": self.direction, "order": ORDER}).encode()
        plain = io.BytesIO()
        arrays = {"head": np.frombuffer(head, dtype=np.uint8), "unigram": self.unigram.astype(np.float32)}
        for number, table in enumerate(self.tables):
            # Differences of sorted keys pack far better than the keys themselves.
            arrays[f"steps{number}"] = np.diff(table.keys, prepend=np.uint64(0))
            arrays[f"gains{number}"] = table.gains.astype(np.float16)
        np.savez(plain, **arrays)  # type: ignore[arg-type]
        write_bytes(path, lzma.compress(plain.getvalue(), preset=6))


def load_ngram(path: Path, vocabulary: Vocabulary) -> NgramModel:
    """Read a counting model. Raises `Broken` where the file is damaged or of another vocabulary."""
    try:
        arrays = np.load(io.BytesIO(lzma.decompress(path.read_bytes())), allow_pickle=False)
        head = json.loads(bytes(arrays["head"]))
        tables = tuple(
            Table(
                keys=np.cumsum(arrays[f"steps{number}"], dtype=np.uint64),
                gains=arrays[f"gains{number}"].astype(np.float32),
            )
            for number in range(ORDER - 1)
        )
        unigram = arrays["unigram"].astype(np.float64)
    except (OSError, ValueError, KeyError, lzma.LZMAError, EOFError) as error:
        raise Broken(
            f"the counting model cannot be read ({error})", where=path, next_step="install the model again"
        ) from error
    if len(unigram) != len(vocabulary):
        raise Broken("the counting model has another vocabulary", where=path, next_step="install the model again")
    return NgramModel(vocabulary=vocabulary, direction=str(head["direction"]), unigram=unigram, tables=tables)


def count_ngrams(
    rows: np.ndarray,
    targets: np.ndarray,
    vocabulary: Vocabulary,
    direction: str,
    least: tuple[int, int, int] = (1, 1, 1),
) -> NgramModel:
    """Learn from rows `[rows, length]`; `targets` is aligned with the token each n-gram ends in, -100 where it is not learned.

    `least` drops the 2-, 3- and 4-grams seen less often, after the discounts were found.
    """
    longest = _packed_ngrams(rows, targets, ORDER)
    keys, counts = np.unique(longest, return_counts=True)
    levels = [(keys, counts)]
    for order in range(ORDER - 1, 0, -1):
        # In how many contexts one token longer the n-gram was seen: drop the oldest token, count distinct rest.
        shorter = levels[0][0] & np.uint64((1 << (16 * order)) - 1)
        levels.insert(0, tuple(np.unique(shorter, return_counts=True)))
    ones, totals = levels[0]
    unigram = np.full(len(vocabulary), 0.5)
    unigram[ones.astype(np.int64)] += totals
    unigram[: len(unigram)][[0, vocabulary.unknown]] = 1e-9
    tables = tuple(_discount(*level, fewest) for level, fewest in zip(levels[1:], least, strict=True))
    return NgramModel(vocabulary=vocabulary, direction=direction, unigram=unigram / unigram.sum(), tables=tables)


def _packed_ngrams(rows: np.ndarray, targets: np.ndarray, order: int) -> np.ndarray:
    padded = np.pad(rows.astype(np.uint64), ((0, 0), (order - 1, 0)))
    width = rows.shape[1]
    packed = np.zeros(rows.shape, dtype=np.uint64)
    for back in range(order):
        packed |= padded[:, order - 1 - back : order - 1 - back + width] << np.uint64(16 * back)
    return packed[targets >= 0]


def _discount(keys: np.ndarray, counts: np.ndarray, fewest: int) -> Table:
    """Shares after the three discounts of Chen and Goodman, then pruning; what is taken away goes to the lower order."""
    seen = [max(1, int((counts == times).sum())) for times in (1, 2, 3, 4)]
    base = seen[0] / (seen[0] + 2 * seen[1])
    discounts = np.array([0.0, *(times - (times + 1) * base * seen[times] / seen[times - 1] for times in (1, 2, 3))])
    discounts = np.clip(discounts, [0.0, 0.1, 0.1, 0.1], [0.0, 0.95, 1.9, 2.8])
    contexts, place = np.unique(keys >> np.uint64(16), return_inverse=True)
    totals = np.bincount(place, weights=counts, minlength=len(contexts))
    gains = (counts - discounts[np.minimum(counts, 3)]) / totals[place]
    kept = counts >= fewest
    return Table(keys=keys[kept], gains=gains[kept].astype(np.float32))
