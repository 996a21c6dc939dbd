"""The store: files kept under the digest of their contents, so that equal results lie there once and none is ever torn."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from albumen.work.digest import digest_bytes, digest_file
from albumen.work.errors import Broken
from albumen.work.files import replacing, write_bytes


@dataclass(frozen=True, slots=True)
class Store:
    """Objects below `folder`, named by SHA-256. Deleting it costs time, never work."""

    folder: Path

    def path(self, digest: str) -> Path:
        """Where the object lies, or would lie."""
        return self.folder / digest[:2] / digest[2:]

    def has(self, digest: str) -> bool:
        """Whether the object is here."""
        return self.path(digest).is_file()

    def add_bytes(self, data: bytes) -> str:
        """Keep `data`; returns its digest."""
        digest = digest_bytes(data)
        if not self.has(digest):
            write_bytes(self.path(digest), data)
        return digest

    def take_file(self, path: Path) -> str:
        """Move the file at `path` into the store; returns its digest."""
        digest = digest_file(path)
        if self.has(digest):
            path.unlink()
            return digest
        with replacing(self.path(digest)) as beside:
            # On one disk this is a rename; across disks it is a copy.
            shutil.move(path, beside)
        return digest

    def read(self, digest: str) -> bytes:
        """The object's bytes; raises `Broken` when it is gone or damaged."""
        self.require(digest)
        data = self.path(digest).read_bytes()
        if digest_bytes(data) != digest:
            raise self._damaged(digest)
        return data

    def copy_to(self, digest: str, target: Path) -> None:
        """Put a copy of the object at `target` in one step.

        A copy and no link, so that editing the copy never changes the store.
        Raises `Broken` when the object is gone or damaged.
        """
        self.require(digest)
        with replacing(target) as beside:
            shutil.copyfile(self.path(digest), beside)
            if digest_file(beside) != digest:
                raise self._damaged(digest)

    def require(self, digest: str) -> Path:
        """The object's path; raises `Broken` when it is not here."""
        path = self.path(digest)
        if not path.is_file():
            raise Broken("this kept result is gone", where=path, next_step="run the same command again to make it anew")
        return path

    def _damaged(self, digest: str) -> Broken:
        path = self.path(digest)
        path.unlink(missing_ok=True)
        return Broken("this kept result was damaged and has been removed", where=path, next_step="run the same command again")

    def size(self) -> int:
        """Bytes in use."""
        return sum(os.path.getsize(path) for path in self.folder.glob("*/*") if path.is_file())
