"""Small songs for the tests of the corpus, made from nothing."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from albumen.score.chord import Chord
from albumen.score.meter import Meter
from albumen.score.midi_write import midi_bytes
from albumen.score.notes import Note, Notes
from albumen.score.part import Part
from albumen.score.score import Score
from albumen.score.time_map import MeterChange, tempo

QUARTER = 480
BAR = 4 * QUARTER


def part(notes: Iterable[Note], name: str = "melody", program: int = 0, *, is_drum: bool = False) -> Part:
    return Part(id=name, name=name, program=program, is_drum=is_drum, notes=Notes.of(notes))


def song(*parts: Part, meter: str = "4/4", speed: float = 110.0, title: str = "") -> Score:
    return Score(parts=parts, meters=(MeterChange(0, Meter.parse(meter)),), tempos=(tempo(speed),), title=title)


def line(pitches: Sequence[int], length: int = QUARTER, start: int = 0) -> list[Note]:
    return [Note(start + place * length, length, pitch) for place, pitch in enumerate(pitches)]


def chorale(chords: Sequence[str], shift: int = 0, length: int = BAR // 2) -> Score:
    """Four voices in block chords, each chord half a bar, root in the bass."""
    voices: list[list[Note]] = [[], [], [], []]
    for place, name in enumerate(chords):
        chord = Chord.parse(name)
        classes = chord.pitch_classes
        tones = [36 + chord.root, 48 + classes[2], 60 + classes[0], 60 + classes[1]]
        for voice, pitch in zip(voices, tones, strict=True):
            voice.append(Note(place * length, length, pitch + shift))
    names = ("Bass", "Tenor", "Alto", "Soprano")
    return song(*(part(notes, name, 52) for name, notes in zip(names, voices, strict=True)))


def tune(seed: int, bars: int = 8, tonic: int = 60) -> Score:
    """A melody of its own for every seed, in major, ending on the tonic."""
    rng = np.random.default_rng(seed)
    scale = np.array([0, 2, 4, 5, 7, 9, 11, 12])
    notes: list[Note] = []
    for bar in range(bars):
        at = bar * BAR
        while at < (bar + 1) * BAR:
            length = min(int(rng.choice([240, 240, 480, 720])), (bar + 1) * BAR - at)
            notes.append(Note(at, length, tonic + int(rng.choice(scale))))
            at += length
    notes[-1] = notes[-1]._replace(pitch=tonic)
    return song(part(notes), title=f"Tune {seed}")


def bass_under(score: Score, pitch: int = 43) -> Score:
    bars = [Note(bar.start, bar.length, pitch) for bar in score.bars()]
    return score.replace(parts=(*score.parts, part(bars, "Bass", 32)))


def write_songs(folder: Path, scores: dict[str, Score]) -> Path:
    for name, score in scores.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(midi_bytes(score))
    return folder


def zip_songs(path: Path, scores: dict[str, Score]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, score in scores.items():
            archive.writestr(name, midi_bytes(score))
    return path


def write_manifest(folder: Path, rows: Sequence[dict[str, str]]) -> None:
    columns = ["corpus", "path_in_zip", "title", "composer", "genre", "key", "licence", "source_repo", "split"]
    lines = [",".join(columns)]
    lines += [",".join(row.get(column, "") for column in columns) for row in rows]
    (folder / "manifest.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
