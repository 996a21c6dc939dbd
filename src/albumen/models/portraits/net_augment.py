"""Differentiable augmentation (Zhao et al. 2020): both real and painted pictures are disturbed before the critic.

With few pictures the critic would learn them by heart; disturbed ones it cannot. Each disturbance is applied to a
picture with a probability that the training adapts (Karras et al. 2020).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def augment(pictures: Tensor, chance: float, draw: torch.Generator | None = None) -> Tensor:
    """Pictures (n, 3, side, side) with colour, shift and cut-out each applied with probability `chance`."""
    if chance <= 0.0:
        return pictures
    for disturb in (_brightness, _saturation, _contrast, _shift, _cut_out):
        chosen = _random(pictures, draw, len(pictures), 1, 1, 1) < chance
        pictures = torch.where(chosen, disturb(pictures, draw), pictures)
    return pictures


def _random(like: Tensor, draw: torch.Generator | None, *shape: int) -> Tensor:
    return torch.rand(shape, device=like.device, dtype=like.dtype, generator=draw)


def _brightness(x: Tensor, draw: torch.Generator | None) -> Tensor:
    return x + (_random(x, draw, len(x), 1, 1, 1) - 0.5) * 0.8


def _saturation(x: Tensor, draw: torch.Generator | None) -> Tensor:
    grey = x.mean(dim=1, keepdim=True)
    return (x - grey) * (_random(x, draw, len(x), 1, 1, 1) * 2.0) + grey


def _contrast(x: Tensor, draw: torch.Generator | None) -> Tensor:
    level = x.mean(dim=(1, 2, 3), keepdim=True)
    return (x - level) * (_random(x, draw, len(x), 1, 1, 1) + 0.5) + level


def _shift(x: Tensor, draw: torch.Generator | None, most: float = 0.125) -> Tensor:
    """Whole-pixel shifts of up to an eighth of the side; the uncovered edge is black, as in the source."""
    count, side = len(x), x.shape[-1]
    reach = max(1, int(side * most))
    moves = (_random(x, draw, count, 2) * (2 * reach + 1)).floor().long() - reach
    line = torch.arange(side, device=x.device)
    rows = (line[None] + moves[:, :1] + 1).clamp(0, side + 1)
    columns = (line[None] + moves[:, 1:] + 1).clamp(0, side + 1)
    padded = F.pad(x, (1, 1, 1, 1))
    batch = torch.arange(count, device=x.device)[:, None, None]
    return padded.permute(0, 2, 3, 1)[batch, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def _cut_out(x: Tensor, draw: torch.Generator | None, share: float = 0.5) -> Tensor:
    """A grey square of half the side, somewhere (it may stick out)."""
    count, side = len(x), x.shape[-1]
    hole = int(side * share)
    corner = (_random(x, draw, count, 2) * (side + 1 - hole % 2)).floor() - hole // 2
    line = torch.arange(side, device=x.device)[None]
    rows = (line >= corner[:, :1]) & (line < corner[:, :1] + hole)
    columns = (line >= corner[:, 1:]) & (line < corner[:, 1:] + hole)
    keep = ~(rows[:, :, None] & columns[:, None, :])
    return x * keep[:, None].to(x.dtype)
