"""The album: a title, an artist, a theme, and songs in their running order."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from albumen.album.brief import SONGS_OF_AN_ALBUM, AlbumBrief
from albumen.album.credit import Credit
from albumen.album.rights import Rights
from albumen.album.segue import SegueWish
from albumen.album.song import Song

PROFILE_NAMES = ("streaming", "loud", "vinyl", "cd")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loudness:
    """How loud the finished cuts are: a `profile`, unless `target_lufs` or `peak_dbtp` (true peaks) say otherwise.

    `also` names further profiles in which the album is mastered once more, for other media.
    `reference` names a finished recording of the user's, beside `album.toml`, whose tone the mixes follow.
    """

    profile: str = "streaming"
    target_lufs: float | None = None
    peak_dbtp: float | None = None
    reference: str = ""
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in (self.profile, *self.also):
            if name not in PROFILE_NAMES:
                raise ValueError(f"profile is one of {', '.join(PROFILE_NAMES)}, got {name!r}")
        if len({self.profile, *self.also}) < 1 + len(self.also):
            raise ValueError(f"also: each further profile is named once, got {', '.join((self.profile, *self.also))}")
        if self.target_lufs is not None and not -40.0 <= self.target_lufs <= -5.0:
            raise ValueError(f"target_lufs lies in -40..-5, got {self.target_lufs:g}")
        if self.peak_dbtp is not None and not -12.0 <= self.peak_dbtp <= 0.0:
            raise ValueError(f"peak_dbtp lies in -12..0, got {self.peak_dbtp:g}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Album:
    """An album. `songs` are those there are, in running order; `wanted` says how many there shall be.

    `order` names the songs' folders as `album.toml` does; songs that it does not name come last.
    `pins` keep songs at a place (from 1) when the best order is searched; `segues` say how songs join the next one, by the
    folder of the song before.
    `titles` and `styles` are wishes for songs that are not there yet.
    `composer`, `sound`, `poet` and `painter` name the back-ends that write the notes, play them, write the poems and paint the
    pictures (plug-ins); `seed` is the root of all chance.
    """

    title: str
    artist: str = ""
    theme: str = ""
    seed: int = 0
    wanted: int = SONGS_OF_AN_ALBUM
    styles: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    composer: str = "albumen"
    sound: str = "fluidsynth"
    poet: str = "albumen"
    painter: str = "albumen"
    loudness: Loudness = field(default_factory=Loudness)
    rights: Rights = field(default_factory=Rights)
    credits: tuple[Credit, ...] = ()
    order: tuple[str, ...] = ()
    pins: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    segues: Mapping[str, SegueWish] = field(default_factory=lambda: MappingProxyType({}))
    songs: tuple[Song, ...] = ()

    @property
    def brief(self) -> AlbumBrief:
        """What is wanted of the whole album; the songs there are already are left out."""
        return AlbumBrief(
            title=self.title,
            artist=self.artist,
            theme=self.theme,
            songs=self.wanted,
            styles=self.styles,
            titles=self.titles,
            seed=self.seed,
        )

    def song(self, slug: str) -> Song:
        """The song in folder `slug`; raises `KeyError` with those there are."""
        for song in self.songs:
            if song.slug == slug:
                return song
        raise KeyError(f"no song called {slug!r}; there are {', '.join(song.slug for song in self.songs) or 'none'}")

    def replace(self, **changes: object) -> Album:
        """The same album with some fields exchanged."""
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]
