"""Single kern tokens: notes with their durations and ties, key signatures, meters, instruments."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from albumen.score.instrument_names import instrument_of_name
from albumen.score.key import Key
from albumen.score.meter import Meter

_LETTERS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_DURATION = re.compile(r"(\d+)(?:%(\d+))?(\.*)")
_PITCH = re.compile(r"([a-g]+|[A-G]+)(#+|-+|)")
_LONGEST = Fraction(400)  # quarter notes

# Programs of the usual instrument codes; others are guessed from their names.
_CODES = {
    "violn": 40, "viola": 41, "cello": 42, "cbass": 43, "flt": 73, "picco": 72, "oboe": 68, "cangl": 69, "clars": 71,
    "clara": 71, "clarb": 71, "fagot": 70, "cor": 60, "tromp": 56, "trompt": 56, "tromb": 57, "tuba": 58, "piano": 0,
    "pfort": 0, "cemba": 6, "organ": 19, "harp": 46, "guitr": 24, "timpa": 47, "soprn": 52, "cant": 52, "alto": 52,
    "tenor": 52, "barit": 52, "bass": 52, "mezzo": 52, "vox": 52, "recor": 74, "sax": 65, "accor": 21, "lute": 24,
    "calto": 52, "soprano": 52, "tenore": 52, "basso": 52,
}  # fmt: skip
_CODE_KEYBOARD = (0, 6, 19, 46, 21)


class KernNote(NamedTuple):
    """A note of a token: MIDI pitch, None for a rest; `tied_on` where it goes on in the next token of its pitch."""

    pitch: int | None
    quarters: Fraction
    tied_on: bool


def notes_of(token: str) -> list[KernNote]:
    """The notes and rests of a data token, grace notes left out; empty where it has no duration."""
    found: list[KernNote] = []
    last: Fraction | None = None
    for word in token.split(" "):
        if "q" in word or "Q" in word:
            continue
        quarters = _quarters(word)
        quarters = quarters if quarters is not None else last
        if quarters is None:
            continue
        last = quarters
        if "r" in word:
            found.append(KernNote(None, quarters, False))
        elif match := _PITCH.search(word):
            found.append(KernNote(_pitch(match), quarters, "[" in word or "_" in word))
    return found


def _quarters(word: str) -> Fraction | None:
    match = _DURATION.search(word)
    if not match or len(match[1]) > 5:
        return None
    number, parts, dots = int(match[1]), int((match[2] or "1")[:5]), min(len(match[3]), 4)
    if number == 0:  # 0 is a breve, 00 a long, 000 a maxima
        quarters = Fraction(8 * 2 ** (min(len(match[1]), 3) - 1))
    else:
        quarters = Fraction(4 * parts, number)
    return min(quarters * (2 - Fraction(1, 2**dots)), _LONGEST)


def _pitch(match: re.Match[str]) -> int | None:
    letters, signs = match[1], match[2]
    octave = 4 + len(letters) - 1 if letters.islower() else 4 - len(letters)
    pitch = 12 * (octave + 1) + _LETTERS[letters[0].lower()] + signs.count("#") - signs.count("-")
    return pitch if 0 <= pitch <= 127 else None


def signature(token: str) -> int | None:
    """Sharps of a signature `*k[f#c#]` (negative: flats); None for another token."""
    match = re.match(r"^\*k\[([a-g#\-n]*)\]", token)
    if not match:
        return None
    fifths = match[1].count("#") - match[1].count("-")
    return max(-7, min(7, fifths))


def named_key(token: str) -> Key | None:
    """The key of a token like `*e-:` (E flat minor) or `*F:`; None for another token."""
    match = re.match(r"^\*([a-gA-G])([#-]?):", token)
    if not match:
        return None
    tonic = _LETTERS[match[1].lower()] + {"#": 1, "-": -1, "": 0}[match[2]]
    return Key.of(tonic % 12, match[1].islower())


def meter_of(token: str) -> Meter | None:
    """The meter of `*M3/4` (also `*M3%2/4`, as near as it goes); None for another token."""
    match = re.match(r"^\*M(\d{1,2}(?:\+\d{1,2})*)/(\d{1,2})(?:%(\d))?$", token)
    if not match:
        return None
    try:
        return Meter(sum(int(number) for number in match[1].split("+")), int(match[2]))
    except ValueError:
        return None


def pace_of(token: str) -> float | None:
    """Quarter notes a minute of `*MM96`, of `*MM[Andante]` nothing."""
    match = re.match(r"^\*MM(\d{1,3}(?:\.\d+)?)", token)
    return float(match[1]) if match else None


def instrument_of(code: str, name: str) -> tuple[int, bool]:
    """Program and whether it is drums, from an instrument code (`violn`) and a name (`Violin I`)."""
    if code in _CODES:
        return _CODES[code], False
    return instrument_of_name(name or code)


def is_keyboard(program: int) -> bool:
    """Whether several spines of this instrument are the hands of one player."""
    return program in _CODE_KEYBOARD
