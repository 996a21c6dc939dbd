"""Colours: risers end where a livelier section begins, impacts stand there, tape lies under everything; all switchable."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from albumen.album.mix import OFF_DB
from albumen.score.notes import Note, Notes
from albumen.score.part import Part
from albumen.score.score import Score
from albumen.score.section import Section
from albumen.score.time_map import tempo
from albumen.sound.auto_mix import plan_mix
from albumen.sound.clock import written_clock
from albumen.sound.colours import RISERS, TAPE, Colours, coloured, colours_of
from albumen.sound.faust_voice import render_voice
from albumen.sound.feel import EXACT, feel_of
from albumen.sound.patch import PATCHES, patch_of
from albumen.sound.performance import performance_of
from albumen.sound.seating import role_of
from albumen.sound.stems import StemLevel
from albumen.work.seed import Seed

RATE, BAR = 44_100, 4 * 480
ALL = Colours(risers=1.0, riser_bars=2.0, impacts=1.0, least_step=0.02, tape=True)


def growing(forces: tuple[int, ...] = (50, 80, 60, 110), bars: int = 4, bpm: float = 120.0) -> Score:
    """Sections of equal length, each as lively as its force says."""
    notes = [
        Note(section * bars * BAR + n * 240, 200, 60, force)
        for section, force in enumerate(forces)
        for n in range(0, bars * 8, 1 if force > 70 else 4)
    ]
    sections = tuple(Section(label=str(n), start_bar=n * bars, bars=bars) for n in range(len(forces)))
    part = Part(id="keys", notes=Notes.of(notes))
    return Score(parts=(part,), sections=sections, tempos=(tempo(bpm),), length=len(forces) * bars * BAR)


def test_a_riser_ends_and_an_impact_stands_where_a_livelier_section_begins() -> None:
    score = coloured(growing(), ALL, Seed(1))
    assert [part.id for part in score.parts] == ["keys", RISERS, TAPE]
    notes = list(score.part(RISERS).notes)
    impacts = {note.onset for note in notes if note.pitch < 40}
    rises = [note for note in notes if note.pitch >= 40]
    assert impacts == {4 * BAR, 12 * BAR} == {note.onset + note.length for note in rises}
    assert {note.length for note in rises} == {2 * BAR}
    assert all(note.pitch == 64 for note in rises)  # two bars are 4 s at this tempo
    tape = score.part(TAPE).notes
    assert int(tape.onset.min()) == 0 and int(tape.end.max()) == score.length
    np.testing.assert_array_equal(tape.onset[1:], tape.end[:-1])


@given(bpm=st.floats(30, 240), share=st.floats(0, 1), length=st.floats(0.25, 16), seed=st.integers(0, 99))
def test_a_riser_is_never_at_its_height_early_and_stays_in_the_section_before(
    bpm: float, share: float, length: float, seed: int
) -> None:
    score = growing(bpm=bpm)
    asked = Colours(risers=share, riser_bars=length, impacts=0.0, least_step=0.02)
    played = coloured(score, asked, Seed(seed))
    assert played == coloured(score, asked, Seed(seed))
    if share == 0:
        assert played is score
        return
    clock = written_clock(score)
    rises = list(played.part(RISERS).notes)
    assert 1 <= len(rises) <= 2
    for note in rises:
        seconds = float(np.diff(clock.at([note.onset, note.onset + note.length]))[0])
        rising = 0.25 * 2 ** ((note.pitch - 40) / 6)
        assert note.onset >= note.onset + note.length - 4 * BAR
        assert seconds <= rising * 1.01 <= max(0.26, seconds * 2 ** (1 / 6) * 1.01)


def test_seeds_choose_the_strongest_change_always_and_the_others_by_chance() -> None:
    score, half = growing((40, 80, 50, 110, 60, 120)), Colours(risers=0.5, least_step=0.01)
    chosen = [frozenset(coloured(score, half, Seed(seed)).part(RISERS).notes.end.tolist()) for seed in range(12)]
    assert len(set(chosen)) > 1 and frozenset.intersection(*chosen)


def test_styles_say_what_is_usual_and_a_part_of_that_name_is_left_alone(song: Callable[..., Score]) -> None:
    assert colours_of("electronic").risers > 0 and not colours_of("electronic").tape
    assert colours_of("ambient").tape and colours_of("baroque") == Colours()
    own = growing().replace(parts=(Part(id=RISERS), *growing().parts))
    assert [part.id for part in coloured(own, ALL, Seed(1)).parts] == [RISERS, "keys", TAPE]
    assert coloured(song(), Colours(), Seed(0)) == song()
    for wrong in ({"risers": 2.0}, {"least_step": -0.1}, {"riser_bars": 0.0}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            Colours(**wrong)


def test_colours_sound_with_their_own_patches_and_stand_back_in_the_mix() -> None:
    score = coloured(growing(), ALL, Seed(1))
    risers, tape = score.part(RISERS), score.part(TAPE)
    assert len(patch_of(risers).layers) == 2 and all(layer.voice for layer in patch_of(risers).layers)
    assert patch_of(risers.replace(id="cymbal")).layers[0].preset == 119  # a part of the song keeps its sound
    assert role_of(risers) == "effects" and role_of(tape) == "texture" and feel_of(risers) == EXACT
    levels = {part.id: StemLevel(loudness_lufs=-20, peak_db=-3, side_to_mid_db=-6) for part in score.parts}
    mix = plan_mix(score, levels)
    assert mix.parts[TAPE].level_lu < mix.parts[RISERS].level_lu - 10 < mix.parts["keys"].level_lu
    assert mix.parts[TAPE].hall_db == OFF_DB and mix.parts[TAPE].bus == mix.parts[RISERS].bus == "effects"


def heard(voice: str, notes: list[tuple[float, float, int]]) -> np.ndarray:
    start, stop, pitch = (np.array(column, dtype=float) for column in zip(*notes, strict=True))
    played = performance_of(start, stop, pitch.astype(np.int32), np.full(len(notes), 100), (), float(stop.max()) + 4)
    source = (PATCHES.parent / f"{voice}.dsp").read_text()
    return np.concatenate(list(render_voice(played, source, sample_rate=RATE)))


def level_db(sound: np.ndarray, start: float, stop: float) -> float:
    return 10 * float(np.log10((sound[int(start * RATE) : int(stop * RATE)] ** 2).mean() + 1e-12))


def centroid(sound: np.ndarray, start: float, stop: float) -> float:
    power = np.abs(np.fft.rfft(sound[int(start * RATE) : int(stop * RATE), 0])) ** 2
    return float((np.linspace(0, RATE / 2, len(power)) * power).sum() / power.sum())


def test_a_riser_grows_and_climbs_and_is_gone_at_once_without_a_click() -> None:
    sound = heard("noise-riser", [(0.5, 4.5, 64)])
    levels = [level_db(sound, at, at + 0.4) for at in (1.0, 2.0, 3.0, 4.0)]
    assert all(b > a + 4 for a, b in zip(levels, levels[1:], strict=False)) and levels[-1] > -25
    assert centroid(sound, 1.5, 2.0) < centroid(sound, 3.0, 3.5) < centroid(sound, 4.0, 4.5)
    assert np.abs(sound[int(4.65 * RATE) :]).max() < 1e-3 and np.abs(sound).max() < 0.9
    ending = [level_db(sound, at, at + 0.02) for at in (4.48, 4.51, 4.53, 4.55)]
    assert all(b < a < b + 14 for a, b in zip(ending, ending[1:], strict=False))  # let go, not cut
    assert abs(np.corrcoef(sound.T)[0, 1]) < 0.3  # wide


def test_an_impact_is_deep_and_dies_away_and_tape_breathes_evenly() -> None:
    stroke = heard("impact", [(0.5, 1.0, 33)])
    assert level_db(stroke, 0.5, 0.8) > level_db(stroke, 1.5, 1.8) + 3 > level_db(stroke, 3.0, 3.3) + 20
    low = np.abs(np.fft.rfft(stroke[int(0.7 * RATE) : int(1.7 * RATE), 0]))
    assert 45 < np.linspace(0, RATE / 2, len(low))[low.argmax()] < 90
    tape = heard("tape", [(0.0, 6.0, 60), (6.0, 12.0, 60)])
    steady = [level_db(tape, at, at + 1) for at in np.arange(1.6, 10.0)]
    assert max(steady) - min(steady) < 4 and -45 < np.mean(steady) < -20
    assert abs(np.corrcoef(tape.T)[0, 1]) < 0.3 and np.abs(tape.mean(axis=0)).max() < 1e-3
