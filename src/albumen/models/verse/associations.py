"""Which words go together in poems and prose, one short vector a word.

It tells the planner that a harbour calls up lamps, tides and gulls.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from albumen.models.verse.prepare import Packed
from albumen.models.verse.vocabulary import Vocabulary
from albumen.work.errors import Broken
from albumen.work.files import replacing
from albumen.work.seed import Seed

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

WIDTH = 128
WINDOW = 10  # telling words, about three lines
_SMOOTH = 0.75

# The commonest words say nothing about a theme, but for these: people write about them.
COMMON_THEMES = frozenset(
    "love day night heart soul man men woman life death eyes face hand time light god world earth sea thought way".split()
)
_COMMONEST = 150


class Associations:
    """Unit vectors of words: float32 `[vocabulary, WIDTH]`, nought for what carries no theme."""

    def __init__(self, vectors: np.ndarray) -> None:
        norms = np.linalg.norm(vectors.astype(np.float32), axis=1, keepdims=True)
        self.vectors = vectors.astype(np.float32) / np.maximum(norms, 1e-6)

    def mean_of(self, words: list[int], weights: Sequence[float] | None = None) -> np.ndarray:
        """The direction that a few words share, some more than others where `weights` say so; nought for none."""
        if not words:
            return np.zeros(self.vectors.shape[1], dtype=np.float32)
        mean = np.average(self.vectors[words], axis=0, weights=weights)
        return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-6), dtype=np.float32)

    def near(self, direction: np.ndarray) -> np.ndarray:
        """How near every word is to a direction: cosines `[vocabulary]`."""
        return np.asarray(self.vectors @ direction)

    def save(self, path: Path) -> None:
        """Write the vectors as int8 (their length does not matter)."""
        with replacing(path) as temporary, temporary.open("wb") as file:
            np.save(file, np.round(self.vectors * 127 * 2).clip(-127, 127).astype(np.int8))


def load_associations(path: Path) -> Associations:
    """Read vectors. Raises `Broken` where the file is damaged."""
    try:
        return Associations(np.load(path, allow_pickle=False))
    except (OSError, ValueError, EOFError) as error:
        raise Broken(
            f"the word associations cannot be read ({error})", where=path, next_step="install the model again"
        ) from error


def build_associations(packed: Packed, seed: Seed, least_count: int = 20) -> Associations:
    """Which words stand near each other more often than chance brings them, over all training rows: positive pointwise mutual
    information, its contexts smoothed, in its strongest directions (Levy, Goldberg and Dagan 2015)."""
    from scipy.sparse.linalg import svds

    size = len(packed.vocabulary)
    counts = together(packed, least_count)
    if counts.nnz < 2:
        return Associations(np.zeros((size, 1)))
    information = _information(counts)
    start = seed.child("associations").rng().standard_normal(size).astype(np.float32)
    left, strengths, _ = svds(information, k=min(WIDTH, size - 1), v0=start, tol=1e-2)
    return Associations(left * np.sqrt(strengths))


def together(packed: Packed, least_count: int) -> csr_matrix:
    """How often each two words stand within `WINDOW` telling words of one stanza, nearer ones counting more: `[words, words]`.

    Two line ends do not count: they stand together for their rhyme (`home`, `roam`).
    """
    from scipy.sparse import coo_matrix, csr_matrix

    flat = packed.train.reshape(-1).astype(np.int64)
    told = _telling(packed.vocabulary, least_count)[flat]
    words, ends = flat[told], _line_ends(flat, packed.vocabulary)[told]
    breaks = [packed.vocabulary.number(tag) for tag in ("<stanza>", "<poem>")]
    stanzas = np.cumsum(np.isin(flat, breaks))[told]
    size = len(packed.vocabulary)
    total = csr_matrix((size, size), dtype=np.float32)
    for apart in range(1, WINDOW + 1):
        near = (stanzas[apart:] == stanzas[:-apart]) & ~(ends[apart:] & ends[:-apart])
        weights = np.full(int(near.sum()), 1 - (apart - 1) / WINDOW, dtype=np.float32)
        pairs = words[:-apart][near], words[apart:][near]
        total = total + coo_matrix((weights, pairs), shape=(size, size)).tocsr()
    return total + total.T


def _telling(vocabulary: Vocabulary, least_count: int) -> np.ndarray:
    """Words that say something about a theme, neither function words nor the rarest: bool `[vocabulary]`."""
    telling = np.arange(len(vocabulary)) >= vocabulary.first_word + min(_COMMONEST, len(vocabulary) // 10)
    telling[[vocabulary.number(word) for word in COMMON_THEMES]] = True
    telling[: vocabulary.first_word] = False
    return np.asarray(telling & (np.array(vocabulary.counts) >= least_count))


def _line_ends(flat: np.ndarray, vocabulary: Vocabulary) -> np.ndarray:
    """Which tokens are the last word of a line: those after which, but for marks, a control token stands."""
    is_control = np.array([token.startswith("<") for token in vocabulary.tokens])[flat]
    is_word = flat >= vocabulary.first_word
    places = np.flatnonzero(is_control | is_word)
    ends = np.zeros(len(flat), dtype=bool)
    ends[places[:-1]] = is_word[places[:-1]] & is_control[places[1:]]
    return ends


def _information(counts: csr_matrix) -> csr_matrix:
    """Positive pointwise mutual information of counts, in nats; a context that is rare counts as less so than it is."""
    from scipy.sparse import csr_matrix

    contexts = np.asarray(counts.sum(axis=1)).reshape(-1)
    shares = contexts**_SMOOTH / (contexts**_SMOOTH).sum()
    table = counts.tocoo()
    kept = (table.row != table.col) & (table.data >= 1.0)
    rows, columns = table.row[kept], table.col[kept]
    nats = np.log(table.data[kept] / (contexts[rows] * shares[columns]))
    known = nats > 0
    return csr_matrix((nats[known].astype(np.float32), (rows[known], columns[known])), shape=counts.shape)
