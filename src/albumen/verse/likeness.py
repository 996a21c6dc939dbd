"""Whether one line says what another says. One rule for all who ask: the poet for a line anew, and lines by another hand.

A line of verse has three or four words that say something. Where it shares two of its three, or three of its four, with
another, one word is all that is new: that is the old line with a word changed, and a poem that holds both says one thing
twice. Half of them is no likeness yet: two lines about boats in a harbour may both have boats and the harbour.
"""

from __future__ import annotations

from albumen.models.verse.text import words_of
from albumen.verse.metre import FUNCTION_WORDS
from albumen.verse.wordtable import WordTable

MOST_SHARED = 0.5


def told_by(line: str, table: WordTable) -> frozenset[int | str]:
    """What a line speaks of: its words that say something, each root once; a word that nobody knows stands for itself."""
    found: set[int | str] = set()
    for word in words_of(line):
        number = table.vocabulary.number(word)
        if table.lexical[number]:
            found.add(int(table.kin([number])[0]))
        elif not table.is_word[number] and word not in FUNCTION_WORDS:
            found.add(word)
    return frozenset(found)


def alike(first: str, second: str, table: WordTable) -> bool:
    """True where two lines share more than half of the words that say something, or have all their words in common."""
    one, other = told_by(first, table), told_by(second, table)
    if not one or not other:
        return words_of(first) == words_of(second)
    return len(one & other) > MOST_SHARED * min(len(one), len(other))
