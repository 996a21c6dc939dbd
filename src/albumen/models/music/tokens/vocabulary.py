"""The words of the music model, in fixed order: a model folder is only readable with the vocabulary it was trained on.

Each family is a run of consecutive ids. Change nothing here without raising `VERSION`: shipped weights depend on it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from albumen.score.cell_features import DENSITY_EDGES, POLYPHONY_EDGES, REGISTER_EDGES
from albumen.score.chord import QUALITY_NAMES, Chord
from albumen.score.instrument import TIMBRES
from albumen.score.part import ROLES

VERSION = 1

METERS = (
    "4/4", "3/4", "2/4", "2/2", "6/8", "3/8", "9/8", "12/8", "3/2", "6/4", "5/4", "4/2", "2/1", "4/8", "7/8", "5/8", "7/4",
    "1/4", "2/8", "8/8", "9/4", "1/2", "6/16", "12/16", "8/4", "9/16", "1/8", "3/16",
)  # fmt: skip
GENRES = (
    "folk-celtic", "romantic", "lieder", "classical", "baroque", "dance-classical", "quartet", "drums", "pop", "sacred",
    "renaissance", "hymn", "jazz", "folk-european", "chorale", "blues", "folk-american", "rock", "country", "latin", "funk",
    "electronic", "game", "ska-reggae", "tango", "march", "orchestral", "modern", "world", "ragtime", "ambient", "waltz",
)  # fmt: skip
GENRE_SLOTS = 40  # room for genres of users' own corpora
TIMBRE_SLOTS = 40
TEMPO_BINS = 24
SLOWEST, FASTEST = 30.0, 300.0  # quarter notes a minute at the ends of the tempo bins
MOST_STEPS = 96  # longest bar, in steps of 1/12 quarter note: 8 quarter notes
VELOCITIES = (20, 36, 50, 64, 78, 92, 106, 120)  # centres of the velocity bins
LONGEST = 48  # steps a single length word can say; longer lengths add tie words of 48 steps
MOST_TIES = 16
MOST_HOLES = 64
LABELS = 8
VARY_LEVELS = 3
NO_CHORD = 12 * len(QUALITY_NAMES)


@dataclass(frozen=True, slots=True)
class Family:
    """A run of `size` ids from `first` on."""

    name: str
    first: int
    size: int

    def __getitem__(self, index: int) -> int:
        """The id of the family's word number `index`."""
        if not 0 <= index < self.size:
            raise IndexError(f"{self.name} has {self.size} words, asked for number {index}")
        return self.first + index

    def index(self, token: int) -> int:
        """The number of `token` in the family; the inverse of `[]`."""
        return token - self.first

    def __contains__(self, token: object) -> bool:
        return isinstance(token, (int, np.integer)) and bool(self.first <= token < self.first + self.size)

    @property
    def ids(self) -> slice:
        """The family's ids as a slice of the vocabulary."""
        return slice(self.first, self.first + self.size)


_SIZES: tuple[tuple[str, int], ...] = (
    ("special", 8),
    ("mode", 2),
    ("key", 12),
    ("meter", 32),
    ("tempo", TEMPO_BINS),
    ("genre", GENRE_SLOTS),
    ("source", 2),
    ("timbre", TIMBRE_SLOTS),
    ("number", 15),
    ("role", len(ROLES)),
    ("bar", 17),
    ("section", LABELS),
    ("occurrence", 3),
    ("chord", NO_CHORD + 1),
    ("density", len(DENSITY_EDGES) + 1),
    ("polyphony", len(POLYPHONY_EDGES) + 1),
    ("register", len(REGISTER_EDGES) + 1),
    ("position", MOST_STEPS),
    ("velocity", len(VELOCITIES)),
    ("length", LONGEST),
    ("tie", MOST_TIES),
    ("pitch", 128),
    ("drum", 128),
    ("hole", MOST_HOLES),
    ("vary", VARY_LEVELS),
)


def _families() -> dict[str, Family]:
    first, families = 0, {}
    for name, size in _SIZES:
        families[name] = Family(name, first, size)
        first += size
    return families


FAMILIES = _families()
SIZE = sum(size for _, size in _SIZES)

SPECIAL = FAMILIES["special"]
PAD, BEGIN, END, HALF, FINAL, ANSWERS, SOURCE_END, METER_OTHER = (SPECIAL[i] for i in range(8))
MODE, KEY, METER, TEMPO, GENRE, SOURCE = (FAMILIES[n] for n in ("mode", "key", "meter", "tempo", "genre", "source"))
TIMBRE, NUMBER, ROLE = (FAMILIES[n] for n in ("timbre", "number", "role"))
BAR, SECTION, OCCURRENCE, CHORD = (FAMILIES[n] for n in ("bar", "section", "occurrence", "chord"))
DENSITY, POLYPHONY, REGISTER = (FAMILIES[n] for n in ("density", "polyphony", "register"))
POSITION, VELOCITY, LENGTH, TIE = (FAMILIES[n] for n in ("position", "velocity", "length", "tie"))
PITCH, DRUM, HOLE, VARY = (FAMILIES[n] for n in ("pitch", "drum", "hole", "vary"))

_SPECIAL_NAMES = ("PAD", "BEGIN", "END", "HALF", "FINAL", "ANSWERS", "SOURCE_END", "METER_OTHER")
assert len(TIMBRES) <= TIMBRE_SLOTS and len(GENRES) <= GENRE_SLOTS and len(METERS) <= METER.size


def chord_token(chord: Chord | None) -> int:
    """The word of a chord whose root counts from the tonic."""
    if chord is None:
        return CHORD[NO_CHORD]
    return CHORD[chord.root * len(QUALITY_NAMES) + QUALITY_NAMES.index(chord.quality)]


def chord_of(token: int) -> Chord | None:
    """The chord of a word; the inverse of `chord_token`."""
    index = CHORD.index(token)
    return None if index == NO_CHORD else Chord(index // len(QUALITY_NAMES), QUALITY_NAMES[index % len(QUALITY_NAMES)])


def tempo_bin(quarters_per_minute: float) -> int:
    """The bin of a tempo, equal ratios from `SLOWEST` to `FASTEST`."""
    share = np.log(max(quarters_per_minute, 1e-3) / SLOWEST) / np.log(FASTEST / SLOWEST)
    return int(np.clip(share * TEMPO_BINS, 0, TEMPO_BINS - 1))


_VELOCITY_BINS = tuple(
    min(range(len(VELOCITIES)), key=lambda i: abs(VELOCITIES[i] - velocity)) for velocity in range(128)
)


def velocity_bin(velocity: int) -> int:
    """The bin whose centre is nearest to a velocity 1..127."""
    return _VELOCITY_BINS[velocity]


def name_of(token: int) -> str:
    """A word in letters, for people and tests."""
    for family in FAMILIES.values():
        if token in family:
            index = family.index(token)
            if family is SPECIAL:
                return _SPECIAL_NAMES[index]
            if family is CHORD:
                return f"chord:{chord_of(token) or '-'}"
            labels = {"meter": METERS, "genre": GENRES, "role": ROLES, "timbre": tuple(t.name for t in TIMBRES)}.get(
                family.name, ()
            )
            return f"{family.name}:{labels[index] if index < len(labels) else index}"
    raise ValueError(f"no word has the number {token}; the vocabulary holds {SIZE}")
