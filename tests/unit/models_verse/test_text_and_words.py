"""What a line looks like to a model, and how words are said."""

from __future__ import annotations

import numpy as np
import pytest

from albumen.models.verse.dictionary import load_dictionary, parse_dictionary, stresses
from albumen.models.verse.fitness import may_be_learned, voice_of
from albumen.models.verse.text import join_tokens, phrases_of, stanzas_of, tokens_of, words_of
from albumen.models.verse.vocabulary import CONTROLS, load_vocabulary, make_vocabulary, reverse_lines
from albumen.work.errors import Broken


@pytest.mark.parametrize(
    ("line", "tokens"),
    [
        ("The tide is out.", ["The", "tide", "is", "out", "."]),
        (
            "'Tis the o'er-ripe fruit, and th' air",
            ["'Tis", "the", "o'er", "-", "ripe", "fruit", ",", "and", "th'", "air"],
        ),
        ("I don’t—“know” (it)!", ["I", "don't", "--", "know", "it", "!"]),
        ("belovèd café", ["belovèd", "café"]),
        ("123 ☂ 海", []),
    ],
)
def test_lines_become_words_and_marks(line: str, tokens: list[str]) -> None:
    assert tokens_of(line) == tokens


def test_tokens_join_to_the_line_they_came_from() -> None:
    line = "late--the moon-lit harbour, sleeping; it's mine!"
    assert join_tokens(tokens_of(line)) == line


def test_prose_is_cut_at_marks_and_keeps_every_word() -> None:
    prose = "The Mole had been working very hard all the morning, spring-cleaning his little home. First with brooms."
    phrases = list(phrases_of(prose))
    assert [word for phrase in phrases for word in phrase] == tokens_of(prose)
    assert all(len(words_of(join_tokens(phrase))) <= 11 for phrase in phrases)


def test_blank_lines_part_stanzas() -> None:
    assert stanzas_of("a\nb\n\n\n c\n") == [["a", "b"], ["c"]]


@pytest.mark.parametrize(
    ("word", "pattern"),
    [("harbour", "10"), ("colours", "10"), ("walked", "1"), ("wanted", "10"), ("o'er", "1"), ("moonlit", "12"), ("lamp's", "1"),
     ("belovèd", "010"), ("runnin'", "10"), ("stopping", "10"), ("unlit", "01")],
)  # fmt: skip
def test_words_and_their_endings_are_said_with_their_stress(word: str, pattern: str) -> None:
    assert pattern in {stresses(way) for way in load_dictionary().ways(word)}


def test_what_is_no_word_is_not_guessed() -> None:
    assert load_dictionary().ways("qzxv") == ()
    assert "qzxv" not in load_dictionary()


def test_variants_and_comments_of_the_dictionary_file_are_read() -> None:
    assert parse_dictionary("a AH0\na(2) EY1 # letter\n") == {"a": (("AH0",), ("EY1",))}


def test_only_dated_and_decent_poems_may_be_learned() -> None:
    assert may_be_learned({"rights": "dated", "oov": 0.01}, {"sea"})
    assert not may_be_learned({"rights": "cleared"}, {"sea"})
    assert not may_be_learned({"rights": "dated", "oov": 0.2}, {"sea"})
    assert not may_be_learned({"rights": "dated"}, {"massa", "de", "gwine"})


def test_the_voice_follows_the_words_before_the_birth_year() -> None:
    assert voice_of(1880, {"thou", "sea"}) == "old"
    assert voice_of(1880, {"sea"}) == "new"
    assert voice_of(1800, {"sea"}) == voice_of(None, {"sea"}) == "mid"


def test_reversing_lines_leaves_controls_in_place_and_undoes_itself() -> None:
    rows = np.array([[1, 50, 51, 52, 2, 53, 54, 3, 0, 0], [50, 51, 1, 52, 53, 54, 55, 56, 57, 58]], dtype=np.uint16)
    turned = reverse_lines(rows, 40)
    assert turned.tolist() == [[1, 52, 51, 50, 2, 54, 53, 3, 0, 0], [51, 50, 1, 58, 57, 56, 55, 54, 53, 52]]
    assert (reverse_lines(turned, 40) == rows).all()


def test_a_vocabulary_survives_its_file(tmp_path) -> None:
    vocabulary = make_vocabulary([("sea", 9, "sea", (("S", "IY1"),)), ("i", 4, "I", (("AY1",),))])
    vocabulary.save(tmp_path / "words.tsv")
    assert load_vocabulary(tmp_path / "words.tsv") == vocabulary
    assert vocabulary.encode(["Sea", ",", "qqq"]) == [vocabulary.first_word, vocabulary.number(","), vocabulary.unknown]
    assert vocabulary.tokens[: len(CONTROLS)] == CONTROLS


def test_a_damaged_vocabulary_is_named(tmp_path) -> None:
    (tmp_path / "words.tsv").write_text("sea\t9\n", encoding="utf-8")
    with pytest.raises(Broken, match="line 1 is not a row of four columns"):
        load_vocabulary(tmp_path / "words.tsv")
