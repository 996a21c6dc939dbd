"""Edits to bars: delete, insert, move, repeat. All parts, tempos, keys, chords and sections go along."""

from __future__ import annotations

from dataclasses import dataclass

from albumen.score.edits.rearrange import Blank, rearranged
from albumen.score.edits.span import Span, ticks_of
from albumen.score.reading_limits import MAX_BARS
from albumen.score.score import Score
from albumen.work.errors import Wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteBars:
    """Bars cut out of the song."""

    bars: Span

    def applied(self, score: Score) -> Score:
        """The song without them."""
        count = _checked(score, self.bars)
        if self.bars.stop - self.bars.start >= count:
            raise Wrong("these are all the bars of the song, and a song needs one")
        return rearranged(score, [Span(0, self.bars.start), Span(self.bars.stop, count)])


@dataclass(frozen=True, slots=True, kw_only=True)
class InsertBars:
    """`count` empty bars before bar `at` (counted from 0; the number of bars puts them at the end)."""

    at: int
    count: int = 1

    def applied(self, score: Score) -> Score:
        """The song with room made."""
        bars = len(score.bars())
        if not 0 <= self.at <= bars:
            raise Wrong(f"bar {self.at + 1} does not exist, the song has {bars} bars")
        if not 1 <= self.count <= MAX_BARS - bars:
            raise Wrong(f"{self.count} bars cannot be inserted")
        return rearranged(score, [Span(0, self.at), Blank(self.count, self.at), Span(self.at, bars)])


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveBars:
    """Bars taken out and put before bar `to` (as counted before the move)."""

    bars: Span
    to: int

    def applied(self, score: Score) -> Score:
        """The song in its new order."""
        count = _checked(score, self.bars)
        start, stop = self.bars
        if not 0 <= self.to <= count or start < self.to < stop:
            raise Wrong(f"{self.bars} cannot be moved to bar {self.to + 1} of {count}")
        if self.to <= start:
            order = [Span(0, self.to), self.bars, Span(self.to, start), Span(stop, count)]
        else:
            order = [Span(0, start), Span(stop, self.to), self.bars, Span(self.to, count)]
        return rearranged(score, order)


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatBars:
    """Bars played again: a copy before bar `to`, by default right after themselves."""

    bars: Span
    to: int | None = None

    def applied(self, score: Score) -> Score:
        """The song with the copy."""
        count = _checked(score, self.bars)
        to = self.bars.stop if self.to is None else self.to
        if not 0 <= to <= count:
            raise Wrong(f"bar {to + 1} does not exist, the song has {count} bars")
        if count + self.bars.stop - self.bars.start > MAX_BARS:
            raise Wrong(f"a song has at most {MAX_BARS:,} bars")
        return rearranged(score, [Span(0, to), self.bars, Span(to, count)])


def _checked(score: Score, span: Span) -> int:
    """How many bars the song has; raises `Wrong` where the span leaves it."""
    ticks_of(score, span)
    return len(score.bars())
