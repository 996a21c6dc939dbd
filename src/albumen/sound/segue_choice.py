"""Which segue suits which join: chosen by key, tempo, energy and how the songs end and begin, with the reason in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from albumen.album.order import SongCharacter
from albumen.album.segue import Segue
from albumen.sound.order_search import key_cost, tempo_cost

_CROSSFADE_BEATS = 16
_LONGEST_CROSSFADE_SECONDS = 12.0
_STEADY_BPM_RATIO = 1.03
SET_OF_SONGS = 3


def choose_segues(songs: Sequence[SongCharacter]) -> tuple[Segue, ...]:
    """One segue for every join of the songs in this order.

    Near in key and tempo: a crossfade where both drive, else an overlap of the tail. A leap in energy upward at a near key:
    attacca. All else breathes, longer where a set of three songs ends, keys lie far apart or a calm song has just ended.
    """
    return tuple(
        _choose(before, after, closes_set=(number + 1) % SET_OF_SONGS == 0 and len(songs) >= 2 * SET_OF_SONGS)
        for number, (before, after) in enumerate(zip(songs, songs[1:], strict=False))
    )


def _choose(before: SongCharacter, after: SongCharacter, *, closes_set: bool) -> Segue:
    near_key = key_cost(before.last_key, after.first_key) <= 0.25
    near_tempo = tempo_cost(before.last_bpm, after.first_bpm) <= 0.1
    steady = abs(np.log2(before.last_bpm / after.first_bpm)) <= np.log2(_STEADY_BPM_RATIO)
    rise = after.energy - before.energy
    keys = f"{before.last_key} to {after.first_key}"
    beat = 60 / before.last_bpm
    if closes_set:
        return Segue(
            kind="breath", seconds=_breath(before, 6), reason=f"A set ends with {before.title}; the ear may rest."
        )
    if near_key and steady and min(before.energy, after.energy) > 0.5:
        seconds = min(_CROSSFADE_BEATS * beat, _LONGEST_CROSSFADE_SECONDS)
        return Segue(
            kind="crossfade",
            seconds=round(seconds, 2),
            reason=f"Same pulse and near keys ({keys}): one beat carries on.",
        )
    if near_key and rise > 0.18:
        return Segue(kind="attacca", seconds=0.0, reason=f"Energy leaps up from one near key to the other ({keys}).")
    if near_key and (near_tempo or before.energy < 0.45):
        return Segue(kind="overlap", seconds=1.5, reason=f"Near keys ({keys}): {after.title} begins in the last echo.")
    if not near_key:
        return Segue(
            kind="breath", seconds=_breath(before, 4), reason=f"The keys lie far apart ({keys}): a breath between them."
        )
    return Segue(
        kind="breath", seconds=_breath(before, 2), reason="The tempi do not meet: a short breath resets the pulse."
    )


def _breath(song: SongCharacter, beats: int) -> float:
    """Silence counted in beats of the song that has ended, 0.6 to 4 seconds; after a calm song a little longer."""
    seconds = beats * 60 / song.last_bpm * (1.25 if song.energy < 0.4 else 1.0)
    return round(float(np.clip(seconds, 0.6, 4.0)), 2)
