"""The closing poem of an album: one line for each song, each in rhyme with a line of that song's poem."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from albumen.models.verse.text import words_of
from albumen.verse.draft import Draft
from albumen.verse.finished import Poem
from albumen.verse.forms import Form, Slot
from albumen.verse.metre import Measure
from albumen.verse.poem import complete
from albumen.verse.poet import Poet, open_poet
from albumen.verse.theme import PoemBrief
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

FEWEST_PARTNERS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """The closing poem and, for each of its lines, the number of the line in that song's poem it rhymes with."""

    poem: Poem
    answers: tuple[int, ...]


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


def write_closing(poems: Sequence[Poem], brief: PoemBrief, seed: Seed, *, poet: Poet | None = None) -> Closing:
    """Write the album's closing poem. Raises `Wrong` where there are no poems, or none of one poem's lines can be answered."""
    if not 1 <= len(poems) <= 60:
        raise Wrong(f"a closing poem answers 1 to 60 poems, these are {len(poems)}")
    poet = poet or open_poet()
    draft = Draft.begin(brief, closing_form(len(poems)), "", poet, seed)
    draft.refused = frozenset(tuple(words_of(line)) for poem in poems for line in poem.lines)
    answers = []
    for place, poem in enumerate(poems):
        line = _answerable(poem, poet, set(draft.anchors.values()), seed.child("answer", place))
        draft.anchors[place] = words_of(poem.lines[line])[-1]
        answers.append(line)
    return Closing(poem=complete(draft, brief.title), answers=tuple(answers))


def _answerable(poem: Poem, poet: Poet, taken: set[str], seed: Seed) -> int:
    """The number of a line whose last word has plenty of rhymes."""
    good = []
    for place, line in enumerate(poem.lines):
        word = words_of(line)[-1]
        number = poet.table.vocabulary.number(word)
        endings = poet.table.endings[number]
        if (
            word not in taken
            and endings
            and endings[0].weak == 0
            and poet.table.family_sizes[number] >= FEWEST_PARTNERS
        ):
            good.append(place)
    if not good:
        raise Wrong(
            f"no line of the poem {poem.title!r} ends in a word that can be answered in rhyme",
            next_step="write that poem anew",
        )
    return good[int(seed.rng().integers(len(good)))]
