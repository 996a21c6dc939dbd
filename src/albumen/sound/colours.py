"""Colours: noise that rises into a livelier section, a stroke where it begins, the sound of tape under a song.

They are parts that the arrangement adds when a song is played, out of its sections and its energy; the score stays as written.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from albumen.score.notes import Note, Notes
from albumen.score.part import Part
from albumen.score.score import Score
from albumen.sound.clock import written_clock
from albumen.sound.energy import energy_of
from albumen.work.seed import Seed

COLOURS = Path(__file__).parent / "patches" / "colours.toml"
RISERS, TAPE = "risers", "tape"
# The General MIDI programs that come nearest, for other instruments than ours.
_REVERSE_CYMBAL, _SEASHORE = 119, 122
# Keys of `noise-riser.dsp`: how fast it rises. Impacts lie below, on the tonic.
_FIRST_KEY, _FIRST_SECONDS, _KEYS_AN_OCTAVE, _LAST_KEY = 40, 0.25, 6, 96
_LOWEST_IMPACT = 28
_LOUD_STEP = 0.3
_CLEAR_STEP = 0.15  # what changes more than this is coloured with more than its share of chance
_TAPE_SECONDS, _TAPE_KEY, _TAPE_VELOCITY = 12.0, 60, 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """Which colours a song has; `patches/colours.toml` says what the numbers mean and which styles have any."""

    risers: float = 0.0
    riser_bars: float = 2.0
    impacts: float = 0.0
    least_step: float = 0.04
    tape: bool = False

    def __post_init__(self) -> None:
        for name in ("risers", "impacts", "least_step"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ValueError(f"{name} lies in 0 to 1, got {getattr(self, name):g}")
        if not 0.25 <= self.riser_bars <= 16.0:
            raise ValueError(f"riser_bars lies in 0.25 to 16, got {self.riser_bars:g}")


class _Change(NamedTuple):
    """A section begins at `tick` with `step` more energy than the one before, which lasted `ticks_before`."""

    tick: int
    step: float
    ticks_before: int


def colours_of(style: str) -> Colours:
    """What is usual in a style: nothing, unless `colours.toml` names it."""
    return Colours(**_styles().get(style, {}))


def coloured(score: Score, colours: Colours, seed: Seed) -> Score:
    """The score with a part for risers and impacts and one for tape, where there are any.

    Equal seeds choose the same changes. A part of the song that has the name already is left as it is.
    """
    added = {RISERS: _risers(score, colours, seed.child(RISERS)), TAPE: _tape(score) if colours.tape else Notes.of([])}
    looks = {RISERS: ("Risers and impacts", _REVERSE_CYMBAL), TAPE: ("Tape", _SEASHORE)}
    taken = {part.id for part in score.parts}
    parts = tuple(
        Part(id=name, name=looks[name][0], program=looks[name][1], notes=notes)
        for name, notes in added.items()
        if len(notes) and name not in taken
    )
    return score.replace(parts=(*score.parts, *parts)) if parts else score


def _risers(score: Score, colours: Colours, seed: Seed) -> Notes:
    changes = sorted(_changes(score, colours.least_step), key=lambda change: (-change.step, change.tick))
    clock, bars = written_clock(score), score.bars()
    notes: list[Note] = []
    for number, change in enumerate(changes):
        chances = seed.child(f"{change.tick}").rng().random(2)
        force = 60 + round(50 * min(1.0, change.step / _LOUD_STEP))
        likelier = max(1.0, change.step / _CLEAR_STEP)
        if _is_chosen(number, float(chances[0]), likelier * colours.risers):
            bar = next(bar.length for bar in reversed(bars) if bar.start < change.tick)
            length = min(round(colours.riser_bars * bar), change.ticks_before)
            start = change.tick - length
            seconds = float(np.diff(clock.at([start, change.tick]))[0])
            notes.append(Note(start, length, _riser_key(seconds), force))
        if _is_chosen(number, float(chances[1]), likelier * colours.impacts):
            tonic = next((key.key.tonic for key in reversed(score.keys) if key.tick <= change.tick), 0)
            pitch = _LOWEST_IMPACT + (tonic - _LOWEST_IMPACT) % 12
            notes.append(Note(change.tick, score.resolution, pitch, force))
    return Notes.of(notes)


def _is_chosen(number: int, chance: float, share: float) -> bool:
    """The strongest change is always chosen where any is."""
    return share > 0 and (number == 0 or chance < share)


def _changes(score: Score, least_step: float) -> list[_Change]:
    """Where a livelier section begins."""
    bars, curve = score.bars(), energy_of(score).curve
    spans = [(min(s.start_bar, len(bars)), min(s.end_bar, len(bars))) for s in score.sections]
    spans = [(first, last) for first, last in spans if last > first]
    changes = []
    for (first, last), (start, end) in zip(spans, spans[1:], strict=False):
        step = float(curve[start:end].mean() - curve[first:last].mean())
        if step >= least_step and start >= last:
            changes.append(_Change(bars[start].start, step, bars[start].start - bars[first].start))
    return changes


def _riser_key(seconds: float) -> int:
    """The key whose noise is never at its height before the note ends."""
    key = _FIRST_KEY + _KEYS_AN_OCTAVE * np.log2(max(seconds, _FIRST_SECONDS) / _FIRST_SECONDS)
    return min(_LAST_KEY, int(np.ceil(key - 1e-6)))


def _tape(score: Score) -> Notes:
    """From the first to the last bar in notes of some bars each, so that a song of any length is played in stretches."""
    bars = score.bars()
    seconds = max(1e-3, score.seconds / len(bars))
    count = max(1, round(_TAPE_SECONDS / seconds))
    edges = [*(bar.start for bar in bars[::count]), bars[-1].end]
    pairs = zip(edges, edges[1:], strict=False)
    return Notes.of([Note(start, end - start, _TAPE_KEY, _TAPE_VELOCITY) for start, end in pairs if end > start])


@cache
def _styles() -> dict[str, dict[str, Any]]:
    return tomllib.loads(COLOURS.read_text("utf-8"))
