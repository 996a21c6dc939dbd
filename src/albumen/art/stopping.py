"""Who may stop a painting: engines and plug-in painters know of no job, so that what asks stands around their call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from albumen.work.errors import Cancelled


def never() -> bool:
    """Nobody stops."""
    return False


_asked: ContextVar[Callable[[], bool]] = ContextVar("asked", default=never)


@contextmanager
def stoppable(cancelled: Callable[[], bool]) -> Iterator[None]:
    """All that is painted in this block, in this thread, stops with `Cancelled` soon after `cancelled` answers yes."""
    token = _asked.set(cancelled)
    try:
        yield
    finally:
        _asked.reset(token)


def stop_asked() -> Callable[[], bool]:
    """What a painting that was given nothing to ask asks; to be had before the work goes to other threads."""
    return _asked.get()


def stop_if(cancelled: Callable[[], bool]) -> None:
    """Raise `Cancelled` where the answer is yes: a canvas that is half painted is none."""
    if cancelled():
        raise Cancelled("the painting was not finished")
