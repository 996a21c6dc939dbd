"""What no finished song may have: unplayable or stuck notes, empty sections, parts out of range, a hanging end."""

from __future__ import annotations

import numpy as np

from albumen.album.plan import SongPlan
from albumen.compose.critics.playability import most_voices, struck_twice
from albumen.score.score import Score

_STUCK_BARS = 8  # no note is held longer than this


def song_faults(score: Score, plan: SongPlan) -> list[str]:
    """One sentence for each fault of a song against its plan; empty for a sound one."""
    return [*_part_faults(score, plan), *_section_faults(score, plan), *_ending_faults(score)]


def _part_faults(score: Score, plan: SongPlan) -> list[str]:
    found = []
    longest = _STUCK_BARS * max(bar.length for bar in score.bars())
    for part in score.parts:
        seat, notes = plan.part(part.id), part.notes
        if not len(notes):
            found.append(f"{part.id} never plays")
            continue
        if int(notes.length.max()) > longest:
            found.append(f"{part.id} holds a note for more than {_STUCK_BARS} bars")
        if part.is_drum:
            continue
        if notes.pitch.min() < seat.low or notes.pitch.max() > seat.high:
            found.append(
                f"{part.id} plays {notes.pitch.min()}..{notes.pitch.max()}, its range is {seat.low}..{seat.high}"
            )
        if most_voices(notes) > seat.voices:
            found.append(f"{part.id} sounds {most_voices(notes)} notes at once, it has {seat.voices} voices")
        if struck_twice(notes):
            found.append(f"{part.id} strikes {struck_twice(notes)} keys that still sound")
    return found


def _section_faults(score: Score, plan: SongPlan) -> list[str]:
    found = []
    bars = score.bars()
    for start, section in zip(plan.starts(), plan.sections, strict=True):
        span = bars[start].start, bars[start + section.bars - 1].end
        for part in score.parts:
            count = len(part.notes.between(*span))
            if part.id in section.band and not count:
                found.append(
                    f"{part.id} is silent in {section.label} {section.occurrence}, where the plan lets it play"
                )
            if part.id not in section.band and count:
                found.append(f"{part.id} plays in {section.label} {section.occurrence}, where the plan lets it rest")
    return found


def _ending_faults(score: Score) -> list[str]:
    last = score.bars()[-1]
    ends = [int(part.notes.end.max()) for part in score.parts if len(part.notes)]
    found = []
    if max(ends, default=0) > last.end:
        found.append("a note hangs over the last bar")
    final = [note for part in score.parts if not part.is_drum for note in part.notes.between(last.start, last.end)]
    if not final:
        return [*found, "nothing sounds in the last bar"]
    chord = next(
        (change.chord for change in reversed(score.chords) if change.tick <= last.start and change.chord), None
    )
    if chord is not None and min(final, key=lambda note: note.pitch).pitch % 12 != chord.root:
        found.append("the song does not end on the root of its last chord")
    pedals = [control for part in score.parts for control in part.controls if control.number == 64]
    down = np.array([control.value for control in pedals if control.tick == max(c.tick for c in pedals)])
    if down.size and int(down.min()) >= 64:
        found.append("the pedal is never released")
    return found
