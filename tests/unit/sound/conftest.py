"""Small songs for the tests of sound, and an independent meter: ffmpeg's ebur128."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from scipy.signal import butter, sosfilt

from albumen.score.chord import Chord
from albumen.score.key import Key
from albumen.score.notes import Note, Notes
from albumen.score.part import Part
from albumen.score.score import ChordChange, KeyChange, Score
from albumen.score.section import Section
from albumen.score.time_map import tempo

PROGRESSION = ("C", "Am", "F", "G")


def song(bars: int = 4, bpm: float = 120.0, key: str = "C", drums: bool = True, title: str = "Small Song") -> Score:
    """A band of four over I-vi-IV-V: flute tune, piano chords, bass, drums."""
    shift = Key.parse(key).tonic
    bar = 4 * 480
    tune, chords, bass, beat = [], [], [], []
    for number in range(bars):
        at = number * bar
        chord = Chord.parse(PROGRESSION[number % 4]).transposed(shift)
        tones = [60 + pitch for pitch in chord.pitch_classes]
        tune += [Note(at + step * 480, 460, 12 + tones[(number + step) % 3], 80 + 5 * step) for step in range(4)]
        chords += [Note(at + half * 960, 900, tone, 70) for half in (0, 1) for tone in tones]
        bass += [Note(at + half * 960, 800, 36 + chord.root, 90) for half in (0, 1)]
        beat += [Note(at + step * 480, 100, 36 if step % 2 == 0 else 38, 95) for step in range(4)]
        beat += [Note(at + step * 240, 60, 42, 70) for step in range(8)]
    parts = [
        Part(id="flute", name="Flute", program=73, role="melody", notes=Notes.of(tune)),
        Part(id="piano", name="Piano", program=0, role="chords", notes=Notes.of(chords)),
        Part(id="bass", name="Bass", program=33, role="bass", notes=Notes.of(bass)),
    ]
    if drums:
        parts.append(Part(id="drums", name="Drums", is_drum=True, role="drums", notes=Notes.of(beat)))
    harmony = [
        ChordChange(number * bar, Chord.parse(PROGRESSION[number % 4]).transposed(shift)) for number in range(bars)
    ]
    half = max(1, bars // 2)
    sections = [Section(label="A", start_bar=0, bars=half, name="verse")]
    if bars > half:
        sections.append(Section(label="B", start_bar=half, bars=bars - half, name="chorus"))
    return Score(
        parts=tuple(parts),
        tempos=(tempo(bpm),),
        keys=(KeyChange(0, Key.parse(key)),),
        chords=tuple(harmony),
        sections=tuple(sections),
        title=title,
        length=bars * bar,
    )


@pytest.fixture(name="song")
def song_fixture() -> Callable[..., Score]:
    """`song(bars=, bpm=, key=, drums=, title=)`."""
    return song


def ebur128(path: Path) -> dict[str, float]:
    """Integrated loudness, range and true peak as ffmpeg measures them."""
    command = ["ffmpeg", "-hide_banner", "-nostats", "-i", str(path), "-af", "ebur128=peak=true", "-f", "null", "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    summary = text[text.rindex("Summary:") :]
    found = {name: float(re.search(rf"{name}:\s+(-?[\d.]+|-inf)", summary)[1]) for name in ("I", "LRA", "Peak")}  # type: ignore[index]
    return {"lufs": found["I"], "range": found["LRA"], "true_peak": found["Peak"]}


@pytest.fixture(name="independent_meter")
def independent_meter_fixture() -> Callable[[Path], dict[str, float]]:
    """ffmpeg's ebur128: path -> lufs, range, true_peak."""
    return ebur128


@pytest.fixture(name="noise_file")
def noise_file_fixture(tmp_path: Path) -> Callable[..., Path]:
    """`noise_file(name, seconds, level, rate=44100)`: pink-ish stereo noise with a beat, as a 24-bit FLAC."""

    def make(name: str, seconds: float, level: float = 0.1, rate: int = 44_100) -> Path:
        rng = np.random.default_rng(len(name))
        frames = int(seconds * rate)
        noise = rng.standard_normal((frames, 2)).cumsum(axis=0)
        noise -= noise.mean(axis=0)
        noise = np.diff(noise, axis=0, prepend=noise[:1]) + 0.02 * rng.standard_normal((frames, 1))
        beat = 0.4 + 0.6 * np.exp(-4.0 * (np.arange(frames) / rate % 0.5))[:, None]
        noise = sosfilt(butter(6, 15_000, fs=rate, output="sos"), noise, axis=0)
        sound = (level * noise * beat / np.abs(noise).max()).astype(np.float32)
        path = tmp_path / f"{name}.flac"
        soundfile.write(path, sound, rate, subtype="PCM_24")
        return path

    return make
