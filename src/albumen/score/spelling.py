"""Spelling pitches: which letter and accidental a key calls for (F# or Gb)."""

from __future__ import annotations

from typing import NamedTuple

from albumen.score.key import Key

_LETTERS = "FCGDAEB"  # along the line of fifths


class Spelled(NamedTuple):
    """A written pitch: letter, `alter` -2..2 semitones, `octave` (4 holds middle C)."""

    step: str
    alter: int
    octave: int


def spelled(pitch: int, key: Key) -> Spelled:
    """A MIDI pitch as written in a key: the scale, the leading tones of minor, the blue notes of major.

    >>> spelled(66, Key(1)).step, spelled(66, Key(-5)).step
    ('F', 'G')
    """
    lowest = key.fifths - (3 if key.is_minor else 5)  # of twelve neighbours on the line of fifths
    place = lowest + (pitch * 7 - lowest) % 12
    if place > 12:  # beyond B sharp
        place -= 12
    elif place < -8:  # beyond F flat
        place += 12
    step, alter = _LETTERS[(place + 1) % 7], (place + 1) // 7
    return Spelled(step, alter, (pitch - alter) // 12 - 1)


def signature_alter(step: str, fifths: int) -> int:
    """What the key signature does to a letter: -1, 0 or 1."""
    index = _LETTERS.index(step)
    if fifths > index:
        return 1
    return -1 if -fifths > 6 - index else 0
