"""What is measured and drawn while a run goes on: distances to the real pictures, and a sheet of fixed latents."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from albumen.models.portraits.decode import write_sheet
from albumen.models.portraits.eyes import EYES_SIDE, random_eyes
from albumen.models.portraits.metrics import kernel_distance, sliced_wasserstein
from albumen.models.portraits.net_side import Eyes
from albumen.models.portraits.train_data import Gallery, as_floats
from albumen.models.portraits.train_gan import paint_many
from albumen.models.portraits.train_state import RunState
from albumen.work.files import replacing
from albumen.work.seed import Seed

SHEET = 48
SAMPLE = 1000
KEPT = 192


class Watcher:
    """Measures one run against the real pictures it learns from, and keeps sheets and samples in `folder`."""

    def __init__(self, gallery: Gallery, folder: Path, seed: Seed, *, sample: int = SAMPLE) -> None:
        self.folder = folder
        self.seed = seed
        self.sample = min(sample, len(gallery))
        rows = seed.child("watch").rng().permutation(len(gallery))[: self.sample]
        chosen = torch.from_numpy(rows).to(gallery.pictures.device)
        self.real = gallery.pictures[chosen]
        self.conditions = gallery.conditions[chosen]
        self.eyes = random_eyes_net().to(gallery.pictures.device)
        self.features = features_of(self.eyes, self.real)

    def __call__(self, state: RunState, fade: float) -> dict[str, float]:
        """Quick numbers: KID on random eyes (x 1000) and the mean sliced Wasserstein distance of 256 pictures."""
        side = state.counters.side
        painted = paint_many(state, self.conditions, side, seed=self.seed.child("fixed"), fade=fade)
        name = f"{state.counters.images // 1000:06d}k"
        write_sheet(self.folder / "sheets" / f"{name}.png", as_pile(painted[:SHEET]), 8)
        keep_sample(self.folder / "samples" / f"{name}.npz", as_pile(painted[:KEPT]))
        return self.compare(painted)

    def compare(self, painted: Tensor, *, swd_pictures: int = 256) -> dict[str, float]:
        """KID on random eyes and the mean sliced Wasserstein distance, of painted bytes (n, 3, side, side)."""
        features = features_of(self.eyes, painted.to(self.real.device))
        rng = self.seed.child("compare").rng()
        real = as_pile(_shrink_to(self.real[:swd_pictures], painted.shape[-1]))
        distances = sliced_wasserstein(real, as_pile(painted[:swd_pictures]), rng, slices=64)
        return {
            "kid": kernel_distance(self.features, features, rng, subsets=8),
            "swd": float(np.mean(list(distances.values()))),
        }


def random_eyes_net() -> Eyes:
    """The random eyes as a torch net."""
    eyes = Eyes()
    eyes.load_state_dict({name: torch.from_numpy(value) for name, value in random_eyes().items()})
    return eyes.eval().requires_grad_(False)


@torch.no_grad()
def features_of(eyes: Eyes, pictures: Tensor) -> NDArray[np.float32]:
    """Features (n, f) of byte pictures of any side that is a multiple of 64, or smaller (then enlarged)."""
    parts = [eyes(to_eyes(as_floats(part))).float().cpu() for part in pictures.split(256)]
    return torch.cat(parts).numpy()


def to_eyes(pictures: Tensor, side: int = EYES_SIDE) -> Tensor:
    """Pictures in -1..1 at the side the eyes look at."""
    full = pictures.shape[-1]
    if full >= side:
        return torch.nn.functional.avg_pool2d(pictures, full // side)
    return torch.nn.functional.interpolate(pictures, scale_factor=side // full, mode="bilinear")


def as_pile(pictures: Tensor) -> NDArray[np.uint8]:
    """Bytes (n, 3, h, w) as an array (n, h, w, 3)."""
    return pictures.permute(0, 2, 3, 1).cpu().numpy()


def keep_sample(path: Path, pictures: NDArray[np.uint8]) -> None:
    """Keep painted pictures: the scorer learns from early ones, the bench measures late ones."""
    with replacing(path) as temporary, temporary.open("wb") as handle:
        np.savez_compressed(handle, pictures=pictures)


def _shrink_to(pictures: Tensor, side: int) -> Tensor:
    factor = pictures.shape[-1] // side
    if factor <= 1:
        return pictures
    small = torch.nn.functional.avg_pool2d(pictures.float(), factor)
    return small.round().clamp(0, 255).to(torch.uint8)
