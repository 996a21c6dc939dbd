"""Files that are never torn: written beside the target, flushed to disk, then renamed over it."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from albumen.work.errors import Missing, Wrong

_WRITING = frozenset(
    (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.ENAMETOOLONG)
)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside `path`; renamed over it when the block ends well, removed when it fails.

    Raises `Wrong` where the folder cannot be written, `Missing` where the disk is full.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        os.close(handle)
        os.chmod(name, 0o666 & ~_umask())
    except OSError as error:
        raise _explain(error, path) from error
    temporary = Path(name)
    try:
        yield temporary
        _sync(temporary)
        os.replace(temporary, path)
        _sync_folder(path.parent)
    except OSError as error:
        raise _explain(error, path) from error
    finally:
        temporary.unlink(missing_ok=True)


def write_bytes(path: Path, data: bytes) -> None:
    """Replace `path` by `data` in one step."""
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def write_text(path: Path, text: str) -> None:
    """Replace `path` by `text` (UTF-8, newlines as given) in one step."""
    write_bytes(path, text.encode("utf-8"))


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """A full disk or a place that cannot be written inside the block becomes a sentence about `path`."""
    try:
        yield
    except OSError as error:
        if error.errno in _WRITING or _is_no_place(error, path):
            raise _explain(error, path) from error
        raise


def _is_no_place(error: OSError, path: Path) -> bool:
    """Whether a folder on the way to `path` could not be made because the system has no room for folders there (/proc)."""
    return error.errno == errno.ENOENT and error.filename in {str(folder) for folder in path.parents}


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _sync(path: Path) -> None:
    with path.open("rb") as handle:
        os.fsync(handle.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _explain(error: OSError, path: Path) -> Wrong | Missing:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Missing("the disk is full", where=path, next_step="free some space and run the same command again")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Wrong("this place cannot be written", where=path, next_step="choose another folder or change its rights")
    return Wrong(f"could not be written ({error.strerror or error})", where=path, next_step="choose another place")
