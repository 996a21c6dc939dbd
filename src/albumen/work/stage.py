"""Stages: pure functions with a name and a version. What was done before with the same question is not done again.

A stage is asked one value, a frozen dataclass that holds all it may depend on; files come in as `Given`. It writes
files into an empty folder. The results go to the store under their digests and the record is written last, so work
killed at any moment leaves either nothing or everything, and running again is how one resumes.
"""

from __future__ import annotations

import platform
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from albumen import __version__
from albumen.work.digest import MANNER, canonical, digest_file, digest_of
from albumen.work.files import explained
from albumen.work.job import Job
from albumen.work.record import Record, read_record, write_record
from albumen.work.store import Store

Asked = TypeVar("Asked")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A file that a stage reads. Only its contents count, not where it lies."""

    path: Path = field(metadata=MANNER)
    digest: str

    @classmethod
    def of(cls, path: Path) -> Given:
        """The file at `path` as it is now."""
        return cls(path=path, digest=digest_file(path))


@dataclass(frozen=True, slots=True)
class Stage(Generic[Asked]):
    """`do(asked, folder, job)` writes its files into `folder` and returns facts (plain JSON values) for the record.

    Raise `version` by hand whenever the same question would now be answered differently.
    """

    name: str
    version: int
    do: Callable[[Asked, Path, Job], Mapping[str, Any]]

    def key(self, asked: Asked) -> str:
        """What names this question: stage, version and everything asked except the manner."""
        return digest_of({"stage": self.name, "version": self.version, "asked": asked})


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where stages are carried out: `folder/objects` is the store, `folder/runs` holds the records."""

    folder: Path

    @property
    def store(self) -> Store:
        """The kept results."""
        return Store(self.folder / "objects")

    @property
    def runs(self) -> Path:
        """The records."""
        return self.folder / "runs"

    def find(self, stage: Stage[Asked], asked: Asked) -> Record | None:
        """The record of this question if all its results are still here."""
        record = read_record(self.runs, stage.key(asked))
        if record is None or not all(self.store.has(digest) for digest in record.outputs.values()):
            return None
        return record

    def forget(self, stage: Stage[Asked], asked: Asked) -> None:
        """Forget the answer to this question, so that it is worked out again."""
        (self.runs / f"{stage.key(asked)}.json").unlink(missing_ok=True)

    def carry_out(self, stage: Stage[Asked], asked: Asked, job: Job) -> Record:
        """Answer the question, or find the answer given before; either way the record of it.

        Output names are paths within the stage's folder, with `/`.
        """
        found = self.find(stage, asked)
        if found is not None:
            return found
        job.check()
        began, started = time.monotonic(), datetime.now(UTC)
        making = self.folder / "making"
        with explained(making):
            making.mkdir(parents=True, exist_ok=True)
            folder = Path(tempfile.mkdtemp(prefix=f"{stage.name}-", dir=making))
            try:
                facts = stage.do(asked, folder, job)
                outputs = self._keep(folder)
            finally:
                shutil.rmtree(folder, ignore_errors=True)
        manner = {
            "albumen": __version__,
            "python": platform.python_version(),
            "started": started.isoformat(timespec="seconds"),
            "seconds": round(time.monotonic() - began, 3),
        }
        record = Record(
            key=stage.key(asked),
            stage=stage.name,
            version=stage.version,
            asked=canonical(asked),
            outputs=outputs,
            facts=facts,
            manner=manner,
        )
        write_record(self.runs, record)
        return record

    def sweep(self) -> None:
        """Remove what killed runs left half-made. Only the one writer of an album may call it."""
        shutil.rmtree(self.folder / "making", ignore_errors=True)
        for left in self.folder.glob("*/**/.*.part"):
            left.unlink(missing_ok=True)

    def _keep(self, folder: Path) -> dict[str, str]:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): self.store.take_file(path) for path in files}
