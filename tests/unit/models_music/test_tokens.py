"""The token language: cells, pieces and streams say exactly what a score on the grid says, and the grammar keeps its word."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from albumen.models.music.tokens import vocabulary as v
from albumen.models.music.tokens.cell import DRUM_STEPS, GridNote, decode_cell, encode_cell, length_words
from albumen.models.music.tokens.grammar import CellMachine, CellRules
from albumen.models.music.tokens.piece import encode_piece, on_grid, reading_order
from albumen.models.music.tokens.stream import Shown, Variation, decode_forward, forward, infill, sounding
from albumen.models.music.tokens.transpose import transposed
from albumen.score.chord import Chord
from albumen.score.key import Key
from albumen.score.meter import Meter
from albumen.score.notes import Notes
from albumen.score.part import ROLES, Part
from albumen.score.score import ChordChange, KeyChange, Score
from albumen.score.section import Section
from albumen.score.time_map import MeterChange, tempo
from albumen.work.errors import Wrong

grid_notes = st.builds(GridNote, st.integers(0, 95), st.integers(1, 900), st.integers(0, 127), st.integers(0, 7))


@given(st.lists(grid_notes, max_size=30))
def test_a_cell_says_its_notes_exactly(notes: list[GridNote]) -> None:
    assert sorted(decode_cell(encode_cell(notes))) == sorted(notes)


@given(st.lists(grid_notes.map(lambda n: n._replace(steps=DRUM_STEPS)), max_size=30))
def test_a_drum_cell_says_its_strokes_exactly(notes: list[GridNote]) -> None:
    assert sorted(decode_cell(encode_cell(notes, is_drum=True))) == sorted(notes)


def test_a_run_of_equal_notes_costs_two_words_each() -> None:
    run = [GridNote(step, 6, 60 + step // 6, 4) for step in range(0, 48, 6)]
    assert len(encode_cell(run)) == 2 * len(run) + 2  # velocity and length are said once


@given(st.integers(1, 5000))
def test_lengths_of_any_size_can_be_said(steps: int) -> None:
    words = length_words(steps)
    assert decode_cell([v.POSITION[0], v.VELOCITY[0], *words, v.PITCH[60]])[0].steps == steps


def test_words_have_one_family_each() -> None:
    names = [v.name_of(word) for word in range(v.SIZE)]
    assert len(set(names)) == v.SIZE < 1024


@st.composite
def scores(draw: st.DrawFn) -> Score:
    """Scores on the grid with parts, a meter change, a key, chords and sections."""
    meter = Meter.parse(draw(st.sampled_from(["4/4", "3/4", "6/8", "5/4", "7/16", "2/1"])))
    bars = draw(st.integers(2, 6))
    length = bars * meter.bar_ticks(12)
    parts = []
    for number in range(draw(st.integers(1, 5))):
        is_drum = draw(st.booleans())
        rows = draw(
            st.lists(
                st.tuples(st.integers(0, length - 1), st.integers(1, 60), st.integers(6, 121), st.integers(0, 7)),
                max_size=20,
            )
        )
        alone = {
            (onset, pitch): (onset, DRUM_STEPS if is_drum else steps, pitch, v.VELOCITIES[bin_])
            for onset, steps, pitch, bin_ in rows
        }
        notes = np.array(sorted(alone.values()), dtype=np.int32).reshape(-1, 4)
        program = draw(st.integers(0, 127))
        role = draw(st.sampled_from((*ROLES, "")))
        parts.append(Part(id=f"p{number}", program=program, is_drum=is_drum, role=role, notes=Notes(*notes.T)))
    half = bars // 2 * meter.bar_ticks(12)
    chord = draw(st.one_of(st.none(), st.builds(Chord, st.integers(0, 11), st.sampled_from(["", "m", "7", "m7b5"]))))
    score = Score(
        resolution=12, parts=tuple(parts), length=length, tempos=(tempo(draw(st.integers(40, 240))),),
        meters=(MeterChange(0, meter), *((MeterChange(half, Meter(2, 4)),) if draw(st.booleans()) else ())),
        keys=(KeyChange(0, Key(draw(st.integers(-7, 7)), draw(st.booleans()))),),
        chords=(ChordChange(0, chord),),
    )  # fmt: skip
    rest = Section(label="B", start_bar=1, bars=len(score.bars()) - 1)
    return score.replace(sections=(Section(label="A", start_bar=0, bars=1), rest))


@settings(max_examples=60, deadline=None)
@given(scores())
def test_a_stream_says_the_score_exactly(score: Score) -> None:
    piece = encode_piece(score, genre="folk-celtic")
    read = decode_forward(forward(piece, range(len(piece.parts)), Shown()))
    assert (read.parts, read.bars, read.tonic, read.is_minor) == (piece.parts, piece.bars, piece.tonic, piece.is_minor)
    bars = score.bars()
    for number, index in enumerate(reading_order(score.parts)):
        part = on_grid(score).parts[index]
        said = [
            (note.step + bars[bar].start, note.steps, note.pitch, v.VELOCITIES[note.velocity])
            for (bar, at), words in read.cells.items()
            if at == number
            for note in sounding(decode_cell(words.tolist()), part.is_drum, read.tonic)
        ]
        assert sorted(said) == sorted(tuple(note) for note in part.notes)


def test_bars_over_eight_quarter_notes_are_refused() -> None:
    part = Part(id="a", notes=Notes([0], [12], [60], [64]))
    with pytest.raises(Wrong, match="eight quarter notes"):
        encode_piece(Score(resolution=12, parts=(part,), meters=(MeterChange(0, Meter(9, 4)),)))


@settings(max_examples=30, deadline=None)
@given(scores(), st.integers(-5, 6))
def test_transposing_there_and_back_changes_no_note(score: Score, semitones: int) -> None:
    piece = encode_piece(score)
    there = transposed(piece, semitones)
    back = transposed(there, -semitones) if there else None
    if back is not None:
        assert all(np.array_equal(back.cells[cell], words) for cell, words in piece.cells.items())
        assert back.bars == piece.bars


def test_an_infill_tells_each_hole_and_answers_it() -> None:
    notes = Notes([0, 12, 24, 48], [12, 12, 12, 12], [60, 62, 64, 65], [64] * 4)
    piece = encode_piece(Score(resolution=12, parts=(Part(id="a", notes=notes, role="melody"),)))
    varied = {(1, 0): Variation(0, piece.cells[0, 0].tolist())}
    words, weights = infill(piece, [0], [(0, 0), (1, 0)], Shown(), varied)
    names = [v.name_of(word) for word in words]
    assert len(words) == len(weights)
    assert [name for name in names if name.startswith("hole")] == ["hole:0", "hole:1", "hole:0", "hole:1"]
    answers = names[names.index("ANSWERS") :]
    assert answers.count("vary:0") == 1 and answers[-1] == "END"
    paid = [name for name, weight in zip(names, weights, strict=True) if weight == 1.0]
    assert paid.count("pitch:64") == 1  # the answer is paid for, the source of the variation is not


rules = st.builds(
    CellRules,
    steps=st.sampled_from([24, 36, 48, 96]),
    low=st.integers(20, 60),
    high=st.integers(66, 100),
    voices=st.integers(1, 4),
    room=st.integers(1, 300),
    is_drum=st.booleans(),
    may_be_empty=st.booleans(),
    held=st.lists(st.tuples(st.integers(60, 66), st.integers(1, 96)), max_size=1).map(tuple),
)


@settings(max_examples=150, deadline=None)
@given(rules, st.integers(0, 2**32 - 1))
def test_a_random_writer_under_the_grammar_cannot_break_the_rules(rules: CellRules, seed: int) -> None:
    rng = np.random.default_rng(seed)
    machine, words = CellMachine(rules), []
    for _ in range(300):
        allowed = np.flatnonzero(machine.allowed())
        if machine.may_end() and (not allowed.size or rng.random() < 0.1):
            break
        assert allowed.size, "the grammar must never lead into a corner"
        words.append(int(rng.choice(allowed)))
        machine.push(words[-1])
    if not machine.may_end():
        return
    notes = decode_cell(words)
    assert notes == machine.notes
    assert notes or rules.may_be_empty or rules.room <= 0 or rules.held
    for note in notes:
        assert rules.low <= note.pitch <= rules.high and note.step < rules.steps
        assert rules.is_drum or note.step + note.steps <= max(rules.room, note.step + 1)
    if not rules.is_drum:
        for step in range(rules.steps):
            sounding_now = [n.pitch for n in notes if n.step <= step < n.step + n.steps]
            sounding_now += [pitch for pitch, end in rules.held if end > step]
            assert len(sounding_now) <= rules.voices
            assert len(set(sounding_now)) == len(sounding_now)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 15), st.integers(1, 40), st.integers(1, 3)), min_size=1, max_size=8),
    st.integers(0, 2**32 - 1),
)
def test_a_locked_rhythm_is_kept_to_the_step(steps: list[tuple[int, int, int]], seed: int) -> None:
    rhythm, at = [], 0
    for gap, length, count in steps:
        if at < 48:
            rhythm.append((at, length, count))
        at += gap
    machine = CellMachine(CellRules(steps=48, low=40, high=80, voices=24, room=1000, rhythm=tuple(rhythm)))
    rng = np.random.default_rng(seed)
    while not machine.may_end():
        machine.push(int(rng.choice(np.flatnonzero(machine.allowed()))))
    struck: dict[int, list[int]] = {}
    for note in machine.notes:
        struck.setdefault(note.step, []).append(note.steps)
    assert [(step, max(lengths), len(lengths)) for step, lengths in struck.items()] == rhythm


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(40, 80), min_size=1, max_size=12), st.integers(0, 2**32 - 1))
def test_locked_pitches_are_kept_in_order(pitches: list[int], seed: int) -> None:
    machine = CellMachine(CellRules(steps=48, low=0, high=127, voices=1, room=48, pitches=tuple(pitches)))
    rng = np.random.default_rng(seed)
    while not machine.may_end():
        machine.push(int(rng.choice(np.flatnonzero(machine.allowed()))))
    assert [note.pitch for note in machine.notes] == pitches
