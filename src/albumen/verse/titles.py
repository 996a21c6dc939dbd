"""Titles for an album's songs, out of the images that their poems will speak of.

The theme and the world of a song's style call up nouns and adjectives (`associations.py`); they are put into frames that titles
have, and the left-to-right model says which pairs stand together well. No two titles of an album share a root, and none is a
phrase that a thousand songs have had.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from albumen.models.verse.lines import LineModel
from albumen.models.verse.text import words_of
from albumen.verse.poet import Poet, open_poet
from albumen.verse.subject import direction_of, subject_of
from albumen.verse.theme import AIRY, GENRE_IMAGES, SOLID, world_of
from albumen.work.seed import Seed

# `N` and `M` are nouns, `A` an adjective.
_FRAMES = (
    "A N", "A N", "the A N", "N and M", "N and M", "the N and the M", "N in the M", "N at the M", "N by the M", "N under the M",
    "N behind the M", "N beyond the M", "N through the M", "N along the M", "N on the M", "N without M", "a N for the M",
)  # fmt: skip
_SMALL = frozenset("the a an and in at by under behind beyond through along without on of for".split())
# Dances and forms that name their tunes so.
_FORMS = {
    "folk-jig": ("the N Jig", "the A N Jig"),
    "folk-reel": ("the N Reel", "the N and M Reel"),
    "folk-air": ("Air for a A N",),
    "baroque": ("Sonata for the N",),
    "classical": ("Rondo for a A N",),
    "romantic": ("Nocturne for a N", "Song without N"),
    "ragtime": ("the A N Rag", "the N Rag"),
    "blues": ("A N Blues", "N and M Blues"),
    "march": ("March of the A N",),
    "waltz": ("the A N Waltz", "N Waltz"),
    "tango": ("Tango at the N",),
}
_THEIRS = 3  # one song in so many takes a phrase of the theme itself
_AS_FORMS = 0.4  # of the songs whose style names its tunes by a form
_NEAREST, _DRAWN, _LEAST_COUNT = 70, 10, 40
_FLUENT, _NEAR, _SOLID, _LUCK = 1.2, 6.0, 0.7, 0.4
_FRAME_LUCK, _FRAME_AGAIN, _TRIED = 0.4, 1.2, 10
_OWNING = "the a an my his her their our your this these those some of in".split()
_GRADING = "so very too how as is was are were".split()
_DOING = "to i he she they we you it who not".split()
_SLIGHTING = "nasty naughty ugly stupid silly wicked dirty poor mean vile".split()
_HEAD = "<poem> <new> <iambic> <rhymed> <theme>".split()
# Titles that everybody has had.
_STOCK = frozenset(
    title.strip()
    for title in """broken dreams, golden hour, city lights, midnight rain, endless night, silver lining, empty street,
    last dance, falling stars, summer rain, first light, still waters, open road, long road, broken glass, blue moon, high tide,
    low tide, cold wind, winter wind, north wind, south wind, west wind, east wind, the north wind, the south wind, the west wind,
    the blue moon, the blue sky, blue sky, golden light, deep blue, old friends, loud heart, slow heart, true love, heart on fire,
    neon lights, lost in time, after the rain, next morning, good morning, summer night, summer nights, winter night,
    starry night, silent night, night and day, day and night""".split(",")
)
_FUNCTION_WORDS = frozenset(
    """a an the and or but nor of in on at by for from to with against into onto over under between through about
    as is are was were be been it its this that these those his her their our my your made make makes learn learns
    who whom which what when where while than then so not no never always ever only just still very more most all some any
    has have had do does did can could will would shall should may might must""".split()
)
_CLAUSES = re.compile(r"[.;:,!?()\n]+")
_LINKS = frozenset(("in", "of", "and", "by", "against", "under", "over", "through", "without"))


def titles_for(
    theme: str, styles: Sequence[str], seed: Seed, *, taken: Sequence[str] = (), poet: Poet | None = None
) -> tuple[str, ...]:
    """A title for each style's song, unlike each other and unlike those `taken`; a theme without known words leaves it to the
    world of the style. One in three is a phrase of the theme itself, while there are such."""
    poet = poet or open_poet()
    namer = _Namer(poet, theme)
    own = [phrase for phrase in phrases_of(theme) if namer.names_something(phrase)]
    own = [own[place] for place in seed.child("phrases").rng().permutation(len(own))]
    titles: list[str] = list(taken)
    for number, style in enumerate(styles):
        fresh = [phrase for phrase in own if not _is_heard(phrase, titles, poet)]
        if fresh and number % _THEIRS == 0:
            titles.append(fresh[0])
        else:
            titles.append(namer.title(style, titles, seed.child("title", number)))
    return tuple(titles[len(taken) :])


def phrases_of(theme: str) -> list[str]:
    """Pairs of telling words that stand together in a theme.

    >>> phrases_of("blue eyes and purple lips; hand in hand")
    ['Blue Eyes', 'Purple Lips', 'Hand in Hand']
    """
    pairs: list[str] = []
    for clause in _CLAUSES.split(theme):
        words = re.findall(r"[^\W\d_][\w'’-]*", clause)
        for place in range(len(words) - 1):
            # Of `sleek metallic woman` the last two words stand together.
            if _tells(words, place) and _tells(words, place + 1) and not _tells(words, place + 2):
                pairs.append(f"{words[place].title()} {words[place + 1].title()}")
            link = words[place + 1].casefold()
            if _tells(words, place) and link in _LINKS and _tells(words, place + 2) and not _tells(words, place + 3):
                pairs.append(f"{words[place].title()} {link} {words[place + 2].title()}")
    return list(dict.fromkeys(pairs))


def _tells(words: Sequence[str], place: int) -> bool:
    """Whether there is a telling word at a place."""
    return place < len(words) and len(words[place]) > 2 and words[place].casefold() not in _FUNCTION_WORDS | _LINKS


@dataclass(frozen=True, slots=True)
class _Filled:
    """A frame with its words: what it says, and the numbers of those that say something."""

    text: str
    told: tuple[int, ...]


class _Namer:
    """Finds titles for one theme."""

    def __init__(self, poet: Poet, theme: str) -> None:
        self.poet = poet
        words = subject_of(theme, poet.table)
        # A theme of which most words mean nothing is in another language, and what seems known is so by chance.
        self.is_known = bool(words.words) and len(words.words) >= len(words.unknown)
        clauses = [subject_of(clause, poet.table).words for clause in _CLAUSES.split(theme)] if self.is_known else []
        self.subjects = [clause for clause in clauses if clause] or [()]
        self.classes = _classes_of(poet)
        near = poet.associations
        pole = near.mean_of(self._numbers(SOLID)) - near.mean_of(self._numbers(AIRY))
        self.solid = near.near(pole / max(float(np.linalg.norm(pole)), 1e-6))

    def _numbers(self, words: Sequence[str]) -> list[int]:
        return [number for word in words if self.poet.table.is_word[number := self.poet.table.vocabulary.number(word)]]

    def names_something(self, phrase: str) -> bool:
        """Whether a phrase of the theme names a thing: it ends in a noun, or in a word that is not known."""
        last = self.poet.table.vocabulary.number(words_of(phrase)[-1])
        return self.is_known and bool(self.classes.noun[last] or not self.poet.table.is_word[last])

    def title(self, style: str, taken: Sequence[str], seed: Seed) -> str:
        """The title that is liked best of some hundred; each takes up the theme's next clause, so that songs do not all say one
        thing."""
        rng = seed.rng()
        frames = tuple(map(str, rng.permutation(_FRAMES)[:_TRIED]))
        if style in _FORMS and rng.random() < _AS_FORMS:
            frames = _FORMS[style]
        nearness = self._nearness(style, self.subjects[len(taken) % len(self.subjects)])
        nouns, adjectives = self._words(nearness, taken, rng)
        filled = [one for frame in frames for one in self._filled(frame, nouns, adjectives)]
        filled = [one for one in filled if one.text.casefold() not in _STOCK]
        worth = _FLUENT * self._fluency(filled) + _LUCK * rng.gumbel(size=len(filled))
        worth += [_NEAR * nearness[list(one.told)].mean() + _SOLID * self.solid[list(one.told)].mean() for one in filled]
        shapes = [_shape(one.text) for one in filled]
        had = [_shape(title) for title in taken]
        liking = {
            shape: _FRAME_LUCK * float(rng.gumbel()) - _FRAME_AGAIN * had.count(shape) for shape in dict.fromkeys(shapes)
        }
        return _capitals(filled[int(np.argmax(worth + [liking[shape] for shape in shapes]))].text)

    def _nearness(self, style: str, subject: Sequence[int]) -> np.ndarray:
        world = self._numbers(GENRE_IMAGES.get(world_of(style), "").split())
        mean_of = self.poet.associations.mean_of
        own = direction_of(subject, self.poet.table, self.poet.associations)
        direction = own + mean_of(world) * (0.4 if subject else 1.0)
        if not direction.any():
            direction = mean_of(self._numbers(SOLID))
        return self.poet.associations.near(direction / max(float(np.linalg.norm(direction)), 1e-6))

    def _words(self, nearness: np.ndarray, taken: Sequence[str], rng: np.random.Generator) -> tuple[list[int], list[int]]:
        """Some of the nouns and adjectives that lie nearest, none of a root that a title has."""
        table = self.poet.table
        used = table.kin(table.vocabulary.number(word) for title in taken for word in words_of(title))
        fresh = np.ones(len(nearness), dtype=bool)
        fresh[used] = False
        drawn = []
        for kind in (self.classes.noun, self.classes.adjective):
            nearest = np.argsort(-np.where(fresh & kind, nearness, -1.0))[:_NEAREST]
            worth = nearness[nearest] + 0.07 * rng.gumbel(size=len(nearest))
            drawn.append([int(word) for word in nearest[np.argsort(-worth)][:_DRAWN]])
        return drawn[0], drawn[1]

    def _filled(self, frame: str, nouns: Sequence[int], adjectives: Sequence[int]) -> Iterator[_Filled]:
        tokens = self.poet.table.vocabulary.tokens
        slots = frame.split()
        firsts = adjectives if "A" in slots else nouns
        seconds = nouns if "M" in slots or "A" in slots else [-1]
        for first in firsts:
            echoes = set(self.poet.table.echoes([first]).tolist())
            for second in seconds:
                if second in echoes:
                    continue
                noun = second if "A" in slots else first
                named = {"A": first, "N": noun, "M": second}
                if slots[0] == "a" and _is_plural(tokens[named[slots[1]]]):
                    continue
                words = [tokens[named[slot]] if slot in named else slot for slot in slots]
                told = tuple(dict.fromkeys(named[slot] for slot in slots if slot in named))
                yield _Filled(" ".join(_article(words)), told)

    def _fluency(self, filled: Sequence[_Filled]) -> np.ndarray:
        """How much likelier each phrase is than its words alone, beside others of its small words; in spreads of all."""
        vocabulary, reader = self.poet.table.vocabulary, _reader(self.poet)
        counts = np.array(vocabulary.counts, dtype=np.float64)
        alone = np.log((counts + 1) / counts.sum())
        head = [vocabulary.number(name) for name in (*_HEAD, "<body>", "<s6>")]
        phrases = [vocabulary.encode(words_of(one.text)) for one in filled]
        scores = np.array(reader.score(reader.read(head), phrases), dtype=np.float64)
        scores -= [0.8 * alone[list(one.told)].sum() for one in filled]
        shapes = [_shape(one.text) for one in filled]
        for shape in set(shapes):
            places = np.array([other == shape for other in shapes])
            scores[places] -= scores[places].mean()
        return np.asarray(scores / max(float(scores.std()), 1e-6))


@dataclass(frozen=True, slots=True)
class _Classes:
    """Nouns and adjectives that a title may hold: bool `[words]` each."""

    noun: np.ndarray
    adjective: np.ndarray


@functools.lru_cache(maxsize=2)
def _classes_of(poet: Poet) -> _Classes:
    """What the generator, which reads from the end, expects to the left of a word at a line's end: an article or another word
    that owns, of nouns; a verb that says how things are, or `so`, of adjectives."""
    table, generator = poet.table, poet.finder.generator
    vocabulary = table.vocabulary
    odd = np.array([token.endswith("ly") or "'" in token for token in vocabulary.tokens])
    fit = table.content & ~table.worn & ~table.unfit & ~table.archaic & ~table.dialect & ~odd
    fit[vocabulary.encode(_SLIGHTING)] = False
    fit &= (np.array(vocabulary.counts) >= _LEAST_COUNT) & ~(poet.finder.grammar.preposition | poet.finder.grammar.opener)
    state = generator.read([vocabulary.number(name) for name in (*_HEAD, "<body>", "<s8>", ",")])
    owned, graded, joined, done = (np.zeros(len(vocabulary)) for _ in range(4))
    words = np.flatnonzero(fit)
    for chunk in np.array_split(words, max(1, len(words) // 512)):
        left = np.exp(generator.foretell(generator.advance(state, np.zeros(len(chunk), dtype=np.int64), chunk)))
        for shares, said in ((owned, _OWNING), (graded, _GRADING), (joined, ("and",)), (done, _DOING)):
            shares[chunk] = left[:, vocabulary.encode(said)].sum(axis=1)
    return _Classes(
        noun=fit & (owned > 0.34) & (graded < 0.06) & (joined < 0.2) & (done < 0.15),
        adjective=fit & (owned < 0.3) & (graded > 0.1) & (done < 0.1),
    )


def _reader(poet: Poet) -> LineModel:
    return poet.finder.reranker or poet.finder.generator


def _shape(title: str) -> str:
    """A title with a star for each word that says something."""
    return " ".join(word if word in _SMALL else "*" for word in title.casefold().split())


def _is_plural(word: str) -> bool:
    return word.endswith("s") and not word.endswith("ss")


def _article(words: Sequence[str]) -> Iterator[str]:
    for word, after in zip(words, [*words[1:], ""], strict=True):
        yield "an" if word == "a" and after[:1] in "aeiou" else word


def _capitals(title: str) -> str:
    words = title.split()
    return " ".join(
        word if word in _SMALL and place else word[:1].upper() + word[1:] for place, word in enumerate(words)
    )


def _is_heard(title: str, others: Sequence[str], poet: Poet) -> bool:
    """Whether a title is a stock phrase, or shares a root with another."""
    roots = _roots(title, poet)
    return title.casefold() in _STOCK or any(roots & _roots(other, poet) for other in others)


def _roots(title: str, poet: Poet) -> frozenset[int | str]:
    table = poet.table
    words = [word for word in words_of(title) if word not in _FUNCTION_WORDS | _LINKS]
    numbers = [(word, table.vocabulary.number(word)) for word in words]
    return frozenset(int(table.kin([number])[0]) if table.is_word[number] else word for word, number in numbers)
