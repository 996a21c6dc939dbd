"""Segues as values: how one song joins the next."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal

SegueKind = Literal["breath", "overlap", "crossfade", "composed", "attacca"]
SEGUE_KINDS: tuple[SegueKind, ...] = ("breath", "overlap", "crossfade", "composed", "attacca")

# What the last section of a passage is called that leads into the next song: it does not slow down at its end.
SEGUE_SECTION = "segue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segue:
    """How a song joins the next one.

    `breath`     `seconds` of silence after the last sound
    `overlap`    the next song begins `seconds` before the last sound has died away
    `crossfade`  both sound together for `seconds`, with the low notes handed over in the middle
    `composed`   a passage written for this join stands between the two; the joins on both its sides have no gap
    `attacca`    the next song begins on the next downbeat, while the last chord still rings; `seconds` is not used

    `reason` says in one sentence why this kind was chosen.
    """

    kind: SegueKind = "breath"
    seconds: float = 2.0
    reason: str = ""

    def __post_init__(self) -> None:
        if self.kind not in SEGUE_KINDS:
            raise ValueError(f"a segue is one of {', '.join(SEGUE_KINDS)}, got {self.kind!r}")
        if not 0.0 <= self.seconds <= 30.0:
            raise ValueError(f"a segue lasts 0 to 30 seconds, got {self.seconds}")

    def replace(self, **changes: object) -> Segue:
        """The same with some fields exchanged."""
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class SegueWish:
    """How a person wants a join; without `seconds` the kind's usual length is taken."""

    kind: SegueKind
    seconds: float | None = None

    def __post_init__(self) -> None:
        _ = Segue(kind=self.kind, seconds=self.seconds or 0.0)  # for its checks
