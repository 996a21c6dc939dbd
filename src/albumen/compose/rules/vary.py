"""Variations: a tune that comes back changed. Long notes are ornamented, short ones joined, the bones stay."""

from __future__ import annotations

import numpy as np

from albumen.compose.rules.line import Slot, best_line, metrical_weight
from albumen.compose.rules.setting import BarFacts, Setting
from albumen.compose.top_line import top_line
from albumen.score.notes import Note, Notes
from albumen.score.score import STEPS_PER_QUARTER
from albumen.work.seed import Seed


def varied_tune(
    setting: Setting,
    facts: BarFacts,
    source: Notes,
    strength: float,
    low: int,
    high: int,
    seed: Seed,
) -> list[Note]:
    """The tune of a source cell (onsets from its bar line), changed as strongly as asked (0 light .. 1 strong)."""
    shift = facts.bar.start
    notes = [note._replace(onset=note.onset + shift) for note in top_line(source) if note.onset + shift < facts.bar.end]
    rng = seed.child("vary", facts.bar.index).rng()
    varied: list[Note] = []
    for index, note in enumerate(notes):
        coming = notes[index + 1] if index + 1 < len(notes) else None
        varied += _ornamented(setting, facts, note, coming, strength, low, high, rng)
    return _joined(setting, varied, strength, rng)


def _ornamented(
    setting: Setting,
    facts: BarFacts,
    note: Note,
    coming: Note | None,
    strength: float,
    low: int,
    high: int,
    rng: np.random.Generator,
) -> list[Note]:
    """A long note divided: a passing note towards the next, a neighbour, a turn; or the note as it is."""
    beat = facts.bar.meter.beat_ticks(setting.score.resolution)
    is_goal = facts.idea in "hk" and facts.idea_bar == 1
    if note.length < beat or rng.random() > 0.25 + 0.45 * strength or (is_goal and note.length >= 1.5 * beat):
        return [note]
    scale = setting.scale_at(note.onset)
    half = note.length // 2
    if setting.swing and note.length >= beat:
        half = note.length - round(setting.score.resolution / 3)
    goal = coming.pitch if coming is not None else note.pitch
    up = goal > note.pitch or (goal == note.pitch and rng.random() < 0.5)
    neighbour = _next_in(scale, note.pitch, 1 if up else -1)
    if not low <= neighbour <= high:
        return [note]
    if abs(goal - note.pitch) > 4 and rng.random() < 0.5:
        chord = setting.chord_at(note.onset).pitch_classes
        between = [
            p for p in range(min(goal, note.pitch) + 1, max(goal, note.pitch)) if p % 12 in chord and low <= p <= high
        ]
        neighbour = between[int(rng.integers(len(between)))] if between else neighbour
    tail = note._replace(
        onset=note.onset + half, length=note.length - half, pitch=neighbour, velocity=max(1, note.velocity - 6)
    )
    return [note._replace(length=half), tail]


def _joined(setting: Setting, notes: list[Note], strength: float, rng: np.random.Generator) -> list[Note]:
    """Here and there two quick notes become one, so that the variation is not only busier."""
    joined: list[Note] = []
    for note in notes:
        last = joined[-1] if joined else None
        quick = setting.score.resolution * 2 // 3
        is_weak = (note.onset * 2) % setting.score.resolution != 0 or note.length < quick
        if (
            last is not None
            and note.length < quick
            and last.length < quick
            and is_weak
            and rng.random() < 0.12 * strength
        ):
            joined[-1] = last._replace(length=note.end - last.onset)
        else:
            joined.append(note)
    return joined


def repitched(
    setting: Setting, facts: BarFacts, now: Notes, low: int, high: int, seed: Seed, before: tuple[int, ...]
) -> list[Note]:
    """New pitches on the rhythm that a cell has (a rhythm lock). Chords keep their number of notes."""
    onsets = sorted(set(now.onset.tolist()))
    beat = facts.bar.meter.beat_ticks(STEPS_PER_QUARTER)
    slots = []
    for onset in onsets:
        step = setting.step_of(facts.bar, onset)
        slots.append(
            Slot(
                weight=metrical_weight(step, max(1, beat), max(1, facts.steps)),
                length=12,
                scale=setting.scale_at(onset),
                chord=frozenset(setting.chord_at(onset).pitch_classes),
                height=float(np.clip(now.pitch.mean(), low, high)),
            )
        )
    tops = best_line(slots, low, high, setting.style.manner, seed.child("repitch", facts.bar.index).rng(), before)
    notes = []
    for onset, top in zip(onsets, tops, strict=True):
        struck = sorted((note for note in now if note.onset == onset), key=lambda note: -note.pitch)
        pitch = top
        for note in struck:
            notes.append(note._replace(pitch=pitch))
            pitch = _next_in(frozenset(setting.chord_at(onset).pitch_classes), pitch, -1)
            if pitch < low:
                break
    return notes


def rerhythmed(facts: BarFacts, now: Notes, seed: Seed) -> list[Note]:
    """The same pitches in another rhythm (a pitch lock): neighbours exchange their lengths."""
    onsets = sorted(set(now.onset.tolist()))
    lengths = [b - a for a, b in zip(onsets, [*onsets[1:], facts.bar.end], strict=True)]
    order = seed.child("rerhythm", facts.bar.index).rng().permutation(len(lengths))
    notes: list[Note] = []
    tick = onsets[0] if onsets else facts.bar.start
    for onset, place in zip(onsets, order, strict=True):
        for note in now:
            if note.onset == onset:
                notes.append(note._replace(onset=tick, length=lengths[int(place)]))
        tick += lengths[int(place)]
    return notes


def _next_in(classes: frozenset[int], pitch: int, direction: int) -> int:
    pitch += direction
    while pitch % 12 not in classes:
        pitch += direction
    return pitch
