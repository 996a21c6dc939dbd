"""Melodies by rule: ideas of two bars that state, answer, vary and close, over the chords of the plan.

Rhythm comes first (the motif's own two bars, contrast, cadences), then `line.py` finds the pitches. A statement that comes
back inside a section aims at the pitches of its first time, so that a listener hears it return.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from albumen.compose.grid import Beat
from albumen.compose.motif import contour, inverted
from albumen.compose.rules.line import Slot, best_line, metrical_weight
from albumen.compose.rules.rhythms import rhythms_for, swung
from albumen.compose.rules.setting import BarFacts, Setting
from albumen.compose.style import MelodyRhythms, Rhythm
from albumen.score.notes import Note
from albumen.score.score import STEPS_PER_QUARTER
from albumen.work.seed import Seed

_ARCH = 0.36  # of the register is the height of a section's arch
_STATEMENTS = {"m": (0, False), "m^": (1, False), "mv": (-1, False), "mi": (0, True), "ma": (0, False), "f": (0, False)}


@dataclass(slots=True)
class _Memory:
    """What a section has said so far: the pitches of its first statement, and the last pitches sung."""

    statement: list[int] = field(default_factory=list)
    contrast: list[int] = field(default_factory=list)
    last: tuple[int, ...] = ()
    fragments: int = 0


def write_melody(
    setting: Setting,
    run: list[BarFacts],
    low: int,
    high: int,
    seed: Seed,
    before: tuple[int, ...] = (),
    temperature: float = 1.0,
) -> list[Note]:
    """The melody for a run of bars of one section; `before` are the last pitches of the bars in front."""
    memory = _Memory(last=before)
    notes: list[Note] = []
    # Rhythms hang on the label alone, so that takes differ in pitch but a section keeps its gait.
    rhythm_seed = setting.song_seed.child("rhythm", run[0].label)
    rng = seed.child("pitch").rng()
    for idea in _ideas(run):
        beats = _beats_of(setting, idea, rhythm_seed, memory)
        slots = _slots_of(setting, idea, beats, memory, low, high)
        pitches = best_line(slots, low, high, setting.style.manner, rng, memory.last, temperature)
        _remember(memory, idea[0].idea, pitches)
        notes += _sounded(setting, idea, beats, pitches)
    return notes


def _ideas(run: list[BarFacts]) -> list[list[BarFacts]]:
    """The run cut into ideas: bars that belong to the same pair."""
    ideas: list[list[BarFacts]] = []
    for facts in run:
        if ideas and facts.place // 2 == ideas[-1][-1].place // 2 and facts.section == ideas[-1][-1].section:
            ideas[-1].append(facts)
        else:
            ideas.append([facts])
    return ideas


@dataclass(frozen=True, slots=True)
class _Placed:
    """A note of the rhythm, before it has a pitch: bar, step in it, length in steps; `is_goal` marks the cadence note."""

    facts: BarFacts
    step: int
    length: int
    is_goal: bool = False


def _beats_of(setting: Setting, idea: list[BarFacts], seed: Seed, memory: _Memory) -> list[_Placed]:
    """The rhythm of one idea."""
    kind = idea[0].idea
    if kind == "-":
        return []
    rhythms = rhythms_for(setting.style, idea[0].bar.meter)
    theme = _theme_rhythm(setting, idea[0], rhythms, seed)
    if kind == "ma" and len(idea) == 2:
        bars = _augmented(theme[0], idea[0].steps)
    elif kind == "f":
        bars = (theme[0], theme[0])
    elif kind in _STATEMENTS:
        bars = theme
    else:
        bars = _answer_rhythm(kind, theme, rhythms, seed)
    placed: list[_Placed] = []
    for facts in idea:
        beats = bars[min(facts.idea_bar, len(bars) - 1)]
        beats = swung(beats) if setting.swing else beats
        goal = _goal_index(beats) if kind in "hk" and facts.idea_bar == 1 else -1
        for index, beat in enumerate(beats):
            if not beat.is_rest and beat.step < facts.steps:
                placed.append(_Placed(facts, beat.step, min(beat.length, facts.steps - beat.step), index == goal))
    return placed


def _theme_rhythm(setting: Setting, facts: BarFacts, rhythms: MelodyRhythms, seed: Seed) -> tuple[Rhythm, Rhythm]:
    """The two bars in which this kind of section states the motif: the plan's own for the first kind, else a relative."""
    own = setting.motif_rhythm(facts)
    rng = seed.child("theme").rng()
    fresh = tuple(rhythms.ideas[int(rng.integers(len(rhythms.ideas)))] for _ in range(2))
    if len(own) != 2:
        return fresh[0], fresh[1]
    labels = [s.label for s in setting.plan.sections if any(i != "-" for i in s.ideas)] if setting.plan else []
    rank = list(dict.fromkeys(labels)).index(facts.label) if facts.label in labels else 0
    if rank == 0 or facts.label == "outro":
        return own[0], own[1]
    return (
        (own[0], fresh[1])
        if rank % 3 == 1 and rng.random() < 0.5
        else (fresh[0], own[1])
        if rng.random() < 0.5
        else (fresh[0], fresh[1])
    )


def _answer_rhythm(
    kind: str, theme: tuple[Rhythm, Rhythm], rhythms: MelodyRhythms, seed: Seed
) -> tuple[Rhythm, Rhythm]:
    rng = seed.child("answer", kind).rng()
    contrast = rhythms.contrast[int(rng.integers(len(rhythms.contrast)))]
    head = theme[int(rng.integers(2))] if rng.random() < 0.45 else contrast
    if kind == "c":
        tail = rhythms.contrast[int(rng.integers(len(rhythms.contrast)))] if rng.random() < 0.5 else theme[1]
        return (contrast, tail)
    closes = rhythms.half if kind == "h" else rhythms.cadence
    return head, closes[int(rng.integers(len(closes)))]


def _augmented(bar: Rhythm, steps: int) -> tuple[Rhythm, Rhythm]:
    """One bar of rhythm at half speed over two bars."""
    halves: tuple[list[Beat], list[Beat]] = ([], [])
    for beat in bar:
        start, length = 2 * beat.step, 2 * beat.length
        first = start < steps
        place = start if first else start - steps
        halves[0 if first else 1].append(Beat(place, length, beat.is_rest))
    return tuple(halves[0]), tuple(halves[1])


def _goal_index(beats: Rhythm) -> int:
    """The note of a closing bar that is the goal: its longest, the last of equals."""
    sounding = [(beat.length, beat.step, i) for i, beat in enumerate(beats) if not beat.is_rest]
    return max(sounding)[2] if sounding else -1


def _slots_of(
    setting: Setting, idea: list[BarFacts], beats: list[_Placed], memory: _Memory, low: int, high: int
) -> list[Slot]:
    """What each note of an idea should be like."""
    kind = idea[0].idea
    moves, targets, weight = _wishes(setting, kind, len(beats), memory, setting.scale_at(idea[0].bar.start))
    slots = []
    for index, placed in enumerate(beats):
        tick = setting.tick(placed.facts.bar, placed.step)
        chord = frozenset(setting.chord_at(tick).pitch_classes)
        beat = placed.facts.bar.meter.beat_ticks(STEPS_PER_QUARTER)
        slots.append(
            Slot(
                weight=metrical_weight(placed.step, beat, placed.facts.steps),
                length=placed.length,
                chord=chord,
                scale=setting.scale_at(tick),
                height=_height(placed, low, high),
                move=moves[index],
                move_weight=weight,
                target=targets[index],
                goal=_goal(setting, placed, chord, kind),
            )
        )
    return slots


def _wishes(
    setting: Setting, kind: str, count: int, memory: _Memory, scale: frozenset[int]
) -> tuple[list[int | None], list[int | None], float]:
    """Moves and pitches that an idea wants: a first statement follows the motif, a later one the first."""
    nothing: list[int | None] = [None] * count
    if kind == "c" and memory.contrast:
        return nothing, (memory.contrast + nothing)[:count], 0.0
    if kind not in _STATEMENTS:
        return nothing, nothing, 0.0
    shift, is_inverted = _STATEMENTS[kind]
    motif = inverted(setting.motif) if is_inverted else setting.motif
    weight = 9.0 if setting.is_album_motif else 2.6
    moves = list(contour(motif, count))
    if kind == "f":
        memory.fragments += 1
        shift = 1 if memory.fragments % 2 else -1
    if not memory.statement or is_inverted or kind == "ma":
        return moves, nothing, weight
    targets = [_shifted(pitch, shift, scale) for pitch in memory.statement]
    return moves, (targets + nothing)[:count], weight * 0.6


def _shifted(pitch: int, steps: int, scale: frozenset[int]) -> int:
    """The pitch so many scale steps away."""
    direction = 1 if steps > 0 else -1
    for _ in range(abs(steps)):
        pitch += direction
        while pitch % 12 not in scale:
            pitch += direction
    return pitch


def _height(placed: _Placed, low: int, high: int) -> float:
    """Where the line should lie: an arch over the section with its peak at two thirds, higher where the energy is."""
    facts = placed.facts
    position = (facts.place + placed.step / facts.steps) / facts.section_bars
    arch = 1 - abs(position - 0.66) / 0.66
    middle = (low + high) / 2 - 1.0 + 9.0 * (facts.energy - 0.5)
    return float(np.clip(middle + (arch - 0.45) * max(7.0, _ARCH * (high - low)), low + 2, high - 2))


def _goal(setting: Setting, placed: _Placed, chord: frozenset[int], kind: str) -> frozenset[int] | None:
    if not placed.is_goal:
        return None
    tonic = placed.facts.key.tonic
    root = setting.chord_at(setting.tick(placed.facts.bar, placed.step)).root
    if kind == "k":
        return frozenset({tonic}) if tonic in chord else frozenset({root})
    return frozenset(chord - {tonic}) or chord


def _remember(memory: _Memory, kind: str, pitches: list[int]) -> None:
    if kind == "m" or (kind in _STATEMENTS and not memory.statement):
        memory.statement = memory.statement or pitches
    if kind == "c" and not memory.contrast:
        memory.contrast = pitches
    if pitches:
        memory.last = tuple([*memory.last, *pitches][-2:])


def _sounded(setting: Setting, idea: list[BarFacts], beats: list[_Placed], pitches: list[int]) -> list[Note]:
    """Notes with articulation: a breath after the idea, repeated notes parted, accents by metre."""
    notes = []
    for index, (placed, pitch) in enumerate(zip(beats, pitches, strict=True)):
        start = setting.tick(placed.facts.bar, placed.step)
        stop = setting.tick(placed.facts.bar, placed.step + placed.length)
        length = stop - start
        is_repeated = index + 1 < len(pitches) and pitches[index + 1] == pitch
        if is_repeated or placed.is_goal:
            length = max(1, length - max(1, setting.score.resolution // 12))
        beat = placed.facts.bar.meter.beat_ticks(STEPS_PER_QUARTER)
        stress = metrical_weight(placed.step, beat, placed.facts.steps)
        notes.append(Note(start, length, pitch, 76 + round(14 * stress)))
    return notes
