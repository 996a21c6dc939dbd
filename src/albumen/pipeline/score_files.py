"""Score files: each song as MIDI, as MusicXML and as a picture, made from the living score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from albumen.album.folder import AlbumFolder
from albumen.album.lock_file import Made
from albumen.album.song import Song
from albumen.pipeline.step import Step
from albumen.score.json_score import read_score_json
from albumen.score.midi_write import write_midi
from albumen.score.musicxml_write import write_musicxml
from albumen.work.crew import each_of
from albumen.work.job import Job
from albumen.work.record import Record
from albumen.work.stage import Given, Stage, Workshop

MIDI, MUSICXML, ROLL = "score.mid", "score.musicxml", "roll.png"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreFilesAsked:
    """The score to be written in other forms."""

    score: Given
    title: str


def _write(asked: ScoreFilesAsked, folder: Path, job: Job) -> Mapping[str, Any]:
    from albumen.press.roll import roll_png  # brings matplotlib, which is slow to load

    score = read_score_json(asked.score.path).replace(title=asked.title)
    write_midi(folder / MIDI, score)
    job.reach(0.1)
    write_musicxml(folder / MUSICXML, score)
    job.reach(0.4)
    roll_png(score, folder / ROLL)
    return {"bars": len(score.bars()), "seconds": round(score.seconds, 1), "notes": sum(len(part.notes) for part in score.parts)}


SCORE_FILES: Stage[ScoreFilesAsked] = Stage("scores", 2, _write)


def score_files_name(slug: str) -> str:
    """The name of a song's score files in the lock."""
    return f"scores/{slug}"


def score_files_step(folder: AlbumFolder, song: Song) -> Step:
    """Where the song's score files stand."""
    is_there = folder.workshop.find(SCORE_FILES, _asked(folder, song)) is not None
    return Step(stage="scores", song=song.slug, state="done" if is_there else "to do")


def score_files(folder: AlbumFolder, song: Song) -> Record | None:
    """The record of the song's score files as its score is now, if they are made."""
    return folder.workshop.find(SCORE_FILES, _asked(folder, song))


def write_score_files(folder: AlbumFolder, songs: Sequence[Song], *, workers: int, job: Job) -> None:
    """Write what is missing, several songs at once."""
    records = each_of(_Worker(folder.cache), [_asked(folder, song) for song in songs], job, workers=workers, name=_title)
    for song, record in zip(songs, records, strict=True):
        folder.note(
            score_files_name(song.slug),
            Made(key=record.key, version=record.version, digests=record.outputs, facts=record.facts),
        )
    job.reach(1.0)


@dataclass(frozen=True, slots=True)
class _Worker:
    cache: Path

    def __call__(self, asked: ScoreFilesAsked, job: Job) -> Record:
        return Workshop(self.cache).carry_out(SCORE_FILES, asked, job)


def _asked(folder: AlbumFolder, song: Song) -> ScoreFilesAsked:
    return ScoreFilesAsked(score=Given.of(folder.score(song.slug)), title=song.title)


def _title(asked: ScoreFilesAsked) -> str:
    return asked.title
