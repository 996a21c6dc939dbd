from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from albumen.work.digest import MANNER, canonical, digest_bytes, digest_file, digest_of

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Question:
    bpm: float
    threads: int = dataclasses.field(default=1, metadata=MANNER)


@given(plain, plain)
def test_equal_digests_mean_equal_values(one: object, other: object) -> None:
    assert (digest_of(one) == digest_of(other)) == (canonical_text(one) == canonical_text(other))


def canonical_text(value: object) -> str:
    # repr tells 1 from 1.0 and True from 1, as JSON does.
    return repr(canonical(value))


@given(st.dictionaries(st.text(max_size=4), st.integers(), max_size=5))
def test_order_of_keys_does_not_count(value: dict[str, int]) -> None:
    assert digest_of(value) == digest_of(dict(reversed(value.items())))


def test_manner_does_not_count_and_meaning_does() -> None:
    assert digest_of(Question(bpm=96)) == digest_of(Question(bpm=96, threads=8))
    assert digest_of(Question(bpm=96)) != digest_of(Question(bpm=97))


def test_arrays_count_by_type_shape_and_content() -> None:
    ones = np.ones(4, np.float32)
    digests = {digest_of(a) for a in (ones, ones.reshape(2, 2), ones.astype(np.float64), ones * 2)}
    assert len(digests) == 4


def test_keys_of_different_types_do_not_meet() -> None:
    assert digest_of({1: "a"}) != digest_of({"1": "a"})


def test_what_has_no_form_is_refused() -> None:
    with pytest.raises(TypeError, match="no canonical form"):
        digest_of({"do": print})


def test_file_digest_is_that_of_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"albumen")
    assert digest_file(tmp_path / "a") == digest_bytes(b"albumen")
