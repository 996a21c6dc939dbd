"""Fuller tunes: where a keyboard or a bellows carries the melody, strong notes take an octave or a chord tone below."""

from __future__ import annotations

from albumen.compose.rules.line import metrical_weight
from albumen.compose.rules.setting import BarFacts, Setting
from albumen.score.notes import Note
from albumen.score.score import STEPS_PER_QUARTER

_FROM_ENERGY = 0.5
_OCTAVES_FROM = 0.72
_OCTAVE_GENRES = frozenset(("ragtime",))


def thickened(setting: Setting, run: list[BarFacts], notes: list[Note], low: int, voices: int) -> list[Note]:
    """The notes with their companions; unchanged for single voices and quiet sections."""
    energy = run[0].energy
    is_octave_style = setting.style.genre in _OCTAVE_GENRES
    if voices < 2 or (energy < _FROM_ENERGY and not is_octave_style):
        return notes
    by_bar = {facts.bar.index: facts for facts in run}
    bars = [facts.bar for facts in run]
    added: list[Note] = []
    for note in notes:
        bar = next(bar for bar in bars if bar.start <= note.onset < bar.end)
        facts = by_bar[bar.index]
        step = setting.step_of(bar, note.onset)
        stress = metrical_weight(step, max(1, bar.meter.beat_ticks(STEPS_PER_QUARTER)), max(1, facts.steps))
        is_long = note.length >= setting.score.resolution // (2 if is_octave_style else 1)
        if stress < 0.5 and not is_long:
            continue
        if is_octave_style or energy >= _OCTAVES_FROM:
            companion = note.pitch - 12
        else:
            chord = setting.chord_at(note.onset).pitch_classes
            companion = next((note.pitch - gap for gap in (3, 4, 8, 9, 5) if (note.pitch - gap) % 12 in chord), -1)
        if companion >= low:
            added.append(note._replace(pitch=companion, velocity=max(1, note.velocity - 12)))
    return [*notes, *added]
