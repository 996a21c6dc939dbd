"""Where players sit and how loud they are in a band: the mixer's first guess from role and instrument alone."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import numpy as np

from albumen.score.part import Part

# Loudness while playing, relative to the lead, in LU: usual practice of static mixes.
ROLE_LEVELS_LU = MappingProxyType(
    {
        "melody": 0.0,
        "drums": -3.0,
        "bass": -4.0,
        "counter": -4.0,
        "chords": -6.0,
        "effects": -7.0,
        "pad": -9.0,
        "texture": -24.0,
    }
)
_TEXTURES = frozenset((122, 124, 125, 126))  # the sea and other sounds that lie under the music
_BAND_SPREAD = 1.6
_CENTRED = frozenset(("drums", "bass", "effects", "texture"))
_KEYBOARDS = frozenset(("piano", "electric-piano", "harpsichord", "organ", "accordion"))
_BASS_TIMBRES = frozenset(("acoustic-bass", "electric-bass", "synth-bass", "contrabass", "tuba"))
_ENSEMBLE = frozenset(
    """violin viola cello contrabass strings timpani voice trumpet trombone tuba horn brass saxophone oboe bassoon
    clarinet flute harp""".split()
)
# Seats as the audience sees them, -1 left .. 1 right: strings around the conductor, winds in the middle, brass right.
SEATS = MappingProxyType(
    {
        "violin": -0.4,
        "viola": 0.2,
        "cello": 0.35,
        "contrabass": 0.3,
        "harp": -0.5,
        "flute": -0.15,
        "oboe": 0.12,
        "clarinet": -0.2,
        "bassoon": 0.2,
        "horn": -0.3,
        "trumpet": 0.3,
        "trombone": 0.4,
        "tuba": 0.25,
        "saxophone": 0.2,
        "guitar": 0.35,
        "electric-guitar": 0.4,
        "distorted-guitar": -0.4,
        "electric-piano": -0.25,
        "accordion": -0.25,
        "mallets": 0.3,
        "plucked": -0.35,
    }
)


def role_of(part: Part) -> str:
    """The part's role, guessed from the instrument and register where none is written; `effects` and `texture` are colours."""
    if part.is_drum:
        return "drums"
    if part.role:
        return part.role
    if part.timbre.name == "effects":
        return "texture" if part.program in _TEXTURES else "effects"
    if part.timbre.name in _BASS_TIMBRES:
        return "bass"
    return "chords" if len(part.notes) > 1.5 * np.unique(part.notes.onset).size else "melody"


def bus_of(part: Part) -> str:
    """The group of the console that a part belongs to."""
    role = role_of(part)
    if role in ("drums", "bass"):
        return role
    if part.timbre.name == "effects":
        return "effects"
    if role == "melody":
        return "lead"
    return "ensemble" if part.timbre.name in _ENSEMBLE else "chords"


def middle_pitch(part: Part) -> float:
    """The median pitch of a part; 60 where it has no notes."""
    return float(np.median(part.notes.pitch)) if len(part.notes) else 60.0


def seats(parts: Sequence[Part], *, is_band: bool = False) -> dict[str, float]:
    """A pan for every part: low parts, drums and the lead in the middle, the rest in seats balanced left and right.

    The hands of one keyboard sit on one chair. A band spreads further than an orchestra, whose players sit in one hall.
    """
    pans = dict.fromkeys((part.id for part in parts), 0.0)
    players = _players(parts)
    lean = 0.0
    others = [player for player in players if not any(_in_the_middle(part) for part in player)]
    if len(players) == len(others) == 1:
        return pans
    for player in sorted(others, key=lambda player: (-abs(_seat(player)), player[0].id)):
        seat = _seat(player)
        if lean * seat > 0 and abs(lean) > 0.3:
            seat = -seat  # this side is full: the mirrored seat
        for part in player:
            pans[part.id] = round(seat * (_BAND_SPREAD if is_band else 1.0), 2)
        lean += seat
    return pans


def _players(parts: Sequence[Part]) -> list[list[Part]]:
    """The parts that one player plays: all of a keyboard's, else each its own."""
    players: dict[object, list[Part]] = {}
    for part in parts:
        one = (part.program,) if part.timbre.name in _KEYBOARDS and not part.is_drum else part.id
        players.setdefault(one, []).append(part)
    return list(players.values())


def _in_the_middle(part: Part) -> bool:
    role = role_of(part)
    return role in _CENTRED or middle_pitch(part) < 45 or (role == "melody" and bus_of(part) == "lead")


def _seat(player: Sequence[Part]) -> float:
    return SEATS.get(player[0].timbre.name, 0.25)
