"""Laws of verse that hold for any words and any text."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from albumen.models.verse.copies import RUN, CopySieve, _places
from albumen.models.verse.spelling import Speller, align, one_stress
from albumen.models.verse.text import join_tokens, tokens_of, words_of
from albumen.models.verse.vocabulary import reverse_lines
from albumen.verse.lexicon import Lexicon, load_lexicon
from albumen.verse.marks import mark_text
from albumen.verse.metre import fits_of
from albumen.verse.rhyme import ending_of, level_of
from albumen.verse.server import usable_lines

LEXICON: Lexicon = load_lexicon()
SOUNDS = st.lists(
    st.sampled_from(["AA1", "IY0", "OW2", "AH0", "B", "K", "T", "N", "S", "L", "R"]), min_size=1, max_size=7
)
PATTERNS = ["1", "0", "10", "01", "100", "210"]
calm = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@calm
@given(st.text(max_size=80))
def test_reading_a_line_twice_changes_nothing(text: str) -> None:
    once = join_tokens(tokens_of(text))
    assert words_of(join_tokens(tokens_of(once))) == words_of(once)


@calm
@given(st.text(max_size=200))
def test_marks_and_proposals_take_any_text(text: str) -> None:
    for mark in mark_text(text, LEXICON):
        assert len(mark.beats.split()) == mark.syllables
    assert all(words_of(line) for line in usable_lines(text.splitlines()))


@calm
@given(SOUNDS, SOUNDS)
def test_rhyme_looks_both_ways_and_never_in_the_mirror(first: list[str], second: list[str]) -> None:
    one, other = ending_of(tuple(first)), ending_of(tuple(second))
    if one is not None:
        assert level_of(one, one) != "perfect"
        if other is not None:
            assert level_of(one, other) == level_of(other, one)


@calm
@given(st.integers(1, 6), st.integers(5, 40), st.randoms())
def test_turning_lines_round_twice_is_nothing(rows: int, width: int, random) -> None:
    table = np.array([[random.randrange(60) for _ in range(width)] for _ in range(rows)], dtype=np.uint16)
    turned = reverse_lines(table, 40)
    assert (reverse_lines(turned, 40) == table).all()
    assert (np.sort(turned, axis=1) == np.sort(table, axis=1)).all()


@calm
@given(st.lists(st.lists(st.integers(50, 12_000), min_size=RUN, max_size=RUN), min_size=1, max_size=30))
def test_the_sieve_never_misses_a_run(runs: list[list[int]]) -> None:
    bits = np.zeros(512, dtype=np.uint8)
    places = _places(np.array(runs, dtype=np.uint64), len(bits) * 8).reshape(-1)
    np.bitwise_or.at(bits, places >> np.uint64(3), (1 << (places & np.uint64(7))).astype(np.uint8))
    sieve = CopySieve(bits)
    assert all(sieve.holds([7, *run, 9]) for run in runs)
    assert not sieve.holds(runs[0][:-1])


@calm
@given(st.text(alphabet="abcdefghilmnoprstuy", min_size=1, max_size=9), SOUNDS)
def test_an_alignment_gives_every_sound_to_a_letter(word: str, way: list[str]) -> None:
    pairs = align(word, tuple(way), {})
    if pairs:
        assert "".join(letter for letter, _ in pairs) == word
        assert [sound for _, sounds in pairs for sound in sounds.split()] == way
    else:
        assert len(way) > 2 * len(word)


@calm
@given(SOUNDS)
def test_a_said_word_has_one_main_stress(sounds: list[str]) -> None:
    said = one_stress(sounds)
    assert sum(sound.endswith("1") for sound in said) == (1 if any(sound[-1].isdigit() for sound in sounds) else 0)
    assert [sound.rstrip("012") for sound in said] == [sound.rstrip("012") for sound in sounds]


@calm
@given(
    st.text(alphabet="sw", min_size=1, max_size=11),
    st.lists(st.sampled_from(["1", "0", "10", "01", "100", "210"]), min_size=1, max_size=8),
)
def test_a_fit_never_overfills_a_pattern(pattern: str, stresses: list[str]) -> None:
    for filled, fit in enumerate(fits_of(pattern, [(stress,) for stress in stresses], np.zeros(len(stresses), bool))):
        finite = np.isfinite(fit.costs)
        assert (fit.lengths[finite] + filled <= len(pattern)).all() and (fit.costs[finite] >= 0).all()


def test_a_speller_reads_the_widest_context_it_knows() -> None:
    speller = Speller({"c": "K", "ce": "S", "a": "AE1", "e": "", "n": "N", "t": "T"})
    assert speller.say("cat") == ("K", "AE1", "T") and speller.say("cen") == ("S", "N") and speller.say("9!") == ()
