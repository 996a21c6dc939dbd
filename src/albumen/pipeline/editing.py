"""Editing: a person's changes to a song, each logged with what takes it back. Undo and redo walk the ledger.

The score is written first and the ledger after it: a change that is not logged yet was never said to be done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from albumen.album.album import Album
from albumen.album.edits_file import LoggedEdit, append_edit, read_edits
from albumen.album.folder import AlbumFolder
from albumen.album.song import Song
from albumen.pipeline.taking import find_take, propose, remember, require_score
from albumen.score.edit import Edit, Patch, Regenerate, apply, edit_from_json, edit_json, parse_edit
from albumen.score.json_score import write_score_json
from albumen.score.score import Score
from albumen.work.errors import Wrong
from albumen.work.job import Job

PERSON, COMPOSER = "person", "compose"
UNDO, REDO = "undo", "redo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """What came of some edits: the song now, and one sentence an edit."""

    song: str
    bars: int
    parts: tuple[str, ...]
    seconds: float
    done: tuple[str, ...]

    def as_mapping(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "song": self.song,
            "bars": self.bars,
            "parts": list(self.parts),
            "seconds": round(self.seconds, 1),
            "done": list(self.done),
        }


def edit_song(folder: AlbumFolder, slug: str, edits: Sequence[str], *, who: str = PERSON, job: Job | None = None) -> Edited:
    """Carry out edits in words, in their order, all or none.

    Raises `Wrong` for words that are no edit and for edits that do not fit; then the song is as it was.
    """
    job = job or Job(name="edit")
    if not edits:
        raise Wrong("there is nothing to do", next_step="say an edit, such as tempo=96 or undo")
    parsed = [text if text.strip() in (UNDO, REDO) else parse_edit(text) for text in edits]
    with folder.writing():
        album = folder.read()
        song = song_called(album, slug)
        score = require_score(folder, song)
        lines: list[LoggedEdit] = []
        ledger = read_edits(folder.edits(slug))
        for number, (text, edit) in enumerate(zip(edits, parsed, strict=True)):
            job.check()
            part = job.part(text, number / len(parsed), (number + 1) / len(parsed))
            score, line = _carried_out(folder, album, song, score, edit, who, [*ledger, *lines], part)
            lines.append(line)
        _save(folder, song, score, lines)
    job.reach(1.0)
    return _edited(song, score, tuple(edits))


def keep_take(folder: AlbumFolder, slug: str, take_id: str) -> Edited:
    """Put a take into the song; raises `Wrong` where the song has changed in those cells since it was proposed."""
    with folder.writing():
        song = song_called(folder.read(), slug)
        take = find_take(folder, song, take_id)
        score, inverse = apply(require_score(folder, song), take.patch)
        remember(folder, song, take)
        _save(folder, song, score, [_line(f"take {take.id}", edit_json(take.patch), inverse)])
    return _edited(song, score, (f"kept take {take.id}",))


def song_called(album: Album, slug: str) -> Song:
    """The song in that folder; raises `Wrong` with those there are."""
    try:
        return album.song(slug)
    except KeyError as error:
        raise Wrong(str(error.args[0]), next_step="name a folder below songs/") from error


def songs_called(folder: AlbumFolder, album: Album, names: Sequence[str]) -> tuple[Song, ...]:
    """The songs in those folders, all where none is named; raises `Wrong` where there are none yet."""
    chosen = tuple(song_called(album, name) for name in names) or album.songs
    if not chosen:
        raise Wrong("there are no songs yet", where=folder.path, next_step="run `albumen make` first")
    return chosen


def _carried_out(
    folder: AlbumFolder,
    album: Album,
    song: Song,
    score: Score,
    edit: Edit | str,
    who: str,
    ledger: list[LoggedEdit],
    job: Job,
) -> tuple[Score, LoggedEdit]:
    if isinstance(edit, str):
        back = _last_to_take_back(ledger, edit)
        changed, inverse = apply(score, back)
        return changed, _line(who, {"do": edit}, inverse)
    if isinstance(edit, Regenerate):
        _require_named(edit, ledger)
        take = propose(folder, album, song, score, edit, count=1, seed=0, job=job)[0]
        changed, inverse = apply(score, take.patch)
        return changed, _line(COMPOSER, edit_json(take.patch), inverse)
    changed, inverse = apply(score, edit)
    return changed, _line(who, edit_json(edit), inverse)


def _require_named(edit: Regenerate, ledger: list[LoggedEdit]) -> None:
    """Machines propose, people dispose: a whole song that a person edited is not written over by one short word."""
    by_people = [line for line in ledger if line.who not in (COMPOSER,)]
    if not edit.parts and edit.bars is None and by_people:
        what = "this song holds edits of yours, and `regenerate` alone would write over all of them"
        raise Wrong(what, next_step="name parts or bars, such as `regenerate bass 9-16`")


def _last_to_take_back(ledger: list[LoggedEdit], word: str) -> Edit:
    """What undo (or redo) must apply: the inverse of the last line that still stands (or of the last undo)."""
    done: list[LoggedEdit] = []
    undone: list[LoggedEdit] = []
    for line in ledger:
        kind = line.edit.get("do")
        if kind == UNDO and done:
            done.pop()
            undone.append(line)
        elif kind == REDO and undone:
            undone.pop()
            done.append(line)
        else:
            done.append(line)
            undone = []
    row = done if word == UNDO else undone
    if not row:
        raise Wrong(f"there is nothing to {word}", next_step="the ledger of a song is its edits.jsonl")
    return edit_from_json(row[-1].inverse)


def _save(folder: AlbumFolder, song: Song, score: Score, lines: list[LoggedEdit]) -> None:
    write_score_json(folder.score(song.slug), score)
    for line in lines:
        append_edit(folder.edits(song.slug), line)


def _line(who: str, edit: dict[str, Any], inverse: Patch) -> LoggedEdit:
    return LoggedEdit(who=who, when=datetime.now(UTC), edit=edit, inverse=edit_json(inverse))


def _edited(song: Song, score: Score, done: tuple[str, ...]) -> Edited:
    parts = tuple(part.id for part in score.parts)
    return Edited(song=song.slug, bars=len(score.bars()), parts=parts, seconds=score.seconds, done=done)
