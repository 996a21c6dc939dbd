"""Songs that are there twice, found by their fingerprints before anything is split into training and validation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from albumen.corpus.fingerprint import Fingerprint, Hashes, likeness
from albumen.corpus.sounding import Ints

SAME_TEXTURE = 0.8  # share of common figures from which two songs are the same arrangement
SAME_TUNE = 0.2  # share from which they are one tune: by title and ear nearly all pairs above are variants, few below
_FEW = 12  # sketches shorter than this decide nothing
_WORTH = 0.6  # share of the figures wanted that sketches must share to be compared in full
_COMMON = 40  # a figure that more songs share than this says nothing about kinship


class Pair(NamedTuple):
    """Two songs (by number) that share figures."""

    one: int
    two: int
    texture: float
    tune: float


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a song. `group` numbers its tune family; `dropped` tells why it is left out, empty where it stays."""

    group: int
    dropped: str = ""
    because_of: int = -1
    texture: float = 0.0
    tune: float = 0.0


def kin(prints: Sequence[Fingerprint]) -> list[Pair]:
    """All pairs of songs that are the same arrangement or the same tune, in order."""
    pairs: dict[tuple[int, int], None] = {}
    wholes: dict[int, int] = {}
    for number, mark in enumerate(prints):
        if mark.whole in wholes and mark.texture.size:
            pairs[wholes[mark.whole], number] = None
        wholes.setdefault(mark.whole, number)
    for sketches, least in (
        ([mark.texture for mark in prints], SAME_TEXTURE),
        ([mark.tune for mark in prints], SAME_TUNE),
    ):
        for pair in _meeting(sketches, least):
            pairs[pair] = None
    found = []
    for one, two in sorted(pairs):
        first, second = prints[one], prints[two]
        texture, tune = likeness(first.texture, second.texture), likeness(first.tune, second.tune)
        if texture >= SAME_TEXTURE or tune >= SAME_TUNE:
            found.append(Pair(one, two, texture, tune))
    return found


def _meeting(sketches: Sequence[Hashes], least: float) -> list[tuple[int, int]]:
    """Pairs of songs with enough hashes in common to be worth a closer look."""
    usable = [number for number, sketch in enumerate(sketches) if sketch.size >= _FEW]
    if not usable:
        return []
    hashes = np.concatenate([sketches[number] for number in usable])
    owners = np.repeat(usable, [sketches[number].size for number in usable])
    order = np.argsort(hashes, kind="stable")
    hashes, owners = hashes[order], owners[order]
    edges = np.flatnonzero(np.concatenate([[True], hashes[1:] != hashes[:-1], [True]]))
    met, shared = np.unique(_pairs_sharing(owners, edges, len(sketches)), return_counts=True)
    one, two = met // len(sketches), met % len(sketches)
    sizes = np.array([sketch.size for sketch in sketches])
    close = shared >= _WORTH * least * np.minimum(sizes[one], sizes[two])
    return list(zip(one[close].tolist(), two[close].tolist(), strict=True))


def _pairs_sharing(owners: Ints, edges: Ints, count: int) -> Ints:
    """One number (first song x count + second song) for each figure that two songs share."""
    sizes = np.diff(edges)
    found = [np.zeros(0, dtype=np.int64)]
    for size in range(2, _COMMON + 1):
        starts = edges[:-1][sizes == size]
        groups = np.sort(owners[starts[:, None] + np.arange(size)], axis=1)
        first, second = np.triu_indices(size, 1)
        found.append((groups[:, first] * count + groups[:, second]).ravel())
    return np.concatenate(found)


def fates(prints: Sequence[Fingerprint], splits: Sequence[str], ranks: Sequence[int]) -> list[Fate]:
    """What becomes of every song, in order.

    Of one arrangement only the best copy stays (lowest `ranks`, then first). A training song that is the tune or the
    arrangement of a validation song is left out, so that nothing of validation is ever learned.
    """
    pairs = kin(prints)
    groups = _families(len(prints), pairs).tolist()
    dropped: dict[int, Fate] = {}
    for pair in sorted(pairs, key=lambda pair: -pair.texture):
        crossing = {splits[pair.one], splits[pair.two]} == {"train", "valid"}
        if crossing:
            train, valid = (pair.one, pair.two) if splits[pair.one] == "train" else (pair.two, pair.one)
            if train not in dropped and valid not in dropped:
                dropped[train] = Fate(groups[train], "in validation", valid, pair.texture, pair.tune)
        elif pair.texture >= SAME_TEXTURE and pair.one not in dropped and pair.two not in dropped:
            stays, leaves = sorted((pair.one, pair.two), key=lambda number: (ranks[number], number))
            dropped[leaves] = Fate(groups[leaves], "duplicate", stays, pair.texture, pair.tune)
    return [dropped.get(number, Fate(groups[number])) for number in range(len(prints))]


def _families(count: int, pairs: Sequence[Pair]) -> Ints:
    """The smallest number in each song's family of related songs."""
    parent = list(range(count))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    for pair in pairs:
        one, two = root(pair.one), root(pair.two)
        parent[max(one, two)] = min(one, two)
    return np.array([root(number) for number in range(count)], dtype=np.int64)
