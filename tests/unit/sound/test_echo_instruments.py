from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from albumen.score.notes import Note, Notes
from albumen.score.part import Part
from albumen.score.score import Score
from albumen.sound.echo import EchoInstruments
from albumen.work.digest import digest_file

SONG = Score(
    parts=(
        Part(id="flute", program=73, notes=Notes.of([Note(480, 480, 69)])),
        Part(id="drums", is_drum=True, notes=Notes.of([Note(0, 480, 36)])),
    ),
    length=1920,
)


def test_a_note_sounds_at_its_time_and_pitch(tmp_path: Path) -> None:
    stems = EchoInstruments().render(SONG, tmp_path)
    sound, rate = soundfile.read(stems["flute"])
    begin = rate // 2  # a quarter note at 120 a minute
    assert np.abs(sound[:begin]).max() == 0
    heard = sound[begin : begin + rate // 10, 0]
    peak = np.abs(np.fft.rfft(heard, 8 * len(heard))).argmax() * rate / (8 * len(heard))
    assert abs(peak - 440) < 3


def test_the_same_song_gives_the_same_bytes_and_is_not_rendered_twice(tmp_path: Path) -> None:
    first = EchoInstruments().render(SONG, tmp_path / "a")
    other = EchoInstruments().render(SONG, tmp_path / "b")
    assert list(map(digest_file, first.values())) == list(map(digest_file, other.values()))
    before = {path: path.stat().st_mtime_ns for path in first.values()}
    assert EchoInstruments().render(SONG, tmp_path / "a") == first
    assert {path: path.stat().st_mtime_ns for path in first.values()} == before
