"""From a plan to a song: skeleton (melody and bass of the whole form), then the arrangement section by section.

Exact repeats are copied, varied repeats are asked for as variations, the ending and the dynamics come last. Which writer
(rules or a trained model) plays which part is in the plan; both are asked the same way.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from albumen.album.plan import SectionPlan, SongPlan
from albumen.compose.dynamics import shaped
from albumen.compose.ending import ended
from albumen.compose.layout import empty_score, limits_of
from albumen.compose.originality.gate import OriginalityGate
from albumen.compose.originality.index import shipped_index
from albumen.compose.originality.mend import mended
from albumen.compose.originality.report import originality
from albumen.compose.pedal import pedalled
from albumen.compose.takes import Choice, Critic, best_take, told, writers_for
from albumen.compose.wishes import wishes
from albumen.score.notes import Notes
from albumen.score.part import ROLES
from albumen.score.score import Score
from albumen.score.writing import CellAt, CellWriter, WriteRequest
from albumen.work.seed import Seed

_SKELETON = ("melody", "bass")
_VARY_STRENGTH = 0.45
_VARIED_ROLES = ("melody", "counter")


def compose_song(
    plan: SongPlan,
    writers: Mapping[str, CellWriter],
    critics: Sequence[Critic] = (),
    seed: Seed | None = None,
    takes: int = 4,
    progress: Callable[[float, str], None] = lambda share, what: None,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[Score, dict[str, Any]]:
    """The song of a plan and a report on how it was made.

    `writers` maps names (`rules`, `model`) to back-ends and must hold `rules`, which also stands in for those missing.
    `progress` hears the share done (0..1) and what is being written; `stop` may end the work with `Cancelled`.
    """
    started = time.monotonic()
    seed = seed or Seed(plan.seed).child("notes")
    by_part = writers_for(plan, writers)
    crew = _Crew(by_part, told(plan, writers["rules"]), tuple(critics), seed, takes, stop)
    score = empty_score(plan)
    work = list(_work(plan))
    log: list[dict[str, Any]] = []
    for number, (index, part_id) in enumerate(work):
        section = plan.sections[index]
        progress(number / len(work), f"{section.name or section.label}: {part_id}")
        score, entry = _written(score, plan, index, part_id, crew)
        log.append(entry)
    score = _original(ended(score, plan), plan, crew)
    score = pedalled(shaped(score, plan), plan)
    progress(1.0, "done")
    report = {
        "title": plan.title,
        "style": plan.style,
        "seconds": round(score.seconds, 2),
        "bars": plan.bars,
        "notes": sum(len(part.notes) for part in score.parts),
        "writers": {part_id: {"id": writer.id, "version": writer.version} for part_id, writer in by_part.items()},
        "takes": sum(entry["takes"] for entry in log),
        "verdicts": _means(log),
        "cells": log,
        "originality": _originality(score, plan),
        "composed_in_seconds": round(time.monotonic() - started, 3),
    }
    return score, report


def _originality(score: Score, plan: SongPlan) -> dict[str, Any] | None:
    """What the song shares with the training music; None where the installation has no index of it."""
    index = shipped_index()
    return originality(score, index, plan.genre) if index is not None else None


def _original(score: Score, plan: SongPlan, crew: _Crew) -> Score:
    """The song without bars from training music, where the critics watch over that and there is an index to compare with."""
    index = shipped_index()
    if index is None or all(critic.id != OriginalityGate.id for critic in crew.critics):
        return score
    last = plan.bars - 1

    def rewrite(before: Score, part_id: str, bar: int, number: int) -> Score:
        request = WriteRequest(
            score=before,
            cells=tuple(CellAt(part_id, at) for at in (bar, bar + 1) if at < last),  # the ending stays as it is
            genre=plan.genre,
            limits=limits_of(plan),
            seed=crew.seed.child("original", part_id, bar, number),
            takes=crew.takes,
        )
        # A net may insist on what it knows; the rules come up with something else.
        writer = crew.by_part[part_id] if number < 2 else crew.rules
        return best_take(writer, request, plan, crew.critics, crew.stop).score if request.cells else before

    return mended(score, index, rewrite)


def _work(plan: SongPlan) -> Iterable[tuple[int, str]]:
    """(section, part) in the order of writing: the skeleton of the whole song, then each section's band."""
    roles = {part.id: part.role for part in plan.band}
    for role in _SKELETON:
        for index, section in enumerate(plan.sections):
            yield from ((index, part_id) for part_id in section.band if roles[part_id] == role)
    for index, section in enumerate(plan.sections):
        others = [part_id for part_id in section.band if roles[part_id] not in _SKELETON]
        yield from ((index, part_id) for part_id in sorted(others, key=lambda part_id: ROLES.index(roles[part_id])))


@dataclass(frozen=True, slots=True)
class _Crew:
    """Who writes which part and who judges it."""

    by_part: Mapping[str, CellWriter]
    rules: CellWriter
    critics: tuple[Critic, ...]
    seed: Seed
    takes: int
    stop: Callable[[], bool]

    def takes_of(self, writer: CellWriter, role: str) -> int:
        """The rules have one good answer for drums and pads; more takes cost time and change nothing."""
        return 1 if self.is_ruled(writer) and role in ("drums", "pad") else self.takes

    def is_ruled(self, writer: CellWriter) -> bool:
        """Whether this writer is the rules."""
        return writer.id == self.rules.id


def _written(score: Score, plan: SongPlan, index: int, part_id: str, crew: _Crew) -> tuple[Score, dict[str, Any]]:
    """One part in one section: copied, varied or new."""
    section = plan.sections[index]
    writer, role = crew.by_part[part_id], plan.part(part_id).role
    source = _source(plan, index, part_id, score)
    entry: dict[str, Any] = {"section": index, "label": section.label, "part": part_id, "writer": writer.id, "takes": 0}
    if source is not None and section.repeat == "exact":
        return _copied(score, plan, source, index, part_id), {**entry, "how": "copied"}
    varies = source is not None and section.repeat == "varied" and role in _VARIED_ROLES
    starts = plan.starts()
    cells = tuple(CellAt(part_id, bar) for bar in range(starts[index], starts[index] + section.bars))
    request = WriteRequest(
        score=score,
        cells=cells,
        genre=plan.genre,
        limits=limits_of(plan),
        strength=_VARY_STRENGTH,
        seed=crew.seed.child(section.label, section.occurrence, index, part_id),
        takes=crew.takes_of(writer, role),
        vary_from=_sources(score, cells, starts[source]) if varies and source is not None else {},
        controls={} if crew.is_ruled(writer) else wishes(plan, section, plan.part(part_id), cells),
    )
    if role == "melody" and not varies and not crew.is_ruled(writer) and _states_motif(plan, index):
        request = _with_motif(request, plan, index, crew)
    choice: Choice = best_take(writer, request, plan, crew.critics, crew.stop)
    verdicts = {name: round(value, 3) for name, value in choice.verdicts.items()}
    return choice.score, {**entry, "how": "varied" if varies else "new", "takes": choice.takes, "verdicts": verdicts}


def _states_motif(plan: SongPlan, index: int) -> bool:
    """Whether this section is where the song first states the motif of its album."""
    first = next((i for i, section in enumerate(plan.sections) if "m" in section.ideas), None)
    return plan.is_album_motif and index == first


def _with_motif(request: WriteRequest, plan: SongPlan, index: int, crew: _Crew) -> WriteRequest:
    """The request with the motif's bars written by rule: what the album shares is not left to chance."""
    start = plan.starts()[index]
    ideas = plan.sections[index].ideas
    stated = tuple(cell for cell in request.cells if ideas[min((cell.bar - start) // 2, len(ideas) - 1)] == "m")
    motif = dataclasses.replace(request, cells=stated, seed=request.seed.child("motif"))
    score = best_take(crew.rules, motif, plan, crew.critics, crew.stop).score
    return dataclasses.replace(request, score=score, cells=tuple(cell for cell in request.cells if cell not in stated))


def _sources(score: Score, cells: Sequence[CellAt], first: int) -> dict[CellAt, Notes]:
    """What each cell varies: the cells from bar `first` on, their onsets counted from the bar line."""
    bars = score.bars()
    return {
        cell: score.cell(cell.part_id, bars[first + i]).shifted(-bars[first + i].start) for i, cell in enumerate(cells)
    }


def _source(plan: SongPlan, index: int, part_id: str, score: Score) -> int | None:
    """The latest earlier section of the same label and length in which the part plays."""
    section = plan.sections[index]
    for other in range(index - 1, -1, -1):
        earlier: SectionPlan = plan.sections[other]
        if earlier.label == section.label and earlier.bars == section.bars and part_id in earlier.band:
            return other
    return None


def _copied(score: Score, plan: SongPlan, source: int, target: int, part_id: str) -> Score:
    """The score with a part's section copied from an earlier one."""
    bars, starts = score.bars(), plan.starts()
    first, after = bars[starts[source]], bars[starts[source] + plan.sections[source].bars - 1].end
    goal = bars[starts[target]]
    part = score.part(part_id)
    copied = part.notes.between(first.start, after).shifted(goal.start - first.start)
    limit = goal.start + (after - first.start)
    copied = copied.replace(length=[min(note.length, limit - note.onset) for note in copied])
    kept: Notes = part.notes.outside(goal.start, limit)
    if len(copied):
        # What still rings from the section before gives way to the first stroke of this one.
        stroke = int(copied.onset.min())
        kept = kept.replace(length=[min(n.length, stroke - n.onset) if n.onset < goal.start else n.length for n in kept])
    return score.with_part(part.replace(notes=kept.joined(copied)))


def _means(log: list[dict[str, Any]]) -> dict[str, float]:
    """The mean verdict of each critic over what was chosen."""
    sums: dict[str, list[float]] = {}
    for entry in log:
        for name, value in entry.get("verdicts", {}).items():
            sums.setdefault(name, []).append(value)
    return {name: round(sum(values) / len(values), 3) for name, values in sorted(sums.items())}
