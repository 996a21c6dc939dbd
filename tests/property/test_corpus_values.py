"""Whatever song comes in, the corpus's grid, fingerprints, chords and sections keep their promises."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from albumen.corpus.chord_finding import find_chords
from albumen.corpus.fingerprint import fingerprint
from albumen.corpus.form_finding import with_sections
from albumen.corpus.grid import on_grid, with_steady_tempo
from albumen.corpus.key_finding import find_key
from albumen.corpus.piece import unfit
from albumen.corpus.role_finding import with_roles
from albumen.corpus.sounding import chord_slots, notes_in_slots, sounding
from albumen.corpus.two_hands import with_hands_apart
from albumen.score.score import Score
from tests.property.strategies import scores

QUICK = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


def is_small(score: Score) -> bool:
    return score.length // min(change.meter.bar_ticks(score.resolution) for change in score.meters) < 400


songs = scores().filter(is_small)


@QUICK
@given(songs)
def test_the_grid_holds_every_sounding_pitch_once(score: Score) -> None:
    grid = on_grid(score)
    assert grid.resolution == 12
    assert not grid.parts or min(int(part.notes.onset[0]) for part in grid.parts) < grid.bars()[0].length
    for part in grid.parts:
        for pitch in np.unique(part.notes.pitch):
            own = part.notes.where(part.notes.pitch == pitch)
            assert (own.end[:-1] <= own.onset[1:]).all()
    before = {(part.is_drum, pitch) for part in score.parts for pitch in part.notes.pitch.tolist()}
    assert {(part.is_drum, pitch) for part in grid.parts for pitch in part.notes.pitch.tolist()} == before
    assert on_grid(grid).parts == grid.parts


@QUICK
@given(songs)
def test_a_steady_tempo_lasts_as_long(score: Score) -> None:
    grid = on_grid(score)
    steady = with_steady_tempo(grid)
    end = grid.bars()[-1].end
    assert abs(steady.time_map.seconds(end) - grid.time_map.seconds(end)) <= 1e-3 * max(1.0, grid.time_map.seconds(end))


@QUICK
@given(songs, st.integers(-12, 12))
def test_fingerprints_do_not_hear_the_key(score: Score, semitones: int) -> None:
    pitches = [part.notes.pitch for part in score.parts if not part.is_drum and len(part.notes)]
    if pitches and (min(p.min() for p in pitches) + semitones < 0 or max(p.max() for p in pitches) + semitones > 127):
        semitones = 0
    moved = score.replace(
        parts=tuple(p if p.is_drum else p.replace(notes=p.notes.shifted(semitones=semitones)) for p in score.parts)
    )
    one, two = fingerprint(sounding(on_grid(score))), fingerprint(sounding(on_grid(moved)))
    assert one.whole == two.whole
    assert np.array_equal(one.texture, two.texture) and np.array_equal(one.tune, two.tune)


@QUICK
@given(songs)
def test_every_note_sounds_in_its_slots_for_its_whole_length(score: Score) -> None:
    grid = on_grid(score)
    notes, bars = sounding(grid), grid.bars()
    pairs = notes_in_slots(notes, chord_slots(bars))
    total = np.bincount(pairs.note, weights=pairs.share, minlength=notes.onset.size)
    assert np.array_equal(total.astype(int), notes.end - notes.onset)
    assert pairs.struck.sum() == notes.onset.size


@QUICK
@given(songs)
def test_an_analysis_keeps_every_note_and_covers_every_bar(score: Score) -> None:
    grid = on_grid(score)
    apart = with_hands_apart(grid)
    notes, bars = sounding(apart), apart.bars()
    assert sum(len(part.notes) for part in apart.parts) == sum(len(part.notes) for part in grid.parts)
    key = find_key(notes, bars)
    assert (key is None) == (notes.onset.size == 0)
    if key is not None:
        slots = set(chord_slots(bars).tolist())
        chords = find_chords(notes, bars, key)
        assert chords[0].tick == 0 and {change.tick for change in chords} <= slots
        assert all(one.chord != two.chord for one, two in zip(chords, chords[1:], strict=False))
    roles = [part.role for part in with_roles(apart, notes).parts]
    assert roles.count("melody") <= 1 and roles.count("bass") <= 1 and "" not in roles
    sections = with_sections(apart, notes).sections
    assert [section.start_bar for section in sections] == [0, *(section.end_bar for section in sections[:-1])]
    assert sections[-1].end_bar == len(bars)
    assert isinstance(unfit(apart), str)
