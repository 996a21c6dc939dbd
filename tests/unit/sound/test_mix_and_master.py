"""From stems to finished cuts: levels, rejoining, loudness and peaks as ffmpeg hears them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from albumen.album.segue import Segue
from albumen.score.score import Score
from albumen.sound.audio_file import read_blocks
from albumen.sound.auto_mix import plan_mix
from albumen.sound.encode import encode
from albumen.sound.limiter import Limiter, limited
from albumen.sound.master import PROFILES, Profile, master_album
from albumen.sound.mix_song import mix_song
from albumen.sound.stem_source import stem_levels
from albumen.sound.stems import render_stems
from albumen.sound.timeline import CD_FRAME, SongMix, lay_out, silent_after, timeline_blocks
from albumen.work.digest import digest_file
from albumen.work.errors import Wrong

Meter = Callable[[Path], dict[str, float]]
NoiseFile = Callable[..., Path]


def mixed(path: Path, name: str, lufs: float, intent: float = 0.0, end: float | None = None) -> SongMix:
    silent = silent_after(path)
    return SongMix(
        name=name, path=path, loudness_lufs=lufs, intent_lu=intent, end_seconds=end or silent, silent_seconds=silent
    )


def three_songs(noise_file: NoiseFile, meter: Meter) -> list[SongMix]:
    files = {
        name: noise_file(name, seconds, level)
        for name, seconds, level in (("a", 6, 0.5), ("bb", 5, 0.2), ("ccc", 7, 0.9))
    }
    return [
        mixed(path, name, meter(path)["lufs"], intent)
        for (name, path), intent in zip(files.items(), (0.0, -3.0, -1.5), strict=True)
    ]


def test_cuts_rejoin_to_the_continuous_master_bit_by_bit(
    noise_file: NoiseFile, independent_meter: Meter, tmp_path: Path
) -> None:
    songs = three_songs(noise_file, independent_meter)
    timeline = lay_out(songs, [Segue(kind="breath", seconds=0.5), Segue(kind="crossfade", seconds=1.0)])
    assert all(edge % CD_FRAME == 0 for edge in timeline.edges)
    master = master_album(timeline, tmp_path / "cuts", continuous=tmp_path / "album.flac")
    pieces = [soundfile.read(cut.path, dtype="int32")[0] for cut in master.cuts]
    whole, _ = soundfile.read(tmp_path / "album.flac", dtype="int32")
    np.testing.assert_array_equal(np.concatenate(pieces), whole)
    assert [cut.path.name for cut in master.cuts] == ["01-a.flac", "02-bb.flac", "03-ccc.flac"]
    assert soundfile.info(master.cuts[0].path).subtype == "PCM_24"


def test_the_loudest_song_meets_the_profile_and_quiet_songs_stay_quieter(
    noise_file: NoiseFile, independent_meter: Meter, tmp_path: Path
) -> None:
    songs = three_songs(noise_file, independent_meter)
    master = master_album(lay_out(songs, [Segue(), Segue()]), tmp_path)
    heard = [independent_meter(cut.path) for cut in master.cuts]
    assert max(one["lufs"] for one in heard) == pytest.approx(-14.0, abs=0.3)
    assert heard[1]["lufs"] == pytest.approx(-17.0, abs=0.5) and heard[2]["lufs"] == pytest.approx(-15.5, abs=0.5)
    assert max(one["true_peak"] for one in heard) <= -1.0
    for cut, one in zip(master.cuts, heard, strict=True):
        assert cut.loudness.integrated_lufs == pytest.approx(one["lufs"], abs=0.15)
    for ending in (".mp3", ".opus"):
        encode(master.cuts[0].path, tmp_path / f"one{ending}")
        assert independent_meter(tmp_path / f"one{ending}")["true_peak"] <= -0.5
    decoded, _ = soundfile.read(tmp_path / "one.mp3")
    assert abs(len(decoded) - master.cuts[0].frames) < 1200


def test_a_lossy_file_that_would_swing_too_high_is_turned_down(
    noise_file: NoiseFile, independent_meter: Meter, tmp_path: Path
) -> None:
    # Noise driven into a limiter is what codecs overshoot most on.
    loud = [16 * block for block in read_blocks(noise_file("loud", 4, 0.5))]
    source = tmp_path / "dense.flac"
    soundfile.write(source, np.concatenate(list(limited(loud, Limiter(-0.8, 44_100)))), 44_100, subtype="PCM_24")
    down_db = encode(source, tmp_path / "dense.opus")
    assert down_db > 0.2 and independent_meter(tmp_path / "dense.opus")["true_peak"] <= -0.5
    assert encode(source, tmp_path / "dense.wav") == 0.0


def test_the_loud_profile_is_louder_and_holds_its_ceiling(
    noise_file: NoiseFile, independent_meter: Meter, tmp_path: Path
) -> None:
    path = noise_file("loud", 6, 0.9)
    timeline = lay_out([mixed(path, "loud", independent_meter(path)["lufs"])], [])
    master = master_album(timeline, tmp_path, profile=PROFILES["loud"])
    heard = independent_meter(master.cuts[0].path)
    assert heard["lufs"] == pytest.approx(-10, abs=0.3) and heard["true_peak"] <= -2.0
    assert master.deepest_reduction_db < -1


def test_sixteen_bits_are_dithered(noise_file: NoiseFile, independent_meter: Meter, tmp_path: Path) -> None:
    path = noise_file("quiet", 2, 0.5)
    timeline = lay_out([mixed(path, "quiet", independent_meter(path)["lufs"])], [])
    master = master_album(timeline, tmp_path, profile=Profile(bits=16))
    sound, _ = soundfile.read(master.cuts[0].path, dtype="int16")
    assert soundfile.info(master.cuts[0].path).subtype == "PCM_16"
    assert set(np.unique(sound[-4000:])) <= {-1, 0, 1} and len(np.unique(sound[-4000:])) > 1


@pytest.mark.parametrize("kind", ["breath", "overlap", "crossfade", "composed", "attacca"])
def test_no_join_clicks(kind: str, noise_file: NoiseFile, tmp_path: Path) -> None:
    """The steepest step near a join is no steeper than inside the songs."""
    one, two = noise_file("one", 3, 0.5), noise_file("three", 3, 0.5)
    songs = [mixed(one, "one", -20, end=2.5), mixed(two, "two", -20)]
    passages = {0: mixed(noise_file("way", 2, 0.5), "way", -20)} if kind == "composed" else {}
    timeline = lay_out(songs, [Segue(kind=kind, seconds=0.8)], passages)  # type: ignore[arg-type]
    sound = np.concatenate(list(timeline_blocks(timeline, {"one": 0.0, "way": 0.0, "two": 0.0})))
    steps = np.abs(np.diff(sound[:, 0]))
    inside = max(np.abs(np.diff(soundfile.read(path)[0][:, 0])).max() for path in (one, two))
    for mark in (*timeline.marks[1:], *(passage.start for passage in timeline.passages)):
        assert steps[mark - 5000 : mark + 15000].max() <= 2.01 * inside


def test_a_breath_is_as_long_as_asked(noise_file: NoiseFile) -> None:
    one, two = noise_file("one", 2, 0.5), noise_file("two", 2, 0.5)
    timeline = lay_out([mixed(one, "one", -20), mixed(two, "two", -20)], [Segue(seconds=1.5)])
    sound = np.concatenate(list(timeline_blocks(timeline, {"one": 0.0, "two": 0.0})))
    quiet = np.abs(sound).max(axis=1) < 1e-4
    changes = np.flatnonzero(np.diff(quiet.astype(int)))
    lengths = np.diff(changes) / 44_100
    assert max(lengths[quiet[changes[:-1] + 1]]) == pytest.approx(1.5, abs=0.06)


def test_a_mix_hears_every_part_and_muting_silences_one(song: Callable[..., Score], tmp_path: Path) -> None:
    score = song(bars=2)
    stems = render_stems(score, tmp_path / "stems")
    mix = plan_mix(score, stem_levels(stems))
    loudness = mix_song(stems, mix, tmp_path / "mix.w64")
    assert -30 < loudness.integrated_lufs < -12
    solo = mix.replace(parts={name: one.replace(mute=name != "drums") for name, one in mix.parts.items()})
    alone = mix_song(stems, solo, tmp_path / "solo.w64")
    assert alone.integrated_lufs < loudness.integrated_lufs
    mix_song(stems, mix, tmp_path / "again.w64")
    assert digest_file(tmp_path / "again.w64") == digest_file(tmp_path / "mix.w64")


def test_what_cannot_be_mixed_or_laid_out_is_told(noise_file: NoiseFile, tmp_path: Path) -> None:
    one, two = noise_file("one", 1, 0.5), noise_file("two", 1, 0.5, 48_000)
    with pytest.raises(Wrong, match="sample rates"):
        lay_out([mixed(one, "one", -20), mixed(two, "two", -20)], [Segue()])
    with pytest.raises(Wrong, match="need 1 segues"):
        lay_out([mixed(one, "one", -20), mixed(one, "two", -20)], [])
    with pytest.raises(Wrong, match="at least one song"):
        lay_out([], [])
    (tmp_path / "bad.flac").write_bytes(b"fLaC nothing")
    with pytest.raises(Wrong, match="could not be read as audio"):
        silent_after(tmp_path / "bad.flac")
