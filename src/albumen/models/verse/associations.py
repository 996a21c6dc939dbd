"""Which words go together: latent semantic analysis of the poems (Deerwester et al. 1990), one short vector a word.

It tells the planner that a harbour calls up lamps, tides and gulls.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from albumen.models.verse.prepare import Packed
from albumen.work.errors import Broken
from albumen.work.files import replacing
from albumen.work.seed import Seed

WIDTH = 96

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

    def mean_of(self, words: list[int]) -> np.ndarray:
        """The direction that a few words share; nought for none."""
        if not words:
            return np.zeros(self.vectors.shape[1], dtype=np.float32)
        mean = self.vectors[words].mean(axis=0)
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
    """Analyse which words share a stanza, over all training rows."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.linalg import svds

    vocabulary = packed.vocabulary
    flat = packed.train.reshape(-1).astype(np.int64)
    place = np.cumsum(np.isin(flat, [vocabulary.number("<stanza>"), vocabulary.number("<poem>")]))
    counts = np.array(vocabulary.counts)
    # Function words and the rarest words say nothing about a theme.
    themes = np.isin(flat, [vocabulary.number(word) for word in COMMON_THEMES]) & (flat >= vocabulary.first_word)
    rare_enough = flat >= vocabulary.first_word + min(_COMMONEST, len(vocabulary) // 10)
    telling = (rare_enough | themes) & (counts[flat] >= least_count)
    if telling.sum() < 2:
        return Associations(np.zeros((len(vocabulary), 1)))
    table = coo_matrix(
        (np.ones(int(telling.sum()), dtype=np.float32), (flat[telling], place[telling])),
        shape=(len(vocabulary), int(place[-1]) + 1),
    )
    table = table.tocsr()
    table.data = 1 + np.log(table.data)
    spread = np.asarray((table > 0).sum(axis=1)).reshape(-1)
    rarity = np.log((1 + table.shape[1]) / (1 + spread)).astype(np.float32)
    table = table.multiply(rarity[:, None]).tocsr()
    lengths = np.sqrt(np.asarray(table.multiply(table).sum(axis=0)).reshape(-1))
    table = table.multiply(1.0 / np.maximum(lengths, 1e-6)[None, :]).tocsr().astype(np.float32)
    start = seed.child("associations").rng().standard_normal(min(table.shape)).astype(np.float32)
    width = min(WIDTH, min(table.shape) - 1)
    left, strengths, _ = svds(table, k=width, v0=start, tol=1e-2)
    return Associations(left * np.sqrt(strengths))
