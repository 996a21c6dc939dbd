"""Which segue suits which join: chosen by key, tempo, energy and how the songs end and begin, with the reason in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from albumen.album.order import SongCharacter
from albumen.album.segue import Segue, SegueWish
from albumen.sound.order_search import key_cost, tempo_cost
from albumen.work.errors import Wrong

_CROSSFADE_BEATS = 16
_LONGEST_CROSSFADE_SECONDS = 12.0
_STEADY_BPM_RATIO = 1.03
_OVERLAP_SECONDS = 1.5
_LIKE_ENERGY = 0.35
_DRIVING = 0.5
_NEAR_KEY, _NEAR_TEMPO = 0.25, 0.15
SET_OF_SONGS = 3
NO_WISHES: Mapping[str, SegueWish] = MappingProxyType({})


def choose_segues(songs: Sequence[SongCharacter], wishes: Mapping[str, SegueWish] = NO_WISHES) -> tuple[Segue, ...]:
    """One segue for every join of the songs in this order; `wishes` by the song before decide without asking.

    Near in key and tempo: a crossfade where both drive, else an overlap of the tail. A leap in energy upward at a near key:
    attacca. Far keys between songs of like energy, and tempi that do not meet between two that drive: a composed passage,
    which modulates and changes the pace. All else breathes, longer where a set of three songs ends or a calm song has just
    ended. Raises `Wrong` where a wish names no song.
    """
    slugs = [song.slug for song in songs]
    for slug in wishes:
        if slug not in slugs:
            what = f"segues names {slug!r}, which is no song of the album"
            raise Wrong(what, where="album.toml", next_step=f"choose of {', '.join(slugs)}")
    return tuple(
        _wished(before, wishes[before.slug])
        if before.slug in wishes
        else _choose(before, after, closes_set=(number + 1) % SET_OF_SONGS == 0 and len(songs) >= 2 * SET_OF_SONGS)
        for number, (before, after) in enumerate(zip(songs, songs[1:], strict=False))
    )


def _wished(before: SongCharacter, wish: SegueWish) -> Segue:
    """The kind that was asked for, with its usual length where none was."""
    usual = {"breath": _breath(before, 4), "overlap": _OVERLAP_SECONDS, "crossfade": _crossfade(before)}
    seconds = usual.get(wish.kind, 0.0) if wish.seconds is None else wish.seconds
    return Segue(kind=wish.kind, seconds=seconds, reason="You asked for it in album.toml.")


def _choose(before: SongCharacter, after: SongCharacter, *, closes_set: bool) -> Segue:
    near_key = key_cost(before.last_key, after.first_key) <= _NEAR_KEY
    near_tempo = tempo_cost(before.last_bpm, after.first_bpm) <= _NEAR_TEMPO
    steady = abs(np.log2(before.last_bpm / after.first_bpm)) <= np.log2(_STEADY_BPM_RATIO)
    rise = after.energy - before.energy
    both_drive = min(before.energy, after.energy) > _DRIVING
    keys = f"{before.last_key} to {after.first_key}"
    if closes_set:
        return Segue(
            kind="breath", seconds=_breath(before, 6), reason=f"A set ends with {before.title}; the ear may rest."
        )
    if near_key and steady and both_drive:
        return Segue(
            kind="crossfade",
            seconds=_crossfade(before),
            reason=f"Same pulse and near keys ({keys}): one beat carries on.",
        )
    if near_key and rise > 0.18:
        return Segue(kind="attacca", seconds=0.0, reason=f"Energy leaps up from one near key to the other ({keys}).")
    if near_key and (near_tempo or before.energy < 0.45):
        words = f"Near keys ({keys}): {after.title} begins in the last echo."
        return Segue(kind="overlap", seconds=_OVERLAP_SECONDS, reason=words)
    if not near_key and abs(rise) <= _LIKE_ENERGY:
        words = f"The keys lie far apart ({keys}): a passage leads from one to the other."
        return Segue(kind="composed", seconds=0.0, reason=words)
    if near_key and both_drive and abs(rise) <= _LIKE_ENERGY:
        words = f"From {before.last_bpm:.0f} to {after.first_bpm:.0f} beats a minute: a passage changes the pace."
        return Segue(kind="composed", seconds=0.0, reason=words)
    if not near_key:
        return Segue(
            kind="breath", seconds=_breath(before, 4), reason=f"The keys lie far apart ({keys}): a breath between them."
        )
    return Segue(
        kind="breath", seconds=_breath(before, 2), reason="The tempi do not meet: a short breath resets the pulse."
    )


def _crossfade(before: SongCharacter) -> float:
    """Four bars of four of the song that ends, 12 seconds at most."""
    return round(min(_CROSSFADE_BEATS * 60 / before.last_bpm, _LONGEST_CROSSFADE_SECONDS), 2)


def _breath(song: SongCharacter, beats: int) -> float:
    """Silence counted in beats of the song that has ended, 0.6 to 4 seconds; after a calm song a little longer."""
    seconds = beats * 60 / song.last_bpm * (1.25 if song.energy < 0.4 else 1.0)
    return round(float(np.clip(seconds, 0.6, 4.0)), 2)
