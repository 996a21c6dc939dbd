"""Requests: edits that need a composer. They name cells; `compose` carries them out and answers with a patch."""

from __future__ import annotations

from dataclasses import dataclass

from albumen.score.edits.span import Span, part_meant, ticks_of
from albumen.score.score import Score
from albumen.score.writing import CellAt
from albumen.work.errors import Wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Regenerate:
    """New notes for some parts in some bars; all parts, all bars where none are named."""

    parts: tuple[str, ...] = ()
    bars: Span | None = None

    def cells(self, score: Score) -> tuple[CellAt, ...]:
        """The cells that are asked for."""
        ticks_of(score, self.bars)
        span = self.bars or Span(0, len(score.bars()))
        ids = [part_meant(score, name).id for name in self.parts] or [part.id for part in score.parts]
        return tuple(CellAt(part_id, bar) for bar in range(*span) for part_id in dict.fromkeys(ids))

    def applied(self, score: Score) -> Score:
        """Always `Wrong`: new notes come from a composer, not from the score alone."""
        raise Wrong("regenerating bars needs a composer", next_step="ask for takes of these bars and keep one")
