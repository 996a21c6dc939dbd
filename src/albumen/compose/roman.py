"""Roman numerals to chords: the language in which a style file writes harmony.

`I ii V7 vi` by case and suffix, `bVII` lowered degrees, `V7/V` secondary chords. Degrees count the major scale in
major keys and the natural minor scale in minor keys, as musicians write them.
"""

from __future__ import annotations

import re

from albumen.score.chord import QUALITY_NAMES, Chord
from albumen.score.key import Key

_NUMERAL = re.compile(r"^([b#]?)(VII|VI|V|IV|III|II|I|vii|vi|v|iv|iii|ii|i)(.*)$")
_DEGREES = {"I": 0, "II": 1, "III": 2, "IV": 3, "V": 4, "VI": 5, "VII": 6}
MAJOR_SCALE = (0, 2, 4, 5, 7, 9, 11)
MINOR_SCALE = (0, 2, 3, 5, 7, 8, 10)
# Suffix -> quality, for upper-case and lower-case numerals.
_UPPER = {"": "", "7": "7", "maj7": "maj7", "sus4": "sus4", "5": "5", "+": "aug"}
_LOWER = {"": "m", "7": "m7", "o": "dim", "o7": "dim7", "h7": "m7b5"}


def chord_of(numeral: str, key: Key) -> Chord:
    """The chord that a numeral means in a key; raises `ValueError` with what was expected."""
    head, slash, target = numeral.partition("/")
    if slash:
        goal = chord_of(target, key)
        return chord_of(head, Key.of(goal.root, is_minor=goal.quality in ("m", "m7", "dim", "m7b5")))
    match = _NUMERAL.match(head)
    if not match:
        raise ValueError(f"a chord is written as a roman numeral like ii, V7, bVII or V7/V, got {numeral!r}")
    accidental, name, suffix = match.groups()
    qualities = _UPPER if name.isupper() else _LOWER
    if suffix not in qualities:
        raise ValueError(f"{numeral!r}: after {name} may stand {', '.join(repr(s) for s in qualities)}")
    scale = MINOR_SCALE if key.is_minor else MAJOR_SCALE
    degree = scale[_DEGREES[name.upper()]] + {"b": -1, "#": 1, "": 0}[accidental]
    quality = qualities[suffix]
    if key.is_minor and name == "vii" and not accidental and suffix in ("o", "o7"):
        degree += 1  # the leading-note chord stands on the raised seventh
    assert quality in QUALITY_NAMES
    return Chord((key.tonic + degree) % 12, quality)


def phrase_of(text: str, slots: int) -> tuple[tuple[str, ...], ...]:
    """A progression such as `I | IV V | I` as one tuple of numerals a bar, each filled up to `slots`.

    >>> phrase_of("I | IV V", 2)
    (('I', 'I'), ('IV', 'V'))
    """
    bars: list[tuple[str, ...]] = []
    for bar in text.split("|"):
        numerals = bar.split()
        if len(numerals) == 1:
            numerals = numerals * slots
        if len(numerals) != slots:
            raise ValueError(f"bar {bar.strip()!r} of {text!r} needs 1 or {slots} chords in this meter")
        bars.append(tuple(numerals))
    return tuple(bars)
