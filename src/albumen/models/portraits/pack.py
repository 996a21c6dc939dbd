"""Pictures made ready for training: one file of re-encoded pictures and their labels that travels to a GPU.

The file is an `.npz` without pickled objects: `bytes` (all WebP pictures, end to end), `ends` (where each one ends),
`width` (side in pixels), `genre`, `era`, `style` (class numbers, -1 unknown), `palette`, `held_out` and `ledger` (JSON
text: artist, title, source of each picture). Only numpy and any one picture decoder are needed to read it.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from albumen.models.portraits.condition import (
    GENRES,
    GROUND_GENRES,
    conditions,
    era_index,
    genre_index,
    palette_of,
    style_index,
)
from albumen.models.portraits.decode import decode_picture
from albumen.models.portraits.rights import Work, allowed_works, read_works
from albumen.work.errors import Missing, Wrong
from albumen.work.files import replacing
from albumen.work.seed import Seed

PORTRAIT_SIDE = 256
PAINTING_SIDE = 128
HELD_OUT_SHARE = 0.08


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A read pack: encoded pictures with their labels."""

    pictures: tuple[bytes, ...]
    side: NDArray[np.int32]
    genre: NDArray[np.int64]
    era: NDArray[np.int64]
    style: NDArray[np.int64]
    palette: NDArray[np.float32]
    held_out: NDArray[np.bool_]
    ledger: tuple[dict[str, str], ...]

    def __len__(self) -> int:
        return len(self.pictures)

    @property
    def portrait(self) -> NDArray[np.bool_]:
        return self.genre == 0

    def of(self, subject: str) -> NDArray[np.bool_]:
        """Which pictures a course is about: `portraits`, `grounds` (see `GROUND_GENRES`) or `all`."""
        if subject == "portraits":
            return self.portrait
        if subject == "grounds":
            return np.isin(self.genre, [GENRES.index(genre) for genre in GROUND_GENRES])
        return np.ones(len(self), dtype=np.bool_)

    def conditions(self) -> NDArray[np.float32]:
        """Condition vectors of all pictures."""
        return conditions(self.palette, self.genre, self.era, self.style)


def pack_pictures(
    folder: Path,
    out: Path,
    *,
    portrait_side: int = PORTRAIT_SIDE,
    painting_side: int = PAINTING_SIDE,
    quality: int = 75,
    seed: int = 0,
    limit: int | None = None,
    report: Callable[[str], None] = print,
) -> Pack:
    """Re-encode the allowed pictures of a data folder (portraits.zip/.csv, paintings.zip/.csv) into one file.

    `limit` keeps that many of each kind, drawn by the seed (for rehearsals). About 8 % are held out, by the seed.
    """
    works: list[Work] = []
    encoded: list[bytes] = []
    small: list[NDArray[np.uint8]] = []
    sides: list[int] = []
    for kind, side in (("portraits", portrait_side), ("paintings", painting_side)):
        every = read_works(folder / f"{kind}.csv")
        chosen = _chosen(allowed_works(every), limit, Seed(seed).child("pack", kind))
        report(f"{kind}: {len(chosen)} of {len(every)} pictures may teach and are packed at {side} px")
        with _archive(folder / f"{kind}.zip") as archive:
            for work in chosen:
                data, preview = _recode(archive.read(work.file), work.file, side, quality)
                encoded.append(data)
                small.append(preview)
                works.append(work)
                sides.append(side)
    held_out = Seed(seed).child("held-out").rng().random(len(works)) < HELD_OUT_SHARE
    pack = Pack(
        pictures=tuple(encoded),
        side=np.array(sides, dtype=np.int32),
        genre=np.array([genre_index(work) for work in works], dtype=np.int64),
        era=np.array([era_index(work) for work in works], dtype=np.int64),
        style=np.array([style_index(work) for work in works], dtype=np.int64),
        palette=palette_of(np.stack(small)),
        held_out=held_out,
        ledger=tuple(_entry(work) for work in works),
    )
    write_pack(pack, out)
    report(f"{out}: {out.stat().st_size / 1e6:.1f} MB")
    return pack


def write_pack(pack: Pack, out: Path) -> None:
    """Write the pack in one step; the same pack gives the same bytes."""
    blob = np.frombuffer(b"".join(pack.pictures), dtype=np.uint8)
    ends = np.cumsum([len(data) for data in pack.pictures], dtype=np.int64)
    ledger = json.dumps(list(pack.ledger), ensure_ascii=False, sort_keys=True).encode()
    with replacing(out) as temporary, temporary.open("wb") as handle:
        np.savez(
            handle,
            bytes=blob,
            ends=ends,
            side=pack.side,
            genre=pack.genre,
            era=pack.era,
            style=pack.style,
            palette=pack.palette,
            held_out=pack.held_out,
            ledger=np.frombuffer(ledger, dtype=np.uint8),
        )


def read_pack(path: Path) -> Pack:
    """Read a pack; no pickled object is ever loaded."""
    if not path.is_file():
        raise Missing("there is no pack of pictures here", where=path, next_step="make one with `pack_pictures`")
    try:
        with np.load(path, allow_pickle=False) as stored:
            columns = {name: stored[name] for name in stored.files}
        ends = columns["ends"]
        blob = columns["bytes"].tobytes()
        starts = np.concatenate([[0], ends[:-1]])
        return Pack(
            pictures=tuple(blob[start:end] for start, end in zip(starts, ends, strict=True)),
            side=columns["side"],
            genre=columns["genre"],
            era=columns["era"],
            style=columns["style"],
            palette=columns["palette"],
            held_out=columns["held_out"],
            ledger=tuple(json.loads(columns["ledger"].tobytes())),
        )
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise Wrong(f"this is no readable pack of pictures ({error})", where=path, next_step="make it again") from error


def decoded(pack: Pack, side: int, rows: Sequence[int] | NDArray[np.int64]) -> NDArray[np.uint8]:
    """The pictures at `rows`, decoded and resampled to `side` pixels: (n, side, side, 3)."""
    out = np.empty((len(rows), side, side, 3), dtype=np.uint8)
    for place, row in enumerate(rows):
        out[place] = decode_picture(pack.pictures[int(row)], side)
    return out


def _archive(path: Path) -> zipfile.ZipFile:
    if not path.is_file():
        raise Missing("this archive of pictures does not exist", where=path, next_step="name the folder that holds it")
    return zipfile.ZipFile(path)


def _chosen(works: list[Work], limit: int | None, seed: Seed) -> list[Work]:
    if limit is None or limit >= len(works):
        return works
    rows = np.sort(seed.rng().choice(len(works), size=limit, replace=False))
    return [works[int(row)] for row in rows]


def _recode(data: bytes, name: str, side: int, quality: int) -> tuple[bytes, NDArray[np.uint8]]:
    from PIL import Image, UnidentifiedImageError

    try:
        picture = Image.open(io.BytesIO(data)).convert("RGB")
    except (UnidentifiedImageError, OSError) as error:
        raise Wrong("this picture cannot be decoded", where=name, next_step="remove it from the archive") from error
    scaled = picture.resize((side, side), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    scaled.save(buffer, "WEBP", quality=quality, method=5)
    return buffer.getvalue(), np.asarray(scaled.resize((32, 32), Image.Resampling.BOX), dtype=np.uint8)


def _entry(work: Work) -> dict[str, str]:
    return {
        "file": work.file,
        "artist": work.artist,
        "title": work.title,
        "source": work.source,
        "year": str(work.year or ""),
        "died": str(work.died or ""),
    }
