"""Passages: for every composed join, 4 to 8 bars from one song to the next are written, played and mixed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from albumen.album.album import Album
from albumen.album.folder import AlbumFolder
from albumen.album.plan import SongPlan
from albumen.album.song import Song
from albumen.compose.passage import compose_passage
from albumen.pipeline.mixing import MIX, MixAsked, MixedSong, asked_of, mix_all, mixed, target_of
from albumen.pipeline.playing import guest_playing, style_of
from albumen.pipeline.reading import joins_of, score_at
from albumen.pipeline.rendering import StemsAsked, render_asked, stems_asked_of, stems_made
from albumen.pipeline.songs import song_plan
from albumen.pipeline.team import MODEL, TeamSheet, team_called, team_sheet
from albumen.score.json_score import read_score_json, write_score_json
from albumen.sound.auto_mix import plan_mix
from albumen.sound.stem_source import stem_levels
from albumen.work.crew import each_of
from albumen.work.errors import Broken
from albumen.work.job import Job
from albumen.work.record import Record
from albumen.work.seed import Seed
from albumen.work.stage import Given, Stage, Workshop

# The whole passage, and what each of the two bands plays in it, for each plays with the sounds of its style.
PASSAGE, OLD_BAND, NEW_BAND = "passage.json", "old.json", "new.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageAsked:
    """Two songs to be joined by a passage, and who writes it. `plan` is that of the second song."""

    before: Given
    after: Given
    plan: SongPlan
    team: TeamSheet
    seed: int


def _compose(asked: PassageAsked, folder: Path, job: Job) -> Mapping[str, Any]:
    team = team_called(asked.team.composer)
    writer = team.writers.get(MODEL, team.writers["rules"])
    passage = compose_passage(
        read_score_json(asked.before.path),
        read_score_json(asked.after.path),
        writer,
        plan=asked.plan,
        critics=team.critics,
        seed=Seed(asked.seed).child("segue"),
        stop=job.stop,
    )
    whole = passage.score
    bands = {PASSAGE: None, OLD_BAND: passage.old_parts, NEW_BAND: passage.new_parts}
    for name, kept in bands.items():
        parts = tuple(part for part in whole.parts if kept is None or part.id in kept)
        write_score_json(folder / name, whole.replace(parts=parts))
    return {
        "writer": writer.id,
        "bars": len(whole.bars()),
        "chords": [str(change.chord) for change in whole.chords],
        "pulses": [round(change.quarters_per_minute, 1) for change in whole.tempos],
        "old_parts": list(passage.old_parts),
        "new_parts": list(passage.new_parts),
    }


PASSAGES: Stage[PassageAsked] = Stage("passage", 2, _compose)


@dataclass(frozen=True, slots=True)
class _Join:
    """A composed join: its number (0 after the first song) and the two songs."""

    number: int
    before: Song
    after: Song

    @property
    def name(self) -> str:
        return f"{self.before.slug}--{self.after.slug}"


def passages_of(folder: AlbumFolder, album: Album) -> dict[int, MixedSong] | None:
    """The mixed passages by the number of their join; None where one is missing."""
    found = {}
    for join in _joins(folder, album):
        record = folder.workshop.find(PASSAGES, _asked(folder, album, join))
        asked = _mix_asked(folder, album, join, record) if record else None
        made = folder.workshop.find(MIX, asked) if asked else None
        if made is None:
            return None
        found[join.number] = mixed(folder, join.name, made)
    return found


def make_passages(folder: AlbumFolder, album: Album, *, workers: int, job: Job) -> dict[int, MixedSong]:
    """Write, play and mix what is missing."""
    joins = _joins(folder, album)
    asked = [_asked(folder, album, join) for join in joins]
    records = each_of(_Writer(folder.cache), asked, job.part("passages", 0.0, 0.5), workers=workers)
    questions: list[MixAsked] = []
    for number, (join, record) in enumerate(zip(joins, records, strict=True)):
        part = job.part(join.name, 0.5 + 0.4 * number / len(joins), 0.5 + 0.4 * (number + 1) / len(joins))
        for band in _stems_asked(folder, album, join, record, workers):
            render_asked(folder, band, part)
        question = _mix_asked(folder, album, join, record)
        if question is None:
            raise Broken(f"the stems of the passage {join.name} are gone", next_step="run the same command again")
        questions.append(question)
    mixes = mix_all(folder, questions, workers=workers, job=job.part("mix", 0.9, 1.0))
    job.reach(1.0)
    return {join.number: mixed(folder, join.name, mix) for join, mix in zip(joins, mixes, strict=True)}


def _joins(folder: AlbumFolder, album: Album) -> list[_Join]:
    segues = joins_of(folder, album)
    return [
        _Join(number, album.songs[number], album.songs[number + 1])
        for number, segue in enumerate(segues)
        if segue.kind == "composed"
    ]


def _asked(folder: AlbumFolder, album: Album, join: _Join) -> PassageAsked:
    return PassageAsked(
        before=Given.of(folder.score(join.before.slug)),
        after=Given.of(folder.score(join.after.slug)),
        plan=song_plan(folder, join.after),
        team=team_sheet(album.composer),
        seed=album.seed,
    )


def _stems_asked(
    folder: AlbumFolder, album: Album, join: _Join, record: Record, workers: int = 1
) -> tuple[StemsAsked, StemsAsked]:
    """What each band plays, with the sounds of its own song."""
    store = folder.workshop.store
    first, second = (
        stems_asked_of(
            folder,
            album,
            store.path(record.outputs[name]),
            style_of(folder, song),
            guest_playing(folder, song),
            join.name,
            workers,
        )
        for name, song in ((OLD_BAND, join.before), (NEW_BAND, join.after))
    )
    return first, second


def _mix_asked(folder: AlbumFolder, album: Album, join: _Join, record: Record) -> MixAsked | None:
    stems: dict[str, Path] = {}
    for asked in _stems_asked(folder, album, join, record):
        made = stems_made(folder, asked)
        if made is None:
            return None
        stems |= made
    score = folder.workshop.store.path(record.outputs[PASSAGE])
    target = target_of(folder, album, style_of(folder, join.after))
    return asked_of(score, plan_mix(score_at(score), stem_levels(stems), target=target), stems, join.name)


@dataclass(frozen=True, slots=True)
class _Writer:
    cache: Path

    def __call__(self, asked: PassageAsked, job: Job) -> Record:
        return Workshop(self.cache).carry_out(PASSAGES, asked, job)
