"""Jobs: what long work tells (steps, words, previews) and what it asks (shall I stop?)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple, TypeVar

from albumen.work.errors import Cancelled
from albumen.work.progress import Pace

Item = TypeVar("Item")


class Told(NamedTuple):
    """Something a job tells: its share `done` 0..1, words, or the path of a preview."""

    kind: Literal["done", "said", "preview"]
    job: str
    done: float
    text: str
    seconds_left: float | None


def _nobody_listens(told: Told) -> None:
    return None


def _never_stop() -> bool:
    return False


@dataclass(slots=True, kw_only=True)
class Job:
    """A piece of work that somebody may watch and stop.

    `listen` is called with everything told, `stop` is asked at each step; when it answers yes, `Cancelled` is raised.
    Call `step()` or `check()` at least once a second.
    """

    name: str = ""
    listen: Callable[[Told], None] = _nobody_listens
    stop: Callable[[], bool] = _never_stop
    clock: Callable[[], float] = time.monotonic
    done: float = field(default=0.0, init=False)
    _pace: Pace = field(init=False)

    def __post_init__(self) -> None:
        self._pace = Pace(self.clock)

    def check(self) -> None:
        """Raise `Cancelled` if somebody asked to stop."""
        if self.stop():
            raise Cancelled(f"stopped{f' during {self.name}' if self.name else ''}", next_step="run the same command to go on")

    def reach(self, done: float) -> None:
        """The share `done` 0..1 is finished; never goes back."""
        self.check()
        self.done = min(1.0, max(self.done, done))
        self._pace.saw(self.done)
        self.listen(Told("done", self.name, self.done, "", self._pace.seconds_left()))

    def say(self, text: str) -> None:
        """Tell a sentence."""
        self.listen(Told("said", self.name, self.done, text, self._pace.seconds_left()))

    def preview(self, path: Path) -> None:
        """Show a file that is good to look at or listen to already."""
        self.listen(Told("preview", self.name, self.done, str(path), self._pace.seconds_left()))

    def each(self, items: Iterable[Item], total: int | None = None) -> Iterator[Item]:
        """The items one by one, with a step after each.

        >>> [item for item in Job().each("ab")]
        ['a', 'b']
        """
        if total is None:
            items = list(items)
            total = len(items)
        self.check()
        begun = self.done
        for count, item in enumerate(items, start=1):
            yield item
            self.reach(begun + (1.0 - begun) * count / max(1, total))

    def part(self, name: str, start: float, end: float) -> Job:
        """A job inside this one, whose 0..1 is this job's `start`..`end`."""

        def pass_on(told: Told) -> None:
            if told.kind == "done":
                self.reach(start + (end - start) * told.done)
            else:
                self.listen(told._replace(seconds_left=self._pace.seconds_left()))

        return Job(name=name, listen=pass_on, stop=self.stop, clock=self.clock)
