"""Streams made ahead: the same blocks in the same order; errors arrive; who leaves early leaves no thread behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from albumen.sound.ahead import ahead
from albumen.work.errors import Wrong


def counted(until: int, made: list[int]) -> Iterator[int]:
    for number in range(until):
        made.append(number)
        yield number


def test_the_stream_stays_the_same_and_another_thread_makes_it() -> None:
    makers: set[int] = set()

    def blocks() -> Iterator[int]:
        for number in range(50):
            makers.add(threading.get_ident())
            yield number

    with ahead(blocks()) as stream:
        assert list(stream) == list(range(50))
    assert makers and threading.get_ident() not in makers


def test_what_goes_wrong_in_the_making_is_raised_where_it_is_read() -> None:
    def blocks() -> Iterator[int]:
        yield 1
        raise Wrong("a file is damaged")

    heard = []
    with pytest.raises(Wrong, match="a file is damaged"), ahead(blocks()) as stream:
        for block in stream:
            heard.append(block)
    assert heard == [1]


def test_who_leaves_early_stops_the_making() -> None:
    made: list[int] = []
    before = threading.active_count()
    with ahead(counted(10_000, made)) as stream:
        assert next(stream) == 0
    assert threading.active_count() == before and len(made) < 20
    with pytest.raises(Wrong, match="stop"), ahead(counted(10_000, made)) as stream:
        next(stream)
        raise Wrong("stop")
    assert threading.active_count() == before
