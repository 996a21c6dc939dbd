from __future__ import annotations

from albumen.corpus.grid import on_grid, with_steady_tempo
from albumen.score.notes import Note
from albumen.score.time_map import TempoChange
from tests.unit.corpus.songs import BAR, QUARTER, line, part, song


def test_sixteenths_and_triplets_stay_apart() -> None:
    notes = [*line([60, 62, 64], QUARTER // 3), *line([65, 67, 69, 71], QUARTER // 4, start=QUARTER)]
    grid = on_grid(song(part(notes)))
    assert grid.resolution == 12
    assert grid.parts[0].notes.onset.tolist() == [0, 4, 8, 12, 15, 18, 21]
    assert grid.parts[0].notes.length.tolist() == [4, 4, 4, 3, 3, 3, 3]


def test_the_song_begins_in_the_bar_of_its_first_note() -> None:
    grid = on_grid(song(part([Note(2 * BAR + QUARTER, QUARTER, 60), Note(3 * BAR, QUARTER, 62)]), speed=90))
    assert grid.parts[0].notes.onset.tolist() == [12, 48]
    assert len(grid.bars()) == 2
    assert round(grid.tempos[0].quarters_per_minute) == 90


def test_grace_notes_last_a_step_and_equal_pitches_do_not_overlap() -> None:
    notes = [Note(0, 5, 72), Note(0, 2 * BAR, 60), Note(BAR, QUARTER, 60), Note(BAR, BAR, 60)]
    grid = on_grid(song(part(notes)))
    assert [tuple(note)[:3] for note in grid.parts[0].notes] == [(0, 48, 60), (0, 1, 72), (48, 48, 60)]


def test_parts_are_named_after_instruments_and_empty_ones_go() -> None:
    grid = on_grid(
        song(
            part(line([60]), "a", 40), part([], "b", 40), part(line([62]), "c", 40), part(line([36]), "d", is_drum=True)
        )
    )
    assert [one.id for one in grid.parts] == ["violin", "violin-2", "drums"]
    assert [one.name for one in grid.parts] == ["a", "c", "d"]


def test_rubato_becomes_one_tempo_and_a_new_tempo_stays() -> None:
    rubato = [TempoChange(bar * BAR, 500_000 + (bar % 3) * 60_000) for bar in range(16)]
    slow = [TempoChange(bar * BAR, 1_000_000 + (bar % 3) * 60_000) for bar in range(16, 32)]
    score = song(part(line([60] * 128))).replace(tempos=(*rubato, *slow))
    steady = with_steady_tempo(on_grid(score))
    assert [change.tick for change in steady.tempos] == [0, 16 * 48]
    assert [round(change.quarters_per_minute) for change in steady.tempos] == [108, 57]
    assert abs(steady.seconds - score.seconds) < 0.01 * score.seconds


def test_a_few_tempo_changes_are_left_as_they_are() -> None:
    score = song(part(line([60] * 32))).replace(tempos=(TempoChange(0, 500_000), TempoChange(BAR, 900_000)))
    assert with_steady_tempo(on_grid(score)).tempos == (TempoChange(0, 500_000), TempoChange(48, 900_000))
