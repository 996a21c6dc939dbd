"""What searching does to a poet's words, and its undoing.

A search for likely lines that scan takes some words far too often (`across`, `walked`, `mountains`) and others far too seldom
(`her`, `my`, `that`), since only some fit well and are safe everywhere. `leanings.txt` holds, for each such word, the nats that
bring it back towards its share in human verse, so too at the head of a line, apart for lines that begin a sentence (`. when`),
that follow another mark (`, and`) or no mark (`/ of`); for two neighbours (`sound of`, `used to`) and for a word at the end of
a line (`overhead /`) the nats that hold them down.
`bench/verse/lean.py` counts and writes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from albumen.models.verse.vocabulary import Vocabulary

FILE = "leanings.txt"
LINE_END = "/"
AT_START, AFTER_MARK, AFTER_NONE = ".", ",", LINE_END
"""What stands before the head of a line: the end of a sentence (or nothing), another mark, or a line without one."""
HEADS = (AT_START, AFTER_MARK, AFTER_NONE)


class PairLeanings(NamedTuple):
    """Words that come too often before a certain word: their numbers, and what each costs there in nats (negative)."""

    words: np.ndarray
    nats: np.ndarray


def read_leanings(text: str) -> Mapping[str, float]:
    """Words, or two words with a space between, and their nats from lines of `words TAB nats`."""
    rows = (line.split("\t") for line in text.splitlines() if line)
    return MappingProxyType({word: float(nats) for word, nats in rows})


def leanings_of(vocabulary: Vocabulary) -> np.ndarray:
    """What each word of a vocabulary is worth beyond its likelihood, in nats `[words]`; 0 for most."""
    told = _shipped()
    return np.array([told.get(token, 0.0) for token in vocabulary.tokens])


def end_leanings_of(vocabulary: Vocabulary) -> np.ndarray:
    """What each word costs as the last of a line because it stands there too often, in nats (0 or below) `[words]`."""
    told = _shipped()
    return np.array([told.get(f"{token} {LINE_END}", 0.0) for token in vocabulary.tokens])


def opener_leanings_of(vocabulary: Vocabulary) -> Mapping[str, np.ndarray]:
    """What each word is worth as the first of a line, after each of `HEADS`, in nats `[words]`.

    People begin sentences with `I` and go on with `of` and `to`; a search begins them with `when` and goes on with `for`.
    """
    told = _shipped()
    return {head: np.array([told.get(f"{head} {token}", 0.0) for token in vocabulary.tokens]) for head in HEADS}


def pair_leanings_of(vocabulary: Vocabulary) -> Mapping[int, PairLeanings]:
    """For words of a vocabulary, which words before them are held down."""
    found: dict[int, dict[int, float]] = {}
    known = vocabulary.numbers
    for words, nats in _shipped().items():
        first, gap, second = words.partition(" ")
        if gap and first not in HEADS and first in known and second in known:
            found.setdefault(known[second], {})[known[first]] = nats
    return {
        second: PairLeanings(np.array(list(firsts)), np.array(list(firsts.values()))) for second, firsts in found.items()
    }


def _shipped() -> Mapping[str, float]:
    return read_leanings(resources.files("albumen.verse").joinpath(FILE).read_text("utf-8"))
