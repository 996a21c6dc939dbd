"""Shelves: many songs in one file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from albumen.score.notes import Note, Notes
from albumen.score.part import Bend, Control, Part
from albumen.score.score import Score
from albumen.score.shelf import Shelf, read_shelf, write_shelf
from albumen.work.errors import Broken


def song(i: int) -> Score:
    part = Part(
        id="bass",
        notes=Notes.of([Note(i, 480, 36 + i)]),
        controls=(Control(i, 7, i),),
        bends=(Bend(i, -i),),
        role="bass",
    )
    return Score(parts=(part, Part(id="empty")), title=f"song {i}")


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    write_shelf(tmp_path / "songs.npz", (({"genre": "folk", "number": i}, song(i)) for i in range(5)))
    return tmp_path / "songs.npz"


def test_any_song_is_reached_by_its_number(shelf: Path) -> None:
    opened = Shelf(shelf)
    assert opened[3] == ({"genre": "folk", "number": 3}, song(3))
    assert opened.meta(4)["number"] == 4
    assert [meta["number"] for meta, _ in read_shelf(shelf)] == [0, 1, 2, 3, 4]
    with pytest.raises(IndexError, match="songs 0 to 4"):
        opened[5]


def test_an_empty_shelf_is_a_shelf(tmp_path: Path) -> None:
    assert write_shelf(tmp_path / "none.npz", []) == 0
    assert list(read_shelf(tmp_path / "none.npz")) == []


def test_a_broken_stream_leaves_the_old_shelf(shelf: Path) -> None:
    def breaks() -> object:
        yield {}, song(1)
        raise RuntimeError("the reader died")

    with pytest.raises(RuntimeError):
        write_shelf(shelf, breaks())  # type: ignore[arg-type]
    assert len(Shelf(shelf)) == 5
    assert [path.name for path in shelf.parent.iterdir()] == ["songs.npz"]


def test_a_damaged_shelf_is_named(shelf: Path) -> None:
    data = shelf.read_bytes()
    for damaged in (b"", b"nonsense", data[: len(data) // 2], data[:300] + b"\xff" * 300 + data[600:]):
        shelf.write_bytes(damaged)
        with pytest.raises(Broken, match="build it again"):
            Shelf(shelf)
    with pytest.raises(Broken, match="missing or damaged"):
        Shelf(shelf.parent / "nothing.npz")


def test_another_format_is_refused(shelf: Path) -> None:
    with np.load(shelf) as content:
        arrays = dict(content)
    np.savez(shelf, **{**arrays, "format": np.array(7)})
    with pytest.raises(Broken, match="format 7"):
        Shelf(shelf)
