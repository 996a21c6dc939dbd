"""What keeps an accompaniment alive: small changes to the figure of a bar, the same ones whenever its section comes again.

A player keeps to a figure and yet hardly plays two bars alike: a stroke is left out and the one before it held, a long one is
struck twice, in a band one comes an eighth early. The bars in which phrases begin stay plain, so that the figure is known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from albumen.compose.grid import Mark
from albumen.compose.rules.setting import BarFacts, Setting
from albumen.score.score import STEPS_PER_QUARTER

PHRASE_BARS = 4
_OFTEN = 0.6  # of the bars that may differ
_EIGHTH = STEPS_PER_QUARTER // 2
_LONG = STEPS_PER_QUARTER  # a stroke of this length may be struck twice

Change = Callable[[Sequence[Mark], np.random.Generator, int], list[Mark] | None]


def living(setting: Setting, facts: BarFacts, marks: Sequence[Mark], name: str) -> tuple[Mark, ...]:
    """The marks of a bar as a player would play them; `name` tells the figures of one song apart."""
    rng = setting.song_seed.child("living", name, facts.label, facts.place).rng()
    if facts.place % PHRASE_BARS == 0 or rng.random() > _OFTEN:
        return tuple(marks)
    changes: list[Change] = [_held, _twice]
    if any(part.is_drum for part in setting.score.parts) and not setting.swing and facts.energy > 0.4:
        changes.append(_early)
    beat = facts.bar.meter.beat_ticks(STEPS_PER_QUARTER)
    for index in rng.permutation(len(changes)):
        changed = changes[int(index)](marks, rng, beat)
        if changed is not None:
            return tuple(changed)
    return tuple(marks)


def _held(marks: Sequence[Mark], rng: np.random.Generator, beat: int) -> list[Mark] | None:
    """A stroke off the beat is left out, and the one before it rings on."""
    places = [i for i, mark in enumerate(marks) if i and mark.step % beat and _touch(marks[i - 1], mark)]
    if not places:
        return None
    at = places[int(rng.integers(len(places)))]
    before, left_out = marks[at - 1], marks[at]
    longer = before._replace(length=left_out.step + left_out.length - before.step)
    return [*marks[: at - 1], longer, *marks[at + 1 :]]


def _twice(marks: Sequence[Mark], rng: np.random.Generator, beat: int) -> list[Mark] | None:
    """A long stroke after the first is struck again in its middle."""
    places = [i for i, mark in enumerate(marks) if mark.step and mark.length >= _LONG and mark.length % 2 == 0]
    if not places:
        return None
    at = places[int(rng.integers(len(places)))]
    half = marks[at].length // 2
    first, second = marks[at]._replace(length=half), marks[at]._replace(step=marks[at].step + half, length=half)
    return [*marks[:at], first, second, *marks[at + 1 :]]


def _early(marks: Sequence[Mark], rng: np.random.Generator, beat: int) -> list[Mark] | None:
    """A stroke on a later beat comes an eighth early, where there is room before it."""
    places = [
        i
        for i, mark in enumerate(marks)
        if i and mark.step and mark.step % beat == 0 and mark.step - _EIGHTH > marks[i - 1].step
    ]
    if not places:
        return None
    at = places[int(rng.integers(len(places)))]
    moved = marks[at]._replace(step=marks[at].step - _EIGHTH, length=marks[at].length + _EIGHTH)
    before = marks[at - 1]
    before = before._replace(length=min(before.length, moved.step - before.step))
    return [*marks[: at - 1], before, moved, *marks[at + 1 :]]


def _touch(before: Mark, after: Mark) -> bool:
    return before.step + before.length == after.step
