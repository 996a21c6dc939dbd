"""Which stanzas have a metre: verse with and without rhyme has one, prose in short lines has none but by rare chance."""

from __future__ import annotations

from albumen.verse.lexicon import load_lexicon
from albumen.verse.marks import mark_text
from albumen.verse.rhyme_letters import is_rhymed, rhyme_letters

LEXICON = load_lexicon()

PROSE = """When the bus was late again on Monday we decided to walk to the office, which took an hour, and by the time we got
there everyone had gone into the meeting without us. Nobody seemed to mind. My sister says that the new landlord wants to paint
the stairs before winter, but he has not asked any of the tenants what they think about the colour or the smell. I have been
trying to learn how to bake bread from a book that my aunt gave me, and so far it comes out flat and hard, although the dog
is very fond of it. The doctor told him to drink more water and to stop reading the news late at night, because it keeps him
awake, and he said he would think about it. There is a small museum behind the station where they keep the old tickets and a
model of the harbour that children can press buttons on. If you send me the list today I can order the parts tomorrow, and with
a bit of luck they will be here before the weekend, so that we can finish the shed."""

BLANK = """The morning light came slowly through the glass
And fell across the letters on the floor.
My father stood beside the open door
And watched the heavy clouds above the town.
He never said a word about the war,
But every spring he went to see the graves."""


def has_metre(text: str) -> bool:
    return any(mark.metre != "free verse" for mark in mark_text(text, LEXICON))


def test_prose_in_short_lines_has_seldom_a_metre() -> None:
    words = PROSE.split()
    pieces = [words[start : start + 24] for start in range(0, len(words) - 24, 6)]
    chopped = ["\n".join(" ".join(piece[place : place + 6]) for place in range(0, 24, 6)) for piece in pieces]
    assert len(chopped) > 25 and sum(map(has_metre, chopped)) <= 0.2 * len(chopped)


def test_verse_without_rhyme_has_its_metre() -> None:
    lines = BLANK.splitlines()
    assert {mark.metre for mark in mark_text("\n".join([*lines[:2], *lines[3:]]), LEXICON)} == {"iambic 5"}


def test_one_and_two_lines_are_read_in_the_metre_that_they_fit() -> None:
    assert {mark.metre for mark in mark_text("\n".join(BLANK.splitlines()[:2]), LEXICON)} == {"iambic 5"}


def test_only_different_words_that_say_something_are_rhymes_by_art() -> None:
    told = {"hill day mill town": True, "the the the the": False, "me day be town": False, "sea day sea sea": False}
    for ends, rhymed in told.items():
        lines = [f"we saw {end}" for end in ends.split()]
        assert is_rhymed(lines, rhyme_letters([lines], LEXICON)) is rhymed, ends
