from __future__ import annotations

import pytest

from albumen.corpus.chord_finding import chord_agreement, find_chords, in_slots
from albumen.corpus.grid import on_grid
from albumen.corpus.key_finding import Trust, find_key
from albumen.corpus.sounding import chord_slots, sounding
from albumen.score.chord import Chord
from albumen.score.key import Key
from albumen.score.notes import Note
from albumen.score.score import ChordChange, Score
from tests.unit.corpus.songs import BAR, chorale, line, part, song

MAJOR = ["C", "F", "G7", "C", "Am", "Dm", "G7", "C"]
MINOR = ["Am", "Dm", "E7", "Am", "F", "Dm", "E7", "Am"]


def key_of(score: Score, said: Key | None = None, trust: Trust = Trust.NONE) -> Key | None:
    grid = on_grid(score)
    return find_key(sounding(grid), grid.bars(), said, trust)


@pytest.mark.parametrize("shift", range(12))
@pytest.mark.parametrize(("chords", "home"), [(MAJOR, Key.parse("C")), (MINOR, Key.parse("Am"))])
def test_cadences_tell_the_key_in_every_transposition(chords: list[str], home: Key, shift: int) -> None:
    assert key_of(chorale(chords, shift)) == home.transposed(shift)


def test_a_signature_may_hide_a_relative_minor_but_an_exact_key_holds() -> None:
    assert key_of(chorale(MINOR), Key.parse("C"), Trust.SIGNATURE) == Key.parse("Am")
    both = [*MAJOR[:4], *MINOR[:4]]
    assert key_of(chorale(both), Key.parse("Am"), Trust.EXACT) == Key.parse("Am")
    assert key_of(chorale(both), Key.parse("C"), Trust.EXACT) == Key.parse("C")


def test_an_absurd_stated_key_is_overruled() -> None:
    assert key_of(chorale(MAJOR * 2), Key.parse("F#"), Trust.EXACT) == Key.parse("C")


def test_drums_have_no_key_and_no_chords() -> None:
    grid = on_grid(song(part(line([36] * 16), is_drum=True)))
    assert find_key(sounding(grid), grid.bars()) is None
    assert find_chords(sounding(grid), grid.bars(), Key()) == ()


@pytest.mark.parametrize("shift", [0, 1, 6, 11])
@pytest.mark.parametrize("chords", [MAJOR, MINOR, ["C", "A7", "Dm7", "G7", "Em7b5", "A7", "Dm", "Bdim7"]])
def test_block_chords_are_named(chords: list[str], shift: int) -> None:
    chords = [name for name in chords if name != "Bdim7"]
    grid = on_grid(chorale(chords, shift))
    home = Key.parse("Am" if chords == MINOR else "C").transposed(shift)
    found = find_chords(sounding(grid), grid.bars(), home)
    edges = chord_slots(grid.bars())[:-1]
    by_slot = [next(change.chord for change in reversed(found) if change.tick <= edge) for edge in edges]
    # Sevenths of three-note voicings cannot be heard: the triad is right as well.
    for name, chord in zip(chords, by_slot, strict=False):
        said = Chord.parse(name).transposed(shift)
        assert chord is not None and chord.root == said.root, (name, str(chord))
        assert set(said.pitch_classes[:2]) <= set(chord.pitch_classes)


def test_chords_change_only_at_slots_and_only_when_they_change() -> None:
    grid = on_grid(chorale(["C", "C", "G7", "C"] * 4))
    found = find_chords(sounding(grid), grid.bars(), Key())
    assert {change.tick for change in found} <= set(chord_slots(grid.bars()).tolist())
    assert all(one.chord != two.chord for one, two in zip(found, found[1:], strict=False))
    assert [str(change.chord)[0] for change in found] == ["C", "G"] * 4 + ["C"]


def test_a_silent_bar_has_no_chord() -> None:
    notes = [*line([60, 64, 67, 60]), *line([60, 64, 67, 60], start=3 * BAR)]
    grid = on_grid(song(part(notes)))
    found = find_chords(sounding(grid), grid.bars(), Key())
    assert ChordChange(48, None) in found
    assert found[-1].chord is not None


def test_three_four_has_one_slot_a_bar_and_six_eight_two() -> None:
    waltz = on_grid(song(part(line([60] * 12)), meter="3/4"))
    jig = on_grid(song(part(line([60] * 12, 240)), meter="6/8"))
    assert chord_slots(waltz.bars()).tolist() == [0, 36, 72, 108, 144]
    assert chord_slots(jig.bars()).tolist() == [0, 18, 36, 54, 72]


def test_agreement_of_stated_and_found_chords() -> None:
    grid = on_grid(chorale(["C", "C", "F", "F", "G", "G", "C", "C"]))
    bars = grid.bars()
    found = find_chords(sounding(grid), bars, Key())
    right = tuple(ChordChange(48 * bar, Chord.parse(name)) for bar, name in enumerate(["C", "F", "G", "C"]))
    wrong = tuple(ChordChange(48 * bar, Chord.parse(name)) for bar, name in enumerate(["Gb", "B", "Db", "Gb"]))
    assert chord_agreement(right, found, bars) == 1.0
    assert chord_agreement(wrong, found, bars) == 0.0
    late = (ChordChange(48, Chord.parse("Fmaj7")),)
    assert [str(change.chord) for change in in_slots(late, found, bars)] == ["C", "Fmaj7"]


def test_a_pedal_point_does_not_silence_the_harmony_above() -> None:
    pedal = part([Note(0, 8 * BAR, 36)], "pedal", 43)
    upper = chorale(["C", "C", "F", "F", "G", "G", "C", "C"] * 2)
    grid = on_grid(upper.replace(parts=(pedal, *upper.parts[1:])))
    roots = [str(change.chord)[0] for change in find_chords(sounding(grid), grid.bars(), Key()) if change.chord]
    assert roots[:3] == ["C", "F", "G"]
