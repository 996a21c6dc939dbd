"""The painter net: a latent and a condition become styles, styles steer convolutions from 4 x 4 up to the picture.

Of the StyleGAN2 family (Karras et al. 2020), but the modulation is applied to the activations (scale before, norm
after the convolution) instead of the weights: the same arithmetic, no grouped convolutions, fast on a CPU.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from albumen.models.portraits.condition import CONDITION_SIZE
from albumen.models.portraits.sizes import NetSize

GAIN = math.sqrt(2.0)
SLOPE = 0.2


class EqualLinear(nn.Module):
    """A dense layer whose weights are drawn at unit size and scaled when used (equalised learning rate)."""

    def __init__(self, inputs: int, outputs: int, *, bias: float = 0.0, rate: float = 1.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs) / rate)
        self.bias = nn.Parameter(torch.full((outputs,), bias / rate))
        self.rate = rate
        self.scale = rate / math.sqrt(inputs)

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight * self.scale, self.bias * self.rate)


class EqualConv(nn.Module):
    """A convolution with equalised learning rate; odd kernels keep the size.

    A rectifier's `gain` after it may as well be applied to kernel and bias, which are far smaller than the result.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int, *, bias: bool = True, gain: float = 1.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(outputs)) if bias else None
        self.gain = gain
        self.scale = gain / math.sqrt(inputs * kernel * kernel)
        self.padding = kernel // 2

    def forward(self, x: Tensor) -> Tensor:
        weight = self.weight * self.scale
        bias = None if self.bias is None else self.bias * self.gain
        if not self.padding:
            # Written as a matrix product: as a convolution of few channels over large pictures it ends some processors' kernels.
            return F.linear(x.movedim(1, -1), weight[:, :, 0, 0], bias).movedim(-1, 1)
        return F.conv2d(x, weight, bias, padding=self.padding)


class StyledConv(nn.Module):
    """A convolution steered by a style: channels scaled before it, normalised after it, then bent."""

    def __init__(self, inputs: int, outputs: int, style: int) -> None:
        super().__init__()
        self.conv = EqualConv(inputs, outputs, 3, bias=False)
        self.steer = EqualLinear(style, inputs, bias=1.0)
        self.bias = nn.Parameter(torch.zeros(outputs))

    def energy(self) -> Tensor:
        """Squared size of each kernel (outputs, inputs): what a style multiplies before the norm."""
        return (self.conv.weight * self.conv.scale).square().sum(dim=(2, 3))

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        scale = self.steer(style)
        norm = torch.rsqrt(scale.float().square() @ self.energy().float().t() + 1e-6) * GAIN
        x = self.conv(x * scale[:, :, None, None].to(x.dtype))
        bias = (self.bias * GAIN)[None, :, None, None]
        return F.leaky_relu(torch.addcmul(bias.to(x.dtype), x, norm[:, :, None, None].to(x.dtype)), SLOPE)


class ToPicture(nn.Module):
    """Channels to red, green and blue of each pixel of a cell, steered by a style."""

    def __init__(self, inputs: int, style: int, grain: int) -> None:
        super().__init__()
        self.conv = EqualConv(inputs, 3 * grain * grain, 1)
        self.steer = EqualLinear(style, inputs, bias=1.0)
        self.grain = grain

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        cells = self.conv(x * self.steer(style)[:, :, None, None].to(x.dtype)).float()
        return F.pixel_shuffle(cells, self.grain)


class Mapping(nn.Module):
    """Latent and condition to a style."""

    def __init__(self, size: NetSize) -> None:
        super().__init__()
        self.ask = EqualLinear(CONDITION_SIZE, size.latent)
        self.first = EqualLinear(2 * size.latent, size.style, rate=0.05)
        self.second = EqualLinear(size.style, size.style, rate=0.05)

    def forward(self, latent: Tensor, condition: Tensor) -> Tensor:
        asked = self.ask(condition)
        joined = torch.cat([_unit(latent), _unit(asked)], dim=1)
        hidden = F.leaky_relu(self.first(joined), SLOPE) * GAIN
        return F.leaky_relu(self.second(hidden), SLOPE) * GAIN


class Stage(nn.Module):
    """One doubling of the side (the first keeps 4 x 4 cells): one or two styled convolutions and a picture of that side."""

    def __init__(self, inputs: int, outputs: int, style: int, grain: int, *, doubles: bool) -> None:
        super().__init__()
        self.doubles = doubles
        self.first = StyledConv(inputs, outputs, style)
        self.second = StyledConv(outputs, outputs, style) if doubles else None
        self.picture = ToPicture(outputs, style, grain)

    def forward(self, x: Tensor, style: Tensor) -> tuple[Tensor, Tensor]:
        if self.doubles:
            x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
        x = self.first(x, style)
        if self.second is not None:
            x = self.second(x, style)
        return x, self.picture(x, style)


class Generator(nn.Module):
    """Latents (n, latent) and conditions (n, CONDITION_SIZE) to pictures (n, 3, side, side) in about -1..1."""

    def __init__(self, size: NetSize) -> None:
        super().__init__()
        self.size = size
        self.mapping = Mapping(size)
        self.start = nn.Parameter(torch.randn(1, size.widths[0], 4, 4))
        inputs = (size.widths[0], *size.widths[:-1])
        self.stages = nn.ModuleList(
            Stage(before, after, size.style, size.grain, doubles=place > 0)
            for place, (before, after) in enumerate(zip(inputs, size.widths, strict=True))
        )

    def draw(self, styles: Tensor, side: int, *, fade: float = 1.0) -> Tensor:
        """Pictures of a side from one style per stage (n, stages, style); `fade` weighs the newest stage's detail."""
        last = self.size.stage_of(side)
        x = self.start.expand(len(styles), -1, -1, -1)
        if torch.is_autocast_enabled(x.device.type):
            x = x.to(torch.get_autocast_dtype(x.device.type))
        picture = torch.zeros(len(styles), 3, 4 * self.size.grain, 4 * self.size.grain, device=x.device)
        for place, stage in enumerate(self.stages[: last + 1]):
            x, detail = stage(x, styles[:, place])
            if place:
                picture = F.interpolate(picture, scale_factor=2, mode="bilinear", align_corners=False)
            picture = picture + (detail if place < last or fade >= 1.0 else detail * fade)
        return soften(picture) if self.size.softened(side) else picture

    def forward(self, latent: Tensor, condition: Tensor, side: int, *, fade: float = 1.0) -> Tensor:
        style = self.mapping(latent, condition)
        return self.draw(style[:, None].expand(-1, len(self.stages), -1), side, fade=fade)


def soften(pictures: Tensor) -> Tensor:
    """Pictures (n, 3, h, w) under the binomial filter 1 2 1, down and across: nothing is left of a chequer of single pixels."""
    ends = F.pad(pictures, (1, 1, 1, 1), mode="replicate")
    down = (ends[:, :, :-2] + 2 * ends[:, :, 1:-1] + ends[:, :, 2:]) / 4
    return (down[..., :-2] + 2 * down[..., 1:-1] + down[..., 2:]) / 4


def _unit(x: Tensor) -> Tensor:
    return x * torch.rsqrt(x.square().mean(dim=1, keepdim=True) + 1e-8)
