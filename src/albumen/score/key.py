"""Keys: tonic and mode, and their names."""

from __future__ import annotations

from dataclasses import dataclass

SHARP_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
FLAT_NAMES = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_ACCIDENTALS = {"": 0, "#": 1, "b": -1, "##": 2, "bb": -2}


@dataclass(frozen=True, slots=True)
class Key:
    """A key by its signature. `fifths` -7 (seven flats) .. 7 (seven sharps)."""

    fifths: int = 0
    is_minor: bool = False

    def __post_init__(self) -> None:
        if not -7 <= self.fifths <= 7:
            raise ValueError(f"a key signature has at most seven sharps or flats, got {self.fifths}")

    @classmethod
    def of(cls, tonic: int, is_minor: bool) -> Key:
        """The key on pitch class `tonic` with the fewest sharps or flats."""
        fifths = (7 * (tonic + (3 if is_minor else 0))) % 12
        return cls(fifths if fifths <= 6 else fifths - 12, is_minor)

    @classmethod
    def parse(cls, text: str) -> Key:
        """The key written as `Eb`, `F#m` or `A minor`."""
        words = text.strip().replace(" minor", "m").replace(" major", "")
        is_minor = words.endswith("m")
        name = words.removesuffix("m")
        if not name or name[0].upper() not in _LETTERS or name[1:] not in _ACCIDENTALS:
            raise ValueError(f"a key is written like Eb or F#m, got {text!r}")
        return cls.of((_LETTERS[name[0].upper()] + _ACCIDENTALS[name[1:]]) % 12, is_minor)

    @property
    def tonic(self) -> int:
        """Pitch class of the tonic, 0..11 with C = 0."""
        return (7 * self.fifths - (3 if self.is_minor else 0)) % 12

    def transposed(self, semitones: int) -> Key:
        """The key `semitones` higher."""
        return Key.of((self.tonic + semitones) % 12, self.is_minor)

    def __str__(self) -> str:
        names = SHARP_NAMES if self.fifths > 0 else FLAT_NAMES
        return names[self.tonic] + ("m" if self.is_minor else "")
