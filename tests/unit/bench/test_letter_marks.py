"""The bench of letter-like marks: its controls are what they say they are."""

import importlib
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from albumen.work.seed import Seed

BENCH = Path(__file__).parents[3] / "bench"


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCH))
    return SimpleNamespace(**{name: importlib.import_module(name) for name in ("letter_plants", "letter_reader")})


@pytest.fixture
def art():
    return Seed(1).rng().integers(60, 120, (1000, 1000, 3)).astype(np.uint8)


def test_letters_stand_in_their_boxes_apart_and_nowhere_else(bench, art):
    picture, plants = bench.letter_plants.planted(art, "strong", Seed(3))
    assert len(plants) == 9
    changed = (picture != art).any(axis=2)
    for plant in plants:
        left, top, right, bottom = (round(share * 1000) for share in plant.box)
        assert changed[top:bottom, left:right].any()
        changed[max(0, top - 2) : bottom + 2, max(0, left - 2) : right + 2] = False
    assert not changed.any()
    for one, other in combinations(plants, 2):
        assert one.box[2] < other.box[0] or other.box[2] < one.box[0] or one.box[3] < other.box[1] or other.box[3] < one.box[1]


def test_capitals_are_as_high_as_they_say(bench, art):
    _, plants = bench.letter_plants.planted(art, "strong", Seed(3))
    for plant in plants:
        if plant.text in "ABEHKMNRW":
            assert (plant.box[3] - plant.box[1]) * 1000 == pytest.approx(plant.cap, rel=0.12)


def test_a_scrambled_copy_keeps_the_mean_and_no_place(bench, art):
    picture = art.copy()
    picture[300:400, 200:800] = 255
    copy = bench.letter_plants.scrambled(picture, Seed(1))
    assert np.abs(copy.mean(axis=(0, 1)) - picture.mean(axis=(0, 1))).max() < 4
    assert abs(float(copy[300:400, 200:800].mean()) - float(copy.mean())) < 40


def test_letters_and_figures_count_and_signs_do_not(bench):
    assert bench.letter_reader.letters("A-8 é.") == 3
