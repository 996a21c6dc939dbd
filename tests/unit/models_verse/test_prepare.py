"""Poems become rows: nothing barred goes in, nothing is cut, lines carry their syllables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from albumen.models.verse.prepare import ROW, foot_of, lay_rows, load_packed, prepare
from albumen.models.verse.train_batches import IGNORED, make_batches, targets_of
from albumen.work.digest import digest_file
from albumen.work.errors import Broken, Wrong
from albumen.work.seed import Seed


def test_packing_keeps_what_may_be_learned_and_nothing_else(poems: Path, tmp_path: Path) -> None:
    packed = prepare(poems, tmp_path / "packed", seed=Seed(1))
    assert packed.facts["texts"] == 46
    assert "zebra" not in packed.vocabulary.numbers
    assert packed.train.shape[1] == ROW and packed.train.dtype == np.uint16
    again = load_packed(tmp_path / "packed")
    assert again.vocabulary == packed.vocabulary
    assert (again.train == packed.train).all() and (again.valid == packed.valid).all()


def test_a_line_stands_behind_its_number_of_syllables(poems: Path, tmp_path: Path) -> None:
    packed = prepare(poems, tmp_path / "packed", seed=Seed(1))
    tokens = [packed.vocabulary.tokens[number] for number in packed.train[0]]
    place = tokens.index("lamps")
    opening = max(index for index in range(place) if tokens[index].startswith("<s") and tokens[index] != "<stanza>")
    assert tokens[opening] == "<s8>" or "hill" in tokens[opening : opening + 9]


def test_the_same_seed_packs_the_same_rows(poems: Path, tmp_path: Path) -> None:
    first, second = (prepare(poems, tmp_path / name, seed=Seed(1)) for name in ("a", "b"))
    assert (first.train == second.train).all()
    assert digest_file(tmp_path / "a" / "train.npy.xz") == digest_file(tmp_path / "b" / "train.npy.xz")


def test_rows_hold_whole_chunks() -> None:
    chunks = [[number] * length for number, length in enumerate([200, 100, 56, 156, 30], start=1)]
    rows = lay_rows(chunks)
    for number, chunk in enumerate(chunks, start=1):
        holders = [(row == number).sum() for row in rows if (row == number).any()]
        assert holders == [len(chunk)]


def test_targets_leave_out_what_the_user_gives(poems: Path, tmp_path: Path) -> None:
    packed = prepare(poems, tmp_path / "packed", seed=Seed(1))
    vocabulary = packed.vocabulary
    targets = targets_of(packed.train.astype(np.int64), vocabulary)
    row, kept = packed.train[0], targets[0] != IGNORED
    body = int(np.flatnonzero(row == vocabulary.number("<body>"))[0])
    assert not kept[: body + 1].any() and kept[body + 1]
    assert not kept[row == 0].any()


def test_batches_visit_every_row_once_an_epoch(poems: Path, tmp_path: Path) -> None:
    packed = prepare(poems, tmp_path / "packed", seed=Seed(1))
    batches = make_batches(packed, "r2l", Seed(1))
    count = len(batches.train)
    seen = np.concatenate([batches.at(step, 1)[0] for step in range(count)])
    assert sorted(map(bytes, seen)) == sorted(bytes(row) for row in batches.train[:, :-1].astype(np.int64))
    assert (batches.at(3, 2)[0] == batches.at(3, 2)[0]).all()


@pytest.mark.parametrize(
    ("label", "foot"), [("iambic tetrameter/trimeter", "iambic"), ("", "free"), (None, "free"), ("mixed", "free")]
)
def test_feet_are_read_from_their_labels(label: str | None, foot: str) -> None:
    assert foot_of(label) == foot


def test_a_folder_without_poems_is_explained(tmp_path: Path) -> None:
    with pytest.raises(Wrong, match="name the folder that holds the poems"):
        prepare(tmp_path, tmp_path / "out", seed=Seed(1))
    with pytest.raises(Wrong, match="holds no packed verse"):
        load_packed(tmp_path)


def test_damaged_rows_are_named(poems: Path, tmp_path: Path) -> None:
    prepare(poems, tmp_path / "packed", seed=Seed(1))
    (tmp_path / "packed" / "train.npy.xz").write_bytes(b"\x00" * 50)
    with pytest.raises(Broken, match=r"train\.npy\.xz"):
        load_packed(tmp_path / "packed")
