"""SoundFonts: where the General MIDI instruments lie on this machine, and whether a file is one."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from albumen.work.errors import Missing, Wrong

INSTALL = "run: sudo apt-get install fluid-soundfont-gm"
# Where distributions put General MIDI SoundFonts; the first that exists is used.
PLACES: tuple[Path, ...] = tuple(
    Path(place)
    for place in (
        "/usr/share/sounds/sf2/FluidR3_GM.sf2",
        "/usr/share/soundfonts/FluidR3_GM.sf2",
        "/usr/share/sounds/sf2/default-GM.sf2",
        "/usr/share/soundfonts/default.sf2",
    )
)
VARIABLE = "ALBUMEN_SOUNDFONT"


def find_soundfont(chosen: Path | None = None, *, places: Sequence[Path] = PLACES) -> Path:
    """The SoundFont to play with: the chosen file, else the environment's (`ALBUMEN_SOUNDFONT`), else the system's.

    Raises `Missing` with the command that installs one, `Wrong` where the file is no SoundFont.
    """
    named = chosen if chosen is not None else _from_environment()
    if named is not None:
        if not named.is_file():
            raise Missing("there is no SoundFont here", where=named, next_step=f"name another file, or {INSTALL}")
        return _checked(named)
    for place in places:
        if place.is_file():
            return _checked(place)
    raise Missing("no General MIDI SoundFont was found on this machine", next_step=INSTALL)


def soundfont_digest(path: Path) -> str:
    """SHA-256 of the file, computed once per process and version of the file."""
    facts = path.stat()
    return _digest(path, facts.st_size, facts.st_mtime_ns)


@lru_cache(maxsize=16)
def _digest(path: Path, size: int, changed_ns: int) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _from_environment() -> Path | None:
    value = os.environ.get(VARIABLE)
    return Path(value) if value else None


def _checked(path: Path) -> Path:
    with path.open("rb") as handle:
        head = handle.read(12)
    if len(head) < 12 or head[:4] != b"RIFF" or head[8:12] != b"sfbk":
        raise Wrong("this is not a SoundFont (.sf2 or .sf3)", where=path, next_step="choose another file")
    promised = int.from_bytes(head[4:8], "little") + 8
    if path.stat().st_size < promised:
        raise Wrong(
            f"this SoundFont is cut short ({path.stat().st_size} of {promised} bytes)",
            where=path,
            next_step="copy or install it again",
        )
    return path
