"""Sliders: what is named moves, what is not named stays, and the amounts add up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from albumen.models.portraits.condition import Wish
from albumen.models.portraits.run import PaintingModel
from albumen.models.portraits.run_sliders import NAMES, directions, slide
from albumen.work.errors import Wrong
from albumen.work.seed import Seed


def test_sliders_move_styles_by_their_amounts(exported: Path) -> None:
    model = PaintingModel(exported)
    paintings = model.paint(Wish(), Seed(4), 2)
    found = directions(model)
    assert set(found) == set(NAMES) and all(np.abs(move).max() > 0 for move in found.values())
    moved = slide(model, paintings, {"era": 1.5, "shape-1": -1.0})
    expected = np.stack([painting.styles for painting in paintings]) + 1.5 * found["era"] - found["shape-1"]
    np.testing.assert_allclose(np.stack([painting.styles for painting in moved]), expected, atol=1e-5)
    assert [painting.seed for painting in moved] == [painting.seed for painting in paintings]
    still = slide(model, paintings, {})
    assert [one.picture.tobytes() for one in still] == [one.picture.tobytes() for one in paintings]


def test_shapes_leave_the_touch_alone(exported: Path) -> None:
    model = PaintingModel(exported)
    assert not directions(model)["shape-2"][model.coarse :].any()


@pytest.mark.parametrize(
    ("amounts", "what"), [({"smile": 1.0}, "no slider"), ({"era": 9.0}, "-4 to 4"), ({"era": float("nan")}, "-4")]
)
def test_sliders_that_there_are_not_are_told(exported: Path, amounts: dict[str, float], what: str) -> None:
    model = PaintingModel(exported)
    with pytest.raises(Wrong, match="slider") as told:
        slide(model, model.paint(Wish(), Seed(4), 1), amounts)
    assert what in f"{told.value} {told.value.next_step}"
