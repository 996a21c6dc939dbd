"""Tone: bells bring a spectrum nearer to its target and never move it further than 3 dB; references are checked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from albumen.album.mix import Bell, Mix, PartMix
from albumen.sound.channel import Tone
from albumen.sound.mix_file import settle_mix
from albumen.sound.spectrum import BANDS, CENTRES_HZ
from albumen.sound.stems import StemLevel
from albumen.sound.tone import distance_db, expected_spectrum, reference_curve, style_curve, tone_bells
from albumen.work.errors import Wrong

RATE = 44_100


def response_db(bells: tuple[Bell, ...]) -> np.ndarray:
    """What the equaliser really does, by its impulse response."""
    impulse = np.zeros((1 << 16, 2), dtype=np.float32)
    impulse[0] = 1.0
    power = np.abs(np.fft.rfft(Tone(bells, RATE).process(impulse)[:, 0]))
    return np.interp(CENTRES_HZ, np.fft.rfftfreq(1 << 16, 1 / RATE), 20 * np.log10(power))


@given(st.lists(st.floats(-25, 0), min_size=BANDS, max_size=BANDS))
def test_no_bell_exceeds_three_decibels(spectrum: list[float]) -> None:
    bells = tone_bells(np.array(spectrum), style_curve("rock"))
    assert all(abs(bell.gain_db) <= 3.0 for bell in bells)


@pytest.mark.parametrize("style", ["rock", "electronic", "chamber", "jazz-swing", "ambient"])
def test_a_tilted_spectrum_comes_nearer_to_its_target(style: str) -> None:
    target = np.array(style_curve(style))
    tilted = target + np.clip(1.2 * np.log2(CENTRES_HZ / 700), -5, 5)
    bells = tone_bells(tilted, target)
    assert distance_db(tilted + response_db(bells), target) < 0.6 * distance_db(tilted, target)
    assert tone_bells(target - 30.0, target) == ()  # level alone changes nothing


def test_what_the_mix_will_be_is_known_from_its_stems() -> None:
    bands = tuple(np.where(CENTRES_HZ < 300, -30.0, -120.0))
    level = StemLevel(loudness_lufs=-20.0, peak_db=-6.0, side_to_mid_db=-30.0, bands_db=bands)
    one = PartMix(bus="chords", level_lu=0.0)
    spectrum = expected_spectrum({"a": one, "b": one.replace(mute=True)}, {"a": level, "b": level})
    assert spectrum is not None and np.allclose(spectrum[:5], -10.0)
    cut = expected_spectrum({"a": one.replace(high_pass_hz=100.0)}, {"a": level})
    assert cut is not None and cut[0] < spectrum[0] - 15 and abs(cut[10] - spectrum[10]) < 2.0
    assert expected_spectrum({"a": one.replace(mute=True)}, {"a": level}) is None


def test_references_of_all_kinds_are_heard_and_bad_ones_told(tmp_path: Path, noise_file: Callable[..., Path]) -> None:
    same = reference_curve(noise_file("long", 8.0))
    assert len(same) == BANDS and max(same) == 0.0
    mono = tmp_path / "mono.wav"
    sound, _ = soundfile.read(noise_file("long", 8.0))
    soundfile.write(mono, sound[:, 0], 48_000)
    assert len(reference_curve(mono)) == BANDS
    with pytest.raises(Wrong, match="at least five seconds"):
        reference_curve(noise_file("short", 2.0))
    silent = tmp_path / "silent.flac"
    soundfile.write(silent, np.zeros((8 * RATE, 2)), RATE)
    with pytest.raises(Wrong, match="not silent"):
        reference_curve(silent)
    broken = tmp_path / "broken.flac"
    broken.write_bytes(noise_file("long", 8.0).read_bytes()[:3000])
    with pytest.raises(Wrong, match=r"broken\.flac"):
        reference_curve(broken)
    text = tmp_path / "notes.wav"
    text.write_text("this is no sound")
    with pytest.raises(Wrong, match="could not be read as audio"):
        reference_curve(text)


def test_a_person_s_tone_survives_on_the_page(tmp_path: Path) -> None:
    page = tmp_path / "mix.toml"
    part = {"a": PartMix(bus="lead")}
    auto = Mix(parts=part, tone=(Bell(frequency_hz=80.0, gain_db=1.5, q=0.75),))
    assert settle_mix(page, auto) == auto
    page.write_text(page.read_text().replace("gain_db = 1.5", "gain_db = -2.0", 1))
    other = Mix(parts=part, tone=(Bell(frequency_hz=200.0, gain_db=1.0, q=0.75),))
    kept = settle_mix(page, other)
    assert kept.tone == (Bell(frequency_hz=80.0, gain_db=-2.0, q=0.75),)
    assert "auto [{frequency_hz = 200" in page.read_text()
