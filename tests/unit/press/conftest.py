"""Finished cuts and scores as the press gets them, small."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from albumen.score.chord import Chord
from albumen.score.key import Key
from albumen.score.notes import Note, Notes
from albumen.score.part import Part
from albumen.score.score import ChordChange, KeyChange, Score
from albumen.score.section import Section


@pytest.fixture(name="cut")
def cut_fixture(tmp_path: Path) -> Callable[..., Path]:
    """`cut(name, seconds=1.0, ending="flac")`: a tone in a file."""

    def make(name: str, seconds: float = 1.0, ending: str = "flac") -> Path:
        time = np.arange(int(44_100 * seconds)) / 44_100
        tone = 0.2 * np.sin(2 * np.pi * 220 * time)
        path = tmp_path / f"{name}.{ending}"
        soundfile.write(path, np.stack([tone, tone], axis=1), 44_100)
        return path

    return make


@pytest.fixture(name="score")
def score_fixture() -> Score:
    """Ten bars of melody and drums in two sections with four chords."""
    bar = 1920
    tune = [Note(at * 480, 400, 60 + at * 5 % 17, 60 + at) for at in range(40)]
    beat = [Note(at * 480, 100, 36 + 6 * (at % 2), 90) for at in range(40)]
    return Score(
        title="Small & Blue",
        parts=(
            Part(id="flute", name="Flute", program=73, role="melody", notes=Notes.of(tune)),
            Part(id="drums", name="Drums", is_drum=True, role="drums", notes=Notes.of(beat)),
        ),
        keys=(KeyChange(0, Key.parse("F#m")),),
        chords=tuple(ChordChange(n * bar, Chord.parse(name)) for n, name in enumerate(("F#m", "D", "A", "E7"))),
        sections=(Section(label="A", start_bar=0, bars=4, name="verse"), Section(label="B", start_bar=4, bars=6)),
        length=10 * bar,
    )
