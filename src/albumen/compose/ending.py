"""How a song ends: everybody on the last chord, slowing into it or stopping short, and nothing left hanging."""

from __future__ import annotations

from albumen.album.plan import Ending, SongPlan
from albumen.compose.rules.drums import KEYS
from albumen.compose.rules.fit import fitted
from albumen.compose.rules.voicing import nearest, voicing
from albumen.score.chord import Chord
from albumen.score.notes import Note, Notes
from albumen.score.part import Part
from albumen.score.score import Score
from albumen.score.time_map import Bar, TempoChange
from albumen.score.writing import Limits

_SLOWING = {"held": 0.62, "fade": 0.85, "button": 1.0}  # share of the tempo that is left in the last bar
_SLOWING_BARS = 3


def ended(score: Score, plan: SongPlan) -> Score:
    """The score with its last bar made an ending: the final chord in every part that plays there, the tempo slowing into it."""
    bars = score.bars()
    last = bars[-1]
    chord = _final_chord(score, last)
    players = set(plan.sections[-1].band)
    before = {part.id: _stopped(part.notes, last.start) for part in score.parts}
    final: dict[str, list[Note]] = {}
    for part in score.parts:
        if part.id in players:
            seat = plan.part(part.id)
            struck = _final_notes(
                part, seat.low, seat.high, chord, last, plan.ending, score.resolution, before[part.id]
            )
            limits = Limits(seat.low, seat.high, seat.voices)
            final[part.id] = struck if part.is_drum else fitted(struck, limits, before[part.id], last.end)
    _root_lowest(final, plan, chord)
    parts = tuple(part.replace(notes=before[part.id].joined(Notes.of(final.get(part.id, [])))) for part in score.parts)
    return score.replace(parts=parts, tempos=_slowed(score, bars, plan.ending), length=last.end)


def _root_lowest(final: dict[str, list[Note]], plan: SongPlan, chord: Chord) -> None:
    """Let the lowest note of the last chord be its root: lower notes move down to it, or up, or give way."""
    pitched = [part_id for part_id in final if final[part_id] and not plan.part(part_id).is_drum]
    for _ in range(sum(len(final[part_id]) for part_id in pitched)):
        owner, lowest = min(((i, note) for i in pitched for note in final[i]), key=lambda item: item[1].pitch)
        if lowest.pitch % 12 == chord.root:
            return
        seat = plan.part(owner)
        others = [note for note in final[owner] if note is not lowest]
        below = [pitch for pitch in range(seat.low, lowest.pitch) if pitch % 12 == chord.root]
        if below:
            final[owner] = [lowest._replace(pitch=below[-1]), *others]
        elif others:
            final[owner] = others
        else:
            final[owner] = [lowest._replace(pitch=nearest(chord.root, lowest.pitch, seat.low, seat.high))]


def _final_chord(score: Score, last: Bar) -> Chord:
    chords = [change.chord for change in score.chords if change.tick <= last.start and change.chord is not None]
    return chords[-1] if chords else Chord(0)


def _stopped(notes: Notes, tick: int) -> Notes:
    """Notes before `tick`, none sounding on beyond it."""
    before = notes.between(0, tick)
    return before.replace(length=[min(note.length, tick - note.onset) for note in before])


def _final_notes(
    part: Part, low: int, high: int, chord: Chord, last: Bar, ending: Ending, resolution: int, before: Notes
) -> list[Note]:
    """What a part plays in the last bar."""
    length = min(resolution, last.length) if ending == "button" else last.length
    if part.is_drum:
        return _final_strokes(last, ending, before, resolution)
    if part.role == "bass":
        goal = float(before.pitch[-1]) if len(before) else (low + high) / 2
        return [Note(last.start, length, nearest(chord.root, min(goal, (low + high) / 2), low, high), 92)]
    if part.role in ("melody", "counter"):
        goal = float(before.pitch[-1]) if len(before) else (low + high) / 2
        tone = chord.root if part.role == "melody" else chord.pitch_classes[min(1, len(chord.pitch_classes) - 1)]
        return [Note(last.start, length, nearest(tone, goal, low, high), 90)]
    ringing = before.where(before.end >= last.start - resolution // 4)
    led = tuple(sorted(set(ringing.pitch.tolist())))[-4:]
    wide = 5 if high - low > 30 else 4
    pitches = set(voicing(chord, min(wide, part.timbre.voices), max(low, high - 30), high, led))
    if low < 44:  # a left hand ends on its root
        pitches.add(nearest(chord.root, low + 6, low, high))
    return [Note(last.start, length, pitch, 82) for pitch in sorted(pitches)]


def _final_strokes(last: Bar, ending: Ending, before: Notes, resolution: int) -> list[Note]:
    """The kit's last stroke: with a cymbal where there was a kick, else the drum that was heard most."""
    keys = set(before.pitch.tolist())
    length = max(1, resolution // 4)
    if KEYS["kick"] in keys and ending != "fade":
        return [
            Note(last.start, length, KEYS["kick"], 104),
            Note(last.start, min(last.length, 2 * resolution), KEYS["crash"], 96),
        ]
    usual = max(keys, key=before.pitch.tolist().count) if keys else KEYS["kick"]
    return [Note(last.start, length, usual, 80)]


def _slowed(score: Score, bars: tuple[Bar, ...], ending: Ending) -> tuple[TempoChange, ...]:
    """The tempo of the song, slowing beat by beat over the last bars. A button ending keeps time."""
    share = _SLOWING[ending]
    if share >= 1.0 or len(bars) <= _SLOWING_BARS:
        return score.tempos
    first = bars[-_SLOWING_BARS]
    kept = [change for change in score.tempos if change.tick < first.start]
    quarter_us = kept[-1].quarter_us
    beat = bars[-1].meter.beat_ticks(score.resolution)
    ticks = list(range(first.start, bars[-1].start, beat))
    changes = []
    for index, tick in enumerate(ticks):
        ease = (index / max(1, len(ticks))) ** 2
        changes.append(TempoChange(tick, round(quarter_us / (1 - (1 - share) * 0.6 * ease))))
    changes.append(TempoChange(bars[-1].start, round(quarter_us / share)))
    return (*kept, *changes)
