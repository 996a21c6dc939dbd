"""Playing: how each song is played, from the usual play of its instruments and the song's own page, `play.toml`."""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from pathlib import Path

from albumen.album.folder import AlbumFolder
from albumen.album.song import Song
from albumen.compose.passage import NEXT
from albumen.pipeline.reading import score_at
from albumen.pipeline.songs import song_plan
from albumen.sound.colours import Colours
from albumen.sound.play_file import merged_playing, settle_playing
from albumen.sound.playing import Playing, usual_playing
from albumen.work.digest import digest_file

PLAY_PAGE = "play.toml"


def style_of(folder: AlbumFolder, song: Song) -> str:
    """The style a song is played in: its plan's, else what its brief wishes."""
    return song_plan(folder, song).style if folder.plan(song.slug).exists() else song.brief.style


def play_page(folder: AlbumFolder, slug: str) -> Path:
    """`play.toml` of a song."""
    return folder.song_folder(slug) / PLAY_PAGE


def playing_of(folder: AlbumFolder, song: Song) -> Playing:
    """How the song is played, as its score and its page are now; raises `Wrong` where the page cannot be understood."""
    page, usual = play_page(folder, song.slug), _usual_of(folder, song)
    return merged_playing(page, usual) if page.exists() else usual


def settle_play_page(folder: AlbumFolder, song: Song) -> None:
    """Write the song's page anew where the usual play has changed; what a person changed on it stays."""
    settle_playing(play_page(folder, song.slug), _usual_of(folder, song))


def guest_playing(folder: AlbumFolder, song: Song) -> Playing:
    """How the song's players play outside it, in a passage: with their own feel, without the song's colours."""
    playing = playing_of(folder, song)
    renamed = {f"{part_id}{NEXT}": feel for part_id, feel in playing.feels.items()}
    return dataclasses.replace(playing, feels={**renamed, **playing.feels}, together=None, colours=Colours())


def _usual_of(folder: AlbumFolder, song: Song) -> Playing:
    path = folder.score(song.slug)
    return _usual(path, digest_file(path), style_of(folder, song))


@lru_cache(maxsize=64)
def _usual(score: Path, digest: str, style: str) -> Playing:
    return usual_playing(score_at(score), style)
