"""Packs: rights, labels, bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from albumen.models.portraits.condition import (
    CONDITION_SIZE,
    ERAS,
    PALETTE_SIZE,
    Wish,
    era_index,
    palette_of,
    wish_vectors,
    wished_numbers,
)
from albumen.models.portraits.decode import decode_picture, encode_png
from albumen.models.portraits.pack import decoded, pack_pictures, read_pack
from albumen.models.portraits.rights import Work
from albumen.work.digest import digest_file
from albumen.work.errors import Missing, Wrong


def work(year: int | None = None, died: int | None = None) -> Work:
    return Work(file="a", artist="b", title="c", genre="portrait", style="", source="d", year=year, died=died)


@pytest.mark.parametrize(
    ("year", "died", "allowed"),
    [(1929, None, True), (1930, None, False), (1950, 1954, True), (None, 1955, False), (None, None, False)],
)
def test_only_proven_works_may_teach(year: int | None, died: int | None, allowed: bool) -> None:
    assert work(year, died).allowed is allowed


def test_eras_follow_the_year_and_else_the_death() -> None:
    assert ERAS[era_index(work(1600))] == "before 1600"
    assert ERAS[era_index(work(1700))] == "17th century"
    assert ERAS[era_index(work(None, 1690))] == "17th century"
    assert era_index(work()) == -1


def test_pack_reads_back_what_it_wrote(pack_path: Path) -> None:
    pack = read_pack(pack_path)
    assert len(pack) == 112
    assert pack.portrait.sum() == 64
    assert 0 < pack.held_out.sum() < 30
    pictures = decoded(pack, 64, [0, 70])
    assert pictures.shape == (2, 64, 64, 3)
    assert pictures[0, 28, 32].mean() > pictures[0, 2, 2].mean() + 40


def test_same_pictures_give_the_same_pack(picture_folder: Path, pack_path: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.npz"
    pack_pictures(picture_folder, again, portrait_side=64, painting_side=64, report=lambda line: None)
    assert digest_file(again) == digest_file(pack_path)


def test_unreadable_packs_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Missing):
        read_pack(tmp_path / "none.npz")
    (tmp_path / "bad.npz").write_bytes(b"no zip")
    with pytest.raises(Wrong):
        read_pack(tmp_path / "bad.npz")


def test_palette_sees_surroundings_middle_and_foreground() -> None:
    picture = np.zeros((1, 32, 32, 3), dtype=np.uint8)
    picture[:, 8:20, 10:22] = 255
    picture[:, 24:, :] = (0, 0, 255)
    palette = palette_of(picture)[0]
    assert palette[0] < 0.1
    assert palette[3] > 0.9
    assert palette[8] < -0.2


def test_wish_keeps_what_is_fixed_and_borrows_the_rest() -> None:
    rng = np.random.default_rng(0)
    examples = rng.normal(size=(50, CONDITION_SIZE)).astype(np.float32)
    examples[:, PALETTE_SIZE] = 1.0
    wish = Wish(era="17th century", surroundings=(0.2, 0.0, 0.0))
    vectors = wish_vectors(wish, examples, rng, 5)
    fixed = wished_numbers(wish)
    known = ~np.isnan(fixed)
    assert known.sum() == 3 + 13 + 5
    np.testing.assert_allclose(vectors[:, known], np.broadcast_to(fixed[known], (5, known.sum())))
    assert not np.isnan(vectors).any()


def test_unknown_words_name_the_choices() -> None:
    with pytest.raises(Wrong, match="choose one of"):
        wished_numbers(Wish(era="the future"))


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 255))
def test_png_holds_the_picture(height: int, width: int, value: int) -> None:
    side = max(height, width)
    picture = np.full((side, side, 3), value, dtype=np.uint8)
    picture[0, 0] = (1, 2, 3)
    np.testing.assert_array_equal(decode_picture(encode_png(picture), side), picture)
