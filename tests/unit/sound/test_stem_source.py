"""Stems heard live sound as rendered ones do, and only parts that have changed are played live."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from albumen.score.score import Score
from albumen.sound.audio_file import BLOCK_FRAMES, SAMPLE_RATE
from albumen.sound.performance import PlayedControl, performance_of
from albumen.sound.stem_source import FileStem, LiveStem, file_stems, live_stems
from albumen.sound.stems import render_stems, stems_asked

Song = Callable[..., Score]
FOREVER = 1e6


def listen() -> None:
    return None


def test_a_live_stem_is_the_rendered_one_from_any_frame(song: Song, tmp_path: Path) -> None:
    score = song(bars=12)
    rendered = file_stems(render_stems(score, tmp_path))
    start = 11 * SAMPLE_RATE + 77
    for asked in stems_asked(score):
        written = rendered[asked.part_id]
        live = LiveStem(asked=asked, level=written.level, until=FOREVER, check=listen)
        blocks = list(live.blocks(start))
        assert all(len(block) == BLOCK_FRAMES for block in blocks[:-1])
        heard = np.concatenate(blocks)
        expected = np.concatenate(list(written.blocks(start)))
        frames = min(len(heard), len(expected), 8 * SAMPLE_RATE)
        difference = np.sqrt(np.mean((heard[:frames] - expected[:frames]) ** 2))
        assert difference < 0.02 * np.sqrt(np.mean(expected[:frames] ** 2)), asked.part_id


def test_what_begins_too_late_is_not_played(song: Song, tmp_path: Path) -> None:
    score = song(bars=12)
    level = file_stems(render_stems(score, tmp_path))["drums"].level
    asked = next(asked for asked in stems_asked(score) if asked.part_id == "drums")
    heard = np.concatenate(list(LiveStem(asked=asked, level=level, until=6.0, check=listen).blocks(4 * SAMPLE_RATE)))
    assert np.abs(heard[: 2 * SAMPLE_RATE]).max() > 0.01
    assert np.abs(heard[6 * SAMPLE_RATE :]).max(initial=0.0) < 1e-3


def test_only_what_has_changed_is_live_and_at_its_old_level(song: Song, tmp_path: Path) -> None:
    score = song()
    assert live_stems(stems_asked(score), tmp_path, until=FOREVER, check=listen) is None
    before = file_stems(render_stems(score, tmp_path))
    flute = score.part("flute")
    changed = score.with_part(flute.replace(notes=flute.notes.shifted(semitones=2)))
    stems = live_stems(stems_asked(changed), tmp_path, until=FOREVER, check=listen)
    assert stems is not None
    assert {part_id for part_id, stem in stems.items() if isinstance(stem, LiveStem)} == {"flute"}
    assert stems["flute"].level == before["flute"].level
    assert all(isinstance(stems[part_id], FileStem) for part_id in ("piano", "bass", "drums"))


@pytest.mark.parametrize("begin", [0.0, 1.0, 2.5])
def test_a_piece_of_a_performance_begins_as_the_whole_stands_there(begin: float) -> None:
    times = np.arange(5.0)
    controls = (PlayedControl(0.0, 64, 127), PlayedControl(0.5, 11, 90), PlayedControl(2.0, 64, 0), PlayedControl(4.5, 11, 20))
    whole = performance_of(times, times + 1.5, np.array([60, 62, 64, 65, 67]), np.full(5, 80), controls, 6.5)
    piece = whole.between(begin, 4.2)
    assert piece.pitch.tolist() == [pitch for pitch, t in zip((60, 62, 64, 65, 67), times, strict=True) if t + 1.5 > begin]
    assert piece.start.min() >= 0 and piece.stop.max() == pytest.approx(5.5 - begin)
    assert piece.seconds == pytest.approx(4.2 - begin)
    standing = {c.number: c.value for c in piece.controls if c.seconds == 0}
    assert standing[64] == (127 if begin < 2 else 0) and standing.get(11) == (90 if begin >= 0.5 else None)
    assert all(0 <= c.seconds < 4.2 - begin for c in piece.controls)
