"""Segues: chosen with reasons; in a crossfade only one bass sounds at a time and the level holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from albumen.album.order import SongCharacter
from albumen.album.segue import Segue, SegueWish
from albumen.score.key import Key
from albumen.sound.segue_choice import choose_segues
from albumen.sound.timeline import SongMix, lay_out, timeline_blocks
from albumen.work.errors import Wrong

RATE = 44_100


def character(title: str, energy: float, bpm: float, key: str) -> SongCharacter:
    keys = {"first_key": Key.parse(key), "last_key": Key.parse(key)}
    return SongCharacter(
        slug=title, title=title, energy=energy, first_bpm=bpm, last_bpm=bpm, seconds=180, lead="flute", **keys
    )


def test_every_kind_of_join_finds_its_segue_and_says_why() -> None:
    songs = [
        character("a", 0.7, 120, "C"),
        character("b", 0.7, 121, "G"),  # same pulse, near key
        character("c", 0.3, 70, "F#"),  # far away
        character("d", 0.5, 74, "D#m"),  # after a set of three
        character("e", 0.8, 130, "F#"),  # a leap up
        character("f", 0.35, 131, "D#m"),  # calm, near
    ]
    segues = choose_segues(songs)
    assert [segue.kind for segue in segues] == ["crossfade", "breath", "breath", "attacca", "overlap"]
    assert segues[0].seconds == 8.0 and segues[2].seconds > segues[1].seconds * 0.9
    assert all(segue.reason.endswith(".") for segue in segues) and "C to G" in segues[0].reason
    assert choose_segues(songs[:1]) == ()


def test_far_keys_of_like_energy_are_joined_by_a_passage() -> None:
    segue = choose_segues([character("a", 0.7, 120, "C"), character("b", 0.6, 96, "F#")])[0]
    assert segue.kind == "composed" and "far apart" in segue.reason


def test_wishes_decide_with_their_own_or_the_usual_length() -> None:
    songs = [character("a", 0.7, 120, "C"), character("b", 0.6, 96, "F#"), character("c", 0.6, 96, "F#")]
    wishes = {"a": SegueWish(kind="crossfade"), "b": SegueWish(kind="breath", seconds=0.25)}
    first, second = choose_segues(songs, wishes)
    assert (first.kind, first.seconds) == ("crossfade", 8.0) and (second.kind, second.seconds) == ("breath", 0.25)
    with pytest.raises(Wrong, match="'x', which is no song"):
        choose_segues(songs, {"x": SegueWish(kind="breath")})


def test_a_passage_stands_between_its_songs_and_in_the_cut_of_the_first(tmp_path: Path) -> None:
    songs = []
    for name, seconds in (("one", 3.0), ("way", 2.0), ("two", 3.0)):
        tone = np.full((int(seconds * RATE), 2), 0.1, dtype=np.float32)
        soundfile.write(tmp_path / f"{name}.flac", tone, RATE, subtype="PCM_24")
        path = tmp_path / f"{name}.flac"
        songs.append(SongMix(name=name, path=path, loudness_lufs=-20, end_seconds=seconds, silent_seconds=seconds))
    one, way, two = songs
    segue = Segue(kind="composed", seconds=0.0)
    timeline = lay_out([one, two], [segue], {0: way})
    first, passage, second = timeline.placed[0], timeline.passages[0], timeline.placed[1]
    assert passage.start == first.start + 3 * RATE and second.start == passage.start + 2 * RATE
    assert len(timeline.marks) == 2 and passage.start + RATE < timeline.marks[1] <= second.start
    gains = {"one": 0.0, "way": -6.0, "two": 0.0}
    sound = np.concatenate(list(timeline_blocks(timeline, gains)))[:, 0]
    assert np.allclose(sound[passage.start + RATE], 0.1 * 10 ** (-6 / 20), atol=1e-4)
    with pytest.raises(Wrong, match="nothing is written for the join after one"):
        lay_out([one, two], [segue])


def test_a_crossfade_hands_over_the_bass_in_the_middle_and_keeps_the_level(tmp_path: Path) -> None:
    time = np.arange(6 * RATE) / RATE
    rng = np.random.default_rng(0)
    songs = []
    for name, hz in (("one", 55.0), ("two", 82.0)):
        tone = 0.2 * np.sin(2 * np.pi * hz * time) + 0.05 * rng.standard_normal(len(time))
        soundfile.write(tmp_path / f"{name}.flac", np.stack([tone, tone], axis=1), RATE, subtype="PCM_24")
        songs.append(
            SongMix(name=name, path=tmp_path / f"{name}.flac", loudness_lufs=-20, end_seconds=6, silent_seconds=6)
        )
    timeline = lay_out(songs, [Segue(kind="crossfade", seconds=4.0)])
    sound = np.concatenate(list(timeline_blocks(timeline, {"one": 0.0, "two": 0.0}, block_frames=30_011)))[:, 0]
    begin = timeline.placed[1].start

    def bass(second: float, hz: float) -> float:
        at = begin + int(second * RATE)
        piece = sound[at : at + RATE // 2] * np.hanning(RATE // 2)
        return float(np.abs(np.fft.rfft(piece))[round(hz / 2)])

    assert bass(0.8, 55) > 15 * bass(0.8, 82) and bass(2.7, 82) > 15 * bass(2.7, 55)
    hiss = np.diff(sound, 2)
    levels = [hiss[begin + int(t * RATE) : begin + int((t + 0.4) * RATE)].std() for t in np.arange(0, 3.6, 0.4)]
    assert max(levels) / min(levels) < 1.25
    coarse = np.concatenate(list(timeline_blocks(timeline, {"one": 0.0, "two": 0.0})))[:, 0]
    np.testing.assert_allclose(sound, coarse, atol=1e-5)
