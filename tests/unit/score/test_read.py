"""Any score file: the content decides, and whatever cannot be read is refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from albumen.score.json_score import score_json
from albumen.score.midi_write import midi_bytes
from albumen.score.musicxml_write import musicxml
from albumen.score.notes import Note, Notes
from albumen.score.part import Part
from albumen.score.read import read_score, read_score_bytes, songs_in
from albumen.score.score import Score
from albumen.score.time_map import TempoChange
from albumen.work.errors import Wrong

SCORE = Score(parts=(Part(id="flute", name="flute", program=73, notes=Notes.of([Note(0, 480, 72)])),))
WRITTEN = {
    "midi": midi_bytes(SCORE),
    "musicxml": musicxml(SCORE).encode(),
    "json": score_json(SCORE).encode(),
    "abc": b'X:1\nL:1/4\nV:1 name="flute"\nK:C\nc\n',
    "kern": b'!!!OTL: flute\n**kern\n*I"flute\n4cc\n*-\n',
}


@pytest.mark.parametrize("kind", WRITTEN)
@pytest.mark.parametrize("name", ["song", "song.mid", "song.xml", "song.txt"])
def test_the_content_decides_whatever_the_name_says(tmp_path: Path, kind: str, name: str) -> None:
    (tmp_path / name).write_bytes(WRITTEN[kind])
    score = read_score(tmp_path / name)
    assert [(part.id, [(note.onset, note.pitch) for note in part.notes]) for part in score.parts] == [
        ("flute", [(0, 72)])
    ]


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "a.mid", "empty"),
        (b"\x89PNG\r\n", "a.png", "not a score that can be read"),
        (b"plain words", "a.mid", "not a MIDI file"),
        (b"plain words", "a.xml", "XML is damaged"),
        (midi_bytes(Score()), "a.mid", "holds no notes"),
        (midi_bytes(SCORE)[:40], "a.mid", "cut off"),
        (b"MThd" + bytes(65 * 2**20), "a.mid", "64 MB"),
    ],
)
def test_other_files_are_refused_by_name(data: bytes, name: str, said: str) -> None:
    with pytest.raises(Wrong, match="^" + name.replace(".", r"\.") + ": ") as refusal:
        read_score_bytes(data, name)
    assert said in str(refusal.value)


def test_a_tune_book_is_taken_apart_and_other_files_are_not() -> None:
    book = b"X:1\nT:One\nK:C\nC\n\nX:2\nT:Two\nK:G\nF\n"
    songs = songs_in(book, "book.abc")
    assert [name for name, _ in songs] == ["book.abc, tune 1", "book.abc, tune 2"]
    assert [read_score_bytes(data, name).title for name, data in songs] == ["One", "Two"]
    for kind, data in WRITTEN.items():
        assert songs_in(data, kind) == [(kind, data)]


def test_a_song_without_end_is_refused() -> None:
    long = Part(id="drone", notes=Notes.of([Note(0, 2_000_000, 60)]))
    endless = Score(parts=(long,), tempos=(TempoChange(0, 0xFFFFFF),), resolution=480)
    with pytest.raises(Wrong, match="hours"):
        read_score_bytes(midi_bytes(endless), "drone.mid")


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.mid", tmp_path):
        with pytest.raises(Wrong, match="cannot be read"):
            read_score(path)
