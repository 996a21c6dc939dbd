"""The doctor: is everything here that an album needs, and what exactly brings what is not?"""

from __future__ import annotations

import ctypes.util
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from albumen.art.fonts import INSTALL as FONTS
from albumen.art.fonts import installed
from albumen.sound.soundfont import find_soundfont
from albumen.work.crew import cores
from albumen.work.errors import AlbumenError, Missing

FREE_BYTES_FOR_AN_ALBUM = 3 * 10**9
_WEIGHTS = Path(__file__).parents[1] / "weights"
_INSTALL = "sudo apt-get install -y {}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at. `help` is the command that brings it where `is_well` is false; `is_needed` for making an album."""

    what: str
    is_well: bool
    detail: str
    help: str = ""
    is_needed: bool = True


def examine(place: Path) -> tuple[Finding, ...]:
    """Everything an album in `place` needs from this machine, and then what is good to have."""
    return (
        _python(),
        _finding("General MIDI sounds", lambda: str(find_soundfont(None)), _INSTALL.format("fluid-soundfont-gm")),
        _finding("FluidSynth library", _fluidsynth, _INSTALL.format("libfluidsynth3")),
        _finding("ffmpeg", lambda: _program("ffmpeg"), _INSTALL.format("ffmpeg")),
        _finding("fonts", _fonts, "sudo " + FONTS),
        _finding("shipped models", _weights, "install Albumen again from a whole copy"),
        _portraits(),
        _disk(place),
        Finding(what="processor cores", is_well=True, detail=str(cores())),
        _training(),
    )


def require_sounds() -> None:
    """Raise `Missing` where an album could not be heard on this machine."""
    for finding in examine(Path.cwd()):
        if finding.what in ("General MIDI sounds", "FluidSynth library") and not finding.is_well:
            raise Missing(f"{finding.what}: {finding.detail}", next_step=f"run `{finding.help}`")


def require_room(place: Path, wanted_bytes: int) -> None:
    """Raise `Missing` where the disk has not enough room for what is about to be made."""
    free = _free_bytes(place)
    if free < wanted_bytes:
        what = f"the disk has {free / 1e9:.1f} GB free and about {wanted_bytes / 1e9:.1f} GB are needed"
        raise Missing(what, where=place, next_step="free some space and run the same command again")


def _finding(what: str, find: Callable[[], str], help_: str) -> Finding:
    try:
        return Finding(what=what, is_well=True, detail=find())
    except AlbumenError as error:
        return Finding(what=what, is_well=False, detail=error.what, help=help_)


def _python() -> Finding:
    enough = sys.version_info >= (3, 11)
    return Finding(what="Python", is_well=enough, detail=platform.python_version(), help="install Python 3.11 or newer")


def _fluidsynth() -> str:
    name = ctypes.util.find_library("fluidsynth")
    if not name:
        raise Missing("not found")
    return name


def _program(name: str) -> str:
    path = shutil.which(name)
    if not path:
        raise Missing("not found")
    return path


def _fonts() -> str:
    return f"{len(installed())} faces"


def _portraits() -> Finding:
    there = (_WEIGHTS / "portraits" / "card.toml").is_file()
    detail = "a trained portrait net is shipped" if there else "no portrait net is installed; covers need none"
    return Finding(what="portraits", is_well=there, detail=detail, help="albumen train portraits", is_needed=False)


def _weights() -> str:
    cards = sorted(card.parent.name for card in _WEIGHTS.glob("*/card.toml"))
    if not cards:
        raise Missing("none found")
    return ", ".join(cards)


def _disk(place: Path) -> Finding:
    free = _free_bytes(place)
    return Finding(
        what="disk space",
        is_well=free >= FREE_BYTES_FOR_AN_ALBUM,
        detail=f"{free / 1e9:.1f} GB free",
        help="free some space: nine songs with all their stems take up to 3 GB",
    )


def _free_bytes(place: Path) -> int:
    while not place.exists() and place != place.parent:
        place = place.parent
    return shutil.disk_usage(place).free


def _training() -> Finding:
    there = find_spec("torch") is not None
    return Finding(
        what="training",
        is_well=there,
        detail="torch is installed" if there else "torch is not installed (only needed to train models)",
        help="" if there else "pip install 'albumen[train]'",
        is_needed=False,
    )
