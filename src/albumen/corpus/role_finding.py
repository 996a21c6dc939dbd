"""What each part does in the band: melody, bass, counter-melody, chords, pad or drums."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from albumen.corpus.sounding import Sounding
from albumen.score.part import Part
from albumen.score.score import Score

_MELODY_NAMES = re.compile(
    r"melod|vocal|voice|voix|sopran|cant[ou]|lead|solo|sing|tune|right|violino? ?(i|1|prim|prin)", re.I
)
_BASS_NAMES = re.compile(r"bass|basso|continuo|tuba|left|contrab|violone", re.I)
_CHORD_NAMES = re.compile(r"chord|rhythm|comp|strum|arpegg|plectrum|accomp|pad|walk|riff|sus", re.I)
_ACCOMPANIMENT_NAMES = re.compile(r"chord|arpegg|plectrum|strum|walk|riff|hits|accomp|bass-", re.I)
_NEVER_BASS_NAMES = re.compile(r"melod|vocal|voice|voix|sopran|canto|singst|gesang|chant|tenor|right", re.I)
_NEVER_LEADING = {47, *range(112, 128)}  # timpani, percussion and effects neither carry the tune nor the bass
_BASS_PROGRAMS = {*range(32, 40), 43, 58}
_PAD_PROGRAMS = {50, 51, *range(88, 96)}  # synthetic strings and pads, which hold even single notes as a pad
_VOICE_PROGRAMS = {52, 53, 54, 85}
_SOFT_MELODY_PROGRAMS = {73, 40, 68, 71, 56, 80, 81}
_CHORDAL = 1.5  # notes per onset from which a part is heard as chords
_HELD = 20.0  # mean length in steps (12 a quarter note) from which chords are a pad
_FULL_CHORDS = 2.0  # notes per onset beyond which a part in the middle of the range is no bass line
_BASS_BELOW = 53.0  # mean pitch under which a chordal part (a left hand) may still be the bass


class Habit(NamedTuple):
    """How a pitched part behaves. Shares are 0..1 of the song's sounding time or notes."""

    pitch: float  # mean
    per_onset: float  # notes struck together
    length: float  # mean, in ticks
    top: float  # share of its own notes above everything else that sounds
    bottom: float  # share of its own notes below everything else that sounds
    presence: float  # share of the song's bars in which it plays
    variety: float  # different pitches per note, at most 1, of the first 64 notes of each part


def with_roles(score: Score, notes: Sounding) -> Score:
    """The score with the role of every part: one melody and one bass where two pitched parts or more allow it."""
    pitched = [number for number, part in enumerate(score.parts) if not part.is_drum]
    habits = {number: _habit(score, number, notes) for number in pitched}
    roles = {number: "drums" for number, part in enumerate(score.parts) if part.is_drum}
    roles.update(_pitched_roles(score.parts, habits))
    return score.replace(parts=tuple(part.replace(role=roles[number]) for number, part in enumerate(score.parts)))


def _pitched_roles(parts: tuple[Part, ...], habits: dict[int, Habit]) -> dict[int, str]:
    roles: dict[int, str] = {}
    rest = dict(habits)
    middle = float(np.mean([habit.pitch for habit in habits.values()])) if habits else 0.0
    basses = {
        number: habit for number, habit in rest.items() if _may_be_bass(parts[number], habit, alone=len(rest) == 1)
    }
    if basses:
        bass = max(basses, key=lambda number: _bass_score(parts[number], rest[number], middle))
        roles[bass] = "bass"
        del rest[bass]
    tunes = {number: habit for number, habit in rest.items() if _may_be_melody(parts, number, alone=len(habits) == 1)}
    if tunes:
        tune = max(tunes, key=lambda number: _melody_score(parts[number], rest[number], middle))
        roles[tune] = "melody"
        del rest[tune]
    for number, habit in rest.items():
        roles[number] = _filling_role(habit, parts[number])
    return roles


def _may_be_bass(part: Part, habit: Habit, *, alone: bool) -> bool:
    if alone:
        return part.program in _BASS_PROGRAMS
    if part.program in _NEVER_LEADING or re.match(r"chords?\b", part.name, re.I):
        return False
    if _NEVER_BASS_NAMES.search(part.name) and not _BASS_NAMES.search(part.name):
        return False
    return habit.per_onset < _FULL_CHORDS or habit.pitch < _BASS_BELOW


def _may_be_melody(parts: tuple[Part, ...], number: int, *, alone: bool) -> bool:
    if alone:
        return True
    part = parts[number]
    in_a_band = any(other.is_drum for other in parts)
    return part.program not in _NEVER_LEADING and not (in_a_band and _ACCOMPANIMENT_NAMES.search(part.name))


def _melody_score(part: Part, habit: Habit, middle: float) -> float:
    score = 1.6 * habit.top + 0.04 * (habit.pitch - middle) + 0.9 * habit.presence + 0.5 * habit.variety
    score -= 1.2 * max(0.0, min(habit.per_onset, 3.0) - 1.1)
    score += 1.5 * bool(_MELODY_NAMES.search(part.name)) - 1.5 * bool(_CHORD_NAMES.search(part.name))
    score += 0.9 * (part.program in _VOICE_PROGRAMS)
    return score + 0.4 * (part.program in _SOFT_MELODY_PROGRAMS) - 1.0 * (part.program in _BASS_PROGRAMS)


def _bass_score(part: Part, habit: Habit, middle: float) -> float:
    score = 2.0 * habit.bottom - 0.06 * (habit.pitch - middle) + 0.8 * habit.presence
    score -= 0.3 * max(0.0, min(habit.per_onset, 3.0) - 1.2)
    score += 1.0 * bool(_BASS_NAMES.search(part.name)) - 0.6 * bool(_CHORD_NAMES.search(part.name))
    return score + 1.5 * (part.program in _BASS_PROGRAMS) - 1.5 * bool(re.search(r"^melody$", part.name, re.I))


def _filling_role(habit: Habit, part: Part) -> str:
    chordal = habit.per_onset >= _CHORDAL or bool(re.search(r"chord|arpegg|plectrum|strum", part.name, re.I))
    if habit.length >= _HELD and (chordal or part.program in _PAD_PROGRAMS):
        return "pad"
    return "chords" if chordal else "counter"


def _habit(score: Score, number: int, notes: Sounding) -> Habit:
    own = score.parts[number].notes
    mine = notes.part == number
    above, below = _outer_shares(notes, mine)
    starts = np.array([bar.start for bar in score.bars()])
    bars_all = np.unique(np.searchsorted(starts, notes.onset, side="right")).size
    bars_own = np.unique(np.searchsorted(starts, own.onset, side="right")).size
    first = own.pitch[:64]
    return Habit(
        pitch=float(own.pitch.mean()),
        per_onset=len(own) / np.unique(own.onset).size,
        length=float(own.length.mean()),
        top=above,
        bottom=below,
        presence=bars_own / max(1, bars_all),
        variety=min(1.0, np.unique(first).size / 12),
    )


def _outer_shares(notes: Sounding, mine: np.ndarray) -> tuple[float, float]:
    """Shares of the onsets of the masked part at which its highest note tops, and its lowest note bottoms, all other parts."""
    times = np.unique(notes.onset[mine])
    if not times.size or mine.all():
        return 1.0, 1.0
    high, low = _outline(notes, mine, times)
    other_high, other_low = _outline(notes, ~mine, times)
    return float(np.mean(high > other_high)), float(np.mean(low < other_low))


def _outline(notes: Sounding, mask: np.ndarray, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Highest and lowest pitch that the masked notes hold at each of the times (-1 and 128 where they are silent)."""
    onset, end, pitch = notes.onset[mask], notes.end[mask], notes.pitch[mask]
    first = np.searchsorted(times, onset, side="left")
    last = np.searchsorted(times, end, side="left")
    high, low = np.full(times.size, -1), np.full(times.size, 128)
    spans = np.maximum(last - first, 0)
    where = np.arange(int(spans.sum())) - np.repeat(np.cumsum(spans) - spans, spans) + np.repeat(first, spans)
    values = np.repeat(pitch, spans)
    np.maximum.at(high, where, values)
    np.minimum.at(low, where, values)
    return high, low
