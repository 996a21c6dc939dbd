"""Who plays: the band of a style, or the instruments that the brief asks for and no others."""

from __future__ import annotations

import numpy as np

from albumen.album.plan import PartPlan
from albumen.compose.style import BandMember, Style
from albumen.score.instrument import Timbre, program_named, timbre_of
from albumen.work.errors import Wrong

_LOW_TIMBRES = frozenset(("acoustic-bass", "electric-bass", "synth-bass", "contrabass", "tuba"))
_PAD_TIMBRES = frozenset(("synth-pad", "strings", "voice", "organ", "brass"))
_CHORD_TIMBRES = frozenset(
    (
        "piano",
        "electric-piano",
        "harpsichord",
        "guitar",
        "electric-guitar",
        "distorted-guitar",
        "harp",
        "accordion",
        "plucked",
        "mallets",
    )
)
_KIT_WORDS = frozenset(("drums", "drum kit", "percussion"))


def band_of(style: Style, asked: tuple[str, ...], rng: np.random.Generator) -> tuple[PartPlan, ...]:
    """The band as parts: the style's own seats, or one seat for each instrument asked; raises `Wrong` for unknown instruments."""
    if not asked:
        return tuple(_seat(member, int(rng.choice(member.programs))) for member in style.band)
    free = list(style.band)
    seats: list[PartPlan | None] = []
    strangers: list[tuple[int, int, bool]] = []
    for index, name in enumerate(asked):
        is_drum = name.strip().lower() in _KIT_WORDS
        program = 0 if is_drum else _program(name)
        timbre = timbre_of(program, is_drum)
        member = next((m for m in free if timbre_of(m.programs[0], m.is_drum) is timbre), None)
        if member is None:
            strangers.append((index, program, is_drum))
            seats.append(None)
        else:
            free.remove(member)
            seats.append(_seat(member, program))
    has_melody = any(seat is not None and seat.role == "melody" for seat in seats)
    for index, program, is_drum in strangers:
        seat = _stranger(style, program, is_drum, has_melody, f"{index}")
        has_melody = has_melody or seat.role == "melody"
        seats[index] = seat
    return _with_melody(_with_names([seat for seat in seats if seat is not None], asked))


def _program(name: str) -> int:
    try:
        return program_named(name)
    except KeyError as error:
        raise Wrong(str(error.args[0]), where="brief: band") from error


def _seat(member: BandMember, program: int) -> PartPlan:
    return PartPlan(
        id=member.id,
        role=member.role,
        program=program,
        is_drum=member.is_drum,
        low=member.low,
        high=member.high,
        voices=min(member.voices, timbre_of(program, member.is_drum).voices),
        figures=member.figures,
        writer=member.writer,
        pedal=member.pedal,
    )


def _stranger(style: Style, program: int, is_drum: bool, has_melody: bool, name: str) -> PartPlan:
    timbre = timbre_of(program, is_drum)
    role = _role(timbre, has_melody)
    like = next((member for member in style.band if member.role == role), None)
    low, high = _comfortable(timbre, role)
    return PartPlan(
        id=name,
        role=role,
        program=program,
        is_drum=is_drum,
        low=low,
        high=high,
        voices=timbre.voices,
        figures=like.figures if like else "",
        writer=like.writer if like else "rules",
    )


def _role(timbre: Timbre, has_melody: bool) -> str:
    if timbre.name == "drums":
        return "drums"
    if timbre.name in _LOW_TIMBRES:
        return "bass"
    if not has_melody:
        return "melody"
    return "pad" if timbre.name in _PAD_TIMBRES else "chords" if timbre.name in _CHORD_TIMBRES else "counter"


def _comfortable(timbre: Timbre, role: str) -> tuple[int, int]:
    """The part of the instrument's range that suits a role; the whole range where they do not meet."""
    low, high = {"melody": (57, 88), "counter": (48, 79), "chords": (45, 77), "pad": (48, 77), "bass": (28, 55)}.get(
        role, (0, 127)
    )
    low, high = max(low, timbre.low), min(high, timbre.high)
    return (low, high) if high - low >= 12 else (timbre.low, timbre.high)


def _with_names(seats: list[PartPlan], asked: tuple[str, ...]) -> list[PartPlan]:
    names: list[str] = []
    for name in asked:
        base = "-".join(name.strip().lower().split())
        names.append(
            base
            if base not in names
            else f"{base}-{names.count(base) + sum(n.startswith(base + '-') for n in names) + 1}"
        )
    return [_changed(seat, id=name) for seat, name in zip(seats, names, strict=True)]


def _with_melody(seats: list[PartPlan]) -> tuple[PartPlan, ...]:
    """Somebody carries the tune: without a melody seat, the first part that is neither bass nor drums does, else the bass."""
    if any(seat.role == "melody" for seat in seats):
        return tuple(seats)
    order = sorted(
        range(len(seats)), key=lambda i: {"counter": 0, "chords": 1, "pad": 2, "bass": 3, "drums": 9}[seats[i].role]
    )
    first = order[0]
    if seats[first].role != "drums":
        seats[first] = _changed(seats[first], role="melody", figures="")
    return tuple(seats)


def _changed(seat: PartPlan, **changes: object) -> PartPlan:
    fields = {name: getattr(seat, name) for name in seat.__dataclass_fields__}
    return PartPlan(**{**fields, **changes})
