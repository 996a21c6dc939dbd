"""The small nets beside the painter: eyes for the metrics, a scorer, and a fourfold enlarger."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from albumen.models.portraits.condition import ERAS, GENRES, STYLES
from albumen.models.portraits.eyes import EYES_WIDTHS

SCORER_SIDE = 128
SCORER_WIDTHS = (24, 48, 80, 112, 128)


class Eyes(nn.Module):
    """A small ladder of convolutions; its pooled activations (n, features) are what pictures are compared by.

    With random weights it is the yardstick that no training can bend; trained to tell genre, era and style it sees
    what people see. Pictures come as (n, 3, 64, 64) in -1..1.
    """

    def __init__(self, widths: tuple[int, ...] = EYES_WIDTHS) -> None:
        super().__init__()
        inputs = (3, *widths[:-1])
        self.convs = nn.ModuleList(
            nn.Conv2d(before, after, 3, padding=1) for before, after in zip(inputs, widths, strict=True)
        )

    def forward(self, picture: Tensor) -> Tensor:
        features = []
        x = picture
        for place, conv in enumerate(self.convs):
            x = F.avg_pool2d(F.leaky_relu(conv(x), 0.2), 2)
            if place:
                features.append(x.mean(dim=(2, 3)))
        return torch.cat([*features, F.adaptive_avg_pool2d(x, 2).flatten(1)], dim=1)


class EyesTeacher(nn.Module):
    """The classes that trained eyes are taught by."""

    def __init__(self, features: int, artists: int) -> None:
        super().__init__()
        self.normal = nn.BatchNorm1d(features)
        self.heads = nn.ModuleList(nn.Linear(features, n) for n in (len(GENRES), len(ERAS), len(STYLES), artists))

    def forward(self, features: Tensor) -> list[Tensor]:
        x = F.dropout(self.normal(features), 0.2, self.training)
        return [head(x) for head in self.heads]


class Scorer(nn.Module):
    """How finished a picture looks (n,): about 0 for early or broken paintings, 1 for real ones; input 128 x 128."""

    def __init__(self, widths: tuple[int, ...] = SCORER_WIDTHS) -> None:
        super().__init__()
        inputs = (3, *widths[:-1])
        self.convs = nn.ModuleList(
            nn.Conv2d(before, after, 3, padding=1) for before, after in zip(inputs, widths, strict=True)
        )
        self.score = nn.Linear(widths[-1] * 4, 1)

    def forward(self, picture: Tensor) -> Tensor:
        x = picture
        for conv in self.convs:
            x = F.avg_pool2d(F.leaky_relu(conv(x), 0.2), 2)
        score: Tensor = self.score(F.dropout(F.adaptive_avg_pool2d(x, 2).flatten(1), 0.3, self.training))
        return score.squeeze(1)


class Enlarger(nn.Module):
    """Pictures four times as wide: bilinear, plus detail from a few convolutions and a pixel shuffle."""

    def __init__(self, width: int = 40, depth: int = 6) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, width, 3, padding=1)
        self.middle = nn.ModuleList(nn.Conv2d(width, width, 3, padding=1) for _ in range(depth))
        self.last = nn.Conv2d(width, 48, 3, padding=1)
        nn.init.zeros_(self.last.weight)

    def forward(self, picture: Tensor) -> Tensor:
        x = self.first(picture)
        start = x
        for conv in self.middle:
            x = x + F.leaky_relu(conv(x), 0.1)
        detail = F.pixel_shuffle(self.last(x + start), 4)
        return F.interpolate(picture, scale_factor=4, mode="bilinear", align_corners=False) + detail
