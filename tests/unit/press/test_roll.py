"""Piano rolls show what is there, where it is, and draw anything."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from albumen.press.roll import _chord_name, part_colours, roll_png
from albumen.score.chord import Chord
from albumen.score.key import Key
from albumen.score.meter import Meter
from albumen.score.notes import Note, Notes
from albumen.score.part import Part
from albumen.score.score import Score
from albumen.score.section import Section
from albumen.score.time_map import MeterChange
from albumen.work.digest import digest_file


def pixels(path: Path) -> np.ndarray:
    """The picture as numbers 0..255 [rows, columns, 3]."""
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB")).astype(float)


def near(picture: np.ndarray, colour: str) -> np.ndarray:
    """Pixels that are this colour or a lighter shade of it on the paper."""
    paper, ink = np.array(to_rgb("#fbf8f3")), np.array(to_rgb(colour))
    away = picture / 255 - paper
    way = ink - paper
    along = (away @ way) / (way @ way)
    return (along > 0.4) & (np.linalg.norm(away - along[..., None] * way, axis=-1) < 0.04)


def test_a_roll_shows_every_part_in_its_colour_and_is_the_same_twice(score: Score, tmp_path: Path) -> None:
    roll_png(score, tmp_path / "a.png")
    roll_png(score, tmp_path / "b.png")
    assert digest_file(tmp_path / "a.png") == digest_file(tmp_path / "b.png")
    picture = pixels(tmp_path / "a.png")
    assert picture.shape[1] == 2400
    for colour in part_colours(score).values():
        assert near(picture[200:], colour).sum() > 500


def test_a_higher_note_stands_higher_and_a_later_one_further_right(tmp_path: Path) -> None:
    def centre(note: Note) -> tuple[float, float]:
        anchors = [Note(0, 10, 40, 80), Note(7200, 480, 80, 80)]
        parts = (
            Part(id="x", role="melody", notes=Notes.of([note])),
            Part(id="y", role="bass", notes=Notes.of(anchors)),
        )
        score = Score(parts=parts, length=7680)
        roll_png(score, tmp_path / "x.png")
        picture = pixels(tmp_path / "x.png")
        rows, columns = np.nonzero(near(picture[200:], part_colours(score)["x"]))
        return float(rows.mean()), float(columns.mean())

    low, high, late = centre(Note(0, 480, 50, 100)), centre(Note(0, 480, 70, 100)), centre(Note(3840, 480, 50, 100))
    assert high[0] < low[0] - 20 and late[1] > low[1] + 500


@pytest.mark.parametrize(
    "score",
    [
        Score(),
        Score(parts=(Part(id="p"),), length=100),
        Score(
            parts=tuple(Part(id=f"p{n}", name=f"Part {n}", notes=Notes.of([Note(n, 10, n, 1)])) for n in range(64)),
            title="x" * 200,
        ),
        Score(
            parts=(Part(id="p", notes=Notes.of([Note(0, 480 * 4 * 300, 127, 127)])),),
            meters=(MeterChange(0, Meter(7, 8)), MeterChange(1680, Meter(4, 4))),
            sections=(Section(label="A", start_bar=0, bars=900, name="longer than the song"),),
        ),
    ],
    ids=["empty", "silent", "sixty-four parts", "one long note"],
)
def test_anything_can_be_drawn(score: Score, tmp_path: Path) -> None:
    roll_png(score, tmp_path / "roll.png")
    assert pixels(tmp_path / "roll.png").shape[1] == 2400


@pytest.mark.parametrize(("root", "fifths", "name"), [(6, 2, "F#m"), (6, -5, "Gbm"), (10, 0, "Bbm"), (1, 4, "C#m")])
def test_chords_are_spelled_as_their_key_calls_for(root: int, fifths: int, name: str) -> None:
    assert _chord_name(Chord(root, "m"), Key(fifths)) == name
