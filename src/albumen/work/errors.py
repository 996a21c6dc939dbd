"""The three kinds of error, since a person can do three things about one.

`Wrong`   your input: fix the file or the words      exit code 2
`Missing` something to install or fetch               exit code 3
`Broken`  our fault, or a file of ours was damaged     exit code 1

A message is one sentence: what happened, where, what was expected, what to do next.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path


class AlbumenError(Exception):
    """Base of everything Albumen says on purpose; shown to the user without a traceback."""

    exit_code = 1

    def __init__(self, what: str, *, where: str | Path | None = None, next_step: str | None = None) -> None:
        self.what = what
        self.where = str(where) if where is not None else None
        self.next_step = next_step
        super().__init__(self.sentence())

    def __reduce__(self) -> tuple[object, ...]:
        """So that an error crosses from a worker process whole."""
        return partial(type(self), where=self.where, next_step=self.next_step), (self.what,)

    def sentence(self) -> str:
        """The whole message, as printed: `where: what; next step.`"""
        text = f"{self.where}: {self.what}" if self.where else self.what
        if self.next_step:
            text = f"{text.rstrip('.')}; {self.next_step}"
        return text if text.endswith((".", "!", "?")) else text + "."


class Wrong(AlbumenError):
    """The input is not what was expected."""

    exit_code = 2


class Missing(AlbumenError):
    """Something outside Albumen is needed; `next_step` holds the exact command that brings it."""

    exit_code = 3


class Broken(AlbumenError):
    """Our fault, or a file that Albumen wrote was damaged."""

    exit_code = 1


class Cancelled(AlbumenError):
    """The user asked to stop; nothing half-written was left behind."""

    exit_code = 1
