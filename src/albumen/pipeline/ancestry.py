"""The family of the portraits in a folder, read from the pages of facts beside them, and drawn as a tree."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from albumen.pipeline.portraying import facts_of
from albumen.work.digest import digest_file
from albumen.work.errors import Wrong
from albumen.work.job import Job

if TYPE_CHECKING:
    from albumen.art.family import Relative
    from albumen.art.picture import Pixels

TREE = "tree.png"


def draw_family(folder: Path, *, job: Job | None = None) -> Path:
    """Draw the family of the portraits in `folder` as `tree.png` there; a tree drawn before is drawn anew.

    Parents that lie elsewhere are fetched from where they were, and their parents too; where one is gone, an empty place bears
    its name. Raises `Wrong` where no portrait by the net lies in the folder.
    """
    from albumen.art.family import family_picture
    from albumen.art.picture import write_png

    job, folder = job or Job(name="tree"), _plain(folder)
    portraits = sorted(path for path in folder.glob("*.png") if facts_of(path) is not None)
    if not portraits:
        raise Wrong("no portrait by the net lies here", where=folder, next_step="name a folder that `albumen portrait` wrote")
    found: dict[str, Relative] = {}
    for path in job.each(portraits):
        _collect(path, folder, found)
    write_png(folder / TREE, family_picture(list(found.values())))
    return folder / TREE


def _collect(path: Path, folder: Path, found: dict[str, Relative]) -> str:
    """Add a portrait and its ancestors to `found`; returns its key, the digest of its file."""
    from albumen.art.family import Relative

    key = digest_file(path)
    if key not in found:
        name = path.stem if path.parent == folder else f"{path.parent.name}/{path.stem}"
        found[key] = Relative(key=key, name=name, picture=_small(path))
        facts = facts_of(path) or {}
        parents = tuple(_parent(parent, path, folder, found) for parent in facts["parents"])
        found[key] = Relative(key=key, name=name, picture=found[key].picture, parents=parents)
    return key


def _parent(told: Mapping[str, Any] | str, child: Path, folder: Path, found: dict[str, Relative]) -> str:
    """The key of a parent as its child's page of facts tells it. Pages of the first format name it only."""
    from albumen.art.family import Relative

    name, digest = (told, "") if isinstance(told, str) else (str(told["name"]), str(told["sha256"]))
    place = name if isinstance(told, str) else str(told["place"])
    for path in (child.parent / place, child.parent / name, folder / name):
        is_it = path.is_file() and path != child and digest in ("", digest_file(path))
        if is_it and facts_of(path) is not None:
            return _collect(_plain(path), folder, found)
    if digest in found:
        return digest
    key = digest or f"{child}: {name}"
    found[key] = Relative(key=key, name=Path(name).stem)
    return key


def _plain(path: Path) -> Path:
    """Without the steps back that a place seen from another folder has."""
    return Path(os.path.normpath(path))


def _small(path: Path) -> Pixels:
    from albumen.art.family import TILE
    from albumen.art.picture import covering, read_picture

    return covering(read_picture(path), TILE, TILE)
