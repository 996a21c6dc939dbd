"""Listening: each finished song as pictures see it, from its notes and its real sound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from albumen.album.folder import AlbumFolder
from albumen.album.plan import SongPlan
from albumen.album.song import Song
from albumen.score.json_score import read_score_json
from albumen.score.key import Key
from albumen.score.score import Score
from albumen.work.job import Job
from albumen.work.record import Record
from albumen.work.stage import Given, Stage

VIEW_FILE = "view.npz"


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewAsked:
    """A song to be listened to: its notes and its finished cut."""

    score: Given
    cut: Given
    key: int
    minor: bool
    tempo_bpm: float


def _listen(asked: ViewAsked, folder: Path, job: Job) -> Mapping[str, Any]:
    import soundfile

    from albumen.art.music_view import view_music, write_view

    score = read_score_json(asked.score.path)
    audio, rate = soundfile.read(str(asked.cut.path), dtype="float32")
    job.reach(0.5)
    meter = score.meters[0].meter
    view = view_music(
        list(_rows(score)),
        audio=audio,
        rate=rate,
        bar_beats=4 * meter.numerator / meter.denominator,
        key=asked.key,
        minor=asked.minor,
        tempo_bpm=asked.tempo_bpm,
    )
    write_view(folder / VIEW_FILE, view)
    return {}


def _rows(score: Score) -> Iterator[tuple[float, float, float, float, float]]:
    """Notes as pictures take them: start and length in quarters, pitch (drums 0), velocity 0..1, part number."""
    for number, part in enumerate(score.parts):
        for note in part.notes:
            pitch = 0 if part.is_drum else note.pitch
            yield note.onset / score.resolution, note.length / score.resolution, pitch, note.velocity / 127, number


VIEW: Stage[ViewAsked] = Stage("view", 1, _listen)


def view_asked(folder: AlbumFolder, song: Song, plan: SongPlan, master: Record) -> ViewAsked:
    """The question about one song of a finished master."""
    digest = master.outputs[master.facts["cuts"][song.slug]["file"]]
    key = Key.parse(plan.key)
    return ViewAsked(
        score=Given.of(folder.score(song.slug)),
        cut=Given(path=folder.workshop.store.path(digest), digest=digest),
        key=key.tonic,
        minor=key.is_minor,
        tempo_bpm=plan.tempo_bpm,
    )
