"""What the fields of ABC mean: keys with modes, meters, unit lengths, tempos."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from albumen.score.key import Key
from albumen.score.meter import Meter
from albumen.score.tempo_words import tempo_of_words

LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SHARPS = "FCGDAEB"
_MODES = {
    "maj": 0,
    "ion": 0,
    "": 0,
    "mix": -1,
    "dor": -2,
    "m": -3,
    "min": -3,
    "aeo": -3,
    "phr": -4,
    "loc": -5,
    "lyd": 1,
}
_MINOR = ("m", "min", "aeo", "dor", "phr", "loc")
_KEY = re.compile(r"^([A-G])([#b♯♭]?)\s*([A-Za-z]*)")
_FIFTHS = {"F": -1, "C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5}


@dataclass(frozen=True, slots=True)
class AbcKey:
    """A key field: the key by its tonic, what it does to each letter, and semitones to transpose."""

    key: Key | None
    alters: Mapping[str, int]


def parse_key(text: str) -> AbcKey:
    """The key of a `K:` field: `G`, `Ador`, `F# minor`, `HP`, `D exp ^f =c`, `none`."""
    words = text.strip()
    if words.lower().startswith("hp"):
        return AbcKey(Key.of(LETTERS["A"], False), {"F": 1, "C": 1})
    match = _KEY.match(words)
    explicit = {letter.upper(): _alter(sign) for sign, letter in re.findall(r"(\^\^?|__?|=)([A-Ga-g])", words)}
    if not match:
        return AbcKey(None, explicit)
    mode = match[3].lower()
    mode = "m" if mode == "m" else mode[:3]
    mode = mode if mode in _MODES else ""
    sharps = {"#": 1, "♯": 1, "b": -1, "♭": -1}.get(match[2], 0)
    fifths = _FIFTHS[match[1]] + 7 * sharps + _MODES[mode]
    alters = {} if re.search(r"\bexp\b", words) else alters_of(fifths)
    return AbcKey(Key.of((LETTERS[match[1]] + sharps) % 12, mode in _MINOR), {**alters, **explicit})


def alters_of(fifths: int) -> dict[str, int]:
    """What a signature of so many sharps does to each letter; more than seven count double."""
    alters = dict.fromkeys(_SHARPS, 0)
    for number in range(min(abs(fifths), 14)):
        letter = _SHARPS[number % 7] if fifths > 0 else _SHARPS[6 - number % 7]
        alters[letter] += 1 if fifths > 0 else -1
    return alters


def _alter(sign: str) -> int:
    return {"^": 1, "^^": 2, "_": -1, "__": -2}.get(sign, 0)


def parse_meter(text: str) -> Meter | None:
    """The meter of an `M:` field; None for free meter and for nonsense."""
    words = text.strip().split(" ")[0] if not text.strip().startswith("(") else text.strip()
    if words in ("C", "c"):
        return Meter(4, 4)
    if words in ("C|", "c|"):
        return Meter(2, 2)
    match = re.match(r"^\(?(\d{1,2}(?:\s*\+\s*\d{1,2})*)\)?\s*/\s*(\d{1,2})", words)
    if not match:
        return None
    try:
        return Meter(sum(int(number) for number in match[1].split("+")), int(match[2]))
    except ValueError:
        return None


def unit_length(text: str) -> Fraction | None:
    """The unit of an `L:` field in quarter notes."""
    match = re.match(r"^\s*(\d{1,3})(?:\s*/\s*(\d{1,3}))?", text)
    if not match or not int(match[1]) or match[2] == "0" or (match[2] and not int(match[2])):
        return None
    return Fraction(4 * int(match[1]), int(match[2] or 1))


def usual_unit(meter: Meter | None) -> Fraction:
    """The unit where no `L:` is given: a 16th in short bars, else an eighth; in quarter notes."""
    return Fraction(1, 4) if meter and meter.numerator / meter.denominator < 0.75 else Fraction(1, 2)


def parse_tempo(text: str) -> float | None:
    """Quarter notes a minute of a `Q:` field: `1/4=120`, `3/8=80`, `120`, `"Allegro"`."""
    match = re.search(r"(\d{1,2})\s*/\s*(\d{1,3})(?:\s+\d+/\d+)*\s*=\s*(\d{1,4}(?:\.\d+)?)", text)
    if match and int(match[2]):
        return float(match[3]) * 4 * int(match[1]) / int(match[2])
    plain = re.search(r"(?:^|=)\s*(\d{1,4})", text)
    if plain:
        return float(plain[1])
    return tempo_of_words(text)
