"""Those sit first on whom the colours that are asked for can be seen."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from albumen.art import sitters
from albumen.art.sitters import seated
from albumen.models.portraits.run import Painting
from tests.unit.art.test_features import BOX, LIPS, face

ASKED = frozenset(("face", "eyes", "lips"))


def painting(seed: str, *, lips: bool = True, eyes: bool = True, shows_face: bool = True) -> Painting:
    picture = face(eyes=eyes)
    if not lips:
        x, y = LIPS
        picture[y - 10 : y + 11, x - 24 : x + 25] = (215, 170, 140)
    return Painting(
        picture=picture,
        styles=np.zeros((1, 1), dtype=np.float32),
        seed=seed,
        score=0.5,
        shows_face=shows_face,
        nearest_work="none",
        nearest_percentile=0.5,
    )


def names(paintings: list[Painting], asked: frozenset[str], count: int) -> list[tuple[str, set[str]]]:
    return [(one.painting.seed, set(one.missing)) for one in seated(paintings, lambda _: asked, lambda small: small, count)]


@pytest.fixture(autouse=True)
def _found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitters, "face_box", lambda _: BOX)


def test_who_shows_what_is_asked_for_comes_before_who_does_not() -> None:
    faceless, mute, whole = painting("faceless", shows_face=False), painting("mute", lips=False), painting("whole")
    assert names([faceless, mute, whole], ASKED, 3) == [("whole", set()), ("mute", {"lips"}), ("faceless", set(ASKED))]
    assert names([mute, whole], frozenset(("face", "eyes")), 1) == [("mute", set())]


def test_where_nothing_is_asked_for_nobody_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitters, "face_box", lambda _: pytest.fail("looked for a face"))
    assert names([painting("faceless", shows_face=False), painting("whole")], frozenset(), 1) == [("faceless", set())]
    assert names([painting("whole")], frozenset(("face",)), 1) == [("whole", set())]


def test_no_more_are_painted_than_are_needed() -> None:
    taken: list[str] = []

    def paintings() -> Iterator[Painting]:
        for one in (painting("mute", lips=False), painting("first"), painting("second"), painting("third")):
            taken.append(one.seed)
            yield one

    found = seated(paintings(), lambda _: ASKED, lambda small: small, 2)
    assert [one.painting.seed for one in found] == ["first", "second"] and taken == ["mute", "first", "second"]
