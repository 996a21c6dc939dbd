from __future__ import annotations

import pytest

from albumen.compose.echo import Echo
from albumen.score.chord import Chord
from albumen.score.notes import Note, Notes
from albumen.score.part import Part
from albumen.score.score import ChordChange, Score
from albumen.score.writing import CellAt, WriteRequest
from albumen.work.errors import Cancelled
from albumen.work.seed import Seed

BAR = 4 * 480
PARTS = (
    Part(id="violin", program=40, role="melody", notes=Notes.of([Note(3 * BAR, 480, 70)])),
    Part(id="piano", program=0, role="chords"),
    Part(id="bass", program=32, role="bass"),
    Part(id="drums", is_drum=True, role="drums"),
)
SONG = Score(
    parts=PARTS, chords=(ChordChange(0, Chord.parse("C")), ChordChange(BAR, Chord.parse("Am"))), length=4 * BAR
)
CELLS = tuple(CellAt(part.id, bar) for part in PARTS for bar in range(3))


def ask(takes: int = 1, seed: int = 1) -> list[Score]:
    request = WriteRequest(score=SONG, cells=CELLS, seed=Seed(seed), takes=takes)
    return [written.score for written in Echo().write(request)]


def test_every_asked_cell_is_written_and_no_other_is_touched() -> None:
    (score,) = ask()
    bars = score.bars()
    assert all(len(score.cell(cell.part_id, bars[cell.bar])) for cell in CELLS)
    assert all(score.cell(part.id, bars[3]) == SONG.cell(part.id, bars[3]) for part in PARTS)


def test_pitches_belong_to_the_chord_and_the_range() -> None:
    (score,) = ask()
    for part in score.parts[:3]:
        for note in part.notes.between(0, 3 * BAR):
            chord = Chord.parse("C") if note.onset < BAR else Chord.parse("Am")
            assert note.pitch % 12 in chord.pitch_classes
            assert part.timbre.low <= note.pitch <= part.timbre.high


def test_same_seed_same_notes_and_takes_differ() -> None:
    assert ask(takes=2, seed=3) == ask(takes=2, seed=3)
    one, two = ask(takes=2)
    assert one != two


def test_it_stops_when_asked() -> None:
    with pytest.raises(Cancelled):
        Echo().write(WriteRequest(score=SONG, cells=CELLS, seed=Seed(1)), stop=lambda: True)
