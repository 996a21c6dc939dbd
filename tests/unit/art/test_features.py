"""Colours for eyes and lips lie on the eyes and lips that are seen, and never beside the face."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from albumen.art import recolour
from albumen.art.recolour import coloured
from albumen.art.words import colour_wishes

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


def test_a_face_with_no_room_for_eyes_says_so() -> None:
    nothing = np.zeros((SIDE, SIDE, 3), dtype=np.uint8)
    nothing[::2, ::2] = 255
    nothing[100:110, 128:136] = (215, 170, 140)
    places, told = changed(nothing, "blue eyes")
    assert "could not be placed" in told[0] or "lie in most faces" in told[0]
    assert bool(len(places)) == ("lie in" in told[0])
