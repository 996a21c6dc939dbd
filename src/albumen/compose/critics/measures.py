"""Numbers that describe music: how melodies move, how notes sit in chords and scale, how steady the groove is.

The same functions measure the corpus (for the human bands) and our own songs, so the two can be compared.
"""

from __future__ import annotations

from bisect import bisect_right

import numpy as np
from numpy.typing import NDArray

from albumen.compose.roman import MAJOR_SCALE, MINOR_SCALE
from albumen.compose.top_line import top_line
from albumen.score.key import Key
from albumen.score.notes import Notes
from albumen.score.score import STEPS_PER_QUARTER, Score

FIRST_BEATS = 64  # the published metrics hear the first 64 beats
_SCALES = np.array([[step in scale for step in range(12)] for scale in (MAJOR_SCALE, MINOR_SCALE)])


def line_measures(notes: Notes, score: Score) -> dict[str, float]:
    """How a line moves and how it sits in the harmony; empty for fewer than 8 notes.

    `repeat`, `step`, `third`, `leap`: shares of moves; `chord_strong`, `chord_weak`: shares of notes in the chord on and off
    the beat; `outside`: share outside the key; `density`: onsets a quarter note; `ambitus` in semitones; `turns`: share of
    moves that change direction; `long`: share of notes of a quarter or more.
    """
    line = top_line(notes)
    if len(line) < 8:
        return {}
    moves = np.diff(line.pitch)
    size = abs(moves)
    heard = moves[moves != 0]
    found = {
        "repeat": float((size == 0).mean()),
        "step": float(((size == 1) | (size == 2)).mean()),
        "third": float(((size == 3) | (size == 4)).mean()),
        "leap": float((size > 4).mean()),
        "ambitus": float(np.quantile(line.pitch, 0.95) - np.quantile(line.pitch, 0.05)),
        "density": len(line) * score.resolution / max(1, int(line.end.max() - line.onset.min())),
        "turns": float((np.sign(heard[1:]) != np.sign(heard[:-1])).mean()) if heard.size > 1 else 0.0,
        "long": float((line.length >= 0.9 * score.resolution).mean()),
    }
    found.update(harmony_measures(line, score))
    return found


def harmony_measures(notes: Notes, score: Score) -> dict[str, float]:
    """Shares of notes in their chord on the beat (`chord_strong`) and off it (`chord_weak`), and `outside` the key."""
    found: dict[str, float] = {}
    if score.chords:
        ticks = [change.tick for change in score.chords]
        chord_sets = [frozenset(change.chord.pitch_classes) if change.chord else None for change in score.chords]
        strong: list[bool] = []
        weak: list[bool] = []
        for note in notes:
            chord = chord_sets[max(0, bisect_right(ticks, note.onset) - 1)]
            if chord is not None:
                (strong if note.onset % score.resolution == 0 else weak).append(note.pitch % 12 in chord)
        if strong:
            found["chord_strong"] = sum(strong) / len(strong)
        if weak:
            found["chord_weak"] = sum(weak) / len(weak)
    if score.keys:
        ticks = [change.tick for change in score.keys]
        outside = 0
        for note in notes:
            key: Key = score.keys[max(0, bisect_right(ticks, note.onset) - 1)].key
            outside += (note.pitch - key.tonic) % 12 not in (MINOR_SCALE if key.is_minor else MAJOR_SCALE)
        found["outside"] = outside / max(1, len(notes))
    return found


def pitch_class_entropy(score: Score, first_beats: int | None = FIRST_BEATS) -> float:
    """Entropy (bits) of the pitch classes of all parts but drums, as MusPy counts; nan without notes."""
    counts = np.bincount(_pitches(score, first_beats) % 12, minlength=12).astype(float)
    if not counts.sum():
        return float("nan")
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log2(shares)).sum())


def scale_consistency(score: Score, first_beats: int | None = FIRST_BEATS) -> float:
    """The largest share of notes that one of the 24 major and minor scales holds; nan without notes."""
    counts = np.bincount(_pitches(score, first_beats) % 12, minlength=12).astype(float)
    if not counts.sum():
        return float("nan")
    best = max(float(np.roll(scale, tonic) @ counts) for scale in _SCALES.astype(float) for tonic in range(12))
    return best / float(counts.sum())


def groove_consistency(score: Score, first_beats: int | None = FIRST_BEATS) -> float:
    """1 minus the mean Hamming distance of neighbouring bars' onsets at 12 steps a beat (bars of four beats, as published)."""
    steps = onset_steps(score)
    if first_beats is not None:
        steps = steps[steps < first_beats * STEPS_PER_QUARTER]
    if not steps.size:
        return float("nan")
    bar = 4 * STEPS_PER_QUARTER
    bars = int(steps.max()) // bar + 1
    if bars < 2:
        return float("nan")
    grid = np.zeros((bars, bar), dtype=np.bool_)
    grid[steps // bar, steps % bar] = True
    return float(1 - (grid[1:] != grid[:-1]).mean())


def onset_steps(score: Score) -> NDArray[np.int64]:
    """The grid steps at which anything begins, drums included."""
    onsets = [part.notes.onset for part in score.parts if len(part.notes)]
    if not onsets:
        return np.zeros(0, dtype=np.int64)
    ticks = np.concatenate(onsets).astype(np.int64)
    return np.unique(np.round(ticks * STEPS_PER_QUARTER / score.resolution).astype(np.int64))


def _pitches(score: Score, first_beats: int | None) -> NDArray[np.int32]:
    columns = []
    for part in score.parts:
        if part.is_drum:
            continue
        notes = part.notes if first_beats is None else part.notes.between(0, first_beats * score.resolution)
        columns.append(notes.pitch)
    return np.concatenate(columns) if columns else np.zeros(0, dtype=np.int32)


def part_groove(notes: Notes, score: Score) -> float:
    """How alike neighbouring bars of one part are in their onsets (mean Jaccard index); nan with fewer than two bars."""
    played = []
    for bar in score.bars():
        cell = notes.between(bar.start, bar.end)
        if len(cell):
            steps = np.round((cell.onset - bar.start) * STEPS_PER_QUARTER / score.resolution)
            played.append((bar.index, frozenset(steps.astype(int).tolist())))
    pairs = [(a, b) for (i, a), (j, b) in zip(played, played[1:], strict=False) if j == i + 1]
    if not pairs:
        return float("nan")
    return float(np.mean([len(a & b) / len(a | b) for a, b in pairs]))
