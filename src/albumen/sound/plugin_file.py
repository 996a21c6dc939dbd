"""Plug-in instruments on disk: where this machine keeps them, and the files that one consists of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from albumen.work.errors import Missing, Wrong

ENDINGS = (".vst3", ".so", ".vst", ".dll", ".component")
# Where systems keep plug-ins: Linux, macOS, Windows; `~` is the user's own folder.
PLACES = (
    "~/.vst3",
    "~/.vst",
    "/usr/local/lib/vst3",
    "/usr/local/lib/vst",
    "/usr/lib/vst3",
    "/usr/lib/vst",
    "~/Library/Audio/Plug-Ins/VST3",
    "/Library/Audio/Plug-Ins/VST3",
    "C:/Program Files/Common Files/VST3",
)
_EXAMPLE = 'a free one comes with: sudo apt-get install amsynth (plugin = "amsynth_vst.so")'


def find_plugin(name: str, beside: Path, *, places: Sequence[str] = PLACES) -> Path:
    """The plug-in of this file name: beside the patches, at its full path, or where the system keeps plug-ins.

    Raises `Wrong` where the name is no plug-in's, `Missing` where there is none of that name.
    """
    if not name.endswith(ENDINGS):
        raise Wrong(f"a plug-in ends in {', '.join(ENDINGS)}, got {name!r}", next_step="write the whole file name")
    folders = (beside, *(Path(place).expanduser() for place in places))
    for folder in folders:
        path = folder / name  # a full path stays what it is
        if path.exists():
            return path.resolve()
    raise Missing(
        f"there is no plug-in {name} on this machine", next_step=f"install it or give its full path; {_EXAMPLE}"
    )


def plugin_files(path: Path) -> tuple[Path, ...]:
    """The plug-in's file, or the files of its bundle, in the order of their names."""
    return (path,) if path.is_file() else tuple(sorted(file for file in path.rglob("*") if file.is_file()))
