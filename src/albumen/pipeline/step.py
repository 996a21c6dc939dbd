"""Steps: where each stage of each song stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["done", "to do", "yours"]

# In the order in which an album comes into being. `--until` names one of them.
STAGES = ("plan", "compose", "order", "poems", "scores", "stems", "master", "pictures", "release")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One stage of one song (`song` empty: of the whole album). `why` says in words what is to do, or what is yours."""

    stage: str
    song: str = ""
    state: State
    why: str = ""

    @property
    def name(self) -> str:
        """The step's name in the lock and for `explain`: `compose/harbour-lights`, `release`."""
        return f"{self.stage}/{self.song}" if self.song else self.stage
