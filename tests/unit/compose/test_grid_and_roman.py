"""The languages of the style files."""

import pytest

from albumen.compose.grid import Mark, grid_of, rhythm_of, rhythm_text
from albumen.compose.roman import chord_of, phrase_of
from albumen.score.key import Key
from albumen.score.meter import Meter


@pytest.mark.parametrize(
    ("numeral", "key", "chord"),
    [
        ("I", "C", "C"),
        ("ii7", "F", "Gm7"),
        ("V7/V", "C", "D7"),
        ("bVII", "D", "C"),
        ("V7", "Am", "E7"),
        ("VI", "Am", "F"),
        ("viio7", "Am", "Abdim7"),
        ("viio7/V", "C", "Gbdim7"),
        ("iih7", "Cm", "Dm7b5"),
        ("IVmaj7", "G", "Cmaj7"),
        ("#ivo7", "C", "Gbdim7"),
    ],
)
def test_numerals_mean_chords(numeral: str, key: str, chord: str) -> None:
    assert str(chord_of(numeral, Key.parse(key))) == chord


@pytest.mark.parametrize("numeral", ["H", "Iq", "VIII", "", "V7/"])
def test_unknown_numerals_are_refused(numeral: str) -> None:
    with pytest.raises(ValueError, match="roman numeral|may stand"):
        chord_of(numeral, Key())


def test_a_bar_with_too_many_chords_is_refused() -> None:
    with pytest.raises(ValueError, match="needs 1 or 1 chords"):
        phrase_of("I | IV V", 1)


def test_beats_may_divide_differently() -> None:
    (bar,) = grid_of("x.. xx X--- .", Meter(4, 4))
    assert bar == (Mark(0, 4, "x"), Mark(12, 6, "x"), Mark(18, 6, "x"), Mark(24, 12, "X"))


@pytest.mark.parametrize(("text", "meter"), [("x... x...", "4/4"), ("xxxxx xx xx xx", "4/4"), ("x... x.", "6/8")])
def test_grids_that_do_not_fit_are_refused(text: str, meter: str) -> None:
    with pytest.raises(ValueError, match="beats|divide"):
        grid_of(text, Meter.parse(meter))


@pytest.mark.parametrize("text", ["q. e -q q", "t t t q h", "w", "e s s q. e q"])
def test_rhythms_read_back(text: str) -> None:
    assert rhythm_text(rhythm_of(text, Meter(4, 4))) == text


@pytest.mark.parametrize("text", ["q q q", "x q q q", "q q q q e"])
def test_rhythms_must_fill_the_bar(text: str) -> None:
    with pytest.raises(ValueError, match="fills|written like"):
        rhythm_of(text, Meter(4, 4))
