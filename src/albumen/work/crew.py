"""Several processes at one list of work: each item is done by one of them, told and stopped as one job."""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.queues import Queue
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from albumen.work.errors import Broken
from albumen.work.job import Job, Told

Item = TypeVar("Item")
Result = TypeVar("Result")
LISTEN_SECONDS = 0.1

# What a worker process holds of its crew; set once when the process begins. The bell is a bare byte in shared memory, not an
# event: a worker that is ended while it asks would take an event's lock with it, and nobody could ring any more.
_post: Any = None
_bell: Any = None


def cores() -> int:
    """How many processes this machine runs at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def each_of(
    do: Callable[[Item, Job], Result], items: Sequence[Item], job: Job, *, workers: int, name: Callable[[Item], str] = str
) -> list[Result]:
    """`do(item, its_job)` for every item, in the order of the items; `do` and items must be picklable.

    With one worker everything happens in this process. The first error stops the others and is raised.
    """
    if workers <= 1 or len(items) <= 1:
        shares = [(i / max(1, len(items)), (i + 1) / max(1, len(items))) for i in range(len(items))]
        return [_finished(do, item, job.part(name(item), *share)) for item, share in zip(items, shares, strict=True)]
    context = multiprocessing.get_context("spawn")
    post: Queue[tuple[int, Told]] = context.Queue()
    bell = context.RawValue(ctypes.c_bool, False)
    with _heard(post) as news, ProcessPoolExecutor(
        min(workers, len(items)), mp_context=context, initializer=_begin, initargs=(post, bell)
    ) as pool:
        futures = [pool.submit(_in_worker, do, item, number, name(item)) for number, item in enumerate(items)]
        try:
            _watch(futures, news, job)
        except BrokenProcessPool as error:
            what = "a worker process was ended from outside, perhaps for want of memory"
            raise Broken(what, next_step="close other programs and run again, or set --workers 1") from error
        finally:
            bell.value = True
            pool.shutdown(wait=True, cancel_futures=True)
    for _, told in _so_far(news):
        if told.kind != "done":
            job.listen(told)
    job.reach(1.0)
    return [future.result() for future in futures]


def _finished(do: Callable[[Item, Job], Result], item: Item, job: Job) -> Result:
    result = do(item, job)
    job.reach(1.0)
    return result


@contextlib.contextmanager
def _heard(post: Queue[tuple[int, Told]]) -> Iterator[SimpleQueue[tuple[int, Told]]]:
    """What the workers tell, taken from their pipe as it comes: a worker that has told more than the pipe holds cannot end."""
    news: SimpleQueue[tuple[int, Told]] = SimpleQueue()
    is_over = threading.Event()

    def listen() -> None:
        while True:
            try:
                news.put(post.get(timeout=LISTEN_SECONDS))
            except Empty:
                if is_over.is_set():
                    return

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        yield news
    finally:
        is_over.set()
        # A worker that was killed in the middle of a word leaves the listener waiting for the rest of it.
        listener.join(timeout=1.0)


def _watch(futures: list[Future[Any]], news: SimpleQueue[tuple[int, Told]], job: Job) -> None:
    """Pass on what the workers tell until all are finished or one has failed."""
    shares = [0.0] * len(futures)
    waiting = set(futures)
    while waiting:
        ended, waiting = wait(waiting, timeout=LISTEN_SECONDS, return_when=FIRST_COMPLETED)
        for number, told in _so_far(news):
            if told.kind == "done":
                shares[number] = told.done
            else:
                job.listen(told)
        for future in ended:
            future.result()
            shares[futures.index(future)] = 1.0
        job.reach(sum(shares) / len(shares))


def _so_far(news: SimpleQueue[tuple[int, Told]]) -> Iterator[tuple[int, Told]]:
    with contextlib.suppress(Empty):
        while True:
            yield news.get_nowait()


def _begin(post: Queue[tuple[int, Told]], bell: ctypes.c_bool) -> None:
    global _post, _bell
    _post, _bell = post, bell
    # Ctrl-C reaches the whole group; the parent alone decides and rings the bell.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with, args=(os.getppid(),), daemon=True).start()


def _leave_with(parent: int) -> None:
    """End this process soon after its parent was killed, for then nobody will ever ring."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _in_worker(do: Callable[[Any, Job], Any], item: Any, number: int, name: str) -> Any:
    return _finished(do, item, Job(name=name, listen=lambda told: _post.put((number, told)), stop=lambda: bool(_bell.value)))
