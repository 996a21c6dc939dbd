"""Reading and writing MIDI: what is kept, and what is said about files that are no songs."""

from __future__ import annotations

import struct

import pytest

from albumen.score.key import Key
from albumen.score.meter import Meter
from albumen.score.midi import read_midi
from albumen.score.midi_write import midi_bytes
from albumen.score.notes import Note, Notes
from albumen.score.part import Bend, Control, Part
from albumen.score.score import KeyChange, Score
from albumen.score.time_map import MeterChange, TempoChange
from albumen.work.errors import Wrong

END = bytes((0, 0xFF, 0x2F, 0))


def midi(*tracks: bytes, kind: int = 1, division: int = 480) -> bytes:
    """A MIDI file of raw tracks; each gets its end mark."""
    chunks = [b"MTrk" + struct.pack(">I", len(track + END)) + track + END for track in tracks]
    return b"MThd" + struct.pack(">IHHH", 6, kind, len(tracks), division) + b"".join(chunks)


def meta(kind: int, data: bytes) -> bytes:
    return bytes((0, 0xFF, kind, len(data))) + data


ONE_NOTE = bytes((0, 0x90, 60, 80, 96, 0x80, 60, 0))


def test_a_score_survives_being_written_and_read() -> None:
    flute = Part(
        id="flute", name="Flöte", program=73, notes=Notes.of([Note(0, 480, 72, 90), Note(480, 480, 72, 80)]),
        controls=(Control(0, 7, 100), Control(240, 64, 127)), bends=(Bend(10, -8192), Bend(20, 8191)),
    )  # fmt: skip
    drums = Part(id="drums", is_drum=True, program=8, notes=Notes.of([Note(0, 10, 36), Note(1920, 10, 38)]))
    score = Score(
        parts=(flute, drums), title="Übung", tempos=(TempoChange(0, 400_000), TempoChange(960, 600_000)),
        meters=(MeterChange(0, Meter(3, 4)), MeterChange(1440, Meter(6, 8))), keys=(KeyChange(0, Key(-3, True)),),
    )  # fmt: skip
    again = read_midi(midi_bytes(score))
    assert (again.title, again.tempos, again.meters) == (score.title, score.tempos, score.meters)
    assert again.keys == score.keys
    assert [part.name for part in again.parts] == ["Flöte", "drums"]
    for before, after in zip(score.parts, again.parts, strict=True):
        assert (after.program, after.is_drum, after.notes) == (before.program, before.is_drum, before.notes)
        assert (after.controls, after.bends) == (before.controls, before.bends)


def test_twenty_parts_keep_their_programs() -> None:
    parts = tuple(Part(id=f"p{i}", program=i % 18, notes=Notes.of([Note(i, 100, 60)])) for i in range(40))
    again = read_midi(midi_bytes(Score(parts=parts)))
    assert [(part.name, part.program) for part in again.parts] == [(part.id, part.program) for part in parts]


def test_parts_beyond_the_fifteenth_share_channels_with_their_own_program_only() -> None:
    parts = tuple(Part(id=f"p{i}", program=40 if i >= 14 else i, notes=Notes.of([Note(0, 100, 60)])) for i in range(17))
    data = midi_bytes(Score(parts=parts))
    programs: dict[int, set[int]] = {}
    for track in data.split(b"MTrk")[2:]:
        at = next(i for i in range(len(track)) if track[i] & 0xF0 == 0xC0 and track[i - 1] == 0)
        programs.setdefault(track[at], set()).add(track[at + 1])
    assert all(len(used) <= 2 for used in programs.values())
    assert programs[0xC0 | 15] == {40}


def test_a_program_set_in_another_track_reaches_the_notes() -> None:
    score = read_midi(midi(bytes((0, 0xC0, 40)) + bytes((0, 0xB0, 7, 99)), ONE_NOTE))
    assert [(part.id, part.program, part.controls) for part in score.parts] == [("violin", 40, (Control(0, 7, 99),))]


def test_a_change_of_program_begins_another_part() -> None:
    score = read_midi(midi(bytes((0, 0xC0, 40)) + ONE_NOTE + bytes((0, 0xC0, 73)) + ONE_NOTE))
    assert [(part.id, len(part.notes)) for part in score.parts] == [("violin", 1), ("flute", 1)]


def test_overlapping_notes_of_one_pitch_end_first_in_first_out() -> None:
    track = bytes((0, 0x90, 60, 80, 10, 60, 81, 10, 60, 0, 10, 60, 0))
    assert [tuple(note) for note in read_midi(midi(track)).parts[0].notes] == [(0, 20, 60, 80), (10, 20, 60, 81)]


def test_a_new_strike_ends_a_note_that_was_never_ended_and_the_last_lasts_to_the_end() -> None:
    track = bytes((0, 0x90, 60, 80, 10, 60, 81, 50, 0xB0, 7, 1))
    assert [tuple(note) for note in read_midi(midi(track)).parts[0].notes] == [(0, 10, 60, 80), (10, 50, 60, 81)]


def test_names_in_latin_1_and_utf_8_are_read() -> None:
    for encoding in ("latin-1", "utf-8"):
        score = read_midi(midi(meta(3, "Flöte".encode(encoding)) + ONE_NOTE))
        assert (score.parts[0].name, score.parts[0].id) == ("Flöte", "flote")


SMPTE = [(25, 40, 500, 2.4), (24, 1, 12, 4.0), (29, 100, 1500, 0.03203)]


@pytest.mark.parametrize(("frames", "ticks", "resolution", "seconds"), SMPTE)
def test_smpte_time_keeps_the_seconds(frames: int, ticks: int, resolution: int, seconds: float) -> None:
    delta = {25: bytes((0x92, 0x60)), 24: bytes((96,)), 29: bytes((96,))}[frames]
    track = bytes((0, 0x90, 60, 80)) + delta + bytes((0x80, 60, 0))
    score = read_midi(midi(track, division=(256 - frames) << 8 | ticks))
    assert score.resolution == resolution
    assert score.seconds == pytest.approx(seconds, abs=1e-4)


def test_patterns_of_a_type_2_file_follow_each_other() -> None:
    score = read_midi(midi(ONE_NOTE, ONE_NOTE, kind=2))
    assert [int(part.notes.onset[0]) for part in score.parts] == [0, 96]


def test_chord_names_in_markers_become_chords_and_rehearsal_letters_do_not() -> None:
    chords = read_midi(midi(meta(6, b"Bb6/D"), ONE_NOTE)).chords
    assert [str(chord) for _, chord in chords] == ["Bb"]
    assert read_midi(midi(meta(6, b"A"), ONE_NOTE)).chords == ()
    assert read_midi(midi(meta(6, b"Chorus"), ONE_NOTE)).sections == ()


def test_a_file_without_tempo_and_meter_gets_the_usual_ones() -> None:
    score = read_midi(midi(ONE_NOTE, kind=0))
    assert (score.tempos, score.meters) == ((TempoChange(0, 500_000),), (MeterChange(0, Meter(4, 4)),))


GOOD = midi(ONE_NOTE)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"not music at all", "not a MIDI file"),
        (GOOD[:10], "cut off"),
        (GOOD[:-6], "track 1 of 1 is incomplete"),
        (midi(ONE_NOTE, ONE_NOTE)[: len(GOOD)], "1 of 2 tracks"),
        (midi(ONE_NOTE, division=0), "no ticks"),
        (midi(ONE_NOTE, division=0x9C01), "this file says 100"),
        (midi(ONE_NOTE, kind=3), "type 0, 1 or 2"),
        (midi(meta(0x51, bytes(3)) + ONE_NOTE), "tempo at tick 0 is absurd"),
        (midi(meta(0x58, bytes((0, 2, 24, 8))) + ONE_NOTE), "meter at tick 0 is absurd (0/4)"),
        (midi(meta(0x58, bytes((4, 200, 24, 8))) + ONE_NOTE), "meter at tick 0 is absurd"),
        (midi(bytes((0, 60, 80))), "data without an event"),
        (midi(bytes((0, 0x90, 0x90, 80))), "run into each other"),
        (midi(bytes((0x81, 0x81, 0x81, 0x81, 0, 0x90, 60, 80))), "damaged"),
        (midi(bytes((0, 0x90, 60, 80)) + bytes((0xFF, 0xFF, 0xFF, 0x7F, 0x80, 60, 0))), "bars"),
        (GOOD + bytes(17 * 2**20), "17 MB"),
    ],
)
def test_a_file_that_is_no_song_is_refused_in_one_sentence(data: bytes, said: str) -> None:
    with pytest.raises(Wrong, match=r"^song\.mid: ") as refusal:
        read_midi(data, name="song.mid")
    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value)
