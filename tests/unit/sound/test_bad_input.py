"""What real users bring: silence, crowds, very long and very short songs, odd files, full disks. Nothing breaks or is lost."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from albumen.score.notes import Note, Notes
from albumen.score.part import Part
from albumen.score.score import Score
from albumen.score.time_map import tempo
from albumen.sound.audio_file import AudioWriter, audio_facts, read_blocks
from albumen.sound.auto_mix import plan_mix
from albumen.sound.echo import EchoInstruments
from albumen.sound.mix_song import mix_song
from albumen.sound.stem_source import stem_levels
from albumen.sound.stems import read_stem_level, render_stems, stems_asked
from albumen.work.errors import Cancelled, Missing, Wrong
from albumen.work.job import Job

Song = Callable[..., Score]


def crowd(size: int, silent: int = 0) -> Score:
    """Parts of four notes each; the last `silent` of them rest."""
    notes = [Notes.of([Note(k * 480, 400, 40 + n % 50) for k in range(4)]) for n in range(size - silent)]
    notes += [Notes.of([])] * silent
    return Score(parts=tuple(Part(id=f"p{n}", program=n, notes=own) for n, own in enumerate(notes)), length=1920)


@pytest.mark.parametrize(("size", "silent"), [(64, 0), (3, 1), (1, 1)])
def test_crowds_and_silence_can_be_mixed(size: int, silent: int, tmp_path: Path) -> None:
    score = crowd(size, silent)
    stems = EchoInstruments().render(score, tmp_path)
    mix = plan_mix(score, stem_levels(stems), target=(0.0,) * 30)
    assert [part_id for part_id, part in mix.parts.items() if part.mute] == [
        f"p{n}" for n in range(size - silent, size)
    ]
    heard = mix_song(stems, mix, tmp_path / "mix.w64")
    sound, _ = soundfile.read(tmp_path / "mix.w64")
    assert np.isfinite(sound).all() and (heard.integrated_lufs > -60) == (silent < size)


@pytest.mark.parametrize("bpm", [4.0, 20.0, 400.0, 3000.0])
def test_extreme_tempi_keep_every_note_in_time(bpm: float, song: Song) -> None:
    score = song(bars=8).replace(tempos=(tempo(bpm),))
    for asked in stems_asked(score):
        played = asked.performance
        assert (
            np.isfinite(played.start).all()
            and (np.diff(played.start) >= 0).all()
            and (played.stop > played.start).all()
        )
        assert played.seconds >= 0.99 * score.seconds


def test_a_song_of_forty_minutes_is_taken(song: Song) -> None:
    score = song(bars=1200)
    assert 2390 < score.seconds < 2410
    assert all(asked.performance.seconds >= 2390 for asked in stems_asked(score))


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_files_of_all_rates_and_channel_counts_are_heard_in_stereo(rate: int, channels: int, tmp_path: Path) -> None:
    path = tmp_path / "x.wav"
    soundfile.write(path, np.full((rate // 10, channels), 0.25), rate)
    assert audio_facts(path) == (rate // 10, rate, channels)
    sound = np.concatenate(list(read_blocks(path)))
    assert sound.shape == (rate // 10, 2) and np.allclose(sound, 0.25, atol=1e-4)


def test_stems_of_different_rates_are_told(tmp_path: Path) -> None:
    stems = {}
    for name, rate in (("a", 44_100), ("b", 48_000)):
        stems[name] = tmp_path / f"{name}.flac"
        soundfile.write(stems[name], np.zeros((rate, 2)), rate)
    score = Score(parts=(Part(id="a"), Part(id="b")))
    with pytest.raises(Wrong, match="different sample rates"):
        mix_song(stems, plan_mix(score, stem_levels(stems)), tmp_path / "mix.w64")


def test_a_disk_that_fills_in_the_middle_loses_nothing_and_work_goes_on(
    song: Song, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    score = song(bars=2)
    append, written = AudioWriter._append, [0]

    def full(self: AudioWriter, block: np.ndarray) -> None:
        written[0] += 1
        if written[0] > 7:
            raise OSError(errno.ENOSPC, "no space left", "x")
        append(self, block)

    monkeypatch.setattr(AudioWriter, "_append", full)
    with pytest.raises(Missing, match="the disk is full"):
        render_stems(score, tmp_path, workers=1)
    assert all(read_stem_level(path) is not None for path in tmp_path.glob("*.flac"))
    assert not list(tmp_path.glob(".*"))
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.flac")}
    monkeypatch.undo()
    stems = render_stems(score, tmp_path, workers=1)
    assert kept and len(stems) == 4
    assert all(path.stat().st_mtime_ns == when for path, when in kept.items())


def test_a_mix_that_is_stopped_leaves_no_file(tmp_path: Path) -> None:
    score = crowd(3)
    stems = EchoInstruments().render(score, tmp_path / "stems")
    with pytest.raises(Cancelled):
        mix_song(stems, plan_mix(score, stem_levels(stems)), tmp_path / "mix.w64", job=Job(stop=lambda: True))
    assert not list(tmp_path.glob("*mix*"))
