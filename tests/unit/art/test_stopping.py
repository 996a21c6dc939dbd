"""Paintings stop soon after they are asked to, whoever paints."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from albumen.art.engines import horizon
from albumen.art.facts import AlbumFacts, SongFacts
from albumen.art.identity import identities
from albumen.art.manners import MANNERS, manner_named
from albumen.art.music_view import MusicView, view_music
from albumen.art.painter import making_of, paint
from albumen.art.stopping import stop_asked, stoppable
from albumen.art.strokes import plan_strokes
from albumen.work.errors import Cancelled
from albumen.work.seed import Seed


def after(times: int) -> tuple[Callable[[], bool], list[int]]:
    """Answers yes after it was asked so often."""
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > times

    return cancelled, asked


def shapes() -> np.ndarray:
    picture = np.full((64, 64, 3), 40, dtype=np.uint8)
    picture[20:50, 10:40] = (200, 120, 60)
    return picture


def song() -> MusicView:
    notes = [np.arange(64) * 0.5, np.full(64, 0.5), 48 + np.arange(64) % 30, np.full(64, 0.5), np.zeros(64)]
    return view_music(np.stack(notes, 1))


@pytest.mark.parametrize("manner", MANNERS)
def test_a_plan_may_be_stopped_at_each_of_its_steps(manner: str) -> None:
    counting, asked = after(10_000)
    plan_strokes(shapes(), manner_named(manner), Seed(1), cancelled=counting)
    assert len(asked) >= 6 + 2 * len(manner_named(manner).widths)
    for times in (0, 3, len(asked) - 1):
        cancelled, counted = after(times)
        with pytest.raises(Cancelled):
            plan_strokes(shapes(), manner_named(manner), Seed(1), cancelled=cancelled)
        assert len(counted) == times + 1  # nothing was done after the yes


def test_asking_changes_no_stroke() -> None:
    cancelled, _ = after(10_000)
    plain, asked = (plan_strokes(shapes(), manner_named("knife"), Seed(1), cancelled=ask) for ask in (lambda: False, cancelled))
    assert np.array_equal(plain.x, asked.x) and np.array_equal(plain.colour, asked.colour)


def test_an_engine_that_knows_of_no_job_stops_with_what_stands_around_its_call() -> None:
    facts = AlbumFacts(title="Quiet", artist="", songs=(SongFacts(title="One"),))
    palette = identities(facts, Seed(1), 1)[0].palette
    with stoppable(lambda: True), pytest.raises(Cancelled):
        horizon.draw(song(), palette, 64, Seed(1))
    with stoppable(lambda: True), pytest.raises(Cancelled):
        next(making_of(shapes(), 32, 2, seed=Seed(1)))
    assert horizon.draw(song(), palette, 64, Seed(1)).shape == (64, 64, 3)


def test_what_a_painting_is_given_to_ask_goes_before_what_stands_around() -> None:
    with stoppable(lambda: True):
        assert paint(shapes(), 32, seed=Seed(1), cancelled=lambda: False).shape == (32, 32, 3)
    assert not stop_asked()()
