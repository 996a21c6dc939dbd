"""Pictures in the memory of the training device, drawn in batches by step number alone.

A batch depends on (seed, step) and nothing else, so a run that stops and resumes sees the pictures it would have seen.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from albumen.models.portraits.net_generator import soften
from albumen.models.portraits.pack import Pack, decoded
from albumen.work.errors import Wrong
from albumen.work.seed import Seed


def training_device() -> torch.device:
    """The GPU where there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def step_draw(seed: Seed, name: str, step: int, device: torch.device) -> torch.Generator:
    """The random stream of one step."""
    draw = torch.Generator(device=device)
    draw.manual_seed(seed.child(name, step).number() % (1 << 63))
    return draw


@dataclass(frozen=True, slots=True, kw_only=True)
class Gallery:
    """Pictures of one side (n, 3, side, side) uint8 with conditions (n, CONDITION_SIZE), on one device."""

    pictures: Tensor
    conditions: Tensor
    rows: NDArray[np.int64]
    """Rows of the pack that these pictures are."""

    def __len__(self) -> int:
        return len(self.pictures)

    @property
    def side(self) -> int:
        return int(self.pictures.shape[-1])

    def batch(self, count: int, draw: torch.Generator) -> tuple[Tensor, Tensor]:
        """`count` random pictures in -1..1, half of them mirrored, with their conditions."""
        device = self.pictures.device
        chosen = torch.randint(len(self), (count,), device=device, generator=draw)
        pictures = as_floats(self.pictures[chosen])
        mirrored = torch.rand(count, 1, 1, 1, device=device, generator=draw) < 0.5
        return torch.where(mirrored, pictures.flip(3), pictures), self.conditions[chosen]

    def at(self, side: int) -> Gallery:
        """The same pictures, smaller (area-averaged)."""
        if side == self.side:
            return self
        if self.side % side:
            raise Wrong(f"pictures of {self.side} px cannot be averaged down to {side} px")
        shrunk = [as_bytes(F.avg_pool2d(as_floats(part), self.side // side)) for part in self.pictures.split(256)]
        return Gallery(pictures=torch.cat(shrunk), conditions=self.conditions, rows=self.rows)

    def softened(self) -> Gallery:
        """The same pictures under the filter that a net which softens ends with."""
        soft = [as_bytes(soften(as_floats(part))) for part in self.pictures.split(256)]
        return Gallery(pictures=torch.cat(soft), conditions=self.conditions, rows=self.rows)

    def only(self, chosen: NDArray[np.bool_]) -> Gallery:
        """The pictures where `chosen` (one flag for each picture of the pack) is set."""
        here = torch.from_numpy(np.flatnonzero(chosen[self.rows])).to(self.pictures.device)
        return Gallery(
            pictures=self.pictures[here], conditions=self.conditions[here], rows=self.rows[chosen[self.rows]]
        )


def hang(pack: Pack, side: int, chosen: NDArray[np.bool_], device: torch.device) -> Gallery:
    """Decode the chosen pictures of a pack at a side and put them on a device."""
    rows = np.flatnonzero(chosen)
    if len(rows) < 2:
        raise Wrong(f"only {len(rows)} pictures are left to learn from", next_step="pack more pictures")
    parts = np.array_split(rows, max(1, len(rows) // 64))
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        stacked = np.concatenate(list(pool.map(lambda part: decoded(pack, side, part), parts)))
    pictures = torch.from_numpy(np.ascontiguousarray(stacked.transpose(0, 3, 1, 2)))
    return Gallery(
        pictures=pictures.to(device),
        conditions=torch.from_numpy(pack.conditions()[rows]).to(device),
        rows=rows,
    )


def as_floats(pictures: Tensor) -> Tensor:
    """Bytes to -1..1."""
    return pictures.float() / 127.5 - 1.0


def as_bytes(pictures: Tensor) -> Tensor:
    """-1..1 to bytes."""
    return ((pictures.float() + 1.0) * 127.5).round().clamp(0, 255).to(torch.uint8)


def as_array(pictures: Tensor) -> NDArray[np.uint8]:
    """Pictures in -1..1 to a byte array (n, side, side, 3)."""
    return as_bytes(pictures).permute(0, 2, 3, 1).cpu().numpy()
