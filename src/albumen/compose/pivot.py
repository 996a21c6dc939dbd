"""Pivot harmony: a chord a bar from one key to another, over a chord that both of them know."""

from __future__ import annotations

from itertools import product

from albumen.compose.roman import chord_of
from albumen.score.chord import Chord
from albumen.score.key import Key

_MAJOR = ("vi", "ii", "IV", "iii", "V", "I")
_MINOR = ("VI", "iv", "III", "VII", "v", "i")
# What leads to the dominant, best first.
_LEADING = {False: ("ii", "IV", "vi"), True: ("iv", "VI", "iio")}


def passage_chords(before: Key, after: Key, bars: int) -> tuple[Chord, ...]:
    """`bars` chords (4 or more): the old tonic, a pivot, what leads to the new dominant, and the new dominant seventh.

    >>> [str(chord) for chord in passage_chords(Key.parse("C"), Key.parse("D"), 4)]
    ['C', 'Em', 'Em', 'A7']
    """
    old, new = pivot(before, after)
    tonic, dominant = _tonic(before), chord_of("V7", after)
    leading = [chord_of(numeral, after) for numeral in _LEADING[after.is_minor]]
    lead = next((chord for chord in leading if chord not in (new, dominant)), leading[0])
    if bars == 4:
        return (tonic, old, new, dominant)
    colour = chord_of("VI" if before.is_minor else "vi", before)
    suspended = Chord(dominant.root, "sus4")
    if bars == 6:
        return (tonic, colour, old, new, lead, dominant)
    middle = (tonic, colour, old, new, lead, *([suspended] * (bars - 7)), dominant)
    return (tonic, *middle) if bars > 7 else middle


def pivot(before: Key, after: Key) -> tuple[Chord, Chord]:
    """A chord of the old key and one of the new: the same where the keys share one, else two with most tones in common."""
    old = [chord_of(numeral, before) for numeral in (_MINOR if before.is_minor else _MAJOR)]
    new = [chord_of(numeral, after) for numeral in (*_LEADING[after.is_minor], *(_MINOR if after.is_minor else _MAJOR))]
    shared = [chord for chord in new if chord in old and chord != _tonic(before)]
    if shared:
        return shared[0], shared[0]
    return max(product(old, new[:3]), key=lambda pair: len(set(pair[0].pitch_classes) & set(pair[1].pitch_classes)))


def _tonic(key: Key) -> Chord:
    return Chord(key.tonic, "m" if key.is_minor else "")
