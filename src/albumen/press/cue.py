"""CUE sheets: the running order for players and CD writers, with marks on exact CD frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

SAMPLES_PER_CD_FRAME, CD_FRAMES_PER_SECOND = 588, 75


@dataclass(frozen=True, slots=True, kw_only=True)
class CueSong:
    """One song of the sheet. With a `file` of its own it begins there; `start_frame` counts samples on a shared one."""

    number: int
    title: str
    artist: str
    file: str = ""
    start_frame: int = 0


def cue_sheet(album: str, artist: str, songs: Sequence[CueSong], *, file: str = "") -> str:
    """A sheet over one continuous `file`, or, without one, over a file a song (44.1 kHz; marks must be multiples of 588)."""
    lines = [f'PERFORMER "{_quoted(artist)}"', f'TITLE "{_quoted(album)}"']
    if file:
        lines.append(_file(file))
    for song in songs:
        if not file:
            lines.append(_file(song.file))
        lines += [
            f"  TRACK {song.number:02d} AUDIO",
            f'    TITLE "{_quoted(song.title)}"',
            f'    PERFORMER "{_quoted(song.artist)}"',
            f"    INDEX 01 {cue_time(song.start_frame if file else 0)}",
        ]
    return "\n".join(lines) + "\n"


def cue_time(samples: int) -> str:
    """Minutes, seconds and CD frames of a mark.

    >>> cue_time(44_100 * 61 + 588 * 3)
    '01:01:03'
    """
    frames, rest = divmod(samples, SAMPLES_PER_CD_FRAME)
    if rest:
        raise ValueError(f"a mark of a CUE sheet lies on a multiple of {SAMPLES_PER_CD_FRAME} samples, got {samples}")
    seconds, frame = divmod(frames, CD_FRAMES_PER_SECOND)
    return f"{seconds // 60:02d}:{seconds % 60:02d}:{frame:02d}"


def _file(name: str) -> str:
    return f'FILE "{_quoted(PurePath(name).as_posix())}" WAVE'


def _quoted(text: str) -> str:
    return text.replace('"', "'").replace("\n", " ")
