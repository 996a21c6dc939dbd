"""The one question every composer answers: here is a song with holes; write the notes of these cells.

Whole songs, single parts, infills, bridges, continuations and variations are all asked this way, so that a trained
model, a set of rules and the test's `echo` can stand in for each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, NamedTuple, Protocol

from albumen.score.cell_features import CellControls
from albumen.score.notes import Notes
from albumen.score.score import Score
from albumen.work.seed import Seed

Lock = Literal["rhythm", "pitch"]


class CellAt(NamedTuple):
    """One part x one bar (bars count from 0)."""

    part_id: str
    bar: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What a part may play: pitches `low`..`high`, at most `voices` notes at once. Hard guarantees."""

    low: int = 0
    high: int = 127
    voices: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteRequest:
    """Cells to be written into `score`, whose keys, meters, chords, sections and part roles are the plan to obey.

    Cells that are not named keep their notes to the last tick. `vary_from` gives the source of a variation, its onsets
    counted from the bar line (`strength` 0 light .. 1 strong); `locks` keeps the rhythm or the pitches a cell has now.
    `genre` is a corpus genre, empty for unknown.
    """

    score: Score
    cells: tuple[CellAt, ...]
    seed: Seed
    takes: int = 1
    temperature: float = 1.0
    genre: str = ""
    limits: Mapping[str, Limits] = field(default_factory=lambda: MappingProxyType({}))
    controls: Mapping[CellAt, CellControls] = field(default_factory=lambda: MappingProxyType({}))
    vary_from: Mapping[CellAt, Notes] = field(default_factory=lambda: MappingProxyType({}))
    strength: float = 0.5
    locks: Mapping[CellAt, Lock] = field(default_factory=lambda: MappingProxyType({}))

    def limits_of(self, part_id: str) -> Limits:
        """What the part may play: as asked, else what its instrument can."""
        timbre = self.score.part(part_id).timbre
        return self.limits.get(part_id, Limits(timbre.low, timbre.high, timbre.voices))


class Written(NamedTuple):
    """One take: the score with the cells written, and how likely the writer found it (nats per note; nan if unknown)."""

    score: Score
    nats_per_note: float


class CellWriter(Protocol):
    """A composer back-end (`albumen.composers`)."""

    id: str
    version: str

    def write(self, request: WriteRequest, *, stop: Callable[[], bool] = lambda: False) -> list[Written]:
        """`request.takes` takes, best guess first or in any order. `stop` is asked between bars; true raises `Cancelled`."""
        ...
