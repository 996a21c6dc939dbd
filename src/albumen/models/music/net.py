"""The music network: a decoder-only transformer in the Llama layout, small enough to compose on two CPU cores.

RMSNorm, rotary positions, SwiGLU, normalised queries and keys, fewer key/value heads than query heads (a small cache is
what makes decoding fast), tied embeddings, no biases. Weights are held in float32 and used in the type of the stream,
so the same net trains in bfloat16 and is checked against its export in float32.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from albumen.work.errors import Wrong

HEAD_WIDTH = 64
ROPE_BASE = 10_000.0
NORM_EPSILON = 1e-5
# Queries and keys have unit size, so a score is 64 cos(angle): this scale lets it reach 12.
ATTENTION_SCALE = 12 / HEAD_WIDTH
ATTENTION_BLOCK = 256  # queries at a time where attention is written out


@dataclass(frozen=True, slots=True, kw_only=True)
class NetShape:
    """Everything that fixes the parameters' shapes; stored beside the weights."""

    vocabulary: int
    layers: int
    width: int
    heads: int
    key_heads: int
    hidden: int
    context: int = 4096

    def to_json(self) -> dict[str, int]:
        """The shape as plain numbers."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> NetShape:
        """The shape stored by `to_json`; unknown names are refused by the constructor."""
        return cls(**{name: int(number) for name, number in value.items()})


# Hidden widths are multiples of 64: the 8-bit export packs weights in blocks of 64.
SIZES: dict[str, dict[str, int]] = {
    "tiny": {"layers": 6, "width": 256, "heads": 4, "key_heads": 2, "hidden": 704},
    "lite": {"layers": 8, "width": 320, "heads": 6, "key_heads": 2, "hidden": 896},
    "base": {"layers": 12, "width": 448, "heads": 8, "key_heads": 2, "hidden": 1216},
}


def net_shape(size: str, vocabulary: int, *, context: int = 4096) -> NetShape:
    """The shape named `size` (tiny, lite, base) for a vocabulary of that many tokens."""
    if size not in SIZES:
        raise Wrong(f"there is no net size {size!r}", next_step=f"choose one of {', '.join(SIZES)}")
    return NetShape(vocabulary=vocabulary, context=context, **SIZES[size])


def rotary_tables(context: int) -> tuple[Tensor, Tensor]:
    """Cosines and sines of every position, each [context, HEAD_WIDTH / 2] in float32."""
    frequencies = ROPE_BASE ** (-torch.arange(0, HEAD_WIDTH, 2, dtype=torch.float64) / HEAD_WIDTH)
    angles = torch.arange(context, dtype=torch.float64)[:, None] * frequencies[None, :]
    return angles.cos().float(), angles.sin().float()


def rms_norm(stream: Tensor) -> Tensor:
    """The stream divided by its root mean square over the last axis; no gain, since a linear map follows."""
    return F.rms_norm(stream, (stream.shape[-1],), eps=NORM_EPSILON)


def rotate(heads: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    """Rotary positions on [rows, length, heads, HEAD_WIDTH]: the two halves of each head are turned by the angle."""
    first, second = heads.float().chunk(2, dim=-1)
    cosines, sines = cosines[None, :, None, :], sines[None, :, None, :]
    turned = torch.cat((first * cosines - second * sines, second * cosines + first * sines), dim=-1)
    return turned.to(heads.dtype)


def linear(stream: Tensor, weight: Tensor) -> Tensor:
    """A bias-free linear map with the weight taken in the stream's type."""
    return F.linear(stream, weight.to(stream.dtype))


def attention_in_blocks(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """Causal attention on [rows, heads, length, HEAD_WIDTH], a run of queries after the other.

    Later keys are not multiplied at all; what remains are plain matrix products, which processors do fastest.
    """
    length = query.shape[2]
    later = torch.full((ATTENTION_BLOCK, ATTENTION_BLOCK), float("-inf"), dtype=query.dtype, device=query.device).triu(1)
    attended = []
    for start in range(0, length, ATTENTION_BLOCK):
        end = min(start + ATTENTION_BLOCK, length)
        scores = (query[:, :, start:end] * ATTENTION_SCALE) @ key[:, :, :end].transpose(-1, -2)
        own = scores[..., start:] + later[: end - start, : end - start]
        scores = torch.cat((scores[..., :start], own), dim=-1)
        attended.append(torch.softmax(scores, dim=-1) @ value[:, :, :end])
    return torch.cat(attended, dim=2)


class Block(nn.Module):
    """One layer: attention, then the gated feed-forward; both added to the stream."""

    def __init__(self, shape: NetShape) -> None:
        super().__init__()
        self.heads, self.key_heads = shape.heads, shape.key_heads
        inner = shape.heads * HEAD_WIDTH
        self.query_key_value = nn.Parameter(torch.empty(inner + 2 * shape.key_heads * HEAD_WIDTH, shape.width))
        self.attention_out = nn.Parameter(torch.empty(shape.width, inner))
        self.gate_up = nn.Parameter(torch.empty(2 * shape.hidden, shape.width))
        self.down = nn.Parameter(torch.empty(shape.width, shape.hidden))

    def before_attention(self, stream: Tensor, cosines: Tensor, sines: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys, values as [rows, heads, length, HEAD_WIDTH], normalised and rotated."""
        rows, length, _ = stream.shape
        together = linear(rms_norm(stream), self.query_key_value)
        together = together.view(rows, length, self.heads + 2 * self.key_heads, HEAD_WIDTH)
        query, key, value = together.split((self.heads, self.key_heads, self.key_heads), dim=2)
        query = rotate(rms_norm(query), cosines, sines)
        key = rotate(rms_norm(key), cosines, sines)
        return query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2)

    def after_attention(self, stream: Tensor, attended: Tensor) -> Tensor:
        """The stream with what attention found ([rows, heads, length, HEAD_WIDTH]) and the feed-forward added."""
        rows, length, _ = stream.shape
        stream = stream + linear(attended.transpose(1, 2).reshape(rows, length, -1), self.attention_out)
        gate, up = linear(rms_norm(stream), self.gate_up).chunk(2, dim=-1)
        return stream + linear(F.silu(gate) * up, self.down)

    def forward(self, stream: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
        """One layer over whole rows, each token seeing itself and what came before it in its row."""
        query, key, value = self.before_attention(stream, cosines, sines)
        attended = F.scaled_dot_product_attention(
            query, self.for_all_heads(key), self.for_all_heads(value), is_causal=True, scale=ATTENTION_SCALE
        )
        return self.after_attention(stream, attended)

    def forward_in_blocks(self, stream: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
        """The same as `forward`, with attention written out for a compiler that fuses it (faster on processors)."""
        query, key, value = self.before_attention(stream, cosines, sines)
        attended = attention_in_blocks(query, self.for_all_heads(key), self.for_all_heads(value))
        return self.after_attention(stream, attended)

    def for_all_heads(self, shared: Tensor) -> Tensor:
        """Keys or values, once for every query head that shares them."""
        return shared.repeat_interleave(self.heads // self.key_heads, dim=1)


class MusicNet(nn.Module):
    """Token ids [rows, length] to logits [rows, length, vocabulary]; every row is one sequence from position 0."""

    cosines: Tensor
    sines: Tensor

    def __init__(self, shape: NetShape, *, seed: int = 0) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = nn.Parameter(torch.empty(shape.vocabulary, shape.width))
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        cosines, sines = rotary_tables(shape.context)
        self.register_buffer("cosines", cosines, persistent=False)
        self.register_buffer("sines", sines, persistent=False)
        self.start_weights(seed)

    @torch.no_grad()
    def start_weights(self, seed: int) -> None:
        """Fresh weights: normal, spread 1/sqrt(inputs); what is added to the stream starts smaller with depth."""
        generator = torch.Generator().manual_seed(seed)
        depth_scale = (2 * self.shape.layers) ** -0.5
        for name, weight in self.named_parameters():
            if weight.dim() < 2:
                continue
            spread = 0.02 if name == "embedding" else weight.shape[1] ** -0.5
            if name.endswith(("attention_out", "down")):
                spread *= depth_scale
            weight.copy_(torch.randn(weight.shape, generator=generator) * spread)

    def stream(self, ids: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
        """The normalised last stream [rows, length, width], ready for `logits`."""
        length = ids.shape[1]
        cosines, sines = self.cosines[:length], self.sines[:length]
        stream = F.embedding(ids, self.embedding).to(dtype)
        # The embedding is tied to the output and therefore small: bring the stream to unit size.
        stream = stream * self.shape.width**0.5
        for block in self.blocks:
            stream = block(stream, cosines, sines)
        return rms_norm(stream)

    def logits(self, stream: Tensor) -> Tensor:
        """Scores of every next token, in float32."""
        return linear(stream, self.embedding).float()

    def forward(self, ids: Tensor) -> Tensor:
        """Logits in float32 for whole rows."""
        return self.logits(self.stream(ids))

    def parameter_count(self) -> int:
        """How many numbers are learned."""
        return sum(weight.numel() for weight in self.parameters())


def token_losses(logits: Tensor, targets: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Per token: nats of the target, mean nats over the vocabulary (for label smoothing), squared log-partition.

    `logits` [tokens, vocabulary] float32, `targets` [tokens] int64; each result [tokens].
    """
    partition = torch.logsumexp(logits, dim=-1)
    nats = partition - logits.gather(1, targets[:, None])[:, 0]
    smooth = partition - logits.mean(-1)
    return nats, smooth, partition.square()
