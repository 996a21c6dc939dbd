"""Reading ABC."""

from __future__ import annotations

import pytest

from albumen.score.abc.fields import parse_key, parse_meter, parse_tempo
from albumen.score.abc_read import abc_tunes, read_abc
from albumen.score.key import Key
from albumen.score.meter import Meter
from albumen.score.score import Score
from albumen.work.errors import Wrong


def tune(music: str, key: str = "C", meter: str = "4/4", more: str = "") -> Score:
    """A tune in quarter notes."""
    return read_abc(f"X:1\nT:Test\nM:{meter}\nL:1/4\n{more}K:{key}\n{music}\n".encode())


def heard(score: Score) -> list[tuple[float, float, int]]:
    """Onset and length in quarter notes, and pitch."""
    at = score.resolution
    return sorted((note.onset / at, note.length / at, note.pitch) for part in score.parts for note in part.notes)


def pitches(score: Score) -> list[int]:
    return [pitch for _, _, pitch in heard(score)]


def test_octaves_lengths_and_rests() -> None:
    assert heard(tune("C, c' z/ C3/2|")) == [(0, 1, 48), (1, 1, 84), (2.5, 1.5, 60)]
    assert heard(tune("C2 z2|Z2|C4|"))[-1] == (12, 4, 60)


def test_keys_and_accidentals_hold_to_the_bar_line() -> None:
    assert pitches(tune("F ^C C f|C F =F F|", key="D")) == [66, 61, 61, 78, 61, 66, 65, 65]
    assert pitches(tune("F _B =c c|", key="F#m")) == [66, 70, 72, 72]


def test_a_tie_over_the_bar_line_keeps_its_accidental() -> None:
    assert heard(tune("C3 ^F-|F F3|")) == [(0, 3, 60), (3, 2, 66), (5, 3, 65)]
    assert heard(tune("[CE]4-|[CE]4|")) == [(0, 8, 60), (0, 8, 64)]


def test_broken_rhythm_and_tuplets() -> None:
    assert heard(tune("C>D E<F|")) == [(0, 1.5, 60), (1.5, 0.5, 62), (2, 0.5, 64), (2.5, 1.5, 65)]
    third = 2 / 3
    expected = [(0, third, 60), (third, third, 62), (2 * third, third, 64), (2, 2, 65)]
    assert heard(tune("(3CDE F2|")) == expected
    assert heard(tune("(3:2:2C2D F2|"))[:2] == [(0, 4 / 3, 60), (4 / 3, third, 62)]


def test_repeats_and_endings() -> None:
    assert pitches(tune("|:C4|1 D4:|2 E4|]F4|")) == [60, 62, 60, 64, 65]
    assert pitches(tune("C4::D4:|")) == [60, 60, 62, 62]
    assert pitches(tune("|:C4|[1,2 D4:|[3 E4||F4|")) == [60, 62, 60, 62, 60, 64, 65]
    assert pitches(tune("C4!fine!|D4!D.C.!|")) == [60, 62, 60]


def test_an_upbeat_and_its_complement_keep_the_bar_lines() -> None:
    score = tune("C|D4|E3:|")
    assert [onset for onset, _, _ in heard(score)] == [3, 4, 8, 11, 12, 16]
    assert len(score.meters) == 1


def test_changes_inside_the_tune() -> None:
    score = tune("C4|[M:3/4][K:G]F3|[Q:1/4=90]C3|", more="Q:1/4=120\n")
    assert pitches(score) == [60, 66, 60]
    assert [(change.tick // 480, str(change.meter)) for change in score.meters] == [(0, "4/4"), (4, "3/4")]
    assert [round(change.quarters_per_minute) for change in score.tempos] == [120, 90]
    assert [str(change.key) for change in score.keys] == ["C", "G"]


def test_chord_symbols_become_chords_and_words_do_not() -> None:
    score = tune('"Am7"C2 "^slowly" "D7/F#"D2|{B}E4|')
    assert [(change.tick // 480, str(change.chord)) for change in score.chords] == [(0, "Am7"), (2, "D7")]
    assert pitches(score) == [60, 62, 64]


def test_voices_sound_together() -> None:
    voices = 'V:1 name="Flute"\nV:2 name="Cello" clef=bass octave=-1\n'
    score = tune("V:1\nC4|D4|\nV:2\nE4|F4|\n[V:1]G4|", more=voices)
    assert [(part.id, part.program) for part in score.parts] == [("flute", 73), ("cello", 42)]
    assert [note.pitch for note in score.part("flute").notes] == [60, 62, 67]
    assert [note.pitch for note in score.part("cello").notes] == [52, 53]


def test_a_program_and_an_overlay() -> None:
    score = tune("C2 D2 & G4|", more="%%MIDI program 21\n")
    assert score.parts[0].program == 21
    assert heard(score) == [(0, 2, 60), (0, 4, 67), (2, 2, 62)]


def test_fields() -> None:
    assert parse_key("Ador").key == Key.of(9, True)
    assert parse_key("Ador").alters["F"] == 1
    assert parse_key("D exp ^c").alters == {"C": 1}
    assert parse_key("HP").alters == {"F": 1, "C": 1}
    assert parse_key("none").key is None
    assert (parse_meter("C|"), parse_meter("2+3/8"), parse_meter("none")) == (Meter(2, 2), Meter(5, 8), None)
    assert (parse_tempo("3/8=80"), parse_tempo('"Allegro"'), parse_tempo("144")) == (120, 132, 144)


def test_a_tune_book_holds_many_tunes() -> None:
    book = b"% words\n\nX:1\nT:One\nK:C\nC\n\nX:2\nT:Two\nK:G\nF\n"
    tunes = [read_abc(tune) for tune in abc_tunes(book)]
    assert [(score.title, score.parts[0].notes.pitch.tolist()) for score in tunes] == [("One", [60]), ("Two", [66])]
    assert read_abc(book).title == "One"
    assert read_abc("X:1\nT:Bäume\nK:C\nC".encode("latin-1")).title == "Bäume"


def test_what_is_no_tune_is_refused() -> None:
    for data in (b"", b"no tune", b"X:1\nT:No key\nC D E"):
        with pytest.raises(Wrong, match=r"a\.abc: the file holds no ABC tune"):
            read_abc(data, name="a.abc")
    assert pitches(tune("(" + "9" * 5000 + "C|")) == [60]
    with pytest.raises(Wrong, match="measures"):
        tune("Z9999|" * 9)
