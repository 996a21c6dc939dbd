"""What a song that is read may be at most. Beyond it a file is damaged or hostile, and would eat the machine."""

from __future__ import annotations

from albumen.score.score import Score
from albumen.work.errors import Wrong

MAX_FILE_BYTES = 64 * 2**20
MAX_BARS = 20_000
MAX_SECONDS = 12 * 3600
MAX_TICK = 2**31 - 1
MAX_PARTS = 512


def within_limits(score: Score, name: str) -> Score:
    """The score itself; raises `Wrong` where it is too long to be a song."""
    bars = 0
    ends = [*(change.tick for change in score.meters[1:]), score.length]
    for change, end in zip(score.meters, ends, strict=True):
        bars += max(0, end - change.tick) // change.meter.bar_ticks(score.resolution) + 1
    if bars > MAX_BARS:
        raise Wrong(f"the song has {bars:,} bars, more than the {MAX_BARS:,} that a song can have", where=name)
    if score.seconds > MAX_SECONDS:
        hours = score.seconds / 3600
        raise Wrong(f"at its tempo the song lasts {hours:,.0f} hours, more than {MAX_SECONDS // 3600}", where=name)
    if len(score.parts) > MAX_PARTS:
        raise Wrong(f"the song has {len(score.parts)} parts, more than {MAX_PARTS}", where=name)
    return score
