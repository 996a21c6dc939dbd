"""Accompaniment: the grids of a style played on led voicings.

Signs: `x` the whole chord, `X` with the root below, `t` the two top voices, `1`..`6` single voices from below (beyond the
chord: an octave up), `R` the root below, `F` and `L` the fifth above and below it, `8` its octave, `D` root and fifth,
`A` root and sixth, `a` the note that leads into the next root.
"""

from __future__ import annotations

import numpy as np

from albumen.compose.grid import Mark
from albumen.compose.rules.line import metrical_weight
from albumen.compose.rules.living import PHRASE_BARS, living
from albumen.compose.rules.rhythms import figures_for
from albumen.compose.rules.setting import BarFacts, Setting
from albumen.compose.rules.voicing import nearest, voicing
from albumen.compose.style import Bars
from albumen.score.chord import Chord
from albumen.score.notes import Note
from albumen.score.score import STEPS_PER_QUARTER

_LOW_SIGNS = frozenset("RXF8La")
_BASS_SPAN = 16  # a left hand keeps its roots in the lowest tenth of its range


def write_chords(
    setting: Setting,
    run: list[BarFacts],
    figures: str,
    low: int,
    high: int,
    voices: int,
    ceiling: dict[int, int] | None = None,
    *,
    is_moving: bool = True,
) -> list[Note]:
    """The accompaniment of a run of bars of one section; `ceiling` maps bars to the lowest melody pitch there.

    Where it `is_moving`, hardly two bars in a row are played alike.
    """
    grid = chosen_grid(setting, run[0], figures, "x")
    turn = turning_grid(setting, run[0], figures, "x")
    has_bass = any(mark.sign in _LOW_SIGNS for bar in (*grid, *turn) for mark in bar)
    low_top = min(high, low + _BASS_SPAN)
    window = (max(low, min(low + 9, high - 14)) if has_bass else low, high)
    count = min(voices, 5 if run[0].energy > 0.75 else 4 if len(grid[0]) <= 6 else 3)
    notes: list[Note] = []
    led: tuple[int, ...] = ()
    root = nearest(setting.chord_at(run[0].bar.start).root, low + 7, low, low_top)
    for facts in run:
        marks = bar_of(grid, turn, facts)
        for mark in _split(setting, facts, living(setting, facts, marks, figures) if is_moving else marks):
            tick = setting.tick(facts.bar, mark.step)
            chord = setting.chord_at(tick)
            led = _led(chord, count, window, led, (ceiling or {}).get(facts.bar.index))
            root = nearest(chord.root, (root + low + 7) / 2, low, low_top)
            for pitch in _pitches(mark.sign, chord, led, root, (low, high), setting.next_chord(tick)[1]):
                notes.append(_note(setting, facts, mark, tick, pitch))
    return notes


def write_pad(
    setting: Setting,
    run: list[BarFacts],
    figures: str,
    low: int,
    high: int,
    voices: int,
    ceiling: dict[int, int] | None = None,
) -> list[Note]:
    """Held chords: voices that stay are tied over the change of harmony."""
    notes = write_chords(setting, run, figures, low, high, min(voices, 4), ceiling, is_moving=False)
    return tied(notes, run[-1].bar.end, longest=4 * (run[0].bar.end - run[0].bar.start))


def tied(notes: list[Note], end: int, longest: int) -> list[Note]:
    """Notes of one pitch that follow each other without a gap become one, up to `longest` ticks."""
    open_notes: dict[int, Note] = {}
    done: list[Note] = []
    for note in sorted(notes):
        held = open_notes.get(note.pitch)
        if held is not None and held.end >= note.onset and note.end - held.onset <= longest:
            open_notes[note.pitch] = held._replace(length=max(held.length, note.end - held.onset))
            continue
        if held is not None:
            done.append(held)
        open_notes[note.pitch] = note
    done.extend(open_notes.values())
    return [note._replace(length=min(note.length, end - note.onset)) for note in done]


def chosen_grid(setting: Setting, facts: BarFacts, figures: str, sign: str) -> Bars:
    """One grid of the style for the section's level; sections of one label and level keep it."""
    grids, choice = _grids(setting, facts, figures, sign)
    return grids[choice]


def turning_grid(setting: Setting, facts: BarFacts, figures: str, sign: str) -> Bars:
    """The grid of the bars in which phrases turn: another of the same level, where the style has one."""
    grids, choice = _grids(setting, facts, figures, sign)
    return grids[(choice + 1) % len(grids)]


def _grids(setting: Setting, facts: BarFacts, figures: str, sign: str) -> tuple[tuple[Bars, ...], int]:
    level = setting.style.level(facts.energy)
    grids = figures_for(setting.style, figures, facts.bar.meter, level, sign)
    rng = setting.song_seed.child("figure", figures, facts.label, level).rng()
    return grids, int(rng.integers(len(grids)))


def bar_of(grid: Bars, turn: Bars, facts: BarFacts) -> tuple[Mark, ...]:
    """The marks of a bar: every fourth one turns."""
    chosen = turn if facts.place % PHRASE_BARS == PHRASE_BARS - 1 else grid
    return chosen[facts.place % len(chosen)]


def _split(setting: Setting, facts: BarFacts, marks: tuple[Mark, ...]) -> list[Mark]:
    """Marks cut where the harmony changes under them, so that no chord rings into the next."""
    changes = [setting.step_of(facts.bar, tick) for tick in setting.chord_changes(facts.bar.start, facts.bar.end)]
    split: list[Mark] = []
    for mark in marks:
        if mark.step >= facts.steps:
            continue
        start, stop = mark.step, min(mark.step + mark.length, facts.steps)
        for change in [*[c for c in changes if start < c < stop], stop]:
            split.append(Mark(start, change - start, mark.sign))
            start = change
    if setting.swing:
        split = [
            mark if mark.step % 12 != 6 else mark._replace(step=mark.step + 2, length=max(1, mark.length - 2))
            for mark in split
        ]
    return split


def _led(
    chord: Chord, count: int, window: tuple[int, int], before: tuple[int, ...], ceiling: int | None
) -> tuple[int, ...]:
    """The voicing of the moment: the one before while its chord lasts, else one led from it."""
    classes = {pitch % 12 for pitch in before}
    if (
        before
        and classes <= set(chord.pitch_classes)
        and chord.root in classes | {before[0] % 12}
        and len(classes) == min(count, len(chord.pitch_classes))
    ):
        return before
    return voicing(chord, count, window[0], window[1], before, ceiling)


def _pitches(
    sign: str, chord: Chord, led: tuple[int, ...], root: int, span: tuple[int, int], coming: Chord
) -> list[int]:
    """What a sign sounds."""
    low, high = span
    fifth = next((tone for tone in chord.pitch_classes if (tone - chord.root) % 12 in (6, 7, 8)), (chord.root + 7) % 12)
    if sign.isdigit() and sign != "8" and led:
        voice = int(sign) - 1
        pitch = led[voice % len(led)] + 12 * (voice // len(led))
        return [pitch if pitch <= high else pitch - 12]
    sounds = {
        "x": list(led),
        "X": [root, *led],
        "t": list(led[-2:]),
        "R": [root],
        "F": [nearest(fifth, root + 5, low, high)],
        "L": [nearest(fifth, root - 5, low, high)],
        "8": [root + 12 if root + 12 <= high else root],
        "D": [root, _above(root, (fifth - root) % 12, high)],
        "A": [root, _above(root, 9, high)],
        "a": [nearest((coming.root - 1) % 12, root, low, high)],
    }
    return sorted(set(sounds.get(sign, list(led))))


def _above(root: int, interval: int, high: int) -> int:
    return root + interval if root + interval <= high else root


def _note(setting: Setting, facts: BarFacts, mark: Mark, tick: int, pitch: int) -> Note:
    stop = setting.tick(facts.bar, mark.step + mark.length)
    beat = facts.bar.meter.beat_ticks(STEPS_PER_QUARTER)
    stress = metrical_weight(mark.step, max(1, beat), max(1, facts.steps))
    return Note(
        tick, max(1, stop - tick), pitch, int(np.clip(66 + 12 * stress + (5 if mark.sign in "RX" else 0), 1, 127))
    )
