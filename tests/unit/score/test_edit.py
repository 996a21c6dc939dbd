"""What each edit does, and the words for it."""

from __future__ import annotations

from typing import Any

import pytest

from albumen.score.chord import Chord
from albumen.score.edit import EXAMPLES, apply, edit_from_json, edit_json, parse_edit
from albumen.score.edits.request import Regenerate
from albumen.score.edits.span import Span
from albumen.score.key import Key
from albumen.score.meter import Meter
from albumen.score.notes import Note, Notes
from albumen.score.part import Control, Part
from albumen.score.score import ChordChange, KeyChange, Score
from albumen.score.section import Section
from albumen.score.time_map import MeterChange, TempoChange
from albumen.score.writing import CellAt
from albumen.work.errors import Wrong

BAR = 1920


def song() -> Score:
    """Four bars: piano sings one long note a bar, drums hit each bar, bass holds from bar 1 into bar 2."""
    piano = Part(
        id="piano", name="Acoustic grand piano", notes=Notes.of([Note(i * BAR, BAR, 60 + i) for i in range(4)]),
        controls=(Control(0, 64, 0), Control(2 * BAR, 64, 127)),
    )  # fmt: skip
    drums = Part(id="drums", name="Drums", is_drum=True, notes=Notes.of([Note(i * BAR, 120, 36) for i in range(4)]))
    bass = Part(id="bass", name="Low end", program=33, notes=Notes.of([Note(0, 2 * BAR, 36), Note(3 * BAR, BAR, 31)]))
    return Score(
        parts=(piano, drums, bass),
        tempos=(TempoChange(0, 600_000), TempoChange(2 * BAR, 500_000)),
        keys=(KeyChange(0, Key(0)),),
        chords=tuple(ChordChange(i * BAR, Chord(2 * i)) for i in range(4)),
        sections=(Section(label="A", start_bar=0, bars=2), Section(label="B", start_bar=2, bars=2)),
    )


def after(text: str, score: Score | None = None) -> Score:
    return apply(score or song(), parse_edit(text))[0]


def rows(score: Score, part: str) -> list[tuple[float, float, int]]:
    """Onset and length in bars, and pitch."""
    return [(note.onset / BAR, note.length / BAR, note.pitch) for note in score.part(part).notes]


def test_tempo_scales_the_song_or_sets_some_bars() -> None:
    assert [round(c.quarters_per_minute) for c in after("tempo=200").tempos] == [200, 240]
    bars = after("tempo=90 2-3").tempos
    assert [(c.tick // BAR, round(c.quarters_per_minute)) for c in bars] == [(0, 100), (1, 90), (3, 120)]


def test_key_and_transposition_move_notes_keys_and_chords_but_no_drums() -> None:
    score = after("key=Eb")
    assert [pitch for _, _, pitch in rows(score, "piano")] == [63, 64, 65, 66]
    assert [pitch for _, _, pitch in rows(score, "drums")] == [36] * 4
    assert (str(score.keys[0].key), str(score.chords[0].chord)) == ("Eb", "Eb")
    assert [pitch for _, _, pitch in rows(after("key=A"), "piano")] == [57, 58, 59, 60]
    only = after("transpose bass -12 4")
    assert [pitch for _, _, pitch in rows(only, "bass")] == [36, 19]
    assert only.keys == song().keys


def test_meter_moves_bar_lines_and_sections() -> None:
    score = after("meter=2/4")
    assert (len(score.bars()), score.bars()[0].meter) == (8, Meter(2, 4))
    assert [(section.start_bar, section.bars) for section in score.sections] == [(0, 4), (4, 4)]
    assert rows(score, "piano") == rows(song(), "piano")


def test_parts_are_added_removed_renamed_and_given_roles() -> None:
    added = after("add French horn as counter").parts[-1]
    assert (added.id, added.program, added.role, len(added.notes)) == ("french-horn", 60, "counter", 0)
    assert [part.id for part in after("add drums").parts] == ["piano", "drums", "bass", "drums-2"]
    assert [part.id for part in after("remove drums").parts] == ["piano", "bass"]
    assert rows(after("remove bass 2-4"), "bass") == [(0, 1, 36)]
    assert after("rename bass=Sub").part("bass").name == "Sub"
    assert after("role bass=pad").part("bass").role == "pad"


def test_a_part_may_be_meant_by_id_name_or_instrument() -> None:
    for name in ("bass", "low end", "Low End", "finger bass", "electric-bass"):
        assert [part.id for part in after(f"remove {name}").parts] == ["piano", "drums"]
    two = after("add violin", after("add violin"))
    assert [part.id for part in after("remove violin-2", two).parts][-1] == "violin"
    twins = song().replace(parts=tuple(Part(id=f"v{i}", name="Violin") for i in (1, 2)))
    with pytest.raises(Wrong, match="v1 or v2"):
        after("remove violin", twins)


def test_swapping_keeps_the_id_and_stays_in_range() -> None:
    swapped = after("swap bass=flute").part("bass")
    assert (swapped.program, swapped.name) == (73, "Low end")
    assert swapped.notes.pitch.min() >= 55
    assert (swapped.notes.pitch % 12).tolist() == [0, 7]
    assert after("swap piano=vibraphone").part("piano").name == "Vibraphone"


def test_velocity() -> None:
    assert after("velocity bass +30").part("bass").notes.velocity.tolist() == [110, 110]
    assert after("velocity *0.5 1-2").part("piano").notes.velocity.tolist() == [40, 40, 80, 80]
    assert after("velocity drums =127").part("drums").notes.velocity.tolist() == [127] * 4
    assert after("velocity -127").part("drums").notes.velocity.tolist() == [1] * 4


def test_deleting_bars_takes_everything_along() -> None:
    score = after("delete 2-3")
    assert rows(score, "piano") == [(0, 1, 60), (1, 1, 63)]
    assert rows(score, "bass") == [(0, 1, 36), (1, 1, 31)]
    assert [(c.tick // BAR, str(c.chord)) for c in score.chords] == [(0, "C"), (1, "Gb")]
    assert [(c.tick // BAR, c.quarter_us) for c in score.tempos] == [(0, 600_000), (1, 500_000)]
    assert [(section.label, section.start_bar, section.bars) for section in score.sections] == [
        ("A", 0, 1),
        ("B", 1, 1),
    ]
    assert score.part("piano").controls == (Control(0, 64, 0), Control(BAR, 64, 127))
    assert len(score.bars()) == 2


def test_inserting_bars_cuts_what_rang_on() -> None:
    score = after("insert 2 bars at 2")
    assert rows(score, "piano") == [(0, 1, 60), (3, 1, 61), (4, 1, 62), (5, 1, 63)]
    assert rows(score, "bass")[0] == (0, 1, 36)
    assert [(section.label, section.start_bar, section.bars) for section in score.sections] == [
        ("A", 0, 4),
        ("B", 4, 2),
    ]
    assert len(after("insert bar at 5").bars()) == 5


def test_moving_and_repeating_bars() -> None:
    assert [pitch for _, _, pitch in rows(after("move 3-4 to 1"), "piano")] == [62, 63, 60, 61]
    assert [pitch for _, _, pitch in rows(after("move 1 to 5"), "piano")] == [61, 62, 63, 60]
    score = after("repeat 1-2")
    assert [pitch for _, _, pitch in rows(score, "piano")] == [60, 61, 60, 61, 62, 63]
    assert [(section.label, section.start_bar, section.bars) for section in score.sections] == [
        ("A", 0, 2), ("A", 2, 2), ("B", 4, 2),
    ]  # fmt: skip
    assert [pitch for _, _, pitch in rows(after("repeat bar 1 to 5"), "piano")] == [60, 61, 62, 63, 60]


def test_bars_of_other_meters_move_with_their_meters() -> None:
    score = song().replace(meters=(MeterChange(0, Meter(4, 4)), MeterChange(BAR, Meter(2, 4))), length=4 * BAR)
    moved = after("move 1 to 3", score)
    assert [(c.tick, str(c.meter)) for c in moved.meters] == [(0, "2/4"), (BAR // 2, "4/4"), (BAR * 3 // 2, "2/4")]


def test_regenerating_is_a_request() -> None:
    request = parse_edit("regenerate bass, drums 2-3")
    assert request == Regenerate(parts=("bass", "drums"), bars=Span(1, 3))
    assert request.cells(song()) == (CellAt("bass", 1), CellAt("drums", 1), CellAt("bass", 2), CellAt("drums", 2))
    assert len(Regenerate().cells(song())) == 12
    with pytest.raises(Wrong, match="composer"):
        apply(song(), request)


def test_every_command_has_an_example_that_is_understood() -> None:
    for command, examples in EXAMPLES.items():
        for example in examples.split(", "):
            if example.startswith((command, "or ")) and not example.endswith("bass"):
                parse_edit(example.removeprefix("or ").removesuffix(" for some bars"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "edits begin with tempo"),
        ("explode", "edits begin with tempo"),
        ("tempo=fast", "tempo=96"),
        ("tempo=5000", "10 to 1000"),
        ("key=H", "key=Eb"),
        ("key=Cm", "major into minor"),
        ("meter=4/5", "counts in"),
        ("add kazoo orchestra", "no instrument called"),
        ("add violin as hero", "a role is one of"),
        ("remove tuba", "the parts are: piano, drums, bass"),
        ("remove drums 9-16", "the song has 4 bars"),
        ("remove drums 4-2", "write them like 9-16"),
        ("swap drums=flute", "cannot be swapped"),
        ("transpose +40 bass", "transpose +2"),
        ("transpose bass -40", "smaller step"),
        ("transpose drums +2", "no pitch"),
        ("delete 1-4", "a song needs one"),
        ("insert 3 bars", "insert 4 bars at 9"),
        ("move 1-3 to 2", "cannot be moved"),
        ("repeat 1-2 to 99", "bar 99 does not exist"),
        ("move 1-2 to \u00b2", "move 9-16 to 1"),
        ("insert " + "9" * 5000 + " bars at 1", "insert 4 bars at 9"),
    ],
)
def test_mistakes_are_answered_with_what_to_do(text: str, said: str) -> None:
    with pytest.raises(Wrong) as refusal:
        after(text)
    assert said in str(refusal.value)


def test_notes_of_cells_are_set() -> None:
    row: dict[str, Any] = {"do": "notes", "part": "bass", "bars": [2, 3], "notes": [[0, 480, 40, 90]]}
    score, inverse = apply(song(), edit_from_json(row))
    assert rows(score, "bass") == [(0, 2, 36), (2, 0.25, 40), (3, 1, 31)]
    assert edit_json(inverse) == {"do": "patch", "parts": {"bass": {"take": [[2 * BAR, 480, 40, 90]]}}}


@pytest.mark.parametrize(
    "row",
    [
        {}, {"do": "explode"}, {"do": "tempo"}, {"do": "tempo", "quarters_per_minute": "96"},
        {"do": "delete", "bars": [3, 1]}, {"do": "remove", "part": "bass", "colour": "red"},
        {"do": "notes", "part": "bass", "bars": [0, 1], "notes": [["x"]]},
    ],
)  # fmt: skip
def test_json_that_is_no_edit_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(Wrong):
        edit_from_json(row)


def test_an_inverse_of_another_state_is_refused() -> None:
    changed, inverse = apply(song(), parse_edit("remove bass"))
    with pytest.raises(Wrong, match="another state"):
        apply(song(), inverse)
    assert apply(changed, inverse)[0] == song()
