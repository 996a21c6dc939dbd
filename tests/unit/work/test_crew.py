from __future__ import annotations

import os
import time

import pytest

from albumen.work.crew import each_of
from albumen.work.errors import Broken, Cancelled, Wrong
from albumen.work.job import Job, Told


def square(number: int, job: Job) -> int:
    job.say(f"squaring {number}")
    return number * number


def chatter(number: int, job: Job) -> int:
    for line in range(2000):
        job.say(f"{number} {line} " + "so much to tell " * 8)
    return number


def refuse(number: int, job: Job) -> int:
    if number == 1:
        raise Wrong("one is not allowed", where="here", next_step="take two")
    return number


def dally(number: int, job: Job) -> int:
    for _ in range(300):
        job.check()
        time.sleep(0.1)
    return number


def die(number: int, job: Job) -> int:
    os._exit(9)


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_order_and_everything_is_told(workers: int) -> None:
    heard: list[Told] = []
    assert each_of(square, [3, 1, 2], Job(listen=heard.append), workers=workers) == [9, 1, 4]
    assert heard[-1].done == 1.0
    assert sorted(told.text for told in heard if told.kind == "said") == ["squaring 1", "squaring 2", "squaring 3"]


def test_workers_that_tell_more_than_a_pipe_holds_come_to_an_end_and_are_heard() -> None:
    heard: list[Told] = []
    assert each_of(chatter, [1, 2], Job(listen=heard.append), workers=2) == [1, 2]
    assert sum(told.kind == "said" for told in heard) == 4000


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_arrives_whole(workers: int) -> None:
    with pytest.raises(Wrong) as caught:
        each_of(refuse, [0, 1, 2], Job(), workers=workers)
    assert caught.value.sentence() == "here: one is not allowed; take two."
    assert (caught.value.where, caught.value.exit_code) == ("here", 2)


def test_stopping_reaches_the_workers() -> None:
    began = time.monotonic()
    with pytest.raises(Cancelled):
        each_of(dally, [1, 2], Job(stop=lambda: time.monotonic() > began + 2), workers=2)
    assert time.monotonic() - began < 10


def test_a_worker_that_dies_is_explained() -> None:
    with pytest.raises(Broken, match="worker process"):
        each_of(die, [1, 2], Job(), workers=2)
