"""Letters to sounds: what is learned from a small dictionary is said again, and the shipped speller is good enough to scan."""

from __future__ import annotations

import json
import lzma

from albumen.models.verse.dictionary import Dictionary, load_dictionary, parse_dictionary, stresses
from albumen.models.verse.spelling import HELD_OUT, Speller, accuracy, learn_spelling, load_speller


def test_a_regular_language_is_learned_and_generalised() -> None:
    vowels, consonants = (
        {"a": "AA1", "e": "EH1", "i": "IY1", "o": "OW1"},
        {"b": "B", "d": "D", "k": "K", "m": "M", "t": "T"},
    )
    words = [c + v + d for c in consonants for v in vowels for d in consonants]
    text = "\n".join(f"{w} {consonants[w[0]]} {vowels[w[1]]} {consonants[w[2]]}" for w in words)
    speller, held = learn_spelling(Dictionary(parse_dictionary(text)))
    assert len(held) == len(words) // HELD_OUT
    assert accuracy(speller, held)["sounds and stress"] == 1.0
    assert speller.say("bat") == ("B", "AA1", "T")


def test_the_shipped_speller_is_right_about_half_the_words_it_never_saw() -> None:
    usable = [(w, ways) for w, ways in load_dictionary().headwords() if w.isascii() and w.isalpha() and len(w) > 1]
    held = usable[::HELD_OUT][::10]
    found = accuracy(load_speller(), held)
    assert found["sounds and stress"] > 0.47 and found["syllables"] > 0.91 and found["stress pattern"] > 0.75


def test_a_speller_survives_its_file(tmp_path) -> None:
    speller = Speller({"a": "AH0"})
    speller.save(tmp_path / "spelling.json.xz")
    assert json.loads(lzma.decompress((tmp_path / "spelling.json.xz").read_bytes())) == {"a": "AH0"}


def test_titles_scan() -> None:
    assert len(stresses(load_speller().say("zanzibora"))) == 4
