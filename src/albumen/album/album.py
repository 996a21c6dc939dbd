"""The album: a title, an artist, a theme, and songs in their running order."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

from albumen.album.brief import SONGS_OF_AN_ALBUM, AlbumBrief
from albumen.album.credit import Credit
from albumen.album.rights import Rights
from albumen.album.song import Song


@dataclass(frozen=True, slots=True, kw_only=True)
class Loudness:
    """How loud the finished cuts are: integrated `target_lufs`, true peaks at most `peak_dbtp`."""

    target_lufs: float = -14.0
    peak_dbtp: float = -1.0

    def __post_init__(self) -> None:
        if not -40.0 <= self.target_lufs <= -5.0:
            raise ValueError(f"target_lufs lies in -40..-5, got {self.target_lufs:g}")
        if not -12.0 <= self.peak_dbtp <= 0.0:
            raise ValueError(f"peak_dbtp lies in -12..0, got {self.peak_dbtp:g}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Album:
    """An album. `songs` are those there are, in running order; `wanted` says how many there shall be.

    `order` names the songs' folders as `album.toml` does; songs that it does not name come last.
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
