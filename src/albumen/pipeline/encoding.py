"""Encoding: finished cuts in the formats of the shops, several at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from albumen.album.folder import AlbumFolder
from albumen.sound.encode import encode
from albumen.work.crew import each_of
from albumen.work.job import Job
from albumen.work.stage import Given, Stage

SUFFIXES = (".mp3", ".opus", ".wav")


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodeAsked:
    """A finished cut to be written in another format; `bits` are those of the cut, which WAV keeps."""

    cut: Given
    suffix: str
    bits: int


def _encode(asked: EncodeAsked, folder: Path, job: Job) -> Mapping[str, Any]:
    down_db = encode(asked.cut.path, folder / f"song{asked.suffix}", bits=asked.bits)
    return {"turned_down_db": round(down_db, 2)}


ENCODE: Stage[EncodeAsked] = Stage("encode", 3, _encode)


def encode_cuts(folder: AlbumFolder, cuts: Sequence[Given], bits: int, *, workers: int, job: Job) -> None:
    """Every cut in every format, whatever is missing."""
    asked = [EncodeAsked(cut=cut, suffix=suffix, bits=bits) for cut in cuts for suffix in SUFFIXES]
    each_of(partial(folder.workshop.carry_out, ENCODE), asked, job, workers=workers)


def encoded(folder: AlbumFolder, cut: Given, bits: int) -> dict[str, str] | None:
    """The digests of a cut in every format, by ending; None where one is missing."""
    found = {}
    for suffix in SUFFIXES:
        record = folder.workshop.find(ENCODE, EncodeAsked(cut=cut, suffix=suffix, bits=bits))
        if record is None:
            return None
        found[suffix] = record.outputs[f"song{suffix}"]
    return found
