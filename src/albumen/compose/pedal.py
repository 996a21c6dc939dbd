"""The sustaining pedal: lifted and pressed again with each new harmony, released at the end."""

from __future__ import annotations

from albumen.album.plan import SongPlan
from albumen.score.part import Control, Part
from albumen.score.score import Score

_SUSTAIN = 64


def pedalled(score: Score, plan: SongPlan) -> Score:
    """The score with pedal changes in the parts whose seats ask for them."""
    seats = {seat.id for seat in plan.band if seat.pedal}
    parts = tuple(
        part.replace(controls=(*part.controls, *_pedal(part, score))) if part.id in seats else part
        for part in score.parts
    )
    return score.replace(parts=parts)


def _pedal(part: Part, score: Score) -> tuple[Control, ...]:
    """Up at each change of chord and of bar, down again a moment later while the part plays."""
    if not len(part.notes):
        return ()
    moment = max(1, score.resolution // 16)
    ticks = sorted({change.tick for change in score.chords} | {bar.start for bar in score.bars()})
    first, last = int(part.notes.onset.min()), int(part.notes.end.max())
    controls: list[Control] = []
    for tick in ticks:
        if first - score.resolution < tick < last:
            if controls:
                controls.append(Control(tick, _SUSTAIN, 0))
            if len(part.notes.between(tick, tick + 4 * score.resolution)):
                controls.append(Control(min(tick + moment, last), _SUSTAIN, 127))
    controls.append(Control(last, _SUSTAIN, 0))
    return tuple(sorted(set(controls)))
