"""A net for the small public sets of the field, which are grids: steps of equal length, several words said at each.

A transformer looks back over the steps (one position each, however many words a step has); a small head then says the
words of the step one after the other, told those already said. So the likelihood is joint and exact, and a processor can
pay for it. The maps, rotary positions and norms are the music model's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from albumen.models.music.net import ATTENTION_SCALE, HEAD_WIDTH, linear, rms_norm, rotary_tables, rotate

LONGEST = 1024  # steps a row may have
FARTHEST = 256  # steps apart from which all distances share a bias
HINT_SCALE = 4.0  # hints lie in 0..1; a hint may move a score by several nats early in training


class Line(NamedTuple):
    """A piece in one key. Everything but `words` is known before the word (or the step) it belongs to."""

    steps: NDArray[np.int16]  # [steps, columns] rows of the step table
    words: NDArray[np.int64]  # [words] 0: silence or end, 1..: pitches
    step_of: NDArray[np.int64]  # [words] never falling
    bags: NDArray[np.int16]  # [words, columns] rows of the word table
    base: NDArray[np.int64]  # [words] the pitch word from which intervals are counted
    floor: NDArray[np.int64]  # [words] pitch words up to this one cannot come
    hints: NDArray[np.uint8]  # [words, kinds, vocabulary] 0..255, how much each pitch is suggested by what was heard
    rows: tuple[int, int]  # sizes of the step table and of the word table


@dataclass(frozen=True, slots=True, kw_only=True)
class GridShape:
    """What fixes the parameters' shapes. The first five follow from the set."""

    vocabulary: int
    step_rows: int
    word_rows: int
    hints: int
    layers: int
    width: int
    head_layers: int
    head_width: int


class Noise:
    """Random bytes for dropout, drawn at once: far cheaper on a processor than a mask at a time."""

    def __init__(self, rng: np.random.Generator, size: int, device: torch.device) -> None:
        self.bytes = torch.frombuffer(bytearray(rng.bytes(size)), dtype=torch.uint8).to(device)
        self.used = 0

    def take(self, *shape: int) -> Tensor:
        """The next bytes, in this shape."""
        start, self.used = self.used, self.used + int(np.prod(shape))
        return self.bytes[start : self.used].view(shape)


def thinned(stream: Tensor, noise: Tensor | None, dropout: float) -> Tensor:
    """Dropout by given random bytes; nothing without them."""
    if noise is None or dropout == 0:
        return stream
    cut = round(dropout * 256)
    return torch.where(noise >= cut, stream * (256 / (256 - cut)), 0)


def matrices(count: int, rows: int, columns: int) -> nn.Parameter:
    """Linear maps of one shape, stored together; a fresh map keeps the size of what goes through it."""
    return nn.Parameter(torch.randn(count, rows, columns) * columns**-0.5)


class Gated(nn.Module):
    """The gated feed-forward, added to the stream."""

    def __init__(self, width: int, hidden: int, depth_scale: float) -> None:
        super().__init__()
        self.gate_up = matrices(2, hidden, width)
        self.down = matrices(1, width, hidden)
        with torch.no_grad():
            self.down.mul_(depth_scale)

    def forward(self, stream: Tensor, noise: Tensor | None, dropout: float) -> Tensor:
        """The stream [..., width] with what was found added; `noise` has its shape."""
        normal = rms_norm(stream)
        inner = F.silu(linear(normal, self.gate_up[0])) * linear(normal, self.gate_up[1])
        return stream + thinned(linear(inner, self.down[0]), noise, dropout)


class Looking(nn.Module):
    """Attention to the steps before in the same piece, by rotary positions and a learned bias for every distance."""

    def __init__(self, width: int, depth_scale: float) -> None:
        super().__init__()
        self.heads = width // HEAD_WIDTH
        self.query_key_value = matrices(3, width, width)
        self.out = matrices(1, width, width)
        self.nearness = nn.Parameter(torch.zeros(FARTHEST, self.heads))
        with torch.no_grad():
            self.out.mul_(depth_scale)

    def forward(
        self, stream: Tensor, barred: Tensor, cosines: Tensor, sines: Tensor, noise: Tensor | None, dropout: float
    ) -> Tensor:
        """The stream [rows, length, width]; `barred` [rows, length, length] is -inf where a step must not look."""
        rows, length, width = stream.shape
        normal = rms_norm(stream)
        query, key, value = (
            linear(normal, weight).view(rows, length, self.heads, HEAD_WIDTH) for weight in self.query_key_value
        )
        query, key = rotate(rms_norm(query), cosines, sines), rotate(rms_norm(key), cosines, sines)
        places = torch.arange(length, device=stream.device)
        apart = (places[:, None] - places[None, :]).clamp(0, FARTHEST - 1)
        bias = self.nearness[apart].permute(2, 0, 1).to(stream.dtype)
        scores = (query.transpose(1, 2) * ATTENTION_SCALE) @ key.transpose(1, 2).transpose(-1, -2)
        seen = torch.softmax((scores + bias[None] + barred[:, None]).float(), dim=-1).to(stream.dtype)
        found = (seen @ value.transpose(1, 2)).transpose(1, 2).reshape(rows, length, width)
        return stream + thinned(linear(found, self.out[0]), noise, dropout)


class Layer(nn.Module):
    """One layer over the steps."""

    def __init__(self, width: int, depth_scale: float) -> None:
        super().__init__()
        self.looking = Looking(width, depth_scale)
        self.gated = Gated(width, width * 2, depth_scale)

    def forward(
        self,
        stream: Tensor,
        barred: Tensor,
        cosines: Tensor,
        sines: Tensor,
        noise: tuple[Tensor | None, Tensor | None],
        dropout: float,
    ) -> Tensor:
        """Attention, then the feed-forward."""
        stream = self.looking(stream, barred, cosines, sines, noise[0], dropout)
        return self.gated(stream, noise[1], dropout)


class Saying(nn.Module):
    """From what a word is told to the scores of all words: absolute, by interval, and along the hints."""

    def __init__(self, shape: GridShape) -> None:
        super().__init__()
        self.pitches = shape.vocabulary - 1
        self.gated = nn.ModuleList(
            Gated(shape.head_width, shape.head_width * 2, (2 * shape.head_layers) ** -0.5)
            for _ in range(shape.head_layers)
        )
        wide = shape.vocabulary + 2 * self.pitches + shape.hints
        self.scores = nn.Parameter(torch.zeros(wide, shape.head_width))
        self.start = nn.Parameter(torch.zeros(wide))
        self.sizes = (shape.vocabulary, 2 * self.pitches, shape.hints)

    def forward(
        self, told: Tensor, base: Tensor, floor: Tensor, hints: Tensor, noise: tuple[Tensor | None, ...], dropout: float
    ) -> Tensor:
        """Log-probabilities [words, vocabulary], in float32."""
        for gated, bytes_ in zip(self.gated, noise, strict=True):
            told = gated(told, bytes_, dropout)
        raw = (linear(rms_norm(told), self.scores) + self.start.to(told.dtype)).float()
        absolute, by_interval, along = raw.split(self.sizes, dim=-1)
        pitches = torch.arange(1, self.pitches + 1, device=told.device)
        interval = pitches[None, :] - base[:, None] + self.pitches
        suggested = (along[:, :, None] * (HINT_SCALE / 255) * hints).sum(1)
        silent, sounding = absolute[:, :1], absolute[:, 1:] + by_interval.gather(1, interval)
        sounding = (sounding + suggested[:, 1:]).masked_fill(pitches[None, :] <= floor[:, None], float("-inf"))
        return torch.log_softmax(torch.cat((silent + suggested[:, :1], sounding), dim=-1), dim=-1)


class GridNet(nn.Module):
    """The whole: look back over the steps, then say the words of each."""

    cosines: Tensor
    sines: Tensor

    def __init__(self, shape: GridShape, *, dropout: float, seed: int) -> None:
        super().__init__()
        torch.manual_seed(seed)
        self.shape, self.dropout = shape, dropout
        self.step_table = nn.Parameter(torch.randn(shape.step_rows, shape.width) * 0.3)
        self.word_table = nn.Parameter(torch.randn(shape.word_rows, shape.head_width) * 0.3)
        self.layers = nn.ModuleList(Layer(shape.width, (2 * shape.layers) ** -0.5) for _ in range(shape.layers))
        self.to_head = matrices(1, shape.head_width, shape.width)
        self.saying = Saying(shape)
        cosines, sines = rotary_tables(LONGEST)
        self.register_buffer("cosines", cosines, persistent=False)
        self.register_buffer("sines", sines, persistent=False)

    def noise(self, rng: np.random.Generator, rows: int, length: int, words: int) -> Noise:
        """The random bytes that one pass with dropout uses."""
        streams = (2 * len(self.layers) + 2) * self.shape.width * rows * length
        heads = (len(self.saying.gated) + 1) * self.shape.head_width * words
        return Noise(rng, streams + heads + rows * length, self.cosines.device)

    def forward(
        self, line: tuple[Tensor, ...], piece: Tensor, noise: Noise | None = None, dtype: torch.dtype = torch.float32
    ) -> Tensor:
        """Log-probabilities [words, vocabulary]. `line`: a Line's tensors without words, its steps as [rows, length,
        columns] and step_of counted over all rows; `piece` [rows, length]: steps look only at steps of the same number."""
        steps, step_of, bags, base, floor, hints = line
        rows, length, _ = steps.shape

        def bytes_for(stream: Tensor) -> Tensor | None:
            return None if noise is None else noise.take(*stream.shape)

        stream = summed(self.step_table, steps).to(dtype)
        stream = thinned(stream, bytes_for(stream), self.dropout)
        later = torch.ones(length, length, dtype=torch.bool, device=stream.device).triu(1)
        other = piece[:, :, None] != piece[:, None, :]
        if (
            noise is not None
        ):  # some steps of the past are forgotten by all that come after, so no piece is known by heart
            forgotten = noise.take(rows, 1, length) < round(self.dropout / 2 * 256)
            other = other | (forgotten & ~torch.eye(length, dtype=torch.bool, device=stream.device))
        barred = torch.zeros(rows, length, length, dtype=dtype, device=stream.device).masked_fill_(
            other | later, float("-inf")
        )
        for layer in self.layers:
            stream = layer(
                stream,
                barred,
                self.cosines[:length],
                self.sines[:length],
                (bytes_for(stream), bytes_for(stream)),
                self.dropout,
            )
        stream = thinned(rms_norm(stream), bytes_for(stream), self.dropout)
        heard = linear(stream, self.to_head[0]).flatten(0, 1)[step_of]
        told = heard + summed(self.word_table, bags).to(dtype)
        told = thinned(told, bytes_for(told), self.dropout)
        return self.saying(told, base, floor, hints, tuple(bytes_for(told) for _ in self.saying.gated), self.dropout)


def summed(table: Tensor, ids: Tensor) -> Tensor:
    """The sum of a table's rows over the last axis of `ids`; row 0 is nothing."""
    flat = F.embedding_bag(ids.flatten(0, -2), table, mode="sum", padding_idx=0)
    return flat.view(*ids.shape[:-1], table.shape[1])


def compile_parts(net: GridNet) -> None:
    """Fuse the arithmetic of the layers (alike, so compiled once) and of the head, for shapes that stay the same."""
    whole, saying = torch.compile(Layer.forward, dynamic=False), torch.compile(Saying.forward, dynamic=False)
    for layer in net.layers:
        layer.forward = whole.__get__(layer)
    net.saying.forward = saying.__get__(net.saying)
