"""The net of the verse models: a small decoder-only transformer over words.

Choices: pre-norm RMS without gains, rotary positions, normalised queries and keys, squared ReLU, tied embeddings, no biases.
They keep the graph plain, so that `export.py` can write the same net down for ONNX by hand and a test can compare the two.
Letters in shapes: B rows, T tokens, D width, H heads, K head width, V vocabulary.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from albumen.models.verse.shape import ATTENTION_SCALE, LOGIT_SCALE, NORM_EPSILON, Shape, rotary_tables

HIDDEN = -1e9


def norm(x: Tensor) -> Tensor:
    """Scale the last axis to a root mean square of one."""
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + NORM_EPSILON)


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turn the two halves of each head by their position: x `[B, H, T, K]`, tables `[T, K/2]`."""
    left, right = x.chunk(2, dim=-1)
    return torch.cat((left * cos - right * sin, left * sin + right * cos), dim=-1)


class Block(nn.Module):
    """Attention, then a feed-forward layer, each added to the stream."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.scale = ATTENTION_SCALE / (shape.width // shape.heads) ** 0.5
        self.attend = nn.Linear(shape.width, 3 * shape.width, bias=False)
        self.merge = nn.Linear(shape.width, shape.width, bias=False)
        self.widen = nn.Linear(shape.width, 4 * shape.width, bias=False)
        self.narrow = nn.Linear(4 * shape.width, shape.width, bias=False)
        self.dropout = shape.dropout

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """x `[B, T, D]` to `[B, T, D]`."""
        query, key, value = self._asked(x, cos, sin)
        return self._added(
            x, functional.scaled_dot_product_attention(query, key, value, is_causal=True, scale=self.scale)
        )

    def forward_written(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """The same as `forward` with attention written out for a compiler that fuses it (faster on processors)."""
        query, key, value = self._asked(x, cos, sin)
        past = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool, device=x.device).tril()
        scores = ((query * self.scale) @ key.transpose(-1, -2)).float()
        return self._added(x, torch.where(past, scores, HIDDEN).softmax(-1).to(value.dtype) @ value)

    def _asked(self, x: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values, each `[B, H, T, K]`."""
        mixed = self.attend(norm(x)).view(*x.shape[:2], 3, self.heads, -1)
        query, key, value = (part.transpose(1, 2) for part in mixed.unbind(2))
        return norm(rotate(query, cos, sin)), norm(rotate(key, cos, sin)), value

    def _added(self, x: Tensor, seen: Tensor) -> Tensor:
        x = x + self._dropped(self.merge(seen.transpose(1, 2).reshape(x.shape)))
        return x + self._dropped(self.narrow(functional.relu(self.widen(norm(x))).square()))

    def _dropped(self, x: Tensor) -> Tensor:
        return functional.dropout(x, self.dropout, self.training)


@dataclass(frozen=True, slots=True)
class Rivals:
    """The tokens a batch's targets compete with: `tokens`, the log of each one's chance of being here, and where each token is.

    Dividing by that chance keeps the sum over rivals an honest estimate of the sum over the vocabulary (Horvitz-Thompson).
    """

    tokens: Tensor
    log_odds: Tensor
    places: Tensor


class VerseNet(nn.Module):
    """Tokens `[B, T]` to scores of the next token `[B, T, V]`."""

    cos: Tensor
    sin: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embed = nn.Embedding(shape.vocabulary, shape.width)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        cos, sin = rotary_tables(shape)
        self.register_buffer("cos", torch.from_numpy(cos), persistent=False)
        self.register_buffer("sin", torch.from_numpy(sin), persistent=False)

    def start(self, seed: int) -> None:
        """Give every weight its starting value, the same for the same seed."""
        draw = torch.Generator().manual_seed(seed)
        with torch.no_grad():
            nn.init.normal_(self.embed.weight, std=0.05, generator=draw)
            for name, weight in self.blocks.named_parameters():
                # Layers that end a branch start at nought, so that the net begins as its embedding alone.
                if name.endswith(("merge.weight", "narrow.weight")):
                    nn.init.zeros_(weight)
                else:
                    nn.init.normal_(weight, std=self.shape.width**-0.5, generator=draw)

    def stream(self, tokens: Tensor) -> Tensor:
        """The last layer's normed output `[B, T, D]`, before it is compared with the embeddings."""
        x = norm(self.embed(tokens))
        cos, sin = self.cos[: tokens.shape[1]].to(x.dtype), self.sin[: tokens.shape[1]].to(x.dtype)
        for block in self.blocks:
            x = block(x, cos, sin)
        return norm(x)

    def forward(self, tokens: Tensor) -> Tensor:
        """Scores of the next token, float32."""
        return functional.linear(self.stream(tokens), self.embed.weight).float() * LOGIT_SCALE

    def loss(self, tokens: Tensor, targets: Tensor, rivals: Rivals | None = None) -> Tensor:
        """Mean negative log-likelihood in nats of the targets that are not -100, against all tokens or a sample of rivals."""
        kept = targets != -100
        stream, wanted = self.stream(tokens)[kept], targets[kept]
        if rivals is None:
            return functional.cross_entropy(functional.linear(stream, self.embed.weight).float() * LOGIT_SCALE, wanted)
        scores = functional.linear(stream, self.embed.weight[rivals.tokens]).float() * LOGIT_SCALE
        return functional.cross_entropy(scores - rivals.log_odds, rivals.places[wanted])


@dataclass(frozen=True, slots=True)
class Scored:
    """Sums over a batch: nats and tokens, of words alone and of all text."""

    word_nats: float
    words: int
    all_nats: float
    tokens: int


def score_rows(net: VerseNet, tokens: Tensor, targets: Tensor, first_word: int) -> Scored:
    """Nats a batch costs; targets of -100 are not counted."""
    scores = net(tokens).flatten(0, 1)
    flat = targets.flatten()
    nats = functional.cross_entropy(scores, flat, reduction="none", ignore_index=-100)
    word = flat >= first_word
    return Scored(float(nats[word].sum()), int(word.sum()), float(nats.sum()), int((flat != -100).sum()))
