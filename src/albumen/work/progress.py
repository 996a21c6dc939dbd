"""Time left, told honestly: nothing until there is something to go by, then the pace of the recent past."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

MEMORY_SECONDS = 60.0  # how far back the pace is measured


@dataclass(slots=True)
class Pace:
    """Estimates the seconds left of one piece of work from the shares done so far.

    The recent pace and the pace since the start are averaged: the first sees a slow last part, the second is steady.
    """

    clock: Callable[[], float]
    started: float = field(init=False)
    seen: list[tuple[float, float]] = field(init=False)

    def __post_init__(self) -> None:
        self.started = self.clock()
        self.seen = [(self.started, 0.0)]

    def saw(self, done: float) -> None:
        """`done` 0..1 is finished now."""
        now = self.clock()
        if done > self.seen[-1][1]:
            self.seen.append((now, done))
        while len(self.seen) > 2 and self.seen[1][0] < now - MEMORY_SECONDS:
            del self.seen[0]

    def seconds_left(self) -> float | None:
        """Seconds to go, None while nobody can know (under a second of work, or under 2 % of it)."""
        now = self.clock()
        done = self.seen[-1][1]
        elapsed = now - self.started
        if done < 0.02 or elapsed < 1.0:
            return None
        overall = elapsed / done
        first_time, first_done = self.seen[0]
        gained = done - first_done
        recent = (now - first_time) / gained if gained > 0 else overall
        return max(0.0, (1.0 - done) * (overall + recent) / 2)


def in_words(seconds: float | None) -> str:
    """A time as people say it.

    >>> in_words(3.2), in_words(95), in_words(7300), in_words(None)
    ('4 s', '1 min 35 s', '2 h 1 min', 'unknown')
    """
    if seconds is None:
        return "unknown"
    whole = int(seconds) + (seconds > int(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
