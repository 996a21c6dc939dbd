"""Streams made ready ahead: one thread makes the next blocks while another works on those that came before.

Sound is made by numpy and written by libsndfile, which both let other threads run meanwhile, so two cores share the work and
every block stays the same.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from queue import Full, Queue
from typing import NamedTuple, TypeVar

Block = TypeVar("Block")
_MOST_WAITING = 4
_LISTEN_SECONDS = 0.1


class _Failed(NamedTuple):
    error: Exception


class _Ended(NamedTuple):
    pass


@contextmanager
def ahead(blocks: Iterable[Block], most: int = _MOST_WAITING) -> Iterator[Iterator[Block]]:
    """The same stream inside the `with`, made by a thread that is up to `most` blocks ahead and ends with it.

    What goes wrong in the making is raised where the stream is read.
    """
    ready: Queue[Block | _Failed | _Ended] = Queue(most)
    is_over = threading.Event()

    def put(item: Block | _Failed | _Ended) -> bool:
        while not is_over.is_set():
            try:
                ready.put(item, timeout=_LISTEN_SECONDS)
            except Full:
                continue
            return True
        return False

    def make() -> None:
        try:
            for block in blocks:
                if not put(block):
                    return
        except Exception as error:  # carried to who reads the stream, and raised there
            put(_Failed(error))
        else:
            put(_Ended())

    maker = threading.Thread(target=make, daemon=True)
    maker.start()
    try:
        yield _read(ready)
    finally:
        is_over.set()
        maker.join()


def _read(ready: Queue[Block | _Failed | _Ended]) -> Iterator[Block]:
    while True:
        item = ready.get()
        if isinstance(item, _Ended):
            return
        if isinstance(item, _Failed):
            raise item.error
        yield item
