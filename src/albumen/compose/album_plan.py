"""The plan of an album: nine songs that belong together and differ, along one arc of energy, sharing a motif."""

from __future__ import annotations

import numpy as np

from albumen.album.brief import AlbumBrief, Brief
from albumen.album.plan import AlbumPlan
from albumen.compose.motif import new_motif
from albumen.compose.song_plan import plan_song
from albumen.compose.style import Style
from albumen.compose.style_file import style_named
from albumen.score.key import Key
from albumen.work.seed import Seed

# An album breathes: a strong opening, a rise, a quiet centre, the peak late, a calm close.
_ARC = (0.6, 0.72, 0.5, 0.66, 0.28, 0.55, 0.7, 0.85, 0.4)
# One style of each group keeps the genres, and the meters, apart.
_GROUPS = (
    ("electronic",),
    ("jazz-swing", "ragtime", "blues"),
    ("romantic", "classical"),
    ("waltz", "folk-air"),
    ("ambient",),
    ("folk-jig", "folk-reel"),
    ("pop", "latin", "tango"),
    ("rock",),
    ("chamber", "baroque", "march"),
)
_MOTIF_SHARE = 0.4  # of the songs state the album's motif, at least three
_SECONDS = (120.0, 270.0)


def plan_album(brief: AlbumBrief) -> AlbumPlan:
    """The songs of an album: styles, keys, tempi, meters and lengths spread; the same brief gives the same plan.

    Raises `ValueError` where the brief has no title for each song.
    """
    seed = Seed(brief.seed).child("album")
    styles = styles_of(brief)
    if len(brief.titles) < len(styles):
        raise ValueError(f"{len(styles)} songs need as many titles, got {len(brief.titles)}")
    keys = _keys(styles, seed)
    motif = new_motif(seed.child("motif").rng())
    stated = _stating(brief.songs)
    lengths = _lengths(styles, seed)
    songs = tuple(
        plan_song(
            Brief(
                title=brief.titles[i],
                theme=brief.theme,
                style=style.name,
                key=keys[i],
                seconds=lengths[i],
                energy=_energy(style, i, brief.songs),
                motif=motif if i in stated else (),
                seed=brief.seed,
            ),
            seed.child("song", i),
        )
        for i, style in enumerate(styles)
    )
    return AlbumPlan(title=brief.title, theme=brief.theme, seed=brief.seed, motif=motif, songs=songs)


def styles_of(brief: AlbumBrief) -> list[Style]:
    """The style of each song in order."""
    return _ordered(_styles(brief, Seed(brief.seed).child("album")), brief.songs)


def _styles(brief: AlbumBrief, seed: Seed) -> list[Style]:
    """The asked styles, all of them used before one comes twice; else one of each group in turn."""
    rng = seed.child("styles").rng()
    if brief.styles:
        return [style_named(brief.styles[i % len(brief.styles)]) for i in range(brief.songs)]
    names: list[str] = []
    while len(names) < brief.songs:
        for group in _GROUPS:
            fresh = [name for name in group if name not in names] or list(group)
            names.append(fresh[int(rng.integers(len(fresh)))])
    return [style_named(name) for name in names[: brief.songs]]


def _ordered(styles: list[Style], songs: int) -> list[Style]:
    """Styles placed so that their energy follows the arc; equal genres do not stand side by side where it can be helped."""
    arc = [_ARC[round(i * (len(_ARC) - 1) / max(1, songs - 1))] for i in range(songs)]
    slots = sorted(range(songs), key=lambda i: (arc[i], i))
    ranked = sorted(styles, key=lambda style: (style.energy, style.name))
    placed: list[Style] = [ranked[0]] * songs
    for slot, style in zip(slots, ranked, strict=True):
        placed[slot] = style
    for i in range(1, songs):
        if placed[i].genre == placed[i - 1].genre:
            other = next((j for j in range(i + 1, songs) if placed[j].genre != placed[i].genre), None)
            if other is not None:
                placed[i], placed[other] = placed[other], placed[i]
    return placed


def _keys(styles: list[Style], seed: Seed) -> list[Key]:
    """A key for each song out of its style's: none twice while others are free, neighbours related, both modes heard."""
    keys: list[Key] = []
    for index, style in enumerate(styles):
        rng = seed.child("keys", index).rng()
        costs = []
        for key in style.keys:
            cost = 4.0 * keys.count(key) + 1.2 * sum(key.tonic == other.tonic for other in keys)
            if keys:
                distance = abs((key.fifths - keys[-1].fifths + 6) % 12 - 6)
                cost += 0.5 * abs(distance - 1.5)  # a fifth or a relative away: kin, not the same
            minor_share = sum(other.is_minor for other in keys) / max(1, len(keys))
            cost += (1.0 if key.is_minor else -1.0) * (minor_share - 0.4)
            costs.append(cost + 0.8 * float(rng.random()))
        keys.append(style.keys[int(np.argmin(costs))])
    return keys


def _lengths(styles: list[Style], seed: Seed) -> list[float]:
    """Seconds of each song, spread over what its style allows and what an album song may last."""
    rng = seed.child("lengths").rng()
    spread = rng.permutation(len(styles)) / max(1, len(styles) - 1)
    lengths: list[float] = []
    for place, style in zip(spread, styles, strict=True):
        low, high = max(_SECONDS[0] + 8, style.seconds[0] + 8), min(_SECONDS[1] - 12, style.seconds[1])
        lengths.append(float(round(low + float(place) * (high - low))))
    return lengths


def _energy(style: Style, index: int, songs: int) -> float:
    wanted = _ARC[round(index * (len(_ARC) - 1) / max(1, songs - 1))]
    return round(0.75 * style.energy + 0.25 * wanted, 2)


def _stating(songs: int) -> frozenset[int]:
    """Which songs state the album's motif: first, last and some between; at least three where there are three."""
    count = min(songs, max(3, round(_MOTIF_SHARE * songs)))
    return frozenset(round(i * (songs - 1) / max(1, count - 1)) for i in range(count)) if songs > 1 else frozenset({0})
