"""The automatic mixer: from the score and the loudness of its stems to every number of the console."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from albumen.album.mix import Mix, PartMix
from albumen.score.part import Part
from albumen.score.score import Score
from albumen.sound.seating import ROLE_LEVELS_LU, bus_of, role_of, seats
from albumen.sound.stems import StemLevel

AUDIBLE_LUFS = -90.0


def plan_mix(score: Score, levels: Mapping[str, StemLevel]) -> Mix:
    """A mix for the song; parts whose stems are silent are muted. Part ids must be those of `levels`."""
    pans = seats(score.parts)
    parts = {part.id: _part_mix(part, pans[part.id], levels[part.id]) for part in score.parts}
    return Mix(parts=MappingProxyType(parts))


def _part_mix(part: Part, pan: float, level: StemLevel) -> PartMix:
    return PartMix(
        bus=bus_of(part),
        level_lu=ROLE_LEVELS_LU[role_of(part)],
        pan=pan,
        mute=level.loudness_lufs < AUDIBLE_LUFS,
    )
