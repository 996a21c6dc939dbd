"""Tags as mutagen and ffprobe read them, the sound untouched; CUE marks on CD frames."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import mutagen
import numpy as np
import pytest
import soundfile
from PIL import Image

from albumen.press.cue import CueSong, cue_sheet, cue_time
from albumen.press.tags import ReplayGain, Tags, write_tags
from albumen.work.errors import Wrong

TAGS = Tags(
    title="Härbour Lights",
    artist="Albumen",
    album="Machine-Made Passion",
    number=3,
    total=9,
    year=2026,
    genre="Folk",
    composer="Albumen",
    copyright="2026 Albumen",
    comment="Composed by a model.",
    isrc="DEA012600003",
    key="F#m",
    bpm=96,
    gain=ReplayGain(song_lufs=-15.0, song_peak=0.87, album_lufs=-14.5, album_peak=0.89),
)


def probe(path: Path) -> dict[str, str]:
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_entries", "format_tags:stream_tags", str(path)]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    tags = {**found.get("format", {}).get("tags", {})}
    for stream in found.get("streams", []):
        tags |= stream.get("tags", {})
    return {name.lower(): value for name, value in tags.items()}


@pytest.mark.parametrize("ending", ["flac", "mp3", "opus"])
def test_tags_are_read_by_others_and_leave_the_sound_alone(
    ending: str, cut: Callable[..., Path], tmp_path: Path
) -> None:
    path = cut("song", ending="flac")
    if ending != "flac":
        subprocess.run(["ffmpeg", "-v", "error", "-i", path, path.with_suffix(f".{ending}")], check=True)
        path = path.with_suffix(f".{ending}")
    before, _ = soundfile.read(path)
    cover = tmp_path / "cover.png"
    Image.new("RGB", (8, 8), "purple").save(cover)
    write_tags(path, Tags(title="first", artist="a", album="b", number=1, total=1, genre="gone"))
    write_tags(path, TAGS)
    found = probe(path)
    assert found["title"] == "Härbour Lights" and found["artist"] == "Albumen" and found["genre"] == "Folk"
    assert found["album"] == "Machine-Made Passion" and found["track"].startswith("3")
    assert found["date"].startswith("2026")
    if ending == "opus":
        assert found["r128_track_gain"] == str(-8 * 256) and found["r128_album_gain"] == str(round(-8.5 * 256))
    else:
        assert found["replaygain_track_gain"] == "-3.00 dB" and found["replaygain_album_peak"] == "0.890000"
    after, _ = soundfile.read(path)
    np.testing.assert_array_equal(before, after)
    if ending != "opus":
        write_tags(path, Tags(title="t", artist="a", album="b", number=1, total=1, cover=cover))
        assert b"\x89PNG" in path.read_bytes()
        opened = mutagen.File(path)
        assert opened is not None and "Folk" not in str(opened.tags)


def test_what_cannot_be_tagged_is_told(cut: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(Wrong, match="FLAC, Opus and MP3"):
        write_tags(cut("x", ending="wav"), TAGS)
    bad = tmp_path / "bad.flac"
    bad.write_bytes(b"nothing")
    with pytest.raises(Wrong, match="could not be tagged"):
        write_tags(bad, TAGS)
    assert bad.read_bytes() == b"nothing"


def test_a_cue_sheet_marks_songs_on_cd_frames() -> None:
    songs = [
        CueSong(number=1, title='A "quoted" one', artist="Albumen"),
        CueSong(number=2, title="Two", artist="Albumen", start_frame=588 * 75 * 61 + 588),
    ]
    text = cue_sheet("Album", "Albumen", songs, file="album.flac")
    assert text.splitlines()[2] == 'FILE "album.flac" WAVE'
    assert "INDEX 01 00:00:00" in text and "INDEX 01 01:01:01" in text and text.count('"') % 2 == 0
    with pytest.raises(ValueError, match="588"):
        cue_time(589)
