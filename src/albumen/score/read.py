"""Reading any score file: what it contains decides the format, its extension only where the content does not say.

MIDI, MusicXML (plain and compressed), ABC, Humdrum kern, and Albumen's own score.json. Every reader answers with a Score or
with `Wrong` in one sentence, whatever bytes it is given.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path, PurePath

from albumen.score.abc_read import abc_tunes, read_abc
from albumen.score.json_score import parse_score_json
from albumen.score.kern_read import read_kern
from albumen.score.midi import read_midi
from albumen.score.musicxml_read import read_musicxml
from albumen.score.mxl import is_mxl
from albumen.score.reading_limits import MAX_FILE_BYTES, within_limits
from albumen.score.score import Score
from albumen.work.errors import Wrong

# What file names end in, by format. A plain .json or .xml may be anything, so its content has to say that it is a score.
EXTENSIONS = {
    ".mid": "midi",
    ".midi": "midi",
    ".kar": "midi",
    ".rmi": "midi",
    ".musicxml": "musicxml",
    ".mxl": "musicxml",
    ".xml": "musicxml",
    ".json": "json",
    ".abc": "abc",
    ".krn": "kern",
    ".kern": "kern",
}
_LOOKED_AT = 4096  # bytes at the beginning of a text that tell its format
_READERS: dict[str, Callable[[bytes, str], Score]] = {
    "midi": lambda data, name: read_midi(data, name=name),
    "musicxml": lambda data, name: read_musicxml(data, name=name),
    "abc": lambda data, name: read_abc(data, name=name),
    "kern": lambda data, name: read_kern(data, name=name),
    "json": parse_score_json,
}


def read_score(path: Path | str) -> Score:
    """The Score in a file. Raises `Wrong` where it cannot be read, is no score, or holds no notes."""
    path = Path(path)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise Wrong(f"cannot be read ({error.strerror or error})", where=path) from error
    return read_score_bytes(data, str(path))


def read_score_bytes(data: bytes, name: str) -> Score:
    """The Score in the bytes of a file called `name` (for instance one taken out of a zip)."""
    if not data:
        raise Wrong("the file is empty", where=name)
    if len(data) > MAX_FILE_BYTES:
        raise Wrong(f"the file has more than {MAX_FILE_BYTES >> 20} MB, no score has", where=name)
    kind = format_of(data, name)
    if kind in _READERS:
        score = _READERS[kind](data, name)
    else:
        known = ", ".join(EXTENSIONS)
        raise Wrong("this is not a score that can be read", where=name, next_step=f"give a file of the kinds {known}")
    if not any(len(part.notes) for part in score.parts):
        raise Wrong("the score holds no notes", where=name)
    return within_limits(score, name)


def songs_in(data: bytes, name: str) -> list[tuple[str, bytes]]:
    """The songs of a file as names and bytes for `read_score_bytes`: the tunes of an ABC book, else the file itself."""
    if len(data) > MAX_FILE_BYTES or format_of(data, name) != "abc":
        return [(name, data)]
    tunes = abc_tunes(data)
    if len(tunes) < 2:
        return [(name, data)]
    return [(f"{name}, tune {number}", tune) for number, tune in enumerate(tunes, 1)]


def format_of(data: bytes, name: str = "") -> str:
    """The format of a file by its content, else by its name; empty where nothing is known that it could be."""
    if data[:4] == b"MThd" or (data[:4] == b"RIFF" and data[8:12] == b"RMID"):
        return "midi"
    if is_mxl(data):
        return "musicxml"
    beginning = data[:_LOOKED_AT].lstrip(b"\xef\xbb\xbf \t\r\n")
    if beginning[:1] == b"<" and (b"<score-partwise" in beginning or b"<score-timewise" in beginning):
        return "musicxml"
    if beginning[:1] == b"{" and b'"format"' in beginning:
        return "json"
    if re.search(rb"(?m)^\*\*kern\b|\t\*\*kern\b", beginning):
        return "kern"
    if re.match(rb"X:\s*\d|%abc", beginning):
        return "abc"
    return EXTENSIONS.get(PurePath(name).suffix.lower(), "")
