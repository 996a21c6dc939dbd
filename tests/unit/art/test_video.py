"""Videos: loops close, names are never given to half a video."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from albumen.art import video
from albumen.art.palette import Palette, contrast
from albumen.art.video import _swaying, under_wave, write_frames, write_loop
from albumen.work.errors import Broken, Cancelled, Missing, Wrong
from albumen.work.seed import Seed


def test_loop_moves_for_all_to_see_and_ends_where_it_began() -> None:
    rows, columns = np.mgrid[0:256, 0:144]
    stripes = np.where((rows // 16 + columns // 16) % 2, 220, 40).astype(np.uint8)
    picture = np.repeat(stripes[..., None], 3, axis=2)
    frames = list(_swaying(picture, 3.0, Seed(1), 0.016, lambda: False))
    steps = [np.abs(one.astype(int) - other).mean() for one, other in zip(frames, frames[1:] + frames[:1], strict=True)]
    assert len(frames) == 72
    assert steps[-1] <= 1.5 * np.mean(steps[:-1])
    assert min(steps) > 0.3 and max(steps) < 12, "it never stands still and never jumps"
    assert np.abs(frames[0].astype(int) - frames[36]).mean() > 25
    again = list(_swaying(picture, 3.0, Seed(1), 0.016, lambda: False))
    assert all(np.array_equal(one, other) for one, other in zip(frames, again, strict=True))


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs ffmpeg")
def test_frames_become_a_video_and_a_stopped_one_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_frames(tmp_path / "a.mp4", [np.full((32, 32, 3), value, np.uint8) for value in (0, 120, 250)], (32, 32))
    assert (tmp_path / "a.mp4").read_bytes()[4:8] == b"ftyp"
    monkeypatch.setattr(video, "CANVAS", (36, 64))
    with pytest.raises(Cancelled):
        write_loop(tmp_path / "b.mp4", np.zeros((64, 36, 3), np.uint8), seconds=3, seed=Seed(1), cancelled=lambda: True)
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]
    with pytest.raises(Wrong, match="3 to 8"):
        write_loop(tmp_path / "c.mp4", np.zeros((64, 36, 3), np.uint8), seconds=30, seed=Seed(1))


@pytest.mark.parametrize(("said", "kind"), [("Error writing trailer: No space left on device", Missing), ("odd size", Broken)])
def test_a_full_disk_is_nobodys_fault(said: str, kind: type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "ffmpeg"
    fake.write_text(f"#!/bin/sh\ncat > /dev/null\necho '{said}' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setattr(video, "_ffmpeg", lambda: str(fake))
    with pytest.raises(kind):
        video.write_frames(tmp_path / "a.mp4", [np.zeros((36, 64, 3), np.uint8)], (64, 36))
    assert [path.name for path in tmp_path.iterdir()] == ["ffmpeg"]


@pytest.mark.parametrize("ground", [(250, 245, 235), (128, 128, 128), (10, 20, 40), (230, 180, 60)])
@pytest.mark.parametrize("ink", [(245, 240, 230), (20, 20, 20)])
def test_a_waveform_shows_on_whatever_lies_beneath_it(ground: tuple[int, int, int], ink: tuple[int, int, int]) -> None:
    palette = Palette(ground=ground, shade=ground, ink=ink, accent=(200, 190, 180), second=(90, 90, 90), valence=0.0, arousal=0.0)
    for picture in (np.full((90, 160, 3), ground, np.uint8), np.random.default_rng(1).integers(0, 255, (90, 160, 3), np.uint8)):
        shown, colour = under_wave(picture, palette)
        beneath = shown[-16:].reshape(-1, 3)
        assert np.mean([contrast(colour, tuple(int(value) for value in pixel)) >= 3 for pixel in beneath]) >= 0.98
        assert np.array_equal(shown[:50], picture[:50]), "what lies above the waveform stays as it is"
