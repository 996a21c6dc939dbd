"""Making what comes next while what is there is used: one helper thread, so that things are made one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from typing import TypeVar

from albumen.work.errors import Cancelled

Item = TypeVar("Item")
Result = TypeVar("Result")
_ASK_SECONDS = 0.1


def in_advance(
    make: Callable[[Item], Result], items: Sequence[Item], *, cancelled: Callable[[], bool] = lambda: False
) -> Iterator[Result]:
    """`make(item)` of each item, in their order, up to all of them made before they are asked for.

    `cancelled` is asked before each and while one waits; where it answers yes, `Cancelled` is raised once the item in hand
    is left.

    >>> list(in_advance(str.upper, "ab"))
    ['A', 'B']
    """
    pool = ThreadPoolExecutor(max_workers=1)
    try:
        for future in [pool.submit(copy_context().run, make, item) for item in items]:
            yield _awaited(future, cancelled)
    finally:
        pool.shutdown(cancel_futures=True)


def _awaited(future: Future[Result], cancelled: Callable[[], bool]) -> Result:
    while not cancelled():
        wait([future], timeout=_ASK_SECONDS)
        if future.done():
            return future.result()
    raise Cancelled("the work was not finished")
