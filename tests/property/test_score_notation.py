"""Sheet music says exactly which notes are played, as long as they lie on its grid."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from albumen.score.chord import Chord
from albumen.score.instrument import PROGRAM_NAMES
from albumen.score.key import Key
from albumen.score.meter import Meter
from albumen.score.musicxml_read import read_musicxml
from albumen.score.musicxml_write import musicxml
from albumen.score.notes import Note, Notes
from albumen.score.part import Part
from albumen.score.score import ChordChange, KeyChange, Score
from albumen.score.time_map import MeterChange
from tests.property.strategies import chords, keys, plain_meters

GRID = 20  # ticks of a 24th of a quarter note


@st.composite
def engraved_notes(draw: st.DrawFn) -> Notes:
    """Notes on the grid that end where a note value ends; notes of one pitch do not overlap."""
    found: list[Note] = []
    rows = st.tuples(st.integers(0, 150), st.integers(1, 60), st.integers(30, 100), st.integers(1, 127))
    for start, length, pitch, velocity in draw(st.lists(rows, max_size=25)):
        end = next(end for end in range(start + length, start + length + 4) if end % 3 == 0 or end % 4 == 0)
        note = Note(start * GRID, (end - start) * GRID, pitch, velocity)
        if not any(other.pitch == pitch and other.onset < note.end and note.onset < other.end for other in found):
            found.append(note)
    return Notes.of(found)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(engraved_notes(), st.integers(0, 127)), min_size=1, max_size=3), plain_meters, keys, chords)
def test_engraved_scores_come_back_note_for_note(
    lines: list[tuple[Notes, int]], meter: Meter, key: Key, chord: Chord | None
) -> None:
    parts = tuple(
        Part(id=f"part-{i}", name=PROGRAM_NAMES[program], program=program, notes=notes)
        for i, (notes, program) in enumerate(lines)
    )
    score = Score(
        parts=parts, meters=(MeterChange(0, meter),), keys=(KeyChange(0, key),), chords=(ChordChange(0, chord),)
    )
    again = read_musicxml(musicxml(score).encode())
    for before, after in zip(score.parts, again.parts, strict=True):
        assert (after.name, after.program) == (before.name, before.program)
        assert after.notes == before.notes
    assert (again.resolution, again.meters, again.keys) == (score.resolution, score.meters, score.keys)
    assert again.chords == score.chords
