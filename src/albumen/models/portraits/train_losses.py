"""The training objective: real and painted pictures compared in pairs, with a penalty on steep critics.

L(G, C) = E[f(C(G(z)) - C(x))] + gamma/2 (E|grad C(x)|^2 + E|grad C(G(z))|^2), f(t) = log(1 + e^-t) for the painter and
mirrored for the critic: the relativistic pairing of Jolicoeur-Martineau (2019) with both zero-centred penalties, as
Huang et al. (2025) found it converges without tricks.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

OBJECTIVE = "min_G max_C  E[ f( C(G(z)) - C(x) ) ] - g/2 E|grad C(x)|^2 - g/2 E|grad C(G(z))|^2,  f(t) = -log(1+e^-t)"


def critic_loss(real: Tensor, painted: Tensor) -> Tensor:
    """Low when each real picture scores above the painted one it is paired with."""
    return F.softplus(painted - real).mean()


def painter_loss(real: Tensor, painted: Tensor) -> Tensor:
    """Low when each painted picture scores above the real one it is paired with."""
    return F.softplus(real - painted).mean()


def steepness(score: Tensor, pictures: Tensor) -> Tensor:
    """Mean squared slope of the critic at `pictures` (which must require gradients)."""
    (slope,) = torch.autograd.grad(score.sum(), pictures, create_graph=True)
    return slope.float().square().sum(dim=(1, 2, 3)).mean()
