"""Type keeps off the subject, and a box shows the subject whole."""

from __future__ import annotations

import numpy as np
import pytest

from albumen.art.clearance import aimed, head_of, shown_whole, subject_of, touched
from albumen.art.fonts import PERSONALITIES
from albumen.art.layout import LEAST_CAP, lay_out
from albumen.art.palette import Palette
from albumen.art.templates import template_named

GROUND = (10, 20, 40)


def disc(side: int = 300, radius: float = 0.36) -> np.ndarray:
    rows, columns = np.mgrid[-0.5 : 0.5 : side * 1j, -0.5 : 0.5 : side * 1j]
    picture = np.full((side, side, 3), GROUND, dtype=np.uint8)
    picture[np.hypot(rows, columns) < radius] = (90, 140, 250)
    return picture


def test_the_subject_is_what_is_unlike_the_ground() -> None:
    subject = subject_of(disc())
    assert subject is not None and subject.mean() == pytest.approx(np.pi * 0.36**2, abs=0.02)
    noise = np.random.default_rng(0).integers(0, 255, (100, 100, 3)).astype(np.uint8)
    assert subject_of(np.kron(noise[:8, :8], np.ones((20, 20, 1), np.uint8))) is None


def test_letters_are_told_from_the_air_around_them() -> None:
    subject = subject_of(disc())
    assert subject is not None
    ink = np.ones((20, 60), dtype=np.float32)
    assert touched(subject, ink, 10, 10, (300, 300)) == 0
    assert touched(subject, ink, 120, 140, (300, 300)) > 0.99
    assert touched(subject, np.zeros((200, 200), np.float32), 50, 50, (300, 300)) == 0


@pytest.mark.parametrize("name", ["bottom-left", "top-left", "together-bottom", "top-centre"])
def test_a_title_gets_smaller_until_it_stands_off_the_subject(name: str, palette: Palette) -> None:
    picture, words = disc(radius=0.3), "Harbour Lights"
    page = lay_out(picture, words, "Ada", palette, PERSONALITIES["grotesk"], template_named(name), 300, 300)
    left, top, right, bottom = page.title_box
    rows, columns = np.mgrid[top:bottom, left:right]
    letters = (page.pixels[top:bottom, left:right] != picture[top:bottom, left:right]).any(axis=2)
    inside = np.hypot(rows - 149.5, columns - 149.5) < 0.3 * 299
    assert page.cap_share >= LEAST_CAP * 0.8
    assert not (letters & inside).any()


def test_a_box_shows_the_subject_whole() -> None:
    box = np.full((100, 220, 3), GROUND, dtype=np.uint8)
    shown = shown_whole(disc(), box)
    assert shown is not None and shown.shape == box.shape
    assert (shown[0] == GROUND).all() and (shown[-1] == GROUND).all()
    blue = np.argwhere(shown[..., 2] > 145)
    assert np.ptp(blue[:, 0]) == pytest.approx(94, abs=4)
    assert blue.mean(axis=0) == pytest.approx([50, 110], abs=2)
    assert shown_whole(np.full((50, 50, 3), 7, np.uint8), box) is None


def test_restless_ground_costs_a_page_and_thin_letters_more(palette: Palette) -> None:
    rng = np.random.default_rng(2)
    stripes = np.kron(rng.integers(0, 150, (75, 75)), np.ones((4, 4)))[..., None].repeat(3, axis=2).astype(np.uint8)
    plain = np.full((300, 300, 3), int(stripes.mean()), dtype=np.uint8)

    def score(picture: np.ndarray, person: str) -> float:
        return lay_out(picture, "Harbour", "", palette, PERSONALITIES[person], template_named("giant-top"), 300, 300).score

    lost = {person: score(stripes, person) / score(plain, person) for person in ("light", "poster")}
    assert lost["light"] < lost["poster"] < 1


def sitter(side: int = 320) -> np.ndarray:
    """A head high up before a ground, and shoulders cut by the edge below."""
    rows, columns = np.mgrid[0.0 : 1.0 : side * 1j, 0.0 : 1.0 : side * 1j]
    picture = np.full((side, side, 3), GROUND, dtype=np.uint8)
    picture[np.hypot((rows - 0.28) / 0.2, (columns - 0.5) / 0.16) < 1] = (230, 190, 160)
    picture[(rows > 0.46) & (np.abs(columns - 0.5) < 0.1 + 1.0 * (rows - 0.46))] = (160, 150, 150)
    return picture


def test_a_crop_is_aimed_at_the_head_and_keeps_its_crown() -> None:
    head = head_of(sitter())
    assert head is not None and head[1] < 0.08 < 0.4 < head[3]
    across, down = aimed(sitter(), 320, 200)
    assert across == 0.5
    assert down - 200 / 320 / 2 <= 0.08 < 0.5 - 200 / 320 / 2
    assert aimed(sitter(), 320, 320) == (0.5, 0.5)


def test_without_a_figure_a_crop_stays_at_the_centre() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (8, 8, 3)).astype(np.uint8)
    for picture in (disc(), np.kron(noise, np.ones((20, 20, 1), np.uint8))):
        assert aimed(picture, 320, 200) == (0.5, 0.5)


def test_thin_lines_are_a_subject_with_the_ground_between_them() -> None:
    picture = np.full((1500, 1500, 3), (225, 230, 235), dtype=np.uint8)
    for place in range(500, 1000, 22):
        picture[500:1000, place] = (60, 60, 60)
    subject = subject_of(picture)
    assert subject is not None
    assert subject[60:100, 60:100].mean() > 0.95
    assert not subject[:45].any() and not subject[:, :45].any()
