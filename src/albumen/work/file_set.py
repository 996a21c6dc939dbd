"""Files that belong together: written beside their folder and moved into it when all of them are there, or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from albumen.work.errors import AlbumenError, Cancelled, Wrong
from albumen.work.files import explained


@contextmanager
def whole_set(folder: Path) -> Iterator[Path]:
    """A fresh folder on the same disk as `folder`; its files move there when the block ends well, and are gone when it fails.

    Other files in `folder` stay; files of the same names are replaced. Errors raised inside name `folder`, and who stops is told
    that nothing was kept. Raises `Wrong` where it is a file or cannot be written, `Missing` where the disk is full.
    """
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise Wrong("this is a file, not a folder", where=folder, next_step="choose another name")
    with explained(folder):
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name[:80]}.", suffix=".part", dir=_ground(folder)))
    try:
        yield fresh
        with explained(folder):
            _settle(fresh, folder)
    except Cancelled as error:
        raise Cancelled("stopped, and nothing of it was kept", next_step="the same command begins anew") from error
    except AlbumenError as error:
        if error.where is None or not error.where.startswith(str(fresh)):
            raise
        there = f"{folder}{error.where.removeprefix(str(fresh))}"
        raise type(error)(error.what, where=there, next_step=error.next_step) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _ground(folder: Path) -> Path:
    """The nearest folder that is there already: what is written in it can be moved to `folder` without being copied."""
    return next(place for place in (folder, *folder.absolute().parents) if place.is_dir())


def _settle(fresh: Path, folder: Path) -> None:
    if folder.is_dir():
        for path in sorted(fresh.iterdir()):
            os.replace(path, folder / path.name)
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    mask = os.umask(0)
    os.umask(mask)
    fresh.chmod(0o777 & ~mask)  # a temporary folder is closed to all others
    os.rename(fresh, folder)
