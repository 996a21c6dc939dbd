"""The closing poem of an album: one line for each song, each in rhyme with a line of that song's poem."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from albumen.models.verse.text import words_of
from albumen.verse.draft import HEARD, Draft
from albumen.verse.finished import Poem
from albumen.verse.forms import Form, Slot
from albumen.verse.metre import Measure
from albumen.verse.poem import complete
from albumen.verse.poet import Poet, open_poet
from albumen.verse.theme import PoemBrief
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

FEWEST_PARTNERS = 6

Sounds = frozenset[tuple[str, ...]]


class HasLines(Protocol):
    """A poem as far as it can be answered: a finished one, or a page that a person wrote."""

    @property
    def lines(self) -> tuple[str, ...]:
        """Its lines in order."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """The closing poem and, for each of its lines, the number of the line in that song's poem it rhymes with.

    None where no line of that poem ends in a word that anything rhymes with: then the closing line stands free.
    """

    poem: Poem
    answers: tuple[int | None, ...]


def closing_form(songs: int) -> Form:
    """One five-foot line a song, in stanzas of three (of two or four where that comes out even)."""
    size = next((size for size in (3, 4, 2) if songs % size == 0), 3)
    slots = tuple(
        Slot(
            measure=Measure(foot="iambic", feet=5),
            rhyme="",
            refrain="",
            radif=False,
            stanza=place // size,
            closes_stanza=place % size == size - 1 or place == songs - 1,
        )
        for place in range(songs)
    )
    return Form(id="closing", name="Closing poem", slots=slots, about="One line for each song, in rhyme with its poem.")


def write_closing(poems: Sequence[HasLines], brief: PoemBrief, seed: Seed, *, poet: Poet | None = None) -> Closing:
    """Write the album's closing poem. Raises `Wrong` where there are no poems."""
    if not 1 <= len(poems) <= 60:
        raise Wrong(f"a closing poem answers 1 to 60 poems, these are {len(poems)}")
    poet = poet or open_poet()
    draft = Draft.begin(brief, closing_form(len(poems)), "", poet, seed)
    draft.refused = frozenset(tuple(words_of(line)) for poem in poems for line in poem.lines)
    answers = []
    for place, poem in enumerate(poems):
        line = _answerable(poem, poet, _sounds_to_shun(draft, place), seed.child("answer", place))
        if line is not None:
            draft.anchors[place] = words_of(poem.lines[line])[-1]
        answers.append(line)
    return Closing(poem=complete(draft, brief.title), answers=tuple(answers))


def _sounds_to_shun(draft: Draft, place: int) -> tuple[Sounds, ...]:
    """Rhyme sounds that a line should not answer to: of all lines answered so far, or at least of those it is heard beside."""
    lexicon = draft.poet.lexicon
    answered = {other: lexicon.sounds(word) for other, word in draft.anchors.items()}
    near = [sounds for other, sounds in answered.items() if place - other <= HEARD]
    return Sounds().union(*answered.values()), Sounds().union(*near)


def _answerable(poem: HasLines, poet: Poet, shunned: Sequence[Sounds], seed: Seed) -> int | None:
    """The number of a line whose last word has plenty of rhymes and none of the first of the `shunned` sounds that leave one.

    None where there is no such line.
    """
    ends = [(words_of(line) or [""])[-1] for line in poem.lines]
    good = [place for place, word in enumerate(ends) if _has_partners(word, poet)]
    for sounds in shunned:
        clear = [place for place in good if sounds.isdisjoint(poet.lexicon.sounds(ends[place]))]
        if clear:
            return clear[int(seed.rng().integers(len(clear)))]
    return None


def _has_partners(word: str, poet: Poet) -> bool:
    number = poet.table.vocabulary.number(word)
    endings = poet.table.endings[number]
    return bool(word and endings) and endings[0].weak == 0 and bool(poet.table.family_sizes[number] >= FEWEST_PARTNERS)
