"""A diffusion model of the user's own: read only from a safe folder, repeatable, its ground seen under the drawing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from albumen.art import diffusion
from albumen.art.diffusion import DiffusionPainter
from albumen.art.facts import AlbumFacts
from albumen.art.identity import identities
from albumen.art.look import drawn
from albumen.art.music_view import MusicView
from albumen.art.picture import write_png
from albumen.models.diffusion.folder import VARIABLE, folder_digest, model_folder
from albumen.work.errors import Missing, Wrong
from albumen.work.plugins import load
from albumen.work.seed import Seed


@pytest.fixture(name="folder")
def folder_fixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that looks like a model of diffusers."""
    folder = tmp_path / "model"
    (folder / "unet").mkdir(parents=True)
    (folder / "model_index.json").write_text(json.dumps({"_class_name": "DDPMPipeline"}))
    (folder / "unet" / "weights.safetensors").write_bytes(bytes(range(100)))
    monkeypatch.setenv(VARIABLE, str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


def test_it_comes_through_the_painters_door() -> None:
    assert load("painters", "diffusion") is DiffusionPainter


def test_a_missing_model_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(Missing, match="no diffusion model is named.*ALBUMEN_DIFFUSION"):
        DiffusionPainter.weights_digest()
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nowhere"))
    with pytest.raises(Missing, match="does not exist"):
        model_folder()


def test_only_safe_folders_are_read(folder: Path) -> None:
    before = folder_digest(model_folder())
    (folder / "unet" / "weights.safetensors").write_bytes(bytes(reversed(range(100))))
    assert folder_digest(model_folder()) != before
    (folder / "unet" / "weights.safetensors").rename(folder / "unet" / "weights.bin")
    with pytest.raises(Wrong, match=r"only weights\.bin .*may hold code"):
        model_folder()
    (folder / "pipeline.py").write_text("print('run me')")
    with pytest.raises(Wrong, match="code of its own"):
        model_folder()
    (folder / "model_index.json").write_text("{")
    with pytest.raises(Wrong, match="no pipeline of diffusers"):
        model_folder()


def test_the_ground_is_seen_under_the_drawing_and_only_there(
    folder: Path, facts: AlbumFacts, music: MusicView, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = np.linspace(0, 255, 64, dtype=np.uint8)
    picture = np.repeat(np.repeat(rows[:, None], 64, axis=1)[..., None], 3, axis=2)
    monkeypatch.setattr(diffusion, "_imagined", lambda words, seed: picture)
    identity = replace(identities(facts, Seed(1), 1)[0], engine="rose")
    plain, laid = drawn(identity, music, 200, Seed(1)), DiffusionPainter().draw(identity, music, 200, Seed(1))
    corner = (slice(0, 8), slice(0, 8))
    assert np.abs(laid[:8, :8].mean() - laid[-8:, :8].mean()) > 25, "the ground's own light is kept"
    assert np.ptp(plain[corner].mean(axis=(0, 1)) - plain[-8:, :8].mean(axis=(0, 1))) < 3
    bright = np.linalg.norm(plain.astype(float) - identity.palette.ground, axis=2) > 90
    assert bright.any() and np.array_equal(plain[bright], laid[bright])
    land = DiffusionPainter().draw(replace(identity, engine="horizon"), music, 200, Seed(1))
    assert land.std() > 20 and land.shape == (200, 200, 3)


def test_a_kept_ground_is_not_imagined_again(folder: Path, tmp_path: Path) -> None:
    seed = Seed(4).child("picture", 2)
    number = Seed(4).child("ground").number() % 2**63
    name = diffusion.digest_of({"model": folder_digest(folder), "words": "sea", "seed": number})
    write_png(tmp_path / "cache" / "albumen" / "grounds" / f"{name}.png", np.full((20, 20, 3), 77, np.uint8))
    assert diffusion._imagined("sea", seed).tolist()[0][0] == [77, 77, 77]


def test_a_tiny_model_paints_a_cover_and_repeats_itself(
    facts: AlbumFacts, music: MusicView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    diffusers, torch = pytest.importorskip("diffusers"), pytest.importorskip("torch")
    from albumen.models.diffusion.net import imagined

    torch.manual_seed(0)
    net = diffusers.UNet2DModel(
        sample_size=16, block_out_channels=(8, 8), norm_num_groups=4, layers_per_block=1,
        down_block_types=("DownBlock2D", "DownBlock2D"), up_block_types=("UpBlock2D", "UpBlock2D"),
    )  # fmt: skip
    folder = tmp_path / "tiny"
    diffusers.DDPMPipeline(unet=net, scheduler=diffusers.DDIMScheduler()).save_pretrained(folder)
    first, again, other = (imagined(folder, "sea", seed, steps=3) for seed in (1, 1, 2))
    assert first.shape == (16, 16, 3) and np.array_equal(first, again) and not np.array_equal(first, other)
    monkeypatch.setenv(VARIABLE, str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    identity = replace(identities(facts, Seed(1), 1)[0], engine="rose")
    one, two = (DiffusionPainter().draw(identity, music, 120, Seed(1)) for _ in range(2))
    assert np.array_equal(one, two) and len(list((tmp_path / "cache").rglob("*.png"))) == 1
    (folder / "unet" / "config.json").write_text("{}")
    (folder / "model_index.json").write_text(json.dumps({"_class_name": "NoSuchPipeline"}))
    with pytest.raises(Wrong, match="cannot be loaded"):
        imagined(folder, "sea", 1)
