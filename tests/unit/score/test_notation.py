"""How notes are laid out for engraving."""

from __future__ import annotations

import pytest

from albumen.score.key import Key
from albumen.score.meter import Meter
from albumen.score.notation import Sounding, on_grid, two_hands, voices_by_bar
from albumen.score.note_values import values
from albumen.score.notes import Note, Notes
from albumen.score.spelling import signature_alter, spelled


@pytest.mark.parametrize(
    ("meter", "start", "end", "lengths"),
    [
        ("4/4", 0, 96, [96]),
        ("4/4", 12, 36, [24]),  # a syncopated quarter
        ("4/4", 36, 60, [12, 12]),  # must not hide the middle of the bar
        ("4/4", 24, 72, [48]),
        ("4/4", 0, 36, [36]),
        ("3/4", 0, 72, [72]),
        ("6/8", 0, 36, [36]),
        ("6/8", 12, 48, [24, 12]),  # split at the beat
        ("4/4", 16, 48, [8, 24]),
        ("4/4", 16, 32, [16]),  # the middle of three triplet quarters
        ("4/4", 0, 5, [4, 1]),
        ("4/4", 0, 0, []),
    ],
)
def test_values_keep_the_beats_visible(meter: str, start: int, end: int, lengths: list[int]) -> None:
    assert [value.length for value in values(start, end, Meter.parse(meter))] == lengths


@pytest.mark.parametrize("meter", ["4/4", "3/4", "6/8", "7/8", "2/2", "5/4", "12/8"])
def test_any_stretch_is_filled_exactly(meter: str) -> None:
    for start in range(0, 96, 5):
        for end in range(start, 192, 7):
            for is_rest in (False, True):
                pieces = list(values(start, end, Meter.parse(meter), is_rest=is_rest))
                assert sum(piece.length for piece in pieces) == end - start
                assert all(piece.type for piece in pieces)
                assert all(a.start + a.length == b.start for a, b in zip(pieces, pieces[1:], strict=False))


def test_every_pitch_is_spelled_as_itself_in_every_key() -> None:
    steps = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
    for fifths in range(-7, 8):
        for is_minor in (False, True):
            for pitch in range(128):
                name = spelled(pitch, Key(fifths, is_minor))
                assert steps[name.step] + name.alter + 12 * (name.octave + 1) == pitch
                assert abs(name.alter) <= 2


def test_scales_are_spelled_by_their_signature() -> None:
    for fifths in range(-7, 8):
        key = Key(fifths)
        for interval in (0, 2, 4, 5, 7, 9, 11):
            name = spelled(60 + (key.tonic + interval) % 12, key)
            assert name.alter == signature_alter(name.step, fifths)
    assert spelled(68, Key(0, True)).step == "G"  # the leading tone of A minor


def test_overlapping_notes_take_voices_of_their_own() -> None:
    notes = [Sounding(0, 96, 60, 80), Sounding(0, 48, 72, 80), Sounding(0, 48, 76, 80), Sounding(48, 120, 74, 80)]
    first, second = voices_by_bar(notes, [(0, 96), (96, 192)])
    assert [[[note.pitch for note in chord.notes] for chord in voice] for voice in first] == [[[72, 76], [74]], [[60]]]
    assert [(chord.start, chord.end, chord.tied_back) for chord in second[0]] == [(0, 24, True)]


def test_hands_part_at_the_widest_gap() -> None:
    notes = [Sounding(0, 24, pitch, 80) for pitch in (43, 50, 57, 67, 71, 74)]
    right, left = two_hands(notes, [(0, 96)])
    assert [note.pitch for note in right] == [67, 71, 74]
    assert [note.pitch for note in left] == [43, 50, 57]


def test_played_triplets_are_not_taken_for_sixteenths() -> None:
    notes = Notes.of([Note(i * 160 + (7, -0, 5)[i], 150, 60 + i) for i in range(3)])
    assert [note.start for note in on_grid(notes, 480)] == [0, 8, 16]
