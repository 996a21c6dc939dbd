"""What training minimises and what validation reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import torch
from torch import Tensor

from albumen.models.music.net import MusicNet, token_losses
from albumen.models.music.tokens import vocabulary as v

TokenLosses = Callable[[Tensor, Tensor], tuple[Tensor, Tensor, Tensor]]

SMOOTHING = 0.02
PARTITION_WEIGHT = 1e-4  # keeps logits from drifting, which half precision would feel


class Likelihood(NamedTuple):
    """Sums over a validation sample: nats and count of all words that cost, nats of notes' words, notes."""

    nats: float
    words: float
    note_nats: float
    notes: float

    @property
    def nats_per_word(self) -> float:
        """Weighted mean over all words that cost anything."""
        return self.nats / max(self.words, 1e-9)

    @property
    def nats_per_note(self) -> float:
        """Nats of positions, velocities, pitches and lengths, per note; what is given is free."""
        return self.note_nats / max(self.notes, 1e-9)


def training_loss(
    net: MusicNet, ids: Tensor, weights: Tensor, *, dtype: torch.dtype, total: Tensor, losses: TokenLosses = token_losses
) -> Tensor:
    """Weighted nats of a batch [rows, context + 1], smoothed, divided by `total` (the weights of the whole step).

    `losses`: `token_losses`, or what a compiler made of it.
    """
    stream = net.stream(ids[:, :-1].contiguous(), dtype)
    nats, smooth, partition = losses(net.logits(stream).flatten(0, 1), ids[:, 1:].flatten())
    cost = (1 - SMOOTHING) * nats + SMOOTHING * smooth + PARTITION_WEIGHT * partition
    return (cost * weights[:, 1:].flatten()).sum() / total


@torch.no_grad()
def validate(net: MusicNet, batches: Iterable[tuple[Tensor, Tensor]], dtype: torch.dtype) -> Likelihood:
    """Likelihood of a sample, without smoothing."""
    device = net.embedding.device
    sums = torch.zeros(4, device=device, dtype=torch.float64)
    in_cell, is_note = _kinds(device, net.shape.vocabulary)
    for ids, weights in batches:
        ids, weights = ids.to(device), weights.to(device)[:, 1:].flatten()
        targets = ids[:, 1:].flatten()
        stream = net.stream(ids[:, :-1].contiguous(), dtype)
        nats, _, _ = token_losses(net.logits(stream).flatten(0, 1), targets)
        written = (weights == 1.0) & in_cell[targets]
        noted = (weights == 1.0) & is_note[targets]
        sums += torch.stack([(nats * weights).sum(), weights.sum(), nats[written].sum(), noted.sum()]).double()
    return Likelihood(*sums.tolist())


def _kinds(device: torch.device, vocabulary: int) -> tuple[Tensor, Tensor]:
    """Masks over the vocabulary: words inside cells, words that are a note."""
    in_cell = torch.zeros(max(vocabulary, v.SIZE), dtype=torch.bool)
    for family in (v.POSITION, v.VELOCITY, v.LENGTH, v.TIE, v.PITCH, v.DRUM):
        in_cell[family.ids] = True
    is_note = torch.zeros_like(in_cell)
    is_note[v.PITCH.ids] = is_note[v.DRUM.ids] = True
    return in_cell.to(device), is_note.to(device)
