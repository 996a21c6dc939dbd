"""How long a run lasts and how fast it learns on the way: warm-up, constant, then straight down to nothing."""

from __future__ import annotations

from dataclasses import dataclass

from albumen.work.errors import Wrong

WARM_UP_STEPS = 60
DECAY_SHARE = 0.25
LAST_RATE = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """The end of a run, counted over all its resumptions: `steps`, or `minutes` of training. One of the two."""

    steps: int | None = None
    minutes: float | None = None

    def __post_init__(self) -> None:
        if (self.steps is None) == (self.minutes is None):
            raise Wrong("a run needs an end: give either its steps or its minutes")

    def done(self, steps: int, seconds: float) -> float:
        """The share of the run that lies behind, 0..1 (1: finished)."""
        if self.steps is not None:
            return min(1.0, steps / max(1, self.steps))
        return min(1.0, seconds / max(1e-9, (self.minutes or 0.0) * 60))


def rate_at(done: float, steps: int) -> float:
    """The learning rate as a share of its peak, after the share `done` of the run and `steps` steps."""
    warm = min(1.0, (steps + 1) / WARM_UP_STEPS)
    decay = min(1.0, (1 - done) / DECAY_SHARE)
    return min(warm, LAST_RATE + (1 - LAST_RATE) * decay)
