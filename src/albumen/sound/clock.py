"""The clock of a performance: score ticks to seconds of sound, tempo map and interpretation together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from albumen.score.score import Score

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Clock:
    """A monotone line through (`ticks`, `seconds`) knots, continued straight on both sides. Both arrays [knots >= 2]."""

    ticks: FloatArray
    seconds: FloatArray

    def at(self, ticks: ArrayLike) -> FloatArray:
        """When these ticks sound, in seconds; any shape."""
        return _line(np.asarray(ticks, dtype=np.float64), self.ticks, self.seconds)

    def tick_at(self, seconds: ArrayLike) -> FloatArray:
        """Where the score is at these times; the inverse of `at`."""
        return _line(np.asarray(seconds, dtype=np.float64), self.seconds, self.ticks)


def written_clock(score: Score) -> Clock:
    """The tempo map as written."""
    end = max(float(score.length), score.tempos[-1].tick + 1.0)
    ticks = np.array([*(change.tick for change in score.tempos), end])
    rates = np.array([change.quarter_us for change in score.tempos]) / score.resolution / 1e6
    seconds = np.concatenate([[0.0], np.cumsum(np.diff(ticks) * rates)])
    return Clock(ticks=ticks, seconds=seconds)


def slowed_end(clock: Clock, start_tick: float, end_tick: float, amount: float) -> Clock:
    """The same clock with a ritardando: the tempo falls smoothly from `start_tick` to 1 / (1 + `amount`) at `end_tick`.

    The time lost grows with the square of the way (constant braking in score time), as measured tempo curves of endings do
    (Friberg and Sundberg 1999 find final ritardandi close to the braking of a runner).
    """
    if amount <= 0 or end_tick <= start_tick:
        return clock
    inside = np.linspace(start_tick, end_tick, 49)
    ticks = np.unique(np.concatenate([clock.ticks, inside, [end_tick + 1.0]]))
    seconds = clock.at(ticks)
    steps = np.diff(seconds)
    way = np.clip((0.5 * (ticks[1:] + ticks[:-1]) - start_tick) / (end_tick - start_tick), 0.0, 1.0)
    stretched = steps * (1.0 + amount * way**2)
    return Clock(ticks=ticks, seconds=np.concatenate([[seconds[0]], seconds[0] + np.cumsum(stretched)]))


def _line(x: FloatArray, knots: FloatArray, values: FloatArray) -> FloatArray:
    i = np.clip(np.searchsorted(knots, x, side="right") - 1, 0, len(knots) - 2)
    return values[i] + (x - knots[i]) * (values[i + 1] - values[i]) / (knots[i + 1] - knots[i])
