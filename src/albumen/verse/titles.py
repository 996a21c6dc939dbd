"""Titles of songs and albums from the same words as the poems: no two alike, no stock phrases."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from albumen.models.verse.text import words_of
from albumen.verse.poet import Poet, open_poet
from albumen.verse.theme import PoemBrief, plan_poem
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

# Adjectives that sit well before a noun in a title; written for this project.
ADJECTIVES = (
    "amber blue borrowed bright broken brown clear cold copper crooked deep distant double early "
    "empty far first flat foreign fourth "
    "glass golden green grey half-lit heavy hidden high hollow idle inland last late lean little "
    "long low narrow new north old open "
    "other outer pale paper patient plain quick quiet red rough round salt second seven slow small "
    "south spare steady still summer tall "
    "thin third unlit upper velvet west white wide winter yellow young"
).split()
PATTERNS = (
    "{adjective} {one}",
    "{one} and {two}",
    "The {one}",
    "{one} Before {two}",
    "{adjective} {two}",
    "{one} Without {two}",
    "{one} for {two}",
)
STOCK = frozenset(
    "broken dreams|golden hour|city lights|midnight rain|endless night|silver lining|empty "
    "street|last dance|falling stars|summer rain|first light|"
    "still waters|open road|long road|broken glass|blue moon|high tide|low tide|cold wind|winter "
    "wind|golden light|deep blue|old friends".split("|")
)


def make_titles(
    briefs: Sequence[PoemBrief], seed: Seed, *, poet: Poet | None = None, taken: Collection[str] = ()
) -> list[str]:
    """One title for each brief, all different in every word that tells, also from `taken`."""
    poet = poet or open_poet()
    used = {word for title in taken for word in words_of(title) if len(word) > 3}
    titles: list[str] = []
    for number, brief in enumerate(briefs):
        title = _title(brief, poet, used, seed.child("title", number))
        titles.append(title)
        used |= {word for word in words_of(title) if word not in ("the", "and", "a", "for")}
    return titles


def _title(brief: PoemBrief, poet: Poet, used: set[str], seed: Seed) -> str:
    vocabulary = poet.table.vocabulary
    rng = seed.rng()
    plan = plan_poem(brief, 8, poet.table, poet.associations, seed)
    words = dict.fromkeys(word for images in plan.images for word in images)
    nouns = [vocabulary.shown[word] for word in words if _is_noun(word, poet) and vocabulary.tokens[word] not in used]
    adjectives = [word for word in rng.permutation(ADJECTIVES) if word not in used]
    for _ in range(60):
        if len(nouns) < 2 or not adjectives:
            break
        one, two = (nouns[int(place)] for place in rng.choice(min(len(nouns), 10), size=2, replace=False))
        pattern = PATTERNS[int(rng.integers(len(PATTERNS)))]
        title = pattern.format(adjective=adjectives[int(rng.integers(min(12, len(adjectives))))], one=one, two=two)
        if title.lower() not in STOCK and not _clashes(title):
            return " ".join(word if word in ("and", "for") else word[:1].upper() + word[1:] for word in title.split())
    raise Wrong(
        "no fresh title is left for this brief", next_step="give a theme with other words, or name the song yourself"
    )


def _is_noun(word: int, poet: Poet) -> bool:
    """True where a phrase mostly closes with the word: a mark, `of` or `and` follows a noun, not an adjective."""
    vocabulary = poet.table.vocabulary
    reader = poet.finder.reranker or poet.finder.generator
    state = reader.read([vocabulary.number("the"), word])
    shares = np.exp(reader.foretell(state)[0])
    followers = [vocabulary.number(token) for token in (",", ".", ";", "of", "and", "in", "that", "is", "on", "was")]
    return float(shares[followers].sum()) > 0.33


def _clashes(title: str) -> bool:
    """True where a title says a word twice, or one inside another."""
    words = words_of(title)
    return len(set(words)) < len(words) or words[-1].endswith(words[0]) or words[0].startswith(words[-1])
