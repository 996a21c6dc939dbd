"""What is made in advance comes in order, and stops when asked."""

from __future__ import annotations

import threading

import pytest

from albumen.work.errors import Cancelled
from albumen.work.in_advance import in_advance


def test_what_comes_next_is_made_while_what_is_there_is_used() -> None:
    second_begun = threading.Event()

    def make(number: int) -> int:
        if number == 1:
            second_begun.set()
        return number * 10

    made = in_advance(make, range(2))
    assert next(made) == 0
    assert second_begun.wait(timeout=5)
    assert list(made) == [10]


def test_an_error_of_the_making_is_raised_where_its_result_was_awaited() -> None:
    def make(number: int) -> float:
        return 1 / number

    made = in_advance(make, [2, 0])
    assert next(made) == 0.5
    with pytest.raises(ZeroDivisionError):
        next(made)


def test_a_time_out_of_the_making_is_its_own_error_and_ends_the_waiting() -> None:
    def make(number: int) -> int:
        raise TimeoutError("the making")

    with pytest.raises(TimeoutError, match="the making"):
        next(in_advance(make, [1]))


def test_nothing_more_is_begun_after_a_stop() -> None:
    begun: list[int] = []
    made = in_advance(begun.append, range(100), cancelled=lambda: True)
    with pytest.raises(Cancelled):
        list(made)
    assert len(begun) < 100
