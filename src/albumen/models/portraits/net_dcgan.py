"""The baseline: a plain convolutional GAN of the 2018 kind, 128 x 128 (Radford et al. 2016 with one more layer).

It stands for the family behind the first GAN portrait sold at auction, and is trained on the same data for the same
time as our own net, which must beat it.
"""

from __future__ import annotations

from torch import Tensor, nn

LATENT = 100


def _weights(module: nn.Module) -> None:
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(module.weight, 0.0, 0.02)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)
        nn.init.zeros_(module.bias)


class PlainGenerator(nn.Module):
    """Latents (n, 100) to pictures (n, 3, side, side) in -1..1; `width` channels before the last layer."""

    def __init__(self, side: int = 128, width: int = 64) -> None:
        super().__init__()
        steps = side.bit_length() - 4
        channels = width * 2**steps
        layers: list[nn.Module] = [
            nn.ConvTranspose2d(LATENT, channels, 4, 1, 0, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(inplace=True),
        ]
        for _ in range(steps):
            layers += [
                nn.ConvTranspose2d(channels, channels // 2, 4, 2, 1, bias=False),
                nn.BatchNorm2d(channels // 2),
                nn.ReLU(inplace=True),
            ]
            channels //= 2
        self.layers = nn.Sequential(*layers, nn.ConvTranspose2d(channels, 3, 4, 2, 1), nn.Tanh())
        self.apply(_weights)

    def forward(self, latent: Tensor) -> Tensor:
        picture: Tensor = self.layers(latent[:, :, None, None])
        return picture


class PlainCritic(nn.Module):
    """Pictures to the log-odds of being real (n,)."""

    def __init__(self, side: int = 128, width: int = 64) -> None:
        super().__init__()
        steps = side.bit_length() - 4
        layers: list[nn.Module] = [nn.Conv2d(3, width, 4, 2, 1), nn.LeakyReLU(0.2, inplace=True)]
        for _ in range(steps):
            layers += [
                nn.Conv2d(width, width * 2, 4, 2, 1, bias=False),
                nn.BatchNorm2d(width * 2),
                nn.LeakyReLU(0.2, inplace=True),
            ]
            width *= 2
        self.layers = nn.Sequential(*layers, nn.Conv2d(width, 1, 4, 1, 0))
        self.apply(_weights)

    def forward(self, picture: Tensor) -> Tensor:
        odds: Tensor = self.layers(picture)
        return odds.reshape(len(picture))
