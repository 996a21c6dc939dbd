"""REAPER projects parse (with the rpp library) and hold tempo, markers, notes and audio."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import rpp

from albumen.press.dawproject import StemClip
from albumen.press.reaper import write_reaper
from albumen.score.meter import Meter
from albumen.score.score import Score
from albumen.score.time_map import MeterChange, TempoChange
from albumen.work.errors import Wrong


def test_a_project_is_read_by_another_parser(score: Score, cut: Callable[..., Path], tmp_path: Path) -> None:
    score = score.replace(
        tempos=(TempoChange(0, 500_000), TempoChange(1920, 600_000)),
        meters=(MeterChange(0, Meter(4, 4)), MeterChange(3840, Meter(3, 4))),
    )
    stems = {"flute": StemClip(path=cut("flute", ending="wav"), seconds=1.0)}
    path = write_reaper(tmp_path / "out", score, stems)
    assert path.name == "Small & Blue.rpp" and (tmp_path / "out/audio/flute.wav").is_file()
    project = rpp.loads(path.read_text())
    assert project.tag == "REAPER_PROJECT"
    points = [row for row in project.find(".//TEMPOENVEX") if row[0] == "PT"]
    assert [(float(row[1]), float(row[2])) for row in points] == [(0, 120), (2, 100), (4.4, 100)]
    assert int(points[2][4]) % 65536 == 3 and int(points[2][4]) // 65536 == 4
    assert [row[3] for row in project if row[0] == "MARKER"] == ["verse", "B"]
    tracks = project.findall("TRACK")
    assert len(tracks) == 2
    sources = tracks[0].findall(".//SOURCE")
    assert [source.attrib[0] for source in sources] == ["WAVE", "MIDI"]
    at, onsets = 0, []
    for row in sources[1]:
        if row[0] == "E":
            at += int(row[1])
            if row[2] == "90":
                onsets.append((at // 2, int(row[3], 16)))
    assert onsets == [(note.onset, note.pitch) for note in score.part("flute").notes]
    assert at == score.length * 2


def test_a_missing_stem_is_told(score: Score, tmp_path: Path) -> None:
    with pytest.raises(Wrong, match="stem is missing"):
        write_reaper(tmp_path, score, {"flute": StemClip(path=tmp_path / "no.wav", seconds=1)})
