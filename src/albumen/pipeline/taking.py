"""Takes: new notes proposed for some bars of some parts. Nothing changes until a person keeps one.

A take is the exact difference to the song as it was when asked, so keeping it never touches other cells.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from albumen.album.album import Album
from albumen.album.folder import AlbumFolder
from albumen.album.formats import FORMAT
from albumen.album.plan import SongPlan
from albumen.album.song import Song
from albumen.compose.layout import limits_of
from albumen.compose.takes import best_take, told
from albumen.compose.wishes import wishes
from albumen.pipeline.songs import song_plan
from albumen.pipeline.team import Team, team_called
from albumen.score.edit import Patch, Regenerate, edit_from_json, edit_json, patch_between
from albumen.score.json_score import read_score_json, score_json
from albumen.score.part import ROLES, Part
from albumen.score.score import Score
from albumen.score.writing import CellAt, CellWriter, WriteRequest
from albumen.work.digest import digest_bytes, digest_of
from albumen.work.errors import Broken, Wrong
from albumen.work.files import write_text
from albumen.work.job import Job
from albumen.work.seed import Seed

BEST_OF = 2  # so many tries a region, of which the critics choose
_NEW_VELOCITY = 76.0  # of a part that has never played


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """One proposal: the `patch` to the song it was made for, which parts and bars (`start`, `stop`), who wrote and who judged."""

    id: str
    parts: tuple[str, ...]
    bars: tuple[int, int]
    notes: int
    writers: Mapping[str, str]
    verdicts: Mapping[str, float]
    patch: Patch = field(repr=False)

    def as_mapping(self) -> dict[str, Any]:
        """Plain values for JSON; bars count from 1, the last one included."""
        return {
            "id": self.id,
            "parts": list(self.parts),
            "bars": [self.bars[0] + 1, self.bars[1]],
            "notes": self.notes,
            "writers": dict(self.writers),
            "verdicts": dict(self.verdicts),
        }


def propose(
    folder: AlbumFolder, album: Album, song: Song, score: Score, asked: Regenerate, *, count: int, seed: int, job: Job
) -> tuple[Take, ...]:
    """`count` takes of the asked cells of `score`, kept aside in the cache. The same notes and seed give the same takes."""
    cells = asked.cells(score)
    plan = song_plan(folder, song)
    team = team_called(album.composer)
    root = Seed(plan.seed).child("take", digest_bytes(score_json(score).encode()), seed)
    takes: list[Take] = []
    for number in range(count):
        part = job.part(f"take {number + 1}", number / count, (number + 1) / count)
        takes.append(_take(score, plan, team, cells, root.child(number), part))
        _write(_proposals(folder, song) / f"{takes[-1].id}.json", takes[-1])
    return tuple(takes)


def find_take(folder: AlbumFolder, song: Song, take_id: str) -> Take:
    """The take of that id, proposed or kept before; raises `Wrong` with those there are."""
    places = (_proposals(folder, song), kept_takes(folder, song))
    for place in places:
        path = place / f"{take_id}.json"
        if path.is_file():
            return _read(path)
    known = sorted({path.stem for place in places for path in place.glob("*.json")})
    what = f"{song.title} has no take {take_id!r}"
    raise Wrong(what, next_step=f"choose one of {', '.join(known)}" if known else "ask for some with `albumen takes`")


def remember(folder: AlbumFolder, song: Song, take: Take) -> Path:
    """Put a take among those that are kept with the song."""
    path = kept_takes(folder, song) / f"{take.id}.json"
    _write(path, take)
    return path


def kept_takes(folder: AlbumFolder, song: Song) -> Path:
    """The folder of a song's kept takes."""
    return folder.song_folder(song.slug) / "takes"


def require_score(folder: AlbumFolder, song: Song) -> Score:
    """The song's notes; raises `Wrong` where it has none yet."""
    path = folder.score(song.slug)
    if not path.is_file():
        raise Wrong(f"{song.title} has no notes yet", where=path, next_step="run `albumen make --until compose` first")
    return read_score_json(path)


def _take(score: Score, plan: SongPlan, team: Team, cells: tuple[CellAt, ...], seed: Seed, job: Job) -> Take:
    fits = fits_plan(score, plan)
    parts = sorted(_meant(score, cells), key=lambda part: ROLES.index(part.role) if part.role in ROLES else len(ROLES))
    runs = [(part, run) for part in parts for run in _runs(plan if fits else None, part, cells)]
    new, verdicts, writers = score, list[Mapping[str, float]](), dict[str, str]()
    for number, (part, run) in enumerate(runs):
        writer = _writer(plan, fits, team, part)
        request = WriteRequest(
            score=new,
            cells=run,
            genre=plan.genre,
            limits={name: limits for name, limits in limits_of(plan).items() if name in {p.id for p in score.parts}},
            controls=_controls(plan, fits, part, run, writer, team),
            seed=seed.child(part.id, run[0].bar),
            takes=BEST_OF,
        )
        choice = best_take(writer, request, plan, team.critics, job.stop)
        new = _levelled(score, choice.score, part.id, run)
        verdicts.append(choice.verdicts)
        writers[part.id] = writer.id
        job.reach((number + 1) / len(runs))
    patch = patch_between(score, new)
    bars = [cell.bar for cell in cells]
    return Take(
        id=digest_of(edit_json(patch))[:6],
        parts=tuple(part.id for part in parts),
        bars=(min(bars), max(bars) + 1),
        notes=sum(len(new.cell(cell.part_id, new.bars()[cell.bar])) for cell in cells),
        writers=writers,
        verdicts={name: round(float(np.mean([v[name] for v in verdicts])), 3) for name in sorted(verdicts[0])},
        patch=patch,
    )


def fits_plan(score: Score, plan: SongPlan) -> bool:
    """Whether the song still has the form of its plan: edits may have cut, moved or repeated bars."""
    here = [(section.label, section.start_bar, section.bars) for section in score.sections]
    planned = [(section.label, start, section.bars) for section, start in zip(plan.sections, plan.starts(), strict=True)]
    return here == planned and len(score.bars()) == plan.bars


def _writer(plan: SongPlan, fits: bool, team: Team, part: Part) -> CellWriter:
    """Who writes a part: as planned, or, where the song has left its plan, whoever follows the music as it is."""
    seat = next((seat for seat in plan.band if seat.id == part.id), None)
    rules = team.writers["rules"]
    if seat is None or not fits:
        return team.writers.get("model", rules)
    writer = team.writers.get(seat.writer, rules)
    return told(plan, writer)


def _controls(plan: SongPlan, fits: bool, part: Part, run: tuple[CellAt, ...], writer: CellWriter, team: Team) -> Any:
    seat = next((seat for seat in plan.band if seat.id == part.id), None)
    if seat is None or not fits or writer.id == team.writers["rules"].id:
        return {}
    index = max(number for number, start in enumerate(plan.starts()) if start <= run[0].bar)
    return wishes(plan, plan.sections[index], seat, run)


def _meant(score: Score, cells: tuple[CellAt, ...]) -> list[Part]:
    return [score.part(part_id) for part_id in dict.fromkeys(cell.part_id for cell in cells)]


def _runs(plan: SongPlan | None, part: Part, cells: tuple[CellAt, ...]) -> list[tuple[CellAt, ...]]:
    """A part's cells in order, cut where a section begins."""
    borders = set(plan.starts()) if plan else set()
    runs: list[list[CellAt]] = []
    for cell in sorted(cell for cell in cells if cell.part_id == part.id):
        if runs and cell.bar not in borders:
            runs[-1].append(cell)
        else:
            runs.append([cell])
    return [tuple(run) for run in runs]


def _levelled(old: Score, new: Score, part_id: str, run: tuple[CellAt, ...]) -> Score:
    """The new notes as loud as those they replace, or as the rest of the part."""
    bars = new.bars()
    start, stop = bars[run[0].bar].start, bars[run[-1].bar].end
    part, before = new.part(part_id), old.part(part_id).notes
    fresh = part.notes.between(start, stop)
    if not len(fresh):
        return new
    replaced = before.between(start, stop)
    usual = replaced if len(replaced) else before
    wanted = float(usual.velocity.mean()) if len(usual) else _NEW_VELOCITY
    louder = np.clip(np.round(fresh.velocity + wanted - float(fresh.velocity.mean())), 1, 127).astype(np.int32)
    kept = part.notes.outside(start, stop)
    return new.with_part(part.replace(notes=kept.joined(fresh.replace(velocity=louder))))


def _proposals(folder: AlbumFolder, song: Song) -> Path:
    return folder.cache / "takes" / song.slug


def _write(path: Path, take: Take) -> None:
    row = {"format": FORMAT, **take.as_mapping(), "patch": edit_json(take.patch)}
    write_text(path, json.dumps(row, sort_keys=True) + "\n")


def _read(path: Path) -> Take:
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
        patch = edit_from_json(row["patch"])
        assert isinstance(patch, Patch)
        first, last = row["bars"]
        named = {name: row[name] for name in ("id", "notes", "writers", "verdicts")}
        return Take(parts=tuple(row["parts"]), bars=(first - 1, last), patch=patch, **named)
    except (ValueError, KeyError, TypeError, AssertionError) as error:
        raise Broken(f"this take cannot be read ({error})", where=path, next_step="delete it and ask for takes again") from error
