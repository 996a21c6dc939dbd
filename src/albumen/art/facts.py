"""What the studio knows of an album: its words and the plain facts of its songs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SongFacts:
    """One song, as far as pictures care."""

    title: str
    theme: str = ""
    poem: str = ""
    """The words of its poem that carry feeling, a hue or a place; other words of a poem tell pictures nothing."""
    genre: str = ""
    key: int = 0
    """Pitch class of the tonic, C = 0."""
    minor: bool = False
    tempo_bpm: float = 100.0
    energy: float = 0.5
    """0 calm .. 1 wild"""
    loudness: float = 0.5
    """0 soft .. 1 loud and dense"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlbumFacts:
    """The album, as far as pictures care."""

    title: str
    artist: str
    theme: str = ""
    genre: str = ""
    songs: tuple[SongFacts, ...] = ()

    @property
    def words(self) -> str:
        """Theme and titles, the album's own words first and twice, then the telling words of the poems."""
        return f"{self.own_words} {self.poem_words}".rstrip()

    @property
    def own_words(self) -> str:
        """Theme and titles, the album's own words first and twice."""
        own = f"{self.theme} {self.title} {self.theme}"
        return " ".join([own, *(f"{song.title} {song.theme}" for song in self.songs)])

    @property
    def poem_words(self) -> str:
        """The words of the poems that tell pictures something."""
        return " ".join(song.poem for song in self.songs if song.poem)

    def for_song(self, place: int) -> AlbumFacts:
        """The facts as if one song were the whole album: its words count, the artist stays."""
        song = self.songs[place]
        return AlbumFacts(
            title=song.title,
            artist=self.artist,
            theme=song.theme or self.theme,
            genre=song.genre or self.genre,
            songs=(song,),
        )
