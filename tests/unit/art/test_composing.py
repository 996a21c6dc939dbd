"""Wide and tall formats: the ground runs on without a seam, type keeps off the figure and out of what platforms cover."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from albumen.art.composing import Room, run_on
from albumen.art.engines import engine_named
from albumen.art.facts import AlbumFacts
from albumen.art.formats import FORMATS, promo_picture
from albumen.art.identity import identities
from albumen.art.look import Look
from albumen.art.music_view import MusicView
from albumen.art.picture import Pixels
from albumen.art.templates import template_named
from albumen.work.seed import Seed


def look_of(engine: str, facts: AlbumFacts) -> Look:
    identity = replace(identities(facts, Seed(2), 1)[0], engine=engine, manner="impressionist")
    return Look(identity=identity, template=template_named("bottom-left"), picture_seed=Seed(2))


def step_at(canvas: Pixels, column: int) -> float:
    """How much larger the step of colour at a column is than those around it, the rows taken together."""
    rows = cv2.GaussianBlur(canvas, (1, 61), 0).astype(np.float32)[30:-30]
    steps = np.abs(np.diff(rows, axis=1)).mean(axis=(0, 2))
    around = np.concatenate([steps[column - 25 : column - 4], steps[column + 4 : column + 25]])
    return float(steps[column - 2 : column + 2].max() / (np.quantile(around, 0.9) + 0.3))


@pytest.mark.parametrize("engine", ["rose", "horizon"])
def test_the_ground_runs_on_without_a_seam_and_the_same_twice(engine: str, facts: AlbumFacts, music: MusicView) -> None:
    look = look_of(engine, facts)
    picture = engine_named(engine).draw(music, look.identity.palette, 240, Seed(2))
    canvas = run_on(picture, look, Room(side=240, left=300, top=0), 640, 240)
    assert canvas.shape == (240, 640, 3)
    assert step_at(canvas, 300) < 2 and step_at(canvas, 540) < 2
    assert canvas.tobytes() == run_on(picture, look, Room(side=240, left=300, top=0), 640, 240).tobytes()
    middle = canvas[90:150, 390:450].astype(float) - picture[90:150, 90:150]
    assert np.abs(middle).mean() < 4


def test_type_of_a_story_and_a_banner_stands_where_every_device_shows_it(facts: AlbumFacts, music: MusicView) -> None:
    look = look_of("rose", facts)
    picture = engine_named("rose").draw(music, look.identity.palette, 240, Seed(2))
    for name, (left, top, right, bottom) in {
        "youtube-banner": (0.198, 0.353, 0.802, 0.647), "instagram-story": (0.0, 0.14, 1.0, 0.8),
        "x-header": (0.0, 0.1, 1.0, 0.66),
    }.items():  # fmt: skip
        form = FORMATS[name]
        typed = promo_picture(form, look, facts, picture)
        bare = promo_picture(form, look, replace(facts, title=".", artist=""), picture)
        rows, columns = np.nonzero((np.abs(typed.astype(int) - bare) > 60).any(axis=2))
        assert left <= columns.min() / form.width and columns.max() / form.width <= right
        assert top <= rows.min() / form.height and rows.max() / form.height <= bottom
