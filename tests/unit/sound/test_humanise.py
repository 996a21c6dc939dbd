"""Humanised performances: seeded, bounded, 1/f, and exact where everything is switched off."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from albumen.score.notes import Note, Notes
from albumen.score.part import Part
from albumen.score.score import Score
from albumen.score.time_map import TempoChange
from albumen.sound.character import character_of
from albumen.sound.clock import written_clock
from albumen.sound.feel import EXACT, Feel, Together, feel_of
from albumen.sound.humanise import performed_clock, pink, play
from albumen.sound.performance import play_as_written
from albumen.work.seed import Seed

Song = Callable[..., Score]
STEADY = Together(drift_ms=0, ritardando=0)


def test_with_everything_switched_off_the_part_is_played_as_written(song: Song) -> None:
    score = song(bars=4)
    clock = written_clock(score)
    for part in score.parts:
        plain = play_as_written(part, clock, score.length)
        assert play(score, part, clock, EXACT, Seed(1), STEADY).digest() == plain.digest()


def test_equal_seeds_play_alike_others_not_and_players_are_independent(song: Song) -> None:
    score = song(bars=4)
    clock = performed_clock(score)

    def digests(seed: int, of: Score) -> dict[str, str]:
        return {part.id: play(of, part, clock, feel_of(part), Seed(seed)).digest() for part in of.parts}

    first = digests(1, score)
    assert first == digests(1, score)
    assert not set(first.values()) & set(digests(2, score).values())
    fewer = score.replace(parts=score.parts[1:])
    assert digests(1, fewer) == {name: first[name] for name in ("piano", "bass", "drums")}


def test_nobody_strays_far_and_the_mean_stays_on_the_beat(song: Song) -> None:
    score = song(bars=64)
    clock = written_clock(score)
    part = score.part("bass")
    played = play(score, part, clock, feel_of(part), Seed(3), Together(ritardando=0))
    stray = played.start - clock.at(part.notes.onset)
    assert np.abs(stray).max() <= 0.026 and 0.001 < stray.std() < 0.012 and abs(stray.mean()) < 0.004
    assert np.abs(played.velocity - part.notes.velocity).max() < 40 and played.velocity.std() > 2


def test_pink_noise_falls_by_three_decibels_an_octave() -> None:
    power = np.mean([np.abs(np.fft.rfft(pink(4096, Seed(n)))) ** 2 for n in range(30)], axis=0)
    octaves = [power[1 << n : 2 << n].mean() for n in range(2, 10)]
    slope = np.polyfit(np.arange(8), 10 * np.log10(octaves), 1)[0]
    assert slope == pytest.approx(-3.0, abs=0.4)


def test_the_end_slows_down_and_drums_hold_the_tempo(song: Song) -> None:
    free, beaten = song(bars=4, drums=False), song(bars=4)
    assert written_clock(free).at(free.length) + 0.1 < performed_clock(free).at(free.length)
    assert performed_clock(beaten).at(beaten.length) == pytest.approx(beaten.seconds)
    steps = np.diff(performed_clock(free).at(np.arange(0, free.length + 1, 480)))
    assert steps[0] == pytest.approx(0.5) and np.all(np.diff(steps[-6:]) > -1e-9) and steps[-1] > 0.58


def test_an_end_that_is_written_slower_is_not_slowed_again(song: Song) -> None:
    score = song(bars=12, drums=False)
    written = score.replace(tempos=(*score.tempos, TempoChange(11 * 1920, 700_000)))
    assert performed_clock(written).at(written.length) == pytest.approx(written.seconds)
    character = character_of(written, "x")
    assert character.last_bpm == pytest.approx(character.first_bpm) == pytest.approx(120)


def test_chords_are_strummed_up_and_down() -> None:
    chords = [Note(at, 200, pitch, 80) for at in (0, 240) for pitch in (50, 55, 59, 62)]
    score = Score(parts=(Part(id="g", program=25, notes=Notes.of(chords)),))
    played = play(score, score.parts[0], written_clock(score), EXACT.replace(strum_ms=30), Seed(0), STEADY)
    order = played.pitch[np.argsort(played.start, kind="stable")].tolist()
    assert order == [50, 55, 59, 62, 62, 59, 55, 50]
    assert 0.015 < played.start[3] - played.start[0] < 0.05


def test_joined_notes_overlap_and_swing_delays_the_off_beat() -> None:
    line = [Note(240 * n, 240, 60 + n, 80) for n in range(4)]
    score = Score(parts=(Part(id="v", program=40, notes=Notes.of(line)),))
    clock = written_clock(score)
    legato = play(score, score.parts[0], clock, EXACT.replace(legato_ms=20), Seed(0), STEADY)
    assert legato.stop[0] - legato.start[1] == pytest.approx(0.02)
    swung = play(score, score.parts[0], clock, EXACT.replace(swing=1.0), Seed(0), STEADY)
    assert swung.start.tolist() == pytest.approx([0, 1 / 3, 0.5, 0.5 + 1 / 3])
    assert swung.stop[0] == pytest.approx(swung.start[1])


def test_repeated_hits_differ_and_ghosts_are_soft(song: Song) -> None:
    score = song(bars=16)
    drums = score.part("drums")
    played = play(score, drums, written_clock(score), Feel(ghosts=1.0, loose=0.5, timing_ms=0), Seed(0), STEADY)
    assert len(played) > len(drums.notes)
    hats = played.velocity[played.pitch == 42]
    assert np.all(np.diff(hats) != 0)
    snares = np.sort(played.velocity[played.pitch == 38])
    assert snares[0] < 50 < 80 < snares[-1]


def test_the_pedal_is_changed_at_every_chord(song: Song) -> None:
    score = song(bars=4)
    piano = play(score, score.part("piano"), written_clock(score), EXACT.replace(pedal=True), Seed(0), STEADY)
    assert [control.value for control in piano.controls] == [0, 127] * 4


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.builds(Note, st.integers(0, 5000), st.integers(1, 3000), st.integers(0, 127), st.integers(1, 127)),
        max_size=40,
    ),
    st.integers(0, 127),
    st.booleans(),
)
def test_any_part_gives_a_playable_performance(notes: list[Note], program: int, is_drum: bool) -> None:
    part = Part(id="p", program=program, is_drum=is_drum, notes=Notes.of(notes))
    score = Score(parts=(part,))
    clock = performed_clock(score)
    feel = feel_of(part).replace(swing=0.7, pedal=True)
    played = play(score, part, clock, feel, Seed(1))
    assert np.all(played.start >= 0) and np.all(played.stop > played.start)
    assert np.all((played.velocity >= 1) & (played.velocity <= 127))
    for pitch in np.unique(played.pitch):
        rows = played.pitch == pitch
        assert np.all(played.stop[rows][:-1] <= played.start[rows][1:] + 1e-12)
    assert np.all(np.diff(clock.seconds) > 0)
