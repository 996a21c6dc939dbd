"""The verbs of the producer's desk: edit, takes, keep, hear, export."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from albumen.album.folder import AlbumFolder
from albumen.pipeline.editing import Edited, edit_song, keep_take, song_called
from albumen.pipeline.exporting import export_songs
from albumen.pipeline.hearing import Heard, hear_song
from albumen.pipeline.taking import Take, propose, require_score
from albumen.score.edit import Regenerate
from albumen.score.edits.span import Span
from albumen.work.errors import Wrong
from albumen.work.job import Job

_BARS = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?")
MOST_TAKES = 20


def edit(folder: str | Path, song: str, *edits: str, job: Job | None = None) -> Edited:
    """Change a song by edits in words: `tempo=96`, `add violin`, `remove drums 1-8`, `regenerate bass 9-16`, `undo`, `redo`.

    All of them or none. Raises `Wrong` with an example for words that are no edit.
    """
    return edit_song(AlbumFolder(Path(folder)), song, edits, job=job)


def takes(
    folder: str | Path,
    song: str,
    *,
    bars: str = "",
    parts: Sequence[str] = (),
    count: int = 4,
    seed: int = 0,
    job: Job | None = None,
) -> tuple[Take, ...]:
    """Propose new notes for `bars` (`"9-16"`; empty: all) of `parts` (none: all). Nothing changes until one is kept."""
    if not 1 <= count <= MOST_TAKES:
        raise Wrong(f"{count} takes cannot be asked for", next_step=f"ask for 1 to {MOST_TAKES}")
    album_folder = AlbumFolder(Path(folder))
    asked = Regenerate(parts=tuple(parts), bars=_span(bars))
    with album_folder.writing():
        album = album_folder.read()
        job = job or Job(name="takes")
        chosen = song_called(album, song)
        score = require_score(album_folder, chosen)
        return propose(album_folder, album, chosen, score, asked, count=count, seed=seed, job=job)


def keep(folder: str | Path, song: str, take: str) -> Edited:
    """Put a take into the song and keep it in `songs/<song>/takes`."""
    return keep_take(AlbumFolder(Path(folder)), song, take)


def hear(
    folder: str | Path,
    song: str,
    *,
    bars: str = "",
    take: str = "",
    out: str | Path | None = None,
    workers: int | None = None,
    job: Job | None = None,
) -> Heard:
    """Play a song as it is now, or `bars` of it (`"9-16"`), with a proposed `take` put in; with `out` write a WAV or FLAC."""
    album_folder, file = AlbumFolder(Path(folder)), None if out is None else Path(out)
    return hear_song(album_folder, song, bars=_span(bars), take=take, out=file, workers=workers, job=job)


def export(
    folder: str | Path,
    to: str,
    out: str | Path,
    *,
    songs: Sequence[str] = (),
    workers: int | None = None,
    job: Job | None = None,
) -> tuple[Path, ...]:
    """Write songs for other programs: `midi`, `musicxml`, `stems`, `dawproject` or `reaper`; returns the files."""
    return export_songs(AlbumFolder(Path(folder)), to, Path(out), songs=songs, workers=workers, job=job)


def _span(text: str) -> Span | None:
    if not text.strip():
        return None
    found = _BARS.fullmatch(text.strip())
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= first <= last:
        raise Wrong(f"{text!r} are no bars", next_step="write them like 9-16, counted from 1")
    return Span(first - 1, last)
