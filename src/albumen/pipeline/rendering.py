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
from albumen.pipeline.step import Step
from albumen.score.json_score import read_score_json
from albumen.work.digest import MANNER
from albumen.work.job import Job
from albumen.work.plugins import load
from albumen.work.record import Record
from albumen.work.stage import Given, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class StemsAsked:
    """A score to be played. `materials` are the digests of what the instruments are made of."""

    score: Given
    sound: str
    sound_version: str
    materials: Mapping[str, str]
    place: Path = field(metadata=MANNER)
    workers: int = field(default=1, metadata=MANNER)


def _render(asked: StemsAsked, folder: Path, job: Job) -> Mapping[str, Any]:
    # Stems stay beside the store: the instruments keep them by part, so that a changed part alone is played again.
    stems = load("instruments", asked.sound)().render(
        read_score_json(asked.score.path), asked.place, workers=asked.workers, job=job
    )
    return {"stems": {part_id: path.name for part_id, path in stems.items()}}


STEMS: Stage[StemsAsked] = Stage("stems", 1, _render)


def stems_name(slug: str) -> str:
    """The name of a song's stems in the lock."""
    return f"stems/{slug}"


def stems_step(folder: AlbumFolder, album: Album, song: Song) -> Step:
    """Where the song's stems stand."""
    is_there = stems_of(folder, album, song) is not None
    return Step(stage="stems", song=song.slug, state="done" if is_there else "to do")


def stems_of(folder: AlbumFolder, album: Album, song: Song) -> dict[str, Path] | None:
    """The stems of the song as its score is now, part id -> file; None where one is missing."""
    asked = _asked(folder, album, song, 1)
    record = folder.workshop.find(STEMS, asked)
    return _files(asked, record) if record and _are_there(asked, record) else None


def render_songs(folder: AlbumFolder, album: Album, songs: Sequence[Song], *, workers: int, job: Job) -> None:
    """Render what is missing, one song after another, several stems at once."""
    for number, song in enumerate(songs):
        part = job.part(song.title, number / len(songs), (number + 1) / len(songs))
        asked = _asked(folder, album, song, workers)
        record = folder.workshop.find(STEMS, asked)
        if record is None or not _are_there(asked, record):
            folder.workshop.forget(STEMS, asked)
            record = folder.workshop.carry_out(STEMS, asked, part)
            job.say(f"rendered {song.title} ({len(record.facts['stems'])} stems)")
        folder.note(stems_name(song.slug), Made(key=record.key, version=record.version, digests={}, facts=record.facts))
        part.reach(1.0)


def _asked(folder: AlbumFolder, album: Album, song: Song, workers: int) -> StemsAsked:
    instruments = load("instruments", album.sound)
    return StemsAsked(
        score=Given.of(folder.score(song.slug)),
        sound=instruments.id,
        sound_version=instruments.version,
        materials=instruments().materials(),
        place=folder.cache / "stems" / song.slug,
        workers=workers,
    )


def _files(asked: StemsAsked, record: Record) -> dict[str, Path]:
    return {part_id: asked.place / name for part_id, name in record.facts["stems"].items()}


def _are_there(asked: StemsAsked, record: Record) -> bool:
    return all(path.is_file() for path in _files(asked, record).values())
