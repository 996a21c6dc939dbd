"""How any word is said, scanned and rhymed: the dictionary first, the speller for what no dictionary lists."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from albumen.models.verse.dictionary import Dictionary, Sounds, load_dictionary, stresses
from albumen.models.verse.spelling import Speller, load_speller
from albumen.models.verse.text import words_of
from albumen.verse.rhyme import ending_of, level_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A word and the ways to say it; `guessed` where no dictionary had it."""

    word: str
    ways: tuple[Sounds, ...]
    guessed: bool

    @property
    def stresses(self) -> tuple[str, ...]:
        """Distinct stress patterns, the usual one first."""
        return tuple(dict.fromkeys(stresses(way) for way in self.ways))


class Lexicon:
    """Looks words up. A word without any vowel sound or letter has no ways."""

    def __init__(self, dictionary: Dictionary, speller: Speller | None) -> None:
        self.dictionary = dictionary
        self.speller = speller

    def say(self, word: str) -> Spoken:
        """The ways to say one word, lower-cased; numbers and other scripts have none."""
        plain = word.lower().strip("'")
        for form in (word.lower(), plain):
            ways = tuple(way for way in self.dictionary.ways(form) if stresses(way))
            if ways:
                return Spoken(word=word, ways=ways, guessed=False)
        letters = re.sub(r"[^a-z]", "", plain)
        guess = self.speller.say(letters) if self.speller is not None and letters else ()
        return Spoken(word=word, ways=(guess,) if stresses(guess) else (), guessed=True)

    def line(self, text: str) -> list[Spoken]:
        """Every word of a line, said; `th'` and other words without a vowel are left out."""
        return [spoken for spoken in map(self.say, words_of(text)) if spoken.ways]

    def syllables(self, text: str) -> int:
        """Syllables of a text in its usual reading."""
        return sum(len(spoken.stresses[0]) for spoken in self.line(text))

    def rhyme(self, first: str, second: str) -> str | None:
        """How two words rhyme at best: `perfect`, `family`, `slant` or not at all; a word never rhymes with itself."""
        if first.lower() == second.lower():
            return None
        found = {
            level_of(one, other)
            for one in filter(None, map(ending_of, self.say(first).ways))
            for other in filter(None, map(ending_of, self.say(second).ways))
        }
        return next((level for level in ("perfect", "family", "slant") if level in found), None)

    def sounds(self, word: str) -> frozenset[tuple[str, ...]]:
        """The rhyme sounds of a word, one for each way to say it; words that share one chime, whether they rhyme or not."""
        return frozenset(ending.key for ending in map(ending_of, self.say(word).ways) if ending is not None)


@functools.cache
def load_lexicon() -> Lexicon:
    """The lexicon of the installed dictionary and speller."""
    return Lexicon(load_dictionary(), load_speller())
