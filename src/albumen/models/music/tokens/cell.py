"""The notes of one part in one bar as words.

    position [velocity] [tie* length] pitch   [velocity] [length] pitch   position pitch ...

Positions ascend; pitches that start together descend. Velocity and length are said only where they change inside the
cell, before the pitch they govern, so a run of equal notes costs two words each. Drums have no length.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from albumen.models.music.tokens import vocabulary as v

DRUM_STEPS = 3  # the length every drum note has on the grid: a stroke, not a duration


class GridNote(NamedTuple):
    """A note on the grid of twelfths of a quarter. `step` from the bar line, `pitch` as written in the stream."""

    step: int
    steps: int
    pitch: int
    velocity: int  # bin 0..7


def encode_cell(notes: Iterable[GridNote], *, is_drum: bool = False) -> list[int]:
    """The words of a cell; `decode_cell` is the inverse up to the order of the notes."""
    words: list[int] = []
    at = velocity = steps = -1
    for note in sorted(notes, key=_reading_order):
        if note.step != at:
            at = note.step
            words.append(v.POSITION[at])
        if note.velocity != velocity:
            velocity = note.velocity
            words.append(v.VELOCITY[velocity])
        if is_drum:
            words.append(v.DRUM[note.pitch])
            continue
        if note.steps != steps:
            steps = note.steps
            words.extend(length_words(steps))
        words.append(v.PITCH[note.pitch])
    return words


def length_words(steps: int) -> list[int]:
    """A length of at least one step: ties of 48 steps each, then the rest of 1..48.

    >>> [v.name_of(word) for word in length_words(60)]
    ['tie:0', 'length:11']
    """
    ties, rest = divmod(steps - 1, v.LONGEST)
    words = []
    while ties:
        words.append(v.TIE[min(ties, v.MOST_TIES) - 1])
        ties -= min(ties, v.MOST_TIES)
    return [*words, v.LENGTH[rest]]


def decode_cell(words: Sequence[int]) -> list[GridNote]:
    """The notes of a cell, in reading order. Raises `ValueError` at a word that does not belong into a cell."""
    notes: list[GridNote] = []
    step = velocity = steps = -1
    ties = 0
    for word in words:
        if word in v.POSITION:
            step = v.POSITION.index(word)
        elif word in v.VELOCITY:
            velocity = v.VELOCITY.index(word)
        elif word in v.TIE:
            ties += (v.TIE.index(word) + 1) * v.LONGEST
        elif word in v.LENGTH:
            steps, ties = ties + v.LENGTH.index(word) + 1, 0
        elif word in v.PITCH or word in v.DRUM:
            is_drum = word in v.DRUM
            note = GridNote(
                step, DRUM_STEPS if is_drum else steps, (v.DRUM if is_drum else v.PITCH).index(word), velocity
            )
            if min(note) < 0:
                raise ValueError(f"a note before its position, velocity or length in {[v.name_of(w) for w in words]}")
            notes.append(note)
        else:
            raise ValueError(f"{v.name_of(word)} does not belong into a cell")
    return notes


def _reading_order(note: GridNote) -> tuple[int, int, int, int]:
    return (note.step, -note.pitch, -note.steps, note.velocity)
