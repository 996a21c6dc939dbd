"""Colours for eyes and lips lie on the eyes and lips that are seen, and never beside the face."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from albumen.art import recolour
from albumen.art.painter import paint
from albumen.art.recolour import coloured
from albumen.art.words import colour_wishes
from albumen.work.seed import Seed

SIDE, BOX = 256, (0.25, 0.2, 0.75, 0.7)
EYES, LIPS = ((110, 104), (154, 104)), (132, 150)


def face(*, eyes: bool = True) -> np.ndarray:
    picture = np.full((SIDE, SIDE, 3), (40, 60, 50), dtype=np.uint8)
    cv2.ellipse(picture, (132, 118), (44, 58), 0, 0, 360, (215, 170, 140), -1)
    if eyes:
        for at in EYES:
            cv2.ellipse(picture, at, (8, 5), 0, 0, 360, (50, 35, 30), -1)
        cv2.ellipse(picture, LIPS, (14, 4), 0, 0, 360, (170, 80, 75), -1)
    return cv2.GaussianBlur(picture, (0, 0), 1.0)


def changed(picture: np.ndarray, theme: str) -> tuple[np.ndarray, tuple[str, ...]]:
    made = coloured(picture, colour_wishes(theme))
    return np.argwhere(np.abs(made.picture.astype(int) - picture).max(axis=2) > 6)[:, ::-1], made.told


@pytest.fixture(autouse=True)
def _found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recolour, "face_box", lambda _: BOX)


def test_named_eyes_and_lips_lie_on_those_that_are_seen() -> None:
    eyes, told = changed(face(), "blue eyes")
    away = np.min([np.hypot(*(eyes - at).T) for at in EYES], axis=0)
    assert len(eyes) > 60 and away.max() < 14 and told == ("'blue eyes' was painted on the eyes",)
    assert all((np.hypot(*(eyes - at).T) < 8).sum() > 25 for at in EYES)
    lips, told = changed(face(), "purple lips")
    assert len(lips) > 60 and np.abs(lips - LIPS).max(axis=0)[0] < 24 and np.abs(lips - LIPS).max(axis=0)[1] < 11
    assert told == ("'purple lips' was painted on the lips",)


def test_what_is_not_seen_stays_within_the_face_and_is_told() -> None:
    places, told = changed(face(eyes=False), "blue eyes, purple lips")
    assert len(places) and (np.hypot((places[:, 0] - 132) / 45, (places[:, 1] - 118) / 59) < 1).all()
    assert all("lie in most faces" in sentence for sentence in told)


def test_a_face_with_no_room_is_left_alone_and_its_colours_are_told_as_missed() -> None:
    # The middle of the box alone is skin: neither eyes nor lips, rim and all, fit on it, seen or not.
    small = np.full((SIDE, SIDE, 3), (20, 50, 40), dtype=np.uint8)
    cv2.circle(small, (128, 115), 20, (215, 170, 140), -1)
    made = coloured(small, colour_wishes("blue eyes, purple lips"))
    assert np.abs(made.picture.astype(int) - small).max() <= 1 and made.laid == () and made.fine is None
    assert made.missed == made.told == tuple(
        f"'{said}' could not be painted: the {place} could not be placed on the face"
        for said, place in (("purple lips", "lips"), ("blue eyes", "eyes"))
    )


@pytest.mark.parametrize("second", [(154, 130), (122, 104), (154, 146)])
def test_two_spots_that_lie_as_no_two_eyes_do_are_not_taken_for_eyes(second: tuple[int, int]) -> None:
    picture = face(eyes=False)
    for at in (EYES[0], second):
        cv2.ellipse(picture, at, (6, 4), 0, 0, 360, (50, 35, 30), -1)
    assert changed(picture, "blue eyes")[1] != ("'blue eyes' was painted on the eyes",)


def test_a_streak_beside_the_nose_is_no_mouth() -> None:
    picture = face()
    cv2.ellipse(picture, LIPS, (16, 6), 0, 0, 360, (215, 170, 140), -1)
    cv2.ellipse(picture, (158, 132), (8, 3), 0, 0, 360, (150, 60, 60), -1)
    assert "lie in most faces" in changed(picture, "purple lips")[1][0]


@pytest.mark.parametrize("manner", ["impressionist", "expressionist", "wash", "knife"])
def test_strokes_keep_the_colour_of_eyes_on_the_eyes(manner: str) -> None:
    made = coloured(face(), colour_wishes("blue eyes"))
    away = np.min([np.hypot(*(np.mgrid[:SIDE, :SIDE][::-1] - np.array(at)[:, None, None])) for at in EYES], axis=0)

    meant = cv2.dilate((made.picture[..., 2] > made.picture[..., 0]).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    near = (away < 24) & ~meant

    def blue(fine: np.ndarray | None) -> tuple[float, float]:
        """How blue the eyes are, and how much blue lies beside them."""
        painted = cv2.resize(paint(made.picture, 768, manner=manner, seed=Seed(3), fine=fine), (SIDE, SIDE)).astype(int)
        blueness = np.maximum(0, painted[..., 2] - painted[..., 0])
        return float(blueness[away < 5].mean()), float(blueness[near].mean())

    (eyes, beside), (_, smeared) = blue(made.fine), blue(None)
    assert eyes > 40 and beside <= 0.5 * smeared


def test_only_coloured_eyes_and_lips_are_painted_in_small_strokes() -> None:
    assert coloured(face(), ()).fine is None
    assert coloured(face(), colour_wishes("green hair")).fine is None
    fine = coloured(face(), colour_wishes("purple lips")).fine
    assert fine is not None and fine[LIPS[1], LIPS[0]] == 1 and all(fine[y, x] == 0 for x, y in EYES)
