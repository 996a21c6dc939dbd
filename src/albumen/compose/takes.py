"""Asking a writer for a region and choosing among its takes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol, runtime_checkable

from albumen.album.plan import SongPlan
from albumen.score.score import Score
from albumen.score.writing import CellWriter, WriteRequest, Written
from albumen.work.errors import Broken, Wrong

_HARD = float("inf")
_HARD_FAULT = 1000.0
_MOST_ATTEMPTS = 3  # how often a region is asked for while every take breaks a hard rule


class Judged(NamedTuple):
    """What a critic found: `score` 0 (bad) .. 1 (good), and why in numbers."""

    score: float
    details: Mapping[str, float]


class Critic(Protocol):
    """Judges one take of a region (`albumen.critics`). `weight` says how much its voice counts; infinite: a hard rule."""

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
    crew = {name: told(plan, writer) for name, writer in writers.items()}
    return {part.id: crew.get(part.writer, crew["rules"]) for part in plan.band}


def told(plan: SongPlan, writer: CellWriter) -> CellWriter:
    """The writer, knowing the plan where it wants to."""
    return writer.planned(plan) if isinstance(writer, Planned) else writer


def best_take(
    writer: CellWriter, request: WriteRequest, plan: SongPlan, critics: Sequence[Critic], stop: Callable[[], bool]
) -> Choice:
    """The take that the critics like best; what a critic of infinite weight dislikes cannot be made good by the others."""
    best: Choice | None = None
    best_mark = float("-inf")
    heard = 0
    for attempt in range(_MOST_ATTEMPTS):
        asked = request if not attempt else dataclasses.replace(request, seed=request.seed.child("again", attempt))
        for take in writer.write(asked, stop=stop):
            heard += 1
            verdicts = {critic.id: critic.judge(request, take, plan).score for critic in critics}
            mark = _mark(verdicts, critics)
            if best is None or mark > best_mark:
                best, best_mark = Choice(take.score, verdicts, heard), mark
        if best is not None and best_mark > -_HARD_FAULT / 2:
            return best._replace(takes=heard)
    if best is None:
        raise Broken(
            f"the composer {writer.id!r} gave no take",
            where=f"{request.cells[0].part_id}, bar {request.cells[0].bar + 1}",
        )
    return best._replace(takes=heard)


def _mark(verdicts: Mapping[str, float], critics: Sequence[Critic]) -> float:
    """Soft verdicts by weight; each hard fault outweighs them all."""
    soft = sum(critic.weight * verdicts[critic.id] for critic in critics if critic.weight != _HARD)
    hard = sum(1.0 - verdicts[critic.id] for critic in critics if critic.weight == _HARD)
    return soft - _HARD_FAULT * hard
