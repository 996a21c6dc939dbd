"""A tiny album for the tests: real plans cut down to two sections, written and played by the echo back-ends."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import albumen
from albumen.album.folder import AlbumFolder
from albumen.album.plan import plan_text
from albumen.pipeline.songs import song_plan
from albumen.work.digest import digest_file

STYLES = ("folk-air", "rock")
ECHOES = dict.fromkeys(("composer", "sound", "poet", "painter"), "echo")
BARS = 4


def planned(path: Path) -> AlbumFolder:
    """An album of two songs of a few seconds, planned but not composed."""
    folder = albumen.new(
        path, title="Harbour", artist="Ada", theme="ships at night", songs=2, styles=STYLES, seed=1, **ECHOES
    )
    albumen.make(path, until="plan")
    shorten(folder)
    return folder


def shorten(folder: AlbumFolder) -> None:
    """Cut every plan down to one section of a few bars."""
    for song in folder.read().songs:
        plan = song_plan(folder, song)
        slots = len(plan.sections[0].chords) // plan.sections[0].bars
        short = dataclasses.replace(plan.sections[1], bars=BARS, chords=plan.sections[1].chords[: BARS * slots], repeat="new")
        band = tuple(part for part in plan.band if part.id in short.band)
        folder.plan(song.slug).write_text(plan_text(dataclasses.replace(plan, sections=(short,), band=band)))


def contents(path: Path) -> dict[str, str]:
    """The digest of every file of the album except the cache."""
    files = (file for file in path.rglob("*") if file.is_file() and ".cache" not in file.relative_to(path).parts)
    return {file.relative_to(path).as_posix(): digest_file(file) for file in files}
