"""The optimiser: Muon on the matrices of the layers, AdamW on the tied embedding.

Muon (K. Jordan, 2024) replaces a matrix's momentum by the nearest half-orthogonal matrix, found with a few matrix
products, so that all directions learn equally fast. Updates are scaled to the size of AdamW's (Moonshot, 2025), so one
learning rate and one weight decay serve both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from albumen.models.music.net import HEAD_WIDTH, MusicNet
from albumen.models.train_device import fast_dtype

# The quintic iteration that pushes all singular values towards 1 (coefficients by K. Jordan).
_QUINTIC = (3.4445, -4.7750, 2.0315)
_ROUNDS = 5
_LIKE_ADAM = 0.2  # root mean square of a typical AdamW update


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimizerOptions:
    """Peak learning rates and the rest; the schedule multiplies the rates by a number 0..1."""

    matrix_rate: float = 1e-2
    embedding_rate: float = 3e-3
    momentum: float = 0.95
    beta_first: float = 0.9
    beta_second: float = 0.98
    weight_decay: float = 0.05
    clip: float = 1.0


class MusicOptimizer:
    """Owns the optimiser's memory (named tensors) and makes one step from the gradients."""

    def __init__(self, net: MusicNet, options: OptimizerOptions) -> None:
        self.options = options
        self.steps = 0
        self._embedding = net.embedding
        self._matrices = {name: weight for name, weight in net.named_parameters() if name != "embedding"}
        self._cuts = {name: _row_cuts(name, weight, net) for name, weight in self._matrices.items()}
        self.momentum = {name: torch.zeros_like(weight) for name, weight in self._matrices.items()}
        self.first = torch.zeros_like(net.embedding)
        self.second = torch.zeros_like(net.embedding)

    @torch.no_grad()
    def step(self, scale: float) -> float:
        """Clip, update every weight with the rates times `scale`, drop the gradients; returns the gradient's norm."""
        gradients = [weight.grad for weight in (*self._matrices.values(), self._embedding) if weight.grad is not None]
        norm = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(gradients)))
        torch._foreach_mul_(gradients, torch.clamp(self.options.clip / (norm + 1e-6), max=1.0))
        self.steps += 1
        self._step_matrices(self.options.matrix_rate * scale)
        self._step_embedding(self.options.embedding_rate * scale)
        for weight in (*self._matrices.values(), self._embedding):
            weight.grad = None
        return float(norm)

    def _step_matrices(self, rate: float) -> None:
        names = list(self._matrices)
        weights: list[Tensor] = [self._matrices[name] for name in names]
        gradients = [weight.grad if weight.grad is not None else torch.zeros_like(weight) for weight in weights]
        buffers = [self.momentum[name] for name in names]
        torch._foreach_lerp_(buffers, gradients, 1 - self.options.momentum)
        ahead = torch._foreach_lerp(gradients, buffers, self.options.momentum)
        by_shape: dict[tuple[int, int], list[tuple[Tensor, Tensor]]] = defaultdict(list)
        for name, weight, direction in zip(names, weights, ahead, strict=True):
            for target, piece in zip(weight.split(self._cuts[name]), direction.split(self._cuts[name]), strict=True):
                by_shape[piece.shape[0], piece.shape[1]].append((target, piece))
        torch._foreach_mul_(weights, 1 - rate * self.options.weight_decay)
        for (rows, columns), pairs in by_shape.items():
            turned = half_orthogonal(torch.stack([piece for _, piece in pairs]))
            size = rate * _LIKE_ADAM * max(rows, columns) ** 0.5
            torch._foreach_add_([target for target, _ in pairs], list(turned.to(pairs[0][0].dtype).unbind()), alpha=-size)

    def _step_embedding(self, rate: float) -> None:
        gradient = self._embedding.grad
        if gradient is None:
            return
        beta_first, beta_second = self.options.beta_first, self.options.beta_second
        self.first.lerp_(gradient, 1 - beta_first)
        self.second.lerp_(gradient.square(), 1 - beta_second)
        mean = self.first / (1 - beta_first**self.steps)
        spread = (self.second / (1 - beta_second**self.steps)).sqrt_().add_(1e-8)
        self._embedding.addcdiv_(mean, spread, value=-rate)

    def tensors(self) -> dict[str, Tensor]:
        """All memory by name, for a checkpoint."""
        momentum = {f"momentum.{name}": value for name, value in self.momentum.items()}
        return {**momentum, "first": self.first, "second": self.second}

    @torch.no_grad()
    def restore(self, tensors: Mapping[str, Tensor], steps: int) -> None:
        """Take back what `tensors` gave, made after `steps` steps."""
        for name, value in self.tensors().items():
            value.copy_(tensors[name])
        self.steps = steps


def half_orthogonal(matrices: Tensor) -> Tensor:
    """Each of [count, rows, columns] with all its singular values near 1 (0.7 to 1.2), in the arithmetic that is fast."""
    a, b, c = _QUINTIC
    wide = matrices.to(fast_dtype(matrices.device))
    tall = wide.shape[1] > wide.shape[2]
    if tall:
        wide = wide.mT
    wide = wide / (torch.linalg.matrix_norm(wide.float(), keepdim=True).to(wide.dtype) + 1e-7)
    for _ in range(_ROUNDS):
        square = wide @ wide.mT
        wide = a * wide + (b * square + c * (square @ square)) @ wide
    return wide.mT if tall else wide


def _row_cuts(name: str, weight: Tensor, net: MusicNet) -> list[int]:
    """Rows of the separate maps that one stored matrix holds."""
    if name.endswith("query_key_value"):
        keys = net.shape.key_heads * HEAD_WIDTH
        return [net.shape.heads * HEAD_WIDTH, keys, keys]
    if name.endswith("gate_up"):
        return [net.shape.hidden, net.shape.hidden]
    return [weight.shape[0]]


class MovingAverage:
    """A slow average of the weights over the last few per cent of training, which validates better than the last step."""

    SHARE = 0.03
    SLOWEST = 0.9995

    def __init__(self, net: MusicNet) -> None:
        self.weights = {name: weight.detach().clone() for name, weight in net.named_parameters()}

    @torch.no_grad()
    def follow(self, net: MusicNet, steps: int) -> None:
        """Move towards the weights after `steps` steps."""
        keep = min(self.SLOWEST, 1 - 1 / max(2.0, self.SHARE * steps))
        torch._foreach_lerp_(list(self.weights.values()), [weight.detach() for weight in net.parameters()], 1 - keep)
