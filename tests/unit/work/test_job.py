from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from albumen.work.errors import Cancelled
from albumen.work.job import Job, Told
from albumen.work.progress import Pace, in_words


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_parts_fill_the_whole() -> None:
    heard: list[Told] = []
    job = Job(listen=heard.append)
    for _ in job.part("first", 0.0, 0.25).each("ab"):
        pass
    inner = job.part("second", 0.25, 1.0)
    inner.say("half way")
    inner.preview(Path("roll.png"))
    inner.reach(1.0)
    assert [told.done for told in heard if told.kind == "done"] == [0.125, 0.25, 1.0]
    assert [(told.kind, told.text) for told in heard if told.kind != "done"] == [("said", "half way"), ("preview", "roll.png")]


def test_progress_never_goes_back() -> None:
    job = Job()
    job.reach(0.5)
    job.reach(0.2)
    assert job.done == 0.5


def test_stopping_is_noticed_between_items() -> None:
    done: list[int] = []
    with pytest.raises(Cancelled, match="during render"):
        for item in Job(name="render", stop=lambda: len(done) >= 2).part("render", 0, 1).each(range(10)):
            done.append(item)
    assert done == [0, 1]


def test_nobody_knows_at_the_beginning() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.saw(0.5)
    assert pace.seconds_left() is None
    clock.now = 30.0
    pace.saw(0.01)
    clock.now = 40.0
    assert Pace(clock).seconds_left() is None


@given(st.floats(0.03, 0.97), st.floats(2.0, 50.0))
def test_a_steady_pace_is_foretold(done: float, total: float) -> None:
    clock = Clock()
    pace = Pace(clock)
    for step in range(1, 101):
        clock.now = total * step / 100
        pace.saw(step / 100)
        if step / 100 >= done and clock.now > 1.0:
            assert pace.seconds_left() == pytest.approx(total - clock.now, rel=0.01, abs=0.01)
            return


def test_a_slower_end_is_noticed() -> None:
    clock = Clock()
    pace = Pace(clock)
    for step in range(1, 51):  # 100 s for the first half at 2 s a percent, then 10 s a percent
        clock.now += 2.0
        pace.saw(step / 100)
    before = pace.seconds_left()
    for step in range(51, 61):
        clock.now += 10.0
        pace.saw(step / 100)
    after = pace.seconds_left()
    assert before == pytest.approx(100, rel=0.01)
    assert after is not None and after > 250  # truth: 400; the pace since the start alone says 133


def test_words_for_times() -> None:
    assert in_words(59.2) == "1 min 0 s"
