"""A small pack of made-up portraits: discs on grounds, so that nothing needs the real data."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

COLUMNS = ["file", "artist", "title", "year_or_century", "style", "source_repo", "licence_note"]


def made_up_picture(rng: np.random.Generator, side: int = 64) -> Image.Image:
    """A light disc on a dark ground."""
    rows, columns = np.mgrid[0:side, 0:side]
    disc = np.hypot(rows - side * 0.45, columns - side / 2) < side * rng.uniform(0.2, 0.3)
    ground, face = rng.integers(10, 90, 3), rng.integers(140, 250, 3)
    picture = np.where(disc[..., None], face, ground) + rng.normal(0, 4, (side, side, 3))
    return Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))


def write_kind(folder: Path, kind: str, count: int, *, genre: str | None, seed: int) -> None:
    rng = np.random.default_rng(seed)
    columns = [*COLUMNS, "genre"] if genre else COLUMNS
    with zipfile.ZipFile(folder / f"{kind}.zip", "w") as archive:
        for place in range(count):
            buffer = io.BytesIO()
            made_up_picture(rng).save(buffer, "PNG")
            archive.writestr(f"{kind}_{place}.png", buffer.getvalue())
    with (folder / f"{kind}.csv").open("w", newline="", encoding="utf-8") as handle:
        table = csv.DictWriter(handle, columns)
        table.writeheader()
        for place in range(count):
            row = {
                "file": f"{kind}_{place}.png",
                "artist": f"Painter {place % 3}",
                "title": f"Work {place}",
                "year_or_century": str(1600 + 7 * (place % 40)),
                "style": "Baroque",
                "source_repo": "made/up",
                "licence_note": "artist died 1690; made up",
            }
            table.writerow(row | ({"genre": genre} if genre else {}))


@pytest.fixture(scope="session")
def picture_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    write_kind(folder, "portraits", 64, genre=None, seed=1)
    write_kind(folder, "paintings", 48, genre="landscape", seed=2)
    return folder


@pytest.fixture(scope="session")
def pack_path(picture_folder: Path) -> Path:
    from albumen.models.portraits.pack import pack_pictures

    path = picture_folder / "pack.npz"
    pack_pictures(picture_folder, path, portrait_side=64, painting_side=64, report=lambda line: None)
    return path


@pytest.fixture(scope="session")
def trained(pack_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from albumen.models.portraits.train import train_portraits
    from albumen.models.portraits.train_gan import Pace

    out = tmp_path_factory.mktemp("run")
    pace = Pace(batch=4, measure_seconds=1e9, save_seconds=1e9)
    train_portraits(pack_path, out, size="tiny", minutes=0.002, pace=pace, report=lambda line: None)
    return out


@pytest.fixture(scope="session")
def exported(trained: Path, pack_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from albumen.models.portraits.export import export_portraits

    out = tmp_path_factory.mktemp("model")
    export_portraits(trained, out, pack=pack_path, report=lambda line: None)
    return out
