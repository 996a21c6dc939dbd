"""The limiter and the meters against ffmpeg and pyloudnorm."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import butter, resample_poly, sosfilt

from albumen.sound.audio_file import Audio, read_blocks
from albumen.sound.limiter import Limiter, limited
from albumen.sound.loudness import LoudnessMeter, measure_loudness
from albumen.sound.true_peak import HALF, TruePeakMeter, swings

RATE = 44_100


def in_blocks(sound: Audio, frames: int) -> list[Audio]:
    return [sound[start : start + frames] for start in range(0, len(sound), frames)]


def nasty(seconds: float, seed: int) -> Audio:
    """Loud noise with bursts, and tones whose crests fall between the samples."""
    rng = np.random.default_rng(seed)
    frames = int(seconds * RATE)
    time = np.arange(frames) / RATE
    tone = np.sin(2 * np.pi * RATE / 4 * time + np.pi / 4)[:, None] * np.array([1.3, 0.9])
    burst = (rng.random(frames) > 0.9995)[:, None] * rng.standard_normal((frames, 2)) * 4
    swell = np.abs(np.sin(2 * np.pi * 0.7 * time))[:, None]
    hiss = sosfilt(butter(6, 15_000, fs=RATE, output="sos"), 0.6 * rng.standard_normal((frames, 2)) + burst, axis=0)
    return (swell * (tone + hiss)).astype(np.float32)


@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_loudness_agrees_with_two_other_meters(
    rate: int, noise_file: Callable[..., Path], independent_meter: Callable[[Path], dict[str, float]]
) -> None:
    path = noise_file("noise", 12.0, 0.4, rate)
    ours = measure_loudness(read_blocks(path, block_frames=7777), rate)
    theirs = independent_meter(path)
    sound, _ = soundfile.read(path)
    assert ours.integrated_lufs == pytest.approx(theirs["lufs"], abs=0.1)
    assert ours.integrated_lufs == pytest.approx(pyloudnorm.Meter(rate).integrated_loudness(sound), abs=0.1)
    assert ours.true_peak_db == pytest.approx(theirs["true_peak"], abs=0.15)
    assert ours.range_lu == pytest.approx(theirs["range"], abs=0.4)


def test_the_true_peak_of_a_tone_between_the_samples_is_seen() -> None:
    tone = np.sin(2 * np.pi * RATE / 4 * np.arange(8000) / RATE + np.pi / 4).astype(np.float32)
    meter = TruePeakMeter()
    for block in in_blocks(np.stack([tone, tone], axis=1), 500):
        meter.feed(block)
    assert np.abs(tone).max() < 0.71
    assert meter.finish() == pytest.approx(1.0, abs=0.03)


def test_the_limiter_holds_the_ceiling_by_an_independent_meter(
    tmp_path: Path, independent_meter: Callable[[Path], dict[str, float]]
) -> None:
    sound = nasty(8.0, 1)
    limiter = Limiter(-1.0, RATE)
    out = np.concatenate(list(limited(in_blocks(sound, 10_000), limiter)))
    assert out.shape == sound.shape
    soundfile.write(tmp_path / "out.wav", out, RATE, subtype="FLOAT")
    assert -1.5 < independent_meter(tmp_path / "out.wav")["true_peak"] <= -1.0
    assert limiter.deepest_db < -3 and 0 < limiter.hard_share < 1


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(1, 9000), min_size=1, max_size=12), st.integers(0, 100))
def test_limiting_does_not_depend_on_the_sizes_of_blocks(sizes: list[int], seed: int) -> None:
    sound = nasty(0.5, seed)
    whole = np.concatenate(list(limited([sound], Limiter(-1.0, RATE))))
    edges = np.cumsum(sizes)
    parts = np.split(sound, edges[edges < len(sound)])
    pieces = np.concatenate(list(limited(parts, Limiter(-1.0, RATE))))
    np.testing.assert_allclose(pieces, whole, atol=2e-6)


def test_quiet_sound_passes_untouched() -> None:
    sound = (0.1 * nasty(1.0, 3)).clip(-0.3, 0.3)
    out = np.concatenate(list(limited(in_blocks(sound, 4096), Limiter(-1.0, RATE))))
    np.testing.assert_array_equal(out, sound)


def test_silence_has_no_loudness_and_a_short_sound_has_one() -> None:
    silence = measure_loudness([np.zeros((RATE, 2), dtype=np.float32)], RATE)
    assert silence.integrated_lufs == -120 and silence.true_peak_db == -120
    click = measure_loudness([np.full((RATE // 5, 2), 0.1, dtype=np.float32)], RATE)
    assert click.integrated_lufs > -60 and click.dc_offset == pytest.approx(0.1, abs=1e-3)


def test_meters_joined_read_as_one_that_heard_everything() -> None:
    rng = np.random.default_rng(3)
    sound = (rng.standard_normal((20 * 44_100, 2)) * np.linspace(0.01, 0.2, 20 * 44_100)[:, None]).astype(np.float32)
    whole = LoudnessMeter(44_100)
    whole.feed(sound)
    cuts = []
    for piece in np.split(sound, [588 * 300, 588 * 900]):
        cuts.append(LoudnessMeter(44_100))
        cuts[-1].feed(piece)
    one, other = whole.read(), LoudnessMeter.joined(cuts, 44_100).read()
    assert other.integrated_lufs == pytest.approx(one.integrated_lufs, abs=0.02)
    assert other.range_lu == pytest.approx(one.range_lu, abs=0.1)
    for name in ("sample_peak_db", "true_peak_db", "correlation", "side_to_mid_db", "dc_offset"):
        assert getattr(other, name) == pytest.approx(getattr(one, name), abs=0.02), name


def test_swings_are_those_of_the_interpolation_at_every_length() -> None:
    rng = np.random.default_rng(0)
    low = butter(8, 11_000, fs=RATE, output="sos")  # two interpolators agree on what lies well below the top
    for frames in (1, 24, 25, 60, 88, 500, 5000):
        sound = sosfilt(low, rng.standard_normal((frames + 99, 2)), axis=0)[99:].astype(np.float32)
        found = swings(sound)
        count = max(0, frames - 2 * HALF)
        wanted = np.abs(sound[HALF : HALF + count]).max(axis=1, initial=0.0)
        for channel in sound.T if count else ():
            fine = resample_poly(channel.astype(np.float64), 4, 1, window=("kaiser", 8.0))
            near = [np.abs(fine[4 * HALF + shift : 4 * (HALF + count) + shift : 4])[:count] for shift in (-2, -1, 1)]
            wanted = np.maximum(wanted, np.max(near, axis=0))
        assert found.shape == wanted.shape
        inner = slice(24, -24)  # the ends, where the other interpolator lacks neighbours
        np.testing.assert_allclose(found[inner], wanted[inner], atol=0.01)
