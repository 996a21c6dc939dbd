"""The time map: ticks to seconds and bars, and back. Monotone and invertible."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from albumen.score.meter import Meter


class TempoChange(NamedTuple):
    """From `tick` on, a quarter note lasts `quarter_us` microseconds (as MIDI counts; 500000 is 120 a minute)."""

    tick: int
    quarter_us: int

    @property
    def quarters_per_minute(self) -> float:
        """The tempo as a metronome shows it, in quarter notes."""
        return 60e6 / self.quarter_us


class MeterChange(NamedTuple):
    """From `tick` on, bars have `meter`. A change inside a bar ends that bar."""

    tick: int
    meter: Meter


class Bar(NamedTuple):
    """Bar `index` (from 0) begins at `start` and lasts `length` ticks (shorter than its meter where a change cuts it)."""

    index: int  # type: ignore[assignment]  # a bar's number hides tuple.index, which nobody needs
    start: int
    length: int
    meter: Meter

    @property
    def end(self) -> int:
        """The tick after the bar."""
        return self.start + self.length


def tempo(quarters_per_minute: float, tick: int = 0) -> TempoChange:
    """A tempo change from a metronome number."""
    return TempoChange(tick, round(60e6 / quarters_per_minute))


@dataclass(frozen=True)
class TimeMap:
    """Tempo and meter changes over `resolution` ticks a quarter note. Both begin at tick 0."""

    resolution: int
    tempos: tuple[TempoChange, ...] = (TempoChange(0, 500_000),)
    meters: tuple[MeterChange, ...] = (MeterChange(0, Meter(4, 4)),)

    def __post_init__(self) -> None:
        if not 1 <= self.resolution <= 32767:
            raise ValueError(f"ticks per quarter note lie in 1..32767, got {self.resolution}")
        for what, changes in (("tempo", self.tempos), ("meter", self.meters)):
            ticks = [change.tick for change in changes]
            if not ticks or ticks[0] != 0 or ticks != sorted(set(ticks)):
                raise ValueError(f"{what} changes begin at tick 0 and are sorted, got ticks {ticks[:8]}")
        if any(not 1 <= change.quarter_us <= 0xFFFFFF for change in self.tempos):
            raise ValueError("a quarter note lasts 1 to 16777215 microseconds")

    @cached_property
    def _tempo_ticks(self) -> list[int]:
        return [change.tick for change in self.tempos]

    @cached_property
    def _tempo_seconds(self) -> list[float]:
        seconds = [0.0]
        for before, after in zip(self.tempos, self.tempos[1:], strict=False):
            seconds.append(seconds[-1] + (after.tick - before.tick) * before.quarter_us / self.resolution / 1e6)
        return seconds

    def seconds(self, tick: float) -> float:
        """When `tick` sounds, in seconds from the start."""
        i = max(0, bisect_right(self._tempo_ticks, tick) - 1)
        change = self.tempos[i]
        return self._tempo_seconds[i] + (tick - change.tick) * change.quarter_us / self.resolution / 1e6

    def tick(self, seconds: float) -> float:
        """Where the song is after `seconds`; the inverse of `seconds()`."""
        i = max(0, bisect_right(self._tempo_seconds, seconds) - 1)
        change = self.tempos[i]
        return change.tick + (seconds - self._tempo_seconds[i]) * 1e6 * self.resolution / change.quarter_us

    def bars(self, end: int) -> tuple[Bar, ...]:
        """The bars that cover ticks 0..end; the last one is full unless a change cuts it. At least one bar."""
        bars: list[Bar] = []
        limits = [*(change.tick for change in self.meters[1:]), None]
        for change, limit in zip(self.meters, limits, strict=True):
            start, full = change.tick, change.meter.bar_ticks(self.resolution)
            while (limit is None or start < limit) and (start < end or not bars):
                stop = start + full if limit is None else min(start + full, limit)
                bars.append(Bar(len(bars), start, stop - start, change.meter))
                start = stop
        return tuple(bars)
