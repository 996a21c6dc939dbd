"""Rendering: every song's parts as stems, one audio file each, by a back-end of `albumen.instruments`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from albumen.album.album import Album
from albumen.album.folder import AlbumFolder
from albumen.album.lock_file import Made
from albumen.album.song import Song
from albumen.pipeline.playing import playing_of, settle_play_page, style_of
from albumen.pipeline.step import Step
from albumen.score.json_score import read_score_json
from albumen.sound.playing import Playing
from albumen.work.digest import MANNER
from albumen.work.job import Job
from albumen.work.plugins import load
from albumen.work.record import Record
from albumen.work.stage import Given, Stage

PATCHES = "patches.toml"  # beside album.toml: the user's own sounds


@dataclass(frozen=True, slots=True, kw_only=True)
class StemsAsked:
    """A score to be played in a style, `playing` says how. `materials` are the digests of what the instruments are made of."""

    score: Given
    style: str
    playing: Playing
    sound: str
    sound_version: str
    materials: Mapping[str, str]
    patches: Path | None = field(metadata=MANNER)
    place: Path = field(metadata=MANNER)
    workers: int = field(default=1, metadata=MANNER)


def _render(asked: StemsAsked, folder: Path, job: Job) -> Mapping[str, Any]:
    # Stems stay beside the store: the instruments keep them by part, so that a changed part alone is played again.
    stems = load("instruments", asked.sound)().render(
        read_score_json(asked.score.path),
        asked.place,
        style=asked.style,
        playing=asked.playing,
        patches=asked.patches,
        workers=asked.workers,
        job=job,
    )
    return {"stems": {part_id: path.name for part_id, path in stems.items()}}


STEMS: Stage[StemsAsked] = Stage("stems", 3, _render)


def stems_name(slug: str) -> str:
    """The name of a song's stems in the lock."""
    return f"stems/{slug}"


def stems_step(folder: AlbumFolder, album: Album, song: Song) -> Step:
    """Where the song's stems stand."""
    is_there = stems_of(folder, album, song) is not None
    return Step(stage="stems", song=song.slug, state="done" if is_there else "to do")


def stems_of(folder: AlbumFolder, album: Album, song: Song) -> dict[str, Path] | None:
    """The stems of the song as its score is now, part id -> file; None where one is missing."""
    return stems_made(folder, _song_asked(folder, album, song))


def stems_made(folder: AlbumFolder, asked: StemsAsked) -> dict[str, Path] | None:
    """The stems of this question, part id -> file; None where one is missing."""
    record = folder.workshop.find(STEMS, asked)
    return _files(asked, record) if record and _are_there(asked, record) else None


def render_songs(folder: AlbumFolder, album: Album, songs: Sequence[Song], *, workers: int, job: Job) -> None:
    """Render what is missing, one song after another, several stems at once, and write the pages that say how they are played.

    Songs that are there already count nothing, the others by their length and parts, so that the time left is honest.
    """
    for song in songs:
        settle_play_page(folder, song)
    asked = {song.slug: _song_asked(folder, album, song, workers) for song in songs}
    costs = {slug: _cost(asked[slug]) for slug in asked if stems_made(folder, asked[slug]) is None}
    total, done = sum(costs.values()) or 1.0, 0.0
    for song in songs:
        question, cost = asked[song.slug], costs.get(song.slug, 0.0)
        record = render_asked(folder, question, job.part(song.title, done / total, (done + cost) / total))
        if cost:
            job.say(f"rendered {song.title} ({len(record.facts['stems'])} stems)")
        folder.note(stems_name(song.slug), Made(key=record.key, version=record.version, digests={}, facts=record.facts))
        done += cost
    job.reach(1.0)


def render_asked(folder: AlbumFolder, asked: StemsAsked, job: Job) -> Record:
    """Render a score, or find it rendered."""
    record = folder.workshop.find(STEMS, asked)
    if record is not None and _are_there(asked, record):
        return record
    folder.workshop.forget(STEMS, asked)
    record = folder.workshop.carry_out(STEMS, asked, job)
    job.reach(1.0)
    return record


def _song_asked(folder: AlbumFolder, album: Album, song: Song, workers: int = 1) -> StemsAsked:
    playing, style = playing_of(folder, song), style_of(folder, song)
    return stems_asked_of(folder, album, folder.score(song.slug), style, playing, song.slug, workers)


def stems_asked_of(
    folder: AlbumFolder, album: Album, score: Path, style: str, playing: Playing, place: str, workers: int = 1
) -> StemsAsked:
    """The question for the stems of a score; they are kept at `place` among the album's stems."""
    instruments = load("instruments", album.sound)
    own = folder.path / PATCHES
    patches = own if own.is_file() else None
    return StemsAsked(
        score=Given.of(score),
        style=style,
        playing=playing,
        sound=instruments.id,
        sound_version=instruments.version,
        materials=instruments().materials(patches),
        patches=patches,
        place=stems_folder(folder, place),
        workers=workers,
    )


def stems_folder(folder: AlbumFolder, place: str) -> Path:
    """Where the stems of a song are kept."""
    return folder.cache / "stems" / place


def _cost(asked: StemsAsked) -> float:
    """What a song takes, relative to others: its seconds for every part."""
    score = read_score_json(asked.score.path)
    return max(1.0, score.seconds * len(score.parts))


def _files(asked: StemsAsked, record: Record) -> dict[str, Path]:
    return {part_id: asked.place / name for part_id, name in record.facts["stems"].items()}


def _are_there(asked: StemsAsked, record: Record) -> bool:
    return all(path.is_file() for path in _files(asked, record).values())
