"""The portrait net at work where somebody may lose patience: it looks up between pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from albumen.models.portraits.run import Painting, PaintingModel
from albumen.work.job import Job

_AT_ONCE = 8


class Sitting(PaintingModel):
    """The net in `folder`, which paints for `job`: it stops between a few pictures when the job is asked to."""

    def __init__(self, folder: Path, job: Job) -> None:
        super().__init__(folder)
        self._job = job

    def draw(self, styles: NDArray[np.float32], seeds: list[str], batch: int = _AT_ONCE) -> list[Painting]:
        """Paintings of given styles, a few at a time."""
        done: list[Painting] = []
        for first in range(0, len(styles), batch):
            self._job.check()
            done += super().draw(styles[first : first + batch], seeds[first : first + batch], batch)
        return done
