"""What a brief's words mean to the poet: words of its own for each, by root, by parts, or by what modern things stand near.

The vocabulary is that of poems a century old and more. `modern.txt` says of words that came later, or meant something else then,
what a poem would speak of instead; a compound is taken by its parts (`lighthouse`: light, house), a plural by its singular.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType

import numpy as np

from albumen.models.verse.associations import Associations
from albumen.models.verse.text import words_of
from albumen.verse.wordtable import WordTable
from albumen.work.errors import Broken

_ENDINGS = (("ies", "y"), ("es", ""), ("s", ""), ("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e"), ("er", ""), ("ers", ""))
_SHORTEST_PART = 3
COLOUR = 0.3
"""What a colour counts beside a thing."""
_COLOURS = (
    "amber azure black blue brown crimson dusky emerald gold golden gray green grey ivory orange pale pallid pink purple raven "
    "red rosy ruddy scarlet silver silvery tawny violet white yellow"
).split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """`words`: numbers of the vocabulary, in the brief's order; `unknown`: words of the brief that mean nothing to the poet."""

    words: tuple[int, ...]
    unknown: tuple[str, ...]


def subject_of(text: str, table: WordTable) -> Subject:
    """The subject that a title and theme name."""
    found: dict[int, None] = {}
    unknown: dict[str, None] = {}
    for word in words_of(text):
        meant = _meant(word, table)
        found.update(dict.fromkeys(meant))
        if not meant and not table.is_word[table.vocabulary.number(word)]:
            unknown[word] = None
    return Subject(words=tuple(found), unknown=tuple(unknown))


def direction_of(subject: Sequence[int], table: WordTable, associations: Associations) -> np.ndarray:
    """The direction that a subject's words share; of `machines that learn to love` the machines, being rarest, say most.

    Colours say little beside things: they stand together, so that `blue eyes` would lead to every colour there is.
    """
    counts = np.array(table.vocabulary.counts, dtype=np.float64)
    rarity = np.log(counts.sum() / (1.0 + counts[list(subject)]))
    share = np.where(of_colour(table)[list(subject)], COLOUR, 1.0)
    return associations.mean_of(list(subject), [float(weight) for weight in share * rarity**2])


def of_colour(table: WordTable) -> np.ndarray:
    """Which words name a colour: bool `[words]`."""
    found = np.zeros(len(table.vocabulary), dtype=bool)
    numbers = np.array([table.vocabulary.number(word) for word in _COLOURS])
    found[numbers[table.is_word[numbers]]] = True
    return found


def _meant(word: str, table: WordTable) -> list[int]:
    """The poet's words for one word of a brief; none for words that carry no theme."""
    for name in (word, *_bare(word)):
        if name in modern():
            return _known(modern()[name], table)
        own = table.vocabulary.number(name)
        if table.is_word[own]:
            return [own] if table.subject[own] else []
    return _parts(word, table)


def _bare(word: str) -> list[str]:
    """A word without the endings it may have: `bicycles`, `glowing`."""
    plain = word.removesuffix("'s")
    return [plain, *(plain.removesuffix(ending) + back for ending, back in _ENDINGS if plain.endswith(ending))]


def _parts(word: str, table: WordTable) -> list[int]:
    """The two words a compound is made of; none where it is no compound."""
    for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
        both = _known((word[:cut], word[cut:]), table)
        if len(both) == 2:
            return both
    return []


def _known(words: Iterable[str], table: WordTable) -> list[int]:
    return [number for word in words if table.subject[number := table.vocabulary.number(word)]]


@functools.cache
def modern() -> Mapping[str, tuple[str, ...]]:
    """Words that came after the poems were written, and what a poem would speak of instead."""
    text = resources.files("albumen.verse").joinpath("modern.txt").read_text(encoding="utf-8")
    found = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            names, colon, meant = line.partition(":")
            if not colon:
                raise Broken(f"{line!r} names no words", where="modern.txt", next_step="write: word word: what it calls up")
            found.update(dict.fromkeys(names.split(), tuple(meant.split())))
    return MappingProxyType(found)
