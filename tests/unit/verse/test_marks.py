"""Marks of any text against how poets read it: lines of our own in every metre, and single lines that everybody knows."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from albumen.verse.lexicon import load_lexicon
from albumen.verse.marks import Mark, mark_text

LEXICON = load_lexicon()


def _caps(mark: Mark) -> str:
    """The beats as a poet writes them."""
    return "".join("/" if beat == "DUM" else "x" for beat in mark.beats.split())


@pytest.mark.parametrize(
    ("line", "metre", "beats"),
    [
        ("Whose woods these are I think I know.", "iambic 4", "x/x/x/x/"),
        ("Shall I compare thee to a summer's day?", "iambic 5", "x/x/x/x/x/"),
        ("Thou art more lovely and more temperate:", "iambic 5", "x/x/x/x/x/"),
        ("Rough winds do shake the darling buds of May,", "iambic 5", None),
        ("Tyger Tyger, burning bright,", "trochaic 4", "/x/x/x/"),
        ("Twinkle, twinkle, little star,", "trochaic 4", "/x/x/x/"),
        ("By the shining Big-Sea-Water,", "trochaic 4", "/x/x/x/x"),
        ("The Assyrian came down like the wolf on the fold,", "anapestic 4", "xx/xx/xx/xx/"),
        ("And the sheen of their spears was like stars on the sea,", "anapestic 4", "xx/xx/xx/xx/"),
        ("This is the forest primeval. The murmuring pines and the hemlocks,", "dactylic 6", None),
    ],
)
def test_lines_that_everybody_knows_are_read_as_everybody_reads_them(line: str, metre: str, beats: str | None) -> None:
    (mark,) = mark_text(line, LEXICON)
    assert mark.metre == metre, (mark.metre, _caps(mark))
    assert beats is None or _caps(mark) == beats


STANZAS = {
    "iambic": """The evening comes across the quiet hill
And lays a shadow on the garden wall.
The birds are gone, the apple trees are still,
And I can hear a distant farmer call.""",
    "trochaic": """Silver river, running under
Yellow willows in the morning,
Carry all your summer thunder
To the sea and give no warning.""",
    "anapestic": """In the cool of the morning we came to the shore
And the sand was as white as the foam of the sea,
But the boats of our fathers were waiting no more
And the wind in the grass had a message for me.""",
}


@pytest.mark.parametrize("foot", STANZAS)
def test_a_stanza_has_one_metre_and_every_beat_of_it(foot: str) -> None:
    marks = mark_text(STANZAS[foot], LEXICON)
    assert {mark.metre for mark in marks} == {f"{foot} {5 if foot == 'iambic' else 4}"}
    foot_beats = {"iambic": "x/", "trochaic": "/x", "anapestic": "xx/"}[foot]
    assert all(_caps(mark) == foot_beats * int(mark.metre[-1]) for mark in marks), [_caps(mark) for mark in marks]
    assert [mark.rhyme for mark in marks] == ["a", "b", "a", "b"]


def test_each_line_of_a_stanza_has_its_own_number_of_feet() -> None:
    ballad = """The ship went out upon the tide
With all her lanterns lit,
And no one saw the harbour side
Grow dark on top of it."""
    assert [mark.metre for mark in mark_text(ballad, LEXICON)] == ["iambic 4", "iambic 3"] * 2
    limerick = """There was an old sailor from Kent
Who mended his boat with cement;
He put out to sea
At a quarter to three
And nobody knows where he went."""
    marks = mark_text(limerick, LEXICON)
    assert [mark.metre for mark in marks] == [f"anapestic {feet}" for feet in (3, 3, 2, 2, 3)]
    assert [mark.rhyme for mark in marks] == ["a", "a", "b", "b", "a"]


def test_each_stanza_is_read_by_itself_and_rhymes_through_the_text() -> None:
    marks = mark_text("\n\n".join((*STANZAS.values(), STANZAS["iambic"])), LEXICON)
    assert [mark.metre.split()[0] for mark in marks] == [foot for foot in (*STANZAS, "iambic") for _ in range(4)]
    assert [mark.rhyme for mark in marks[-4:]] == ["a", "b", "a", "b"]


def test_prose_is_called_free_verse() -> None:
    prose = """I went down to the shop because we needed electricity tokens
and nobody, honestly nobody, had telephoned about it
which, considering everything that happened on Wednesday afternoon,
was fine."""
    assert {mark.metre for mark in mark_text(prose, LEXICON)} == {"free verse"}


def test_near_rhymes_are_marked_lower_than_perfect_ones() -> None:
    text = "I saw the ship\nbeyond the town\nI took a sip\nand all alone"
    assert [mark.rhyme for mark in mark_text(text, LEXICON)] == ["a", "b", "a", "b~"]


@pytest.mark.parametrize(
    ("text", "read", "syllables"),
    [
        ("It is 3 o'clock", "It is three o'clock", 5),
        ("The year was 1914", "The year was nineteen fourteen", 7),
        ("In 1805 and in 1900", "In eighteen oh five and in nineteen hundred", 11),
        ("In 2004, in 2024", "In two thousand four, in twenty twenty four", 11),
        ("42 boats, 100 oars, 0 sails", "forty two boats, one hundred oars, zero sails", 11),
    ],
)
def test_simple_numbers_are_said(text: str, read: str, syllables: int) -> None:
    (mark,) = mark_text(text, LEXICON)
    assert (mark.read, mark.syllables, mark.unsure, mark.text) == (read, syllables, (), text)


def test_what_cannot_be_read_is_listed() -> None:
    (mark,) = mark_text("On 5th Avenue 123456 boats, 1.5 brr Zanzibora and 月", LEXICON)
    assert set(mark.unsure) == {"5th", "123456", "1.5", "brr", "zanzibora", "月"}


def test_the_beats_stand_above_their_syllables() -> None:
    (mark,) = mark_text("Thou art more lovely and more temperate:", LEXICON)
    above, below = mark.shown()
    assert below == "Thou art more lovely and more temperate:"
    assert above == "  x  /    x    / x   /    x    /  x /"
    (mark,) = mark_text("It is 3 o'clock", LEXICON)
    assert mark.shown()[1] == "It is three o'clock" and len(mark.shown()[0].split()) == 5


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.text(max_size=120), st.text(alphabet="aeioublst '-,\n1905’—İ", max_size=120)))
def test_every_syllable_of_any_text_has_its_mark(text: str) -> None:
    for mark in mark_text(text, LEXICON):
        above, below = mark.shown()
        assert sum(len(beats) for _, beats in mark.words) == mark.syllables == len(mark.beats.split())
        assert set(above) <= {"/", "x", " "} and len(above) <= len(below) + 1


def test_a_long_text_is_marked_at_once() -> None:
    text = "\n\n".join(STANZAS.values())
    began = time.monotonic()
    assert len(mark_text("\n\n".join([text] * 35), LEXICON)) == 420
    assert mark_text("sea " * 5000, LEXICON)[0].metre == "free verse"
    assert time.monotonic() - began < 20
