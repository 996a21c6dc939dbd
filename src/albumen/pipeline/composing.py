"""Composing: every song's plan becomes notes. Songs are written side by side, one process each.

Law 1: a score that a person changed is kept, unless its song is named to be rewritten.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from albumen.album.album import Album
from albumen.album.folder import AlbumFolder
from albumen.album.lock_file import Made
from albumen.album.plan import SongPlan
from albumen.album.song import Song
from albumen.compose.originality.index import shipped_index
from albumen.compose.originality.report import originality
from albumen.compose.song import compose_song
from albumen.pipeline.songs import song_plan
from albumen.pipeline.step import Step
from albumen.pipeline.team import HOUSE, TeamSheet, has_model, team_called, team_sheet
from albumen.score.json_score import write_score_json
from albumen.work.crew import each_of
from albumen.work.digest import MANNER
from albumen.work.files import write_text
from albumen.work.job import Job
from albumen.work.record import Record
from albumen.work.seed import Seed
from albumen.work.stage import Stage, Workshop

SCORE, REPORT = "score.json", "report.json"
_ORIGINALITY_FACTS = ("longest_match_bars", "longest_match_notes", "copied_bar_pairs", "figures_known", "human_band", "nearest")
TAKES = 4  # the best of so many is kept


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposeAsked:
    """One song to be composed, by which team."""

    plan: SongPlan
    team: TeamSheet
    takes: int = TAKES
    turn: int = 0  # how often the song was asked to be rewritten
    slug: str = field(metadata=MANNER)


def _compose(asked: ComposeAsked, folder: Path, job: Job) -> Mapping[str, Any]:
    team = team_called(asked.team.composer)
    plan = asked.plan
    if asked.turn:
        plan = dataclasses.replace(plan, seed=Seed(plan.seed).child("turn", asked.turn).number() % 2**31)
    score, report = compose_song(
        plan,
        team.writers,
        team.critics,
        takes=asked.takes,
        progress=lambda share, what: job.reach(share),
        stop=job.stop,
    )
    index = shipped_index()
    if index is not None:
        report["originality"] = originality(score, index, plan.genre)
    # How long it took is manner and stands in the record; results hold no clocks.
    report.pop("composed_in_seconds", None)
    write_score_json(folder / SCORE, score)
    write_text(folder / REPORT, json.dumps(report, indent=1, sort_keys=True) + "\n")
    return {
        "parts": [part.id for part in score.parts],
        "seconds": round(score.seconds, 1),
        "notes": report["notes"],
        "originality": {name: report.get("originality", {}).get(name) for name in _ORIGINALITY_FACTS},
        "writers": sorted({writer["id"] for writer in report["writers"].values()}),
    }


COMPOSE: Stage[ComposeAsked] = Stage("compose", 1, _compose)


def compose_name(slug: str) -> str:
    """The name of a song's composition in the lock."""
    return f"compose/{slug}"


def composing_step(folder: AlbumFolder, album: Album, song: Song) -> Step:
    """Where the song's notes stand."""
    path, name = folder.score(song.slug), compose_name(song.slug)
    step = Step(stage="compose", song=song.slug, state="to do", why="no notes yet")
    if not path.exists():
        return step
    if not folder.is_untouched(name, {SCORE: path}):
        return Step(stage="compose", song=song.slug, state="yours", why="you changed the notes; they are kept")
    made = folder.made()[name]
    if made.key != COMPOSE.key(_asked(folder, album, song, _turn(made))):
        return Step(stage="compose", song=song.slug, state="to do", why="its plan or its composer changed")
    return Step(stage="compose", song=song.slug, state="done")


def compose_songs(folder: AlbumFolder, album: Album, songs: Sequence[Song], *, rewrite: bool, workers: int, job: Job) -> None:
    """Compose what has no notes yet or a changed plan; with `rewrite` compose these songs anew in any case."""
    made = folder.made()
    todo: list[ComposeAsked] = []
    for song in songs:
        step = composing_step(folder, album, song)
        turn = _turn(made.get(compose_name(song.slug)))
        if rewrite:
            todo.append(_asked(folder, album, song, turn + 1))
        elif step.state == "to do":
            todo.append(_asked(folder, album, song, turn))
        elif step.state == "yours":
            job.say(f"{song.slug}: {step.why} (`--song {song.slug} --rewrite` composes it anew)")
    if todo and album.composer == HOUSE and not has_model():
        job.say("no trained music model is shipped with this installation: the rules write every part")
    worker = _Worker(folder.cache)
    for asked, record in zip(todo, each_of(worker, todo, job, workers=workers, name=_title), strict=True):
        _put_in_place(folder, asked, record)
    job.reach(1.0)


@dataclass(frozen=True, slots=True)
class _Worker:
    """Composes in another process; results meet in the store."""

    cache: Path

    def __call__(self, asked: ComposeAsked, job: Job) -> Record:
        """Compose one song, or find it composed."""
        record = Workshop(self.cache).carry_out(COMPOSE, asked, job)
        job.say(f"composed {asked.plan.title} ({record.facts['seconds']:.0f} s, {', '.join(record.facts['parts'])})")
        return record


def _asked(folder: AlbumFolder, album: Album, song: Song, turn: int) -> ComposeAsked:
    return ComposeAsked(plan=song_plan(folder, song), team=team_sheet(album.composer), turn=turn, slug=song.slug)


def _put_in_place(folder: AlbumFolder, asked: ComposeAsked, record: Record) -> None:
    path = folder.score(asked.slug)
    store = folder.workshop.store
    facts = {**record.facts, "turn": asked.turn, "report": record.outputs[REPORT]}
    made = Made(key=record.key, version=record.version, digests={SCORE: record.outputs[SCORE]}, facts=facts)

    def write(name: str, target: Path) -> None:
        store.copy_to(record.outputs[name], target)

    folder.exchange(compose_name(asked.slug), made, {SCORE: path}, write)


def _turn(made: Made | None) -> int:
    return int(made.facts.get("turn", 0)) if made else 0


def _title(asked: ComposeAsked) -> str:
    return asked.plan.title
