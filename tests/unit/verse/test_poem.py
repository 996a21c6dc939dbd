"""Whole poems: true to their form by an independent checker, the same for the same seed, and bad wishes explained."""

from __future__ import annotations

import codecs

import numpy as np
import pytest

from albumen.models.verse.text import words_of
from albumen.verse.closing import closing_form, write_closing
from albumen.verse.desk import judge
from albumen.verse.finished import Poem
from albumen.verse.forms import load_form
from albumen.verse.poem import choose_form, write_poem
from albumen.verse.poet import Poet
from albumen.verse.rhyme import allowed
from albumen.verse.theme import PoemBrief, form_for, plan_poem
from albumen.work.errors import Wrong
from albumen.work.seed import Seed


def test_a_triolet_obeys_its_form(triolet: Poem, poet: Poet) -> None:
    verdict = judge(triolet, poet=poet)
    assert verdict.passes, verdict.faults
    assert triolet.lines[0] == triolet.lines[3] == triolet.lines[6] and triolet.lines[1] == triolet.lines[7]
    assert triolet.title == "Harbour Lights" and triolet.text() in triolet.markdown().replace("  \n", "\n")


def test_the_same_seed_writes_the_same_poem_and_another_seed_another(triolet: Poem, poet: Poet) -> None:
    assert write_poem(triolet.brief, Seed(11), poet=poet).lines == triolet.lines
    assert write_poem(triolet.brief, Seed(12), poet=poet).lines != triolet.lines


def test_lines_of_other_poems_do_not_come_again(triolet: Poem, poet: Poet) -> None:
    fresh = write_poem(triolet.brief, Seed(11), poet=poet, avoid=triolet.lines)
    assert not set(fresh.lines) & set(triolet.lines) and judge(fresh, poet=poet).passes


def test_no_line_copies_six_words_and_no_word_is_archaic(triolet: Poem, poet: Poet) -> None:
    assert poet.finder.sieve is not None
    for line in triolet.lines:
        numbers = poet.table.vocabulary.encode(words_of(line))
        assert not poet.finder.sieve.holds(numbers) and not poet.table.archaic[numbers].any()


def test_the_users_first_line_stands_and_is_answered_in_rhyme(poet: Poet) -> None:
    first = "The ferry leaves the quay at ten"
    poem = write_poem(PoemBrief(theme="ferry", form="triolet", first_line=first), Seed(1), poet=poet)
    assert poem.lines[0] == poem.lines[3] == first and poem.human == {0, 3, 6}
    assert poet.lexicon.rhyme("ten", words_of(poem.lines[2])[-1]) == "perfect"


@pytest.mark.parametrize("word", ["month", "silver"])
def test_a_rhyme_word_without_rhymes_is_named(word: str, poet: Poet) -> None:
    with pytest.raises(Wrong, match=word):
        write_poem(
            PoemBrief(theme="sea", form="triolet", first_line=f"I walked beside the sea of {word}"), Seed(1), poet=poet
        )


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({}, "theme"),
        ({"theme": "   "}, "theme"),
        ({"theme": "🎵🌊"}, "theme"),
        ({"theme": "海と月"}, "theme"),
        ({"theme": "sea " * 10_000}, "200 words"),
        ({"theme": codecs.decode("shpxvat", "rot13")}, "other words"),
        ({"theme": "sea", "mood": 7.0}, "between 0 and 1"),
        ({"theme": "sea", "first_line": "sea " * 3000}, "300 signs"),
        ({"theme": "sea", "rhyme_level": "eye"}, "rhyme level"),
    ],
)
def test_wishes_that_cannot_be_are_explained(fields: dict[str, object], what: str) -> None:
    with pytest.raises(Wrong, match=what):
        PoemBrief(**fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(("title", "what"), [("42", "2 to 30 letters"), ("x" * 40, "2 to 30 letters")])
def test_acrostics_need_letters(title: str, what: str) -> None:
    with pytest.raises(Wrong, match=what):
        choose_form(PoemBrief(title=title, theme="sea", form="acrostic"), Seed(1))


def test_an_acrostic_spells_its_title(poet: Poet) -> None:
    poem = write_poem(PoemBrief(title="Tide", form="acrostic"), Seed(3), poet=poet)
    assert "".join(line[0] for line in poem.lines).lower() == "tide" and judge(poem, poet=poet).passes


def test_unpronounceable_titles_and_unknown_words_do_not_stop_a_poem(poet: Poet) -> None:
    poem = write_poem(PoemBrief(title="Qzxv 9000", theme="zzyzx", genre="ambient", form="haiku"), Seed(2), poet=poet)
    assert judge(poem, poet=poet).passes and len(poem.lines) == 3


def test_mode_and_tempo_turn_the_mood(poet: Poet) -> None:
    glad, sad = (PoemBrief(theme="sea", key=key, tempo_bpm=tempo) for key, tempo in (("C major", 140), ("C minor", 60)))
    assert glad.valence > 0.5 and sad.valence < -0.5 and glad.arousal > sad.arousal
    bright, dark = (plan_poem(brief, 2, poet.table, poet.associations, Seed(1)).bonus for brief in (glad, sad))
    number = poet.table.vocabulary.number
    for merry, grim in (("merry", "grave"), ("bright", "bitter")):
        assert (bright - dark)[number(merry)] > (bright - dark)[number(grim)]


def test_images_belong_to_the_theme(poet: Poet) -> None:
    plans = {
        theme: plan_poem(PoemBrief(theme=theme), 3, poet.table, poet.associations, Seed(1))
        for theme in ("sea ship", "garden rose")
    }
    near = poet.associations.near(poet.associations.mean_of([poet.table.vocabulary.number("sail")]))
    means = {theme: np.mean([near[word] for images in plan.images for word in images]) for theme, plan in plans.items()}
    assert means["sea ship"] > means["garden rose"] + 0.1


def test_the_form_follows_the_song_and_the_wish() -> None:
    assert form_for(PoemBrief(theme="sea", form="ghazal"), Seed(1)) == "ghazal"
    ambient = {form_for(PoemBrief(genre="ambient"), Seed(number)) for number in range(30)}
    assert "triolet" in ambient and not {"limerick", "haiku"} & ambient and len(ambient) > 2


def test_the_closing_poem_answers_a_line_of_every_song(triolet: Poem, poet: Poet) -> None:
    closing = write_closing([triolet, triolet], PoemBrief(title="All Ashore", theme="harbour"), Seed(4), poet=poet)
    assert len(closing.poem.lines) == 2
    for answer, line in zip(closing.answers, closing.poem.lines, strict=True):
        assert poet.lexicon.rhyme(words_of(triolet.lines[answer])[-1], words_of(line)[-1]) == "perfect"
    assert [slot.stanza for slot in closing_form(9).slots] == [0, 0, 0, 1, 1, 1, 2, 2, 2]


def test_different_letters_of_a_scheme_sound_different(poet: Poet) -> None:
    brief = PoemBrief(title="Salt Road", theme="caravan across the desert", form="quatrains-abab")
    poem = write_poem(brief, Seed(4), poet=poet)
    form = load_form("quatrains-abab", repeat=len(poem.lines) // 4)
    ends = {slot.rhyme: words_of(line)[-1] for line, slot in zip(poem.lines, form.slots, strict=True)}
    letters = sorted(ends)
    assert len(letters) >= 4
    for place, one in enumerate(letters):
        for other in letters[place + 1 :]:
            assert not allowed(poet.lexicon.rhyme(ends[one], ends[other]), "perfect"), (ends[one], ends[other])
