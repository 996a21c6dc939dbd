"""Asking a writer for a region and choosing among its takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol, runtime_checkable

from albumen.album.plan import SongPlan
from albumen.score.score import Score
from albumen.score.writing import CellWriter, WriteRequest, Written
from albumen.work.errors import Wrong


class Judged(NamedTuple):
    """What a critic found: `score` 0 (bad) .. 1 (good), and why in numbers."""

    score: float
    details: Mapping[str, float]


class Critic(Protocol):
    """Judges one take of a region (`albumen.critics`). `weight` says how much its voice counts in the choice."""

    id: str
    weight: float

    def judge(self, request: WriteRequest, take: Written, plan: SongPlan) -> Judged:
        """How good the take is for what was asked."""
        ...


@runtime_checkable
class Planned(Protocol):
    """A writer that can be told the plan of the song."""

    def planned(self, plan: SongPlan) -> CellWriter:
        """The writer, knowing the plan."""
        ...


class Choice(NamedTuple):
    """The take that was kept, and the verdicts on it by critic."""

    score: Score
    verdicts: dict[str, float]
    takes: int


def writers_for(plan: SongPlan, writers: Mapping[str, CellWriter]) -> dict[str, CellWriter]:
    """A writer for each part of the plan: the one its style prefers, else the rules. Raises `Wrong` where neither is given."""
    if "rules" not in writers:
        raise Wrong(f"the writers must include 'rules', got {sorted(writers)}", where="writers")
    told = {name: writer.planned(plan) if isinstance(writer, Planned) else writer for name, writer in writers.items()}
    return {part.id: told.get(part.writer, told["rules"]) for part in plan.band}


def best_take(
    writer: CellWriter, request: WriteRequest, plan: SongPlan, critics: Sequence[Critic], stop: Callable[[], bool]
) -> Choice:
    """The take that the critics like best; what a critic of infinite weight dislikes cannot be made good by the others."""
    takes = writer.write(request, stop=stop)
    best: Choice | None = None
    best_mark = float("-inf")
    for take in takes:
        verdicts = {critic.id: critic.judge(request, take, plan).score for critic in critics}
        mark = 0.0
        for critic in critics:
            mark += (
                1000.0 * (verdicts[critic.id] - 1.0)
                if critic.weight == float("inf")
                else critic.weight * verdicts[critic.id]
            )
        if best is None or mark > best_mark:
            best, best_mark = Choice(take.score, verdicts, len(takes)), mark
    assert best is not None
    return best
