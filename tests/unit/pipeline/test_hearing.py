"""Hearing: one song now, from any bar; what has not changed is not played again, and a take changes nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from albumen.album.folder import AlbumFolder
from albumen.api import edit, hear, takes
from albumen.pipeline.hearing import hear_song
from albumen.pipeline.mixing import mix_of
from albumen.pipeline.rendering import stems_of
from albumen.score.edits.span import Span
from albumen.sound.console import mixed_blocks
from albumen.sound.playback import play_blocks
from albumen.sound.stem_source import file_stems, stem_levels
from albumen.work.digest import digest_file
from albumen.work.errors import Missing, Wrong

RATE = 44_100


def test_bars_are_written_as_long_as_they_last_and_about_as_loud_as_a_song(folder: AlbumFolder, tmp_path: Path) -> None:
    heard = hear_song(folder, "amber", bars=Span(1, 3), out=tmp_path / "two.flac")
    sound, rate = soundfile.read(tmp_path / "two.flac")
    assert heard.seconds == pytest.approx(4.0, abs=0.05)  # two bars of four at 120
    assert len(sound) / rate == pytest.approx(heard.seconds + 0.5, abs=0.01) and abs(sound[-1]).max() < 1e-3
    assert 0.02 < np.sqrt((sound**2).mean()) < 0.5 and abs(sound).max() <= 10 ** (-1 / 20)


def test_the_console_may_begin_in_the_middle(folder: AlbumFolder, tmp_path: Path) -> None:
    hear_song(folder, "amber", out=tmp_path / "all.wav")
    album = folder.read()
    song = album.songs[0]
    stems = stems_of(folder, album, song) or {}
    mix = mix_of(folder, album, song, folder.score("amber"), stem_levels(stems))
    whole = np.concatenate([block.total for block in mixed_blocks(file_stems(stems), mix)])
    start = 3 * RATE
    late = np.concatenate([block.total for block in mixed_blocks(file_stems(stems), mix, start=start)])
    assert len(late) == len(whole) - start
    settled = slice(2 * RATE, 4 * RATE)  # rooms and compressors have forgotten where they began
    difference = late[settled] - whole[start:][settled]
    assert np.sqrt((difference**2).mean()) < 0.05 * np.sqrt((whole[start:][settled] ** 2).mean())


def test_only_the_changed_part_is_played_again(folder: AlbumFolder, tmp_path: Path) -> None:
    hear(folder.path, "amber", out=tmp_path / "a.wav")
    stems = folder.cache / "stems" / "amber"
    before = {path.name: path.stat().st_mtime_ns for path in stems.glob("*.flac")}
    edit(folder.path, "amber", "transpose flute +2")
    hear(folder.path, "amber", out=tmp_path / "b.wav")
    fresh = {path.name for path in stems.glob("*.flac")} - set(before)
    assert len(fresh) == 1 and fresh.pop().startswith("flute-")
    assert all((stems / name).stat().st_mtime_ns == stamp for name, stamp in before.items())
    assert (tmp_path / "a.wav").read_bytes() != (tmp_path / "b.wav").read_bytes()


def test_bars_are_heard_without_rendering_the_changed_part(folder: AlbumFolder, tmp_path: Path) -> None:
    page = folder.page.read_text()
    folder.page.write_text(page.replace('sound = "echo"', 'sound = "fluidsynth"'))
    assert folder.read().sound == "fluidsynth"
    hear(folder.path, "amber", bars="1-2", out=tmp_path / "a.wav")
    stems = folder.cache / "stems" / "amber"
    before = sorted(stems.glob("*.flac"))
    edit(folder.path, "amber", "transpose flute +2")
    hear(folder.path, "amber", bars="1-2", out=tmp_path / "b.wav")
    assert before and sorted(stems.glob("*.flac")) == before
    old, new = (soundfile.read(tmp_path / name)[0] for name in ("a.wav", "b.wav"))
    loudness = [20 * np.log10(np.sqrt((sound**2).mean())) for sound in (old, new)]
    assert not np.array_equal(old, new) and loudness[1] == pytest.approx(loudness[0], abs=1.5)


def test_a_take_is_heard_and_the_song_stays(folder: AlbumFolder, tmp_path: Path) -> None:
    hear(folder.path, "amber", out=tmp_path / "song.wav")
    take = takes(folder.path, "amber", bars="2-3", parts=["flute"], count=1)[0]
    notes = folder.score("amber").read_bytes()
    hear(folder.path, "amber", take=take.id, out=tmp_path / "take.wav")
    assert folder.score("amber").read_bytes() == notes
    assert (tmp_path / "take.wav").read_bytes() != (tmp_path / "song.wav").read_bytes()
    hear(folder.path, "amber", out=tmp_path / "again.wav")
    assert digest_file(tmp_path / "again.wav") == digest_file(tmp_path / "song.wav")


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"out": "x.mp3"}, "no kind of sound file"),
        ({"bars": "9-12", "out": "x.wav"}, "4 bars"),
        ({"take": "nothere", "out": "x.wav"}, "no take"),
    ],
)
def test_wrong_wishes_are_told(folder: AlbumFolder, tmp_path: Path, wish: dict[str, str], words: str) -> None:
    with pytest.raises(Wrong, match=words):
        hear(folder.path, "amber", **{**wish, "out": tmp_path / wish["out"]})  # type: ignore[arg-type]
    assert not list(tmp_path.glob("x.*"))


def player(tmp_path: Path, body: str) -> str:
    path = tmp_path / "player"
    path.write_text(f"#!{sys.executable}\nimport sys\n{body}\n")
    path.chmod(0o755)
    return str(path)


def test_a_player_gets_every_frame(tmp_path: Path) -> None:
    program = player(tmp_path, f"open({str(tmp_path / 'got.au')!r}, 'wb').write(sys.stdin.buffer.read())")
    sound = np.random.default_rng(1).uniform(-1, 1, (1000, 2)).astype(np.float32)
    play_blocks([sound[:300], sound[300:]], sample_rate=RATE, program=program)
    raw = (tmp_path / "got.au").read_bytes()
    assert raw[:4] == b".snd" and int.from_bytes(raw[16:20], "big") == RATE
    np.testing.assert_array_equal(np.frombuffer(raw[24:], dtype=">f4").reshape(-1, 2), sound)


def test_a_player_without_a_device_is_told_in_words(tmp_path: Path) -> None:
    program = player(tmp_path, "sys.exit('no device')")
    sound = np.zeros((1 << 20, 2), dtype=np.float32)
    with pytest.raises(Missing, match="no device"):
        play_blocks([sound], sample_rate=RATE, program=program)
    with pytest.raises(Missing, match="not installed"):
        play_blocks([sound], sample_rate=RATE, program="no-such-player")
