"""The words of a model as a poet's table: stress, rhyme, first letter, and which may be used in which voice."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from albumen.models.verse.associations import COMMON_THEMES
from albumen.models.verse.dictionary import stresses
from albumen.models.verse.fitness import ARCHAIC, UNFIT
from albumen.models.verse.vocabulary import Vocabulary
from albumen.verse.kin import families_of, parts_of
from albumen.verse.leanings import end_leanings_of, leanings_of, opener_leanings_of, pair_leanings_of
from albumen.verse.metre import FUNCTION_WORDS, Fit, fits_of
from albumen.verse.rhyme import Ending, allowed, blurred, ending_of, level_of

# Words that never make a good line end, whatever they rhyme with.
POOR_ENDS = frozenset(
    "a an the of and but or nor if than as that which who whose my your his its our their into upon "
    "unto i we he she they".split()
)

# One spelling, two sounds: at a line's end a reader cannot know which is meant, so the rhyme may fail.
TWO_SOUNDS = frozenset(
    "tear tears wind winds live lives lead leads bow bows row rows sow sows wound bass dove read use uses close house excuse "
    "abuse refuse desert deserts minute object content present record contract conflict perfect invalid again".split()
)

# Words that mark machine verse; they are held down, not forbidden.
WORN = frozenset(
    "heart hearts whisper whispers whispered whispering echo echoes echoed echoing embrace embraces "
    "tapestry dance dances dancing dream "
    "dreams soul souls eternal eternity destiny symphony melody celestial ethereal shimmering "
    "beneath unfold unfolds forevermore".split()
)


# Spellings of dialect, and shorthand, which would sit oddly in a modern poem.
DIALECT = frozenset(
    "etc jus an' tha thar ain't aint feller fellers jest ez wuz sez wi wi' o' i' th' ma fer git allus "
    "ye'll ye're wan wull nae frae sae "
    "auld bonnie bonny lassie laddie ken hae dinna wad cud wud 'em em ha agin yer yez ould av iv till't".split()
)


_SAID_AGAIN = frozenset("the a an and of to in on with my her his their our your i we he she they you".split())


class WordTable:
    """Look-ups over a vocabulary, all aligned with its token numbers."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        first = vocabulary.first_word
        tokens = vocabulary.tokens
        self.is_word = np.arange(len(tokens)) >= first
        # A word counts as it is usually said; a second way serves only where it has another number of syllables.
        self.stresses: list[tuple[str, ...]] = [
            tuple(dict.fromkeys(stresses(way) for way in ways)) if place >= first else ()
            for place, ways in enumerate(vocabulary.ways)
        ]
        self.begins_on_vowel = np.array([bool(ways) and ways[0][0][:1] in "AEIOU" for ways in vocabulary.ways])
        self.bends = np.array([token in FUNCTION_WORDS for token in tokens])
        # Shortened past tenses (`confess'd`) date a line as surely as `thou`.
        self.archaic = np.array([token in ARCHAIC or (token.endswith("'d") and token not in FUNCTION_WORDS) for token in tokens])
        self.dialect = np.array([token in DIALECT for token in tokens])
        self.worn = np.array([token in WORN for token in tokens])
        self.poor_end = np.array([token in POOR_ENDS or token in TWO_SOUNDS for token in tokens])
        self.unfit = np.array([token in UNFIT for token in tokens])
        self.leaning = leanings_of(vocabulary)
        self.pair_leanings = pair_leanings_of(vocabulary)
        self.end_leaning = end_leanings_of(vocabulary)
        self.opener_leanings = opener_leanings_of(vocabulary)
        self.rare = np.array(vocabulary.counts) < 12
        self.first_letter = np.array([token[0] if place >= first else "" for place, token in enumerate(tokens)])
        self.lexical = self.is_word & ~self.bends  # what says something, however common
        self.said_again_oddly = self.is_word & ~np.array([token in _SAID_AGAIN for token in tokens])
        self.content = self.lexical & (np.arange(len(tokens)) >= first + 150)
        self.subject = self.content | (self.is_word & np.array([token in COMMON_THEMES for token in tokens]))
        """What a poem may be about."""
        self.endings: list[tuple[Ending, ...]] = [
            tuple(ending for ending in map(ending_of, ways) if ending is not None) for ways in vocabulary.ways
        ]
        self._kin = _members(families_of(tokens, set(tokens[first:])))
        self._partners: dict[tuple[tuple[Ending, ...], str], np.ndarray] = {}
        self._blurring: dict[tuple[Ending, ...], np.ndarray] = {}

    def kin(self, words: Iterable[int]) -> np.ndarray:
        """All words of one root with any of these, themselves among them: int `[words]`."""
        return np.concatenate([np.zeros(0, dtype=np.int64), *(self._kin[word] for word in words)])

    def echoes(self, words: Iterable[int]) -> np.ndarray:
        """All words that a line would say twice after these: of one root, compounds with one of it (`moon`, `moonlight`), and
        the parts of those that are compounds: int `[words]`."""
        return np.concatenate([np.zeros(0, dtype=np.int64), *(self._echoes[word] for word in words)])

    @functools.cached_property
    def _echoes(self) -> list[np.ndarray]:
        tokens, first = self.vocabulary.tokens, self.vocabulary.first_word
        known = {token for token, lexical in zip(tokens, self.lexical, strict=True) if lexical}
        found: list[set[int]] = [{*members.tolist()} for members in self._kin]
        for word in range(first, len(tokens)):
            for part in map(self.vocabulary.number, parts_of(tokens[word], known) or ()):
                found[word].update(self._kin[part].tolist())
                for other in self._kin[part]:
                    found[other].update(self._kin[word].tolist())
        return [np.array(sorted(others), dtype=np.int64) for others in found]

    def fits(self, pattern: str) -> list[Fit]:
        """How every word fits each place of a pattern (kept for the next line of the same pattern)."""
        return _fits(self, pattern)

    def rhyming(self, endings: tuple[Ending, ...], level: str) -> np.ndarray:
        """Which words rhyme at least so closely with a word of these endings, each said in its first way: bool `[words]`."""
        known = self._partners.get((endings, level))
        if known is None:
            first = endings[0]
            known = np.array([bool(other) and allowed(level_of(first, other[0]), level) for other in self.endings])
            self._partners[endings, level] = known
        return known

    def blurring(self, endings: tuple[Ending, ...]) -> np.ndarray:
        """Which words end nearly or quite on the sound of a word of these endings, each in its first way: bool `[words]`."""
        known = self._blurring.get(endings)
        if known is None:
            known = np.array([bool(other) and blurred(endings[0], other[0]) for other in self.endings])
            self._blurring[endings] = known
        return known

    def leaning_of_pairs(self, words: Sequence[int]) -> float:
        """What the neighbours in a line cost because they are said too often, in nats (0 or below)."""
        total = 0.0
        for first, second in pairwise(words):
            held = self.pair_leanings.get(second)
            if held is not None:
                total += float(held.nats[held.words == first].sum())
        return total

    def partners(self, word: int, level: str) -> np.ndarray:
        """Which words rhyme with a word of the vocabulary."""
        return self.rhyming(self.endings[word], level)

    @functools.cached_property
    def family_sizes(self) -> np.ndarray:
        """How many usable words could rhyme with each other and with a word: int `[words]`.

        Those that are alike from the onset on (`manhood`, `brotherhood`) count once, since they do not rhyme with each other.
        """
        onsets: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
        usable = self.is_word & ~self.archaic & ~self.unfit & ~self.rare & ~self.poor_end
        for ending in (self.endings[word][0] for word in np.flatnonzero(usable) if self.endings[word]):
            onsets.setdefault(ending.key, set()).add(ending.onset)
        return np.array([len(onsets.get(found[0].key, ())) if found else 0 for found in self.endings])


def _members(families: np.ndarray) -> list[np.ndarray]:
    """For each word the words of its family."""
    order = np.argsort(families, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(families[order])) + 1)
    found: list[np.ndarray] = [order] * len(families)
    for part in parts:
        for word in part:
            found[word] = part
    return found


@functools.lru_cache(maxsize=64)
def _fits(table: WordTable, pattern: str) -> list[Fit]:
    return fits_of(pattern, table.stresses, table.bends)
