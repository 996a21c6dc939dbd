"""What the command line shows: a bar for what lasts, sentences for what happens, JSON where a machine reads.

Results go to standard output; progress and sentences go to standard error, so that output can be piped.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from albumen.work.interrupt import stop_on_signal
from albumen.work.job import Job, Told
from albumen.work.progress import in_words

PATIENCE_SECONDS = 2.0  # what is quicker needs no bar
LINE_EVERY_SECONDS = 20.0  # how often progress is said where there is no terminal


def show(text: str) -> None:
    """Print a result."""
    print(text)


def show_json(value: Any) -> None:
    """Print a result for machines: one JSON value, sorted keys."""
    print(json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False))


def say(text: str) -> None:
    """Print a sentence that is no result."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def watched(name: str) -> Iterator[Job]:
    """A job that is shown while the block runs, and that Ctrl-C or SIGTERM asks to stop."""
    with stop_on_signal() as stop:
        watch = _Bar(name) if sys.stderr.isatty() else _Lines(name)
        try:
            yield Job(name=name, listen=watch.hear, stop=stop)
        finally:
            watch.close()


class _Bar:
    """A bar with words and time left; appears after two seconds."""

    def __init__(self, name: str) -> None:
        self._began = time.monotonic()
        self._console = Console(stderr=True)
        texts = ("{task.description}", "{task.percentage:>3.0f} %", "{task.fields[left]}")
        words, share, left = (TextColumn(text) for text in texts)
        self._progress = Progress(words, BarColumn(), share, left, console=self._console, transient=True)
        self._task: TaskID = self._progress.add_task(name, total=1.0, left="")
        self._shown = False

    def hear(self, told: Told) -> None:
        if told.kind == "said":
            self._progress.console.print(escape(told.text), highlight=False)
            return
        if told.kind == "preview":
            return
        if not self._shown and time.monotonic() - self._began > PATIENCE_SECONDS:
            self._progress.start()
            self._shown = True
        left = "" if told.seconds_left is None else f"{in_words(told.seconds_left)} left"
        self._progress.update(self._task, completed=told.done, left=left)

    def close(self) -> None:
        if self._shown:
            self._progress.stop()


class _Lines:
    """Sentences as they come, and now and then a line of progress."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._next = time.monotonic() + LINE_EVERY_SECONDS

    def hear(self, told: Told) -> None:
        if told.kind == "said":
            say(told.text)
        elif told.kind == "done" and time.monotonic() >= self._next:
            self._next = time.monotonic() + LINE_EVERY_SECONDS
            left = "" if told.seconds_left is None else f", {in_words(told.seconds_left)} left"
            say(f"{self._name}: {told.done:.0%}{left}")

    def close(self) -> None:
        return None
