"""Humanising: a quantised part becomes a performance with 1/f timing, accents, phrases, strums, legato and pedal.

Timing errors of people are correlated over long spans (1/f), and listeners prefer that to independent jitter (Hennig and
others 2011, PLoS ONE 6:e26457).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from albumen.score.notes import Note, Notes
from albumen.score.part import Part
from albumen.score.score import Score
from albumen.sound.clock import Clock, FloatArray, slowed_end, written_clock
from albumen.sound.feel import EXACT, Feel, Together, together_of
from albumen.sound.performance import SUSTAIN, Performance, PlayedControl, performance_of, played_controls
from albumen.work.seed import Seed

FURTHEST_SECONDS = 0.025
PHRASE_BARS = 4
PEDAL_GAP_SECONDS = 0.07
SNARES = (38, 40)
_JOINED_SECONDS = 0.05
_BACKBEAT_VELOCITY = 75


def performed_clock(score: Score, together: Together | None = None) -> Clock:
    """The clock of the performance: the tempo map, slowed over the last bar and a half."""
    together = together or together_of(score)
    clock = written_clock(score)
    last = score.bars()[-1]
    return slowed_end(clock, last.end - 1.5 * last.length, last.end, together.ritardando)


def play(
    score: Score, part: Part, clock: Clock, feel: Feel, seed: Seed, together: Together | None = None
) -> Performance:
    """The part as a person would play it. Equal seeds give equal performances; other parts never matter."""
    together = together or together_of(score)
    feel = EXACT if feel.exact else feel
    own = seed.child("player", part.id)
    notes = part.notes
    if part.is_drum and feel.ghosts:
        notes = _with_ghosts(notes, score, feel, own.child("ghosts"))
    controls = played_controls(part, clock)
    if feel.pedal and not any(control.number == SUSTAIN for control in controls):
        controls = tuple(sorted((*controls, *_pedal(score, clock))))
    end = float(clock.at(score.length))
    if not len(notes):
        empty = np.zeros(0)
        return performance_of(empty, empty, notes.pitch, notes.velocity, controls, end)
    swung = _swung(notes.onset, score, feel.swing)
    start = clock.at(swung) + _timing(notes, score, clock, feel, together, seed, own)
    stop = clock.at(_swung(notes.end, score, feel.swing)) + (start - clock.at(swung))
    velocity = _dynamics(notes, score, feel, own)
    start = start + _strum(notes, score, feel, own)
    stop = _legato(notes, start, stop, feel)
    return performance_of(start, stop, notes.pitch, velocity, controls, end)


def pink(count: int, seed: Seed) -> FloatArray:
    """`count` values of 1/f noise with mean 0 and spread 1."""
    size = max(16, 1 << max(0, count - 1).bit_length())
    rng = seed.rng()
    frequencies = np.arange(1, size // 2 + 1)
    waves = (rng.standard_normal(size // 2) + 1j * rng.standard_normal(size // 2)) / np.sqrt(frequencies)
    noise = np.fft.irfft(np.concatenate([[0], waves]), size)
    return np.asarray(noise[:count] / noise.std())


def _timing(
    notes: Notes, score: Score, clock: Clock, feel: Feel, together: Together, seed: Seed, own: Seed
) -> FloatArray:
    """Seconds by which each note strays; notes struck together stray together."""
    moments, which = np.unique(notes.onset, return_inverse=True)
    stray = feel.timing_ms / 1000 * pink(len(moments), own.child("timing"))[which]
    beats = int(score.length // score.resolution) + 2
    drift = together.drift_ms / 1000 * pink(beats, seed.child("ensemble"))
    stray = stray + np.interp(notes.onset / score.resolution, np.arange(beats), drift)
    return np.clip(stray, -FURTHEST_SECONDS, FURTHEST_SECONDS) - feel.early_ms / 1000


def _swung(ticks: NDArray[np.int32], score: Score, swing: float) -> FloatArray:
    """Ticks with the off-beat eighths moved towards the last triplet, everything between in proportion."""
    quarter = score.resolution
    inside = (ticks % quarter) / quarter
    late = 0.5 + swing / 6
    bent = np.where(inside < 0.5, inside * late / 0.5, late + (inside - 0.5) * (1 - late) / 0.5)
    return np.asarray((ticks // quarter + bent) * quarter, dtype=np.float64)


def _dynamics(notes: Notes, score: Score, feel: Feel, own: Seed) -> FloatArray:
    bars = score.bars()
    edges = np.array([*(bar.start for bar in bars), bars[-1].end])
    bar_of = np.clip(np.searchsorted(edges, notes.onset, side="right") - 1, 0, len(bars) - 1)
    beat = np.array([bar.meter.beat_ticks(score.resolution) for bar in bars])[bar_of]
    inside = notes.onset - edges[bar_of]
    half = np.diff(edges)[bar_of] // 2
    weight = np.select([inside == 0, inside == half, inside % beat == 0], [1.0, 0.4, 0.1], -0.4)
    phrase = (
        (notes.onset - edges[bar_of]) / np.maximum(1, np.diff(edges)[bar_of]) + bar_of % PHRASE_BARS
    ) / PHRASE_BARS
    moments, which = np.unique(notes.onset, return_inverse=True)
    velocity = notes.velocity + feel.accent * weight + feel.arch * (np.sin(np.pi * phrase) - 0.6)
    velocity = velocity + feel.loose * pink(len(moments), own.child("force"))[which]
    if feel.top_voice:
        highest = np.zeros(len(moments))
        np.maximum.at(highest, which, notes.pitch)
        alone = np.bincount(which)[which] == 1
        velocity = velocity + feel.top_voice * ((notes.pitch == highest[which]) & ~alone)
    return _never_twice(np.clip(np.rint(velocity), 1, 127), notes.pitch) if feel.loose else np.clip(velocity, 1, 127)


def _never_twice(velocity: FloatArray, pitch: NDArray[np.int32]) -> FloatArray:
    """No two strokes of one pitch in a row are equally hard: the ear hears the copy of a sample at once."""
    changed = velocity.copy()
    for value in np.unique(pitch):
        rows = np.flatnonzero(pitch == value)
        for before, row in zip(rows, rows[1:], strict=False):
            if changed[row] == changed[before]:
                changed[row] += 3 if changed[row] < 120 else -3
    return changed


def _strum(notes: Notes, score: Score, feel: Feel, own: Seed) -> FloatArray:
    """Seconds by which the notes of a chord follow each other: upward on the beat, downward off the beat for strings."""
    if not feel.strum_ms:
        return np.zeros(len(notes))
    moments, which = np.unique(notes.onset, return_inverse=True)
    sizes = np.bincount(which)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    rank = np.arange(len(notes)) - starts[which]  # notes are sorted by onset, then pitch
    upstroke = (moments % score.resolution != 0) & (feel.strum_ms >= 20)
    rank = np.where(upstroke[which], sizes[which] - 1 - rank, rank)
    speed = 1 + 0.25 * np.clip(pink(len(moments), own.child("strum")), -2, 2)[which]
    return np.asarray(feel.strum_ms / 1000 * speed * rank / np.maximum(1, sizes[which] - 1) * (sizes[which] > 1))


def _legato(notes: Notes, start: FloatArray, stop: FloatArray, feel: Feel) -> FloatArray:
    """Notes that lead into the next one overlap it a little."""
    if not feel.legato_ms:
        return stop
    moments = np.unique(notes.onset)
    following = np.searchsorted(moments, notes.onset, side="right")
    firsts = np.full(len(moments) + 1, np.inf)
    np.minimum.at(firsts, np.searchsorted(moments, notes.onset), start)
    gap = firsts[following] - stop
    return np.where(np.abs(gap) < _JOINED_SECONDS, firsts[following] + feel.legato_ms / 1000, stop)


def _pedal(score: Score, clock: Clock) -> list[PlayedControl]:
    ticks = [change.tick for change in score.chords] or [bar.start for bar in score.bars()]
    times = clock.at(ticks).tolist()
    lifts = [PlayedControl(time, SUSTAIN, 0) for time in times]
    return lifts + [PlayedControl(time + PEDAL_GAP_SECONDS, SUSTAIN, 127) for time in times]


def _with_ghosts(notes: Notes, score: Score, feel: Feel, seed: Seed) -> Notes:
    """Soft strokes on free sixteenths in bars that have a backbeat."""
    snare = notes.where(np.isin(notes.pitch, SNARES))
    if not len(snare):
        return notes
    rng = seed.rng()
    sixteenth = score.resolution // 4
    ghosts: list[Note] = []
    for bar in score.bars():
        struck = snare.between(bar.start, bar.end)
        chances = rng.random(64)
        if not 1 <= len(struck) <= 4 or int(struck.velocity.max()) < _BACKBEAT_VELOCITY or sixteenth < 1:
            continue
        for number, tick in enumerate(range(bar.start + sixteenth, bar.end, 2 * sixteenth)):
            free = np.abs(snare.onset - tick).min() >= sixteenth
            if free and number < 32 and chances[number] < feel.ghosts:
                ghosts.append(
                    Note(tick, max(1, sixteenth // 2), int(struck.pitch[0]), 24 + int(12 * chances[32 + number]))
                )
    return notes.joined(Notes.of(ghosts)) if ghosts else notes
