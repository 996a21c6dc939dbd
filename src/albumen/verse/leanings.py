"""What searching does to a poet's words, and its undoing.

A search for likely lines that scan takes some words far too often (`across`, `walked`, `mountains`) and others far too seldom
(`her`, `my`, `that`), since only some fit well and are safe everywhere. `leanings.txt` holds, for each such word, the nats that
bring it back towards its share in human verse; `bench/verse/lean.py` counts and writes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType

import numpy as np

from albumen.models.verse.vocabulary import Vocabulary

FILE = "leanings.txt"


def read_leanings(text: str) -> Mapping[str, float]:
    """Words and their nats from lines of `word TAB nats`."""
    rows = (line.split("\t") for line in text.splitlines() if line)
    return MappingProxyType({word: float(nats) for word, nats in rows})


def leanings_of(vocabulary: Vocabulary) -> np.ndarray:
    """What each word of a vocabulary is worth beyond its likelihood, in nats `[words]`; 0 for most."""
    told = read_leanings(resources.files("albumen.verse").joinpath(FILE).read_text("utf-8"))
    return np.array([told.get(token, 0.0) for token in vocabulary.tokens])
