"""score.json: text that diffs, and mistakes in it that are named."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from albumen.score.json_score import parse_score_json, read_score_json, score_json, write_score_json
from albumen.score.notes import Note, Notes
from albumen.score.part import Part
from albumen.score.score import Score
from albumen.work.errors import Wrong

SCORE = Score(parts=(Part(id="bass", program=33, notes=Notes.of([Note(0, 480, 36), Note(480, 480, 43)])),), title="Öl")
TEXT = score_json(SCORE)


def test_one_changed_note_is_one_changed_line() -> None:
    notes = SCORE.parts[0].notes.replace(velocity=[80, 90])
    changed = score_json(SCORE.with_part(SCORE.parts[0].replace(notes=notes)))
    marks = [line for line in difflib.ndiff(TEXT.splitlines(), changed.splitlines()) if line[0] in "+-"]
    assert marks == ["- [480,480,43,80]", "+ [480,480,43,90]"]


def test_a_score_is_kept_on_disk(tmp_path: Path) -> None:
    write_score_json(tmp_path / "score.json", SCORE)
    assert read_score_json(tmp_path / "score.json") == SCORE
    assert "Öl" in (tmp_path / "score.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1"),
        ("[" * 100_000, "nested too deeply"),
        ("9" * 100_000, "a number without end"),
        (TEXT[:60], "no valid JSON (line"),
        ("{}", "states no format"),
        (TEXT.replace('"format": 1', '"format": 9'), "format 9 is unknown"),
        (TEXT.replace('"resolution"', '"resolutoin"'), "'resolution' is missing"),
        (TEXT.replace("480,43,80]", "480,143,80]"), "pitches lie in 0..127"),
        (TEXT.replace("480,43,80]", "480,43]"), "does not fit"),
        (TEXT.replace('"4/4"', '"4-4"'), "a meter is written like 3/4"),
        (TEXT.replace("[0,500000]", '["0",500000]'), "a whole number was expected"),
        (TEXT.replace('"controls": []', '"controls": [[0,7,200]]'), "values lie in 0..127"),
    ],
)
def test_a_mistake_is_named(text: str, said: str) -> None:
    with pytest.raises(Wrong, match=r"^score\.json: ") as refusal:
        parse_score_json(text.encode(), "score.json")
    assert said in str(refusal.value)


def test_text_that_is_not_utf_8_is_refused() -> None:
    with pytest.raises(Wrong, match="no UTF-8"):
        parse_score_json(b'{"title": "\xff"}', "score.json")
