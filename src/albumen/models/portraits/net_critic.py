"""The critic (discriminator): how much a picture looks like a painting of the asked kind.

Residual, halving the side at every stage, with the spread inside the batch as an extra channel (against sameness) and
a projection of the condition (Miyato and Koyama 2018).
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from albumen.models.portraits.condition import CONDITION_SIZE
from albumen.models.portraits.net_generator import GAIN, SLOPE, EqualConv, EqualLinear
from albumen.models.portraits.sizes import NetSize


class Halving(nn.Module):
    """A residual stage that halves the side."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.first = EqualConv(inputs, inputs, 3, gain=GAIN)
        self.second = EqualConv(inputs, outputs, 3, gain=GAIN)
        self.across = EqualConv(inputs, outputs, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        bent = F.leaky_relu(self.first(x), SLOPE)
        bent = F.avg_pool2d(F.leaky_relu(self.second(bent), SLOPE), 2)
        return (bent + self.across(F.avg_pool2d(x, 2))) * math.sqrt(0.5)


class Critic(nn.Module):
    """Pictures (n, 3, side, side) and conditions to one score each (n,); higher looks more real."""

    def __init__(self, size: NetSize) -> None:
        super().__init__()
        self.size = size
        widths = size.critic_widths
        self.entries = nn.ModuleList(EqualConv(3 * size.grain * size.grain, width, 1, gain=GAIN) for width in widths)
        self.stages = nn.ModuleList(Halving(widths[place], widths[place - 1]) for place in range(1, len(widths)))
        self.last = EqualConv(widths[0] + 1, widths[0], 3)
        self.dense = EqualLinear(widths[0] * 16, widths[0])
        self.score = EqualLinear(widths[0], 1)
        self.ask = EqualLinear(CONDITION_SIZE, widths[0])

    def forward(self, picture: Tensor, condition: Tensor, *, fade: float = 1.0) -> Tensor:
        place = self.size.stage_of(picture.shape[-1])
        x = self._enter(picture, place)
        if place:
            x = self.stages[place - 1](x)
            if fade < 1.0:
                older = self._enter(F.avg_pool2d(picture, 2), place - 1)
                x = x * fade + older * (1.0 - fade)
        for stage in reversed(self.stages[: max(place - 1, 0)]):
            x = stage(x)
        x = F.leaky_relu(self.last(torch.cat([x, _batch_spread(x)], dim=1)), SLOPE) * GAIN
        x = F.leaky_relu(self.dense(x.flatten(1)), SLOPE) * GAIN
        asked = self.ask(condition)
        return (self.score(x).squeeze(1) + (x * asked).sum(dim=1) / math.sqrt(x.shape[1])).float()

    def _enter(self, picture: Tensor, place: int) -> Tensor:
        return F.leaky_relu(self.entries[place](F.pixel_unshuffle(picture, self.size.grain)), SLOPE)


def _batch_spread(x: Tensor, group: int = 4) -> Tensor:
    """Mean standard deviation over groups of pictures, as one more channel (n, 1, h, w)."""
    count = len(x)
    size = group if count % group == 0 else count
    grouped = x.float().reshape(size, count // size, *x.shape[1:])
    spread = torch.sqrt(grouped.var(dim=0, unbiased=False) + 1e-8).mean(dim=(1, 2, 3))
    column = spread.repeat(size).reshape(count, 1, 1, 1)
    return column.expand(-1, 1, *x.shape[2:]).to(x.dtype)
