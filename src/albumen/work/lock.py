"""One writer at a time, explained: the second learns who the first is.

The lock is held by the operating system (flock) and ends with its process, so a crash never leaves a lock behind.
"""

from __future__ import annotations

import fcntl
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from albumen.work.errors import Wrong
from albumen.work.files import explained


@contextmanager
def only_writer(path: Path) -> Iterator[None]:
    """Hold the lock file `path` while the block runs; raises `Wrong` naming the process that holds it."""
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = _held(path)
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(_about_me()).encode(), 0)
        yield
    finally:
        # Not deleted: a third process may already wait on this very file.
        os.ftruncate(handle, 0)
        os.close(handle)


def _held(path: Path) -> int:
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _read_holder(handle)
            os.close(handle)
            what = f"another run is writing here ({holder})"
            raise Wrong(what, where=path.parent.parent, next_step="wait for it or stop it") from None
        if path.exists() and os.path.samestat(os.fstat(handle), path.stat()):
            return handle
        os.close(handle)  # the file was removed between opening and locking: take the new one


def _about_me() -> dict[str, object]:
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]]) if sys.argv else "python"
    return {"process": os.getpid(), "command": command, "since": datetime.now().isoformat(timespec="seconds")}


def _read_holder(handle: int) -> str:
    try:
        holder = json.loads(os.pread(handle, 4096, 0))
        return f"process {holder['process']}, `{holder['command']}`, since {holder['since']}"
    except (ValueError, KeyError):
        return "it has just begun"
