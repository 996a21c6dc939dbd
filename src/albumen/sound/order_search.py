"""The running order: all orders are weighed, and the best that truly differ are offered.

Arcs after two studies: over 51,010 albums energy begins high and neighbours alternate (arXiv 2408.04383); 130
professionals put tempo in an inverted U and arousal in a U over the album (PLOS ONE 2025, 10.1371/journal.pone.0316963).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from albumen.album.order import RunningOrder, SongCharacter
from albumen.score.key import Key
from albumen.work.errors import Wrong

FloatArray = NDArray[np.float64]
MOST_EXHAUSTIVE = 9  # 362,880 orders; longer albums are searched from many beginnings
TERMS = ("arc", "key", "tempo", "contrast", "side")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderWishes:
    """Weights of the cost terms, and `pins`: slug -> place (from 1) that it must have."""

    arc: float = 1.0
    key: float = 0.35
    tempo: float = 0.5
    contrast: float = 0.6
    side: float = 0.3
    pins: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


def energy_arc(count: int) -> FloatArray:
    """The wanted energy at each place, 0..1: high, sinking to the middle, rising to the last but one, a calmer close."""
    return np.interp(
        np.linspace(0, 1, count), np.linspace(0, 1, 9), (1.0, 0.75, 0.65, 0.55, 0.5, 0.55, 0.65, 0.75, 0.45)
    )


def tempo_arc(count: int) -> FloatArray:
    """The wanted tempo at each place, 0..1: an inverted U."""
    return 1 - (2 * np.linspace(0, 1, count) - 0.9) ** 2 / 1.21


def best_orders(
    songs: Sequence[SongCharacter], wishes: OrderWishes | None = None, *, count: int = 5
) -> tuple[RunningOrder, ...]:
    """The `count` best orders that differ from each other in at least a third of their joins.

    Up to nine songs every order is weighed. Raises `Wrong` where a pin names no song or no place, or two share a place.
    """
    wishes = wishes or OrderWishes()
    _check_pins(songs, wishes.pins)
    if len(songs) <= 1:
        return (RunningOrder(slugs=tuple(song.slug for song in songs), cost=0.0, reason="There is one song only."),)
    tables = _Tables(songs, wishes)
    orders = _candidates(songs, wishes, tables)
    costs = tables.costs(orders)
    ranked = orders[np.argsort(costs.sum(axis=1), kind="stable")]
    chosen = _distinct(ranked, count)
    return tuple(_explained(songs, order, tables) for order in chosen)


def weigh(songs: Sequence[SongCharacter], wishes: OrderWishes | None = None) -> RunningOrder:
    """The cost and the reasons of the order in which the songs are given."""
    return _explained(songs, np.arange(len(songs)), _Tables(songs, wishes or OrderWishes()))


def key_cost(before: Key, after: Key) -> float:
    """How far two keys lie apart on the circle of fifths with its relative minors, 0 near .. 1 far (Camelot wheel)."""
    steps = abs((_camelot(before) - _camelot(after) + 6) % 12 - 6)
    if before.is_minor == after.is_minor:
        return (0.0, 0.0, 0.4, 0.7, 0.8, 1.0, 1.0)[steps]
    return (0.0, 0.25, 0.6, 0.6, 0.8, 1.0, 1.0)[steps]


def tempo_cost(before_bpm: float, after_bpm: float) -> float:
    """How far two tempi lie apart, 0..1; half, double and three to two count as near."""
    ratio = np.log2(after_bpm / before_bpm)
    distance = min(abs(ratio - fold) for fold in (0.0, 1.0, -1.0, np.log2(1.5), -np.log2(1.5)))
    return float(np.clip((distance - np.log2(1.03)) / 0.25, 0.0, 1.0))


def _camelot(key: Key) -> int:
    """The place of a key on the circle of fifths; a minor key shares it with its relative major."""
    return key.fifths % 12


class _Tables:
    """Every term as a table, so that hundreds of thousands of orders are sums of look-ups."""

    def __init__(self, songs: Sequence[SongCharacter], wishes: OrderWishes) -> None:
        count = len(songs)
        energy = _scaled([song.energy for song in songs])
        tempo = _scaled([np.log2(song.bpm) for song in songs])
        length = _scaled([song.seconds for song in songs])
        self.energy = energy
        arc = (energy[:, None] - _scaled(energy_arc(count).tolist())[None]) ** 2
        arc += 0.5 * (tempo[:, None] - tempo_arc(count)[None]) ** 2
        arc[:, -1] += 0.3 * (1 - length)  # the longest song closes
        self.place = wishes.arc * arc / count * 3
        pairs = range(count)
        self.key = wishes.key * np.array(
            [[key_cost(songs[a].last_key, songs[b].first_key) for b in pairs] for a in pairs]
        )
        self.tempo = wishes.tempo * np.array(
            [[tempo_cost(songs[a].last_bpm, songs[b].first_bpm) for b in pairs] for a in pairs]
        )
        alike = np.array([[_likeness(songs[a], songs[b]) for b in pairs] for a in pairs])
        self.alike = wishes.contrast * alike
        self.turn = wishes.contrast * 0.5
        self.side = wishes.side

    def costs(self, orders: NDArray[np.int64]) -> FloatArray:
        """The five terms of each order, [orders, terms]."""
        count = orders.shape[1]
        before, after = orders[:, :-1], orders[:, 1:]
        joins = max(1, count - 1)
        energy = self.energy[orders]
        steps = np.diff(energy, axis=1)
        same_way = (steps[:, 1:] * steps[:, :-1] > 0).mean(axis=1) if count > 2 else np.zeros(len(orders))
        thirds = [round(count * share) - 1 for share in (1 / 3, 2 / 3)] if count >= 6 else []
        # A set of three ends calmer than the next one begins.
        side = sum((np.maximum(0, energy[:, at] - energy[:, at + 1]) for at in thirds), np.zeros(len(orders)))
        return np.stack(
            [
                self.place[orders, np.arange(count)].sum(axis=1),
                self.key[before, after].sum(axis=1) / joins,
                self.tempo[before, after].sum(axis=1) / joins,
                self.alike[before, after].sum(axis=1) / joins + self.turn * same_way,
                self.side * side,
            ],
            axis=1,
        )


def _likeness(one: SongCharacter, other: SongCharacter) -> float:
    """1 where two songs share key, tempo and lead: side by side they would sound like one."""
    same_key = one.last_key == other.first_key
    same_tempo = abs(np.log2(one.last_bpm / other.first_bpm)) < 0.06
    return (0.2 + 0.3 * same_key + 0.3 * same_tempo + 0.2 * (one.lead == other.lead)) * float(
        abs(one.energy - other.energy) < 0.1
    ) + 0.3 * float(same_key and same_tempo and one.lead == other.lead)


def _candidates(songs: Sequence[SongCharacter], wishes: OrderWishes, tables: _Tables) -> NDArray[np.int64]:
    pinned = {place - 1: [song.slug for song in songs].index(slug) for slug, place in wishes.pins.items()}
    free_places = [place for place in range(len(songs)) if place not in pinned]
    free_songs = [number for number in range(len(songs)) if number not in pinned.values()]
    if len(free_songs) <= MOST_EXHAUSTIVE:
        rows = list(permutations(free_songs))
        inner = np.array(rows, dtype=np.int64).reshape(len(rows), len(free_songs))
    else:
        inner = _climbed(free_songs, pinned, free_places, tables)
    orders = np.empty((len(inner), len(songs)), dtype=np.int64)
    orders[:, free_places] = inner
    for place, number in pinned.items():
        orders[:, place] = number
    return orders


def _climbed(
    free_songs: list[int], pinned: dict[int, int], free_places: list[int], tables: _Tables, beginnings: int = 40
) -> NDArray[np.int64]:
    """Good orders of a long album: from many beginnings, exchange two songs as long as that helps."""
    rng = np.random.default_rng(0)
    left, right = np.triu_indices(len(free_songs), 1)
    rows = np.arange(len(left))
    found = []
    for _ in range(beginnings):
        best = rng.permutation(free_songs)
        cost = np.inf
        while True:
            trials = np.repeat(best[None], len(left), axis=0)
            trials[rows, left], trials[rows, right] = best[right], best[left]
            whole = np.empty((len(left), len(free_songs) + len(pinned)), dtype=np.int64)
            whole[:, free_places] = trials
            for place, number in pinned.items():
                whole[:, place] = number
            costs = tables.costs(whole).sum(axis=1)
            if costs.min() >= cost - 1e-12:
                break
            cost, best = float(costs.min()), trials[int(costs.argmin())]
        found.append(best)
    return np.unique(np.array(found), axis=0)


def _distinct(ranked: NDArray[np.int64], count: int) -> list[NDArray[np.int64]]:
    chosen: list[NDArray[np.int64]] = []
    joins: list[set[tuple[int, int]]] = []
    for order in ranked[:20_000]:
        own = set(zip(order[:-1].tolist(), order[1:].tolist(), strict=True))
        needed = max(1, -(-len(own) // 3))
        if all(len(own - other) >= needed for other in joins):
            chosen.append(order)
            joins.append(own)
        if len(chosen) == count:
            break
    return chosen


def _explained(songs: Sequence[SongCharacter], order: NDArray[np.int64], tables: _Tables) -> RunningOrder:
    terms = tables.costs(order[None])[0]
    named = [songs[number] for number in order]
    return RunningOrder(
        slugs=tuple(song.slug for song in named),
        cost=float(terms.sum()),
        terms={name: round(float(value), 4) for name, value in zip(TERMS, terms, strict=True)},
        reason=_reason(named),
    )


def _reason(songs: Sequence[SongCharacter]) -> str:
    """One sentence on what this order does."""
    close = sum(key_cost(a.last_key, b.first_key) <= 0.25 for a, b in zip(songs, songs[1:], strict=False))
    gentle = sum(tempo_cost(a.last_bpm, b.first_bpm) <= 0.1 for a, b in zip(songs, songs[1:], strict=False))
    calmest = min(songs, key=lambda song: song.energy)
    fastest = max(songs, key=lambda song: song.bpm)
    joins = len(songs) - 1
    return (
        f"Opens with {songs[0].title}, comes to rest at {calmest.title}, is fastest in {fastest.title} and closes with "
        f"{songs[-1].title}; {close} of {joins} joins are near in key and {gentle} in tempo."
    )


def _scaled(values: Sequence[float]) -> FloatArray:
    array = np.asarray(values, dtype=np.float64)
    spread = array.max() - array.min()
    return (array - array.min()) / spread if spread > 1e-9 else np.full(len(array), 0.5)


def _check_pins(songs: Sequence[SongCharacter], pins: Mapping[str, int]) -> None:
    slugs = [song.slug for song in songs]
    for slug, place in pins.items():
        if slug not in slugs:
            raise Wrong(
                f"the order pins {slug!r}, which is no song of the album", next_step=f"choose of {', '.join(slugs)}"
            )
        if not 1 <= place <= len(slugs):
            raise Wrong(
                f"{slug} is pinned to place {place}, but there are {len(slugs)}", next_step="choose another place"
            )
    if len(set(pins.values())) < len(pins):
        raise Wrong("two songs are pinned to one place", next_step="give each a place of its own")
