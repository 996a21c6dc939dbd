"""How fast the music model runs on a processor: the engine against the same net in PyTorch with a key/value cache.

    python bench/music_speed.py [--threads 2] [--out bench/music_speed.md]

The nets have random weights: speed does not depend on them. Everything is measured in one run, the two sides by turns;
each figure is the best of several rounds. With one thread the processor's time is taken instead of the clock's, so that
other work on the machine hardly matters.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from albumen.models.music.export import export_onnx
from albumen.models.music.net import ATTENTION_SCALE, MusicNet, linear, net_shape, rms_norm
from albumen.models.music.run import Engine
from albumen.models.music.tokens import vocabulary as v

PAST, STEPS, ROUNDS, PROMPT = 900, 32, 8, 1000
REST = 0.3  # seconds


class TorchDecoder:
    """The net in PyTorch, float32, with a cache that is written in place."""

    def __init__(self, net: MusicNet, rows: int, room: int) -> None:
        self.net, self.length = net, 0
        shape = (net.shape.layers, 2, rows, net.shape.key_heads, room, 64)
        self.cache = torch.zeros(shape)

    @torch.inference_mode()
    def read(self, ids: Tensor) -> Tensor:
        """Logits after the last of `ids` [rows, length]."""
        net, start, stop = self.net, self.length, self.length + ids.shape[1]
        cosines, sines = net.cosines[start:stop], net.sines[start:stop]
        stream = F.embedding(ids, net.embedding) * net.shape.width**0.5
        for layer, block in enumerate(net.blocks):
            query, key, value = block.before_attention(stream, cosines, sines)
            keys, values = self.remembered(layer, key, value)
            attended = F.scaled_dot_product_attention(
                query, keys, values, is_causal=start == 0 and stop > 1, scale=ATTENTION_SCALE,
                enable_gqa=True,
            )  # fmt: skip
            stream = block.after_attention(stream, attended)
        self.length = stop
        return linear(rms_norm(stream[:, -1]), net.embedding)

    def remembered(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        """All keys and values of a layer, the new ones among them."""
        stop = self.length + key.shape[2]
        keys, values = self.cache[layer]
        keys[:, :, self.length : stop], values[:, :, self.length : stop] = key, value
        return keys[:, :, :stop], values[:, :, :stop]


class GrowingDecoder(TorchDecoder):
    """The same with a cache that grows by concatenation, as that of most public code does."""

    def __init__(self, net: MusicNet, rows: int, room: int) -> None:
        super().__init__(net, rows, 0)
        empty = torch.zeros(rows, net.shape.key_heads, 0, 64)
        self.grown = [(empty, empty) for _ in net.blocks]

    def remembered(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        keys, values = (kept[:, :, : self.length] for kept in self.grown[layer])
        self.grown[layer] = torch.cat((keys, key), dim=2), torch.cat((values, value), dim=2)
        return self.grown[layer]


def best(works: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """The shortest time of each over some rounds, in seconds. All take turns in every round, so that a machine that is
    slower for a while is slower for all; before its turn each gets the machine to itself (threads of the one before may
    still be spinning) and warms up."""
    clock = time.process_time if torch.get_num_threads() == 1 else time.perf_counter
    times: dict[str, float] = dict.fromkeys(works, float("inf"))
    for _ in range(ROUNDS):
        for name, work in works.items():
            time.sleep(REST)
            work()
            start = clock()
            work()
            times[name] = min(times[name], clock() - start)
    return times


def torch_steps(net: MusicNet, ids: NDArray[np.int64], kind: type[TorchDecoder]) -> Callable[[], None]:
    """All rows said on by PyTorch from the past `ids` [rows, PAST]."""
    rows = len(ids)
    decoder = kind(net, rows, PAST + STEPS + 1)
    decoder.read(torch.from_numpy(ids))
    step = torch.ones(rows, 1, dtype=torch.int64)

    def steps() -> None:
        decoder.length = PAST
        for _ in range(STEPS):
            decoder.read(step)

    return steps


def engine_steps(engine: Engine, ids: NDArray[np.int64]) -> Callable[[], None]:
    """All rows said on by the engine from the past `ids` [rows, PAST]."""
    rows = len(ids)
    session = engine.session(rows)
    for row in range(rows):
        session.begin(row, ids[row].tolist())

    def steps() -> None:
        for row in range(rows):
            session.cut(row, PAST)
        for _ in range(STEPS):
            session.step([1] * rows)

    return steps


def measure(size: str, threads: int, folder: Path) -> list[str]:
    """Table lines of one net size."""
    net = MusicNet(net_shape(size, v.SIZE))
    engines = {}
    for precision in ("float32", "int8"):
        target = folder / f"{size}-{precision}"
        target.mkdir()
        export_onnx(net, target, precision)
        engines[precision] = Engine(target, threads=threads)
    rng = np.random.default_rng(0)
    lines = []
    for rows, name in ((1, "1"), (4, "4 takes"), (8, "8 takes"), (4, "4 strangers")):
        # Takes share their past, as they do when a song is written; strangers have nothing in common.
        alone = rows if name.endswith("strangers") else 1
        ids = rng.integers(1, v.SIZE, (alone, PAST)).repeat(rows // alone, 0)
        works = {kind.__name__: torch_steps(net, ids, kind) for kind in (GrowingDecoder, TorchDecoder)}
        works |= {precision: engine_steps(engine, ids) for precision, engine in engines.items()}
        speeds = {who: rows * STEPS / seconds for who, seconds in best(works).items()}
        lines.append(
            f"| {size} | {name} | "
            + " | ".join(f"{speed:.0f}" for speed in speeds.values())
            + f" | {speeds['int8'] / speeds['GrowingDecoder']:.1f} | {speeds['int8'] / speeds['TorchDecoder']:.1f} |"
        )
        print(lines[-1], flush=True)
    prompt = rng.integers(1, v.SIZE, PROMPT).tolist()

    def torch_prompt() -> None:
        TorchDecoder(net, 1, PROMPT).read(torch.tensor([prompt]))

    prompts = {name: lambda e=e: e.session(1).begin(0, prompt) for name, e in engines.items()}  # type: ignore[misc]
    times = list(best({"torch": torch_prompt} | prompts).values())
    lines.append(
        f"| {size} | prompt of {PROMPT}, s | | {times[0]:.2f} | {times[1]:.2f} | {times[2]:.2f} | | {times[0] / times[2]:.1f} |"
    )
    print(lines[-1], flush=True)
    return lines


def main() -> None:
    """Measure all sizes and write the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--sizes", default="tiny,lite,base")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for size in given.sizes.split(","):
            lines += measure(size, given.threads, Path(folder))
    load = os.getloadavg()[0]
    text = (
        "# Speed of the music model on a processor\n\n"
        "Takes share their past of words, as they do when a song is written; strangers share nothing. PyTorch keeps each\n"
        "row's past apart; its cache either grows by concatenation, as in most public code, or is written in place.\n"
        f"Words a second after {PAST} words of context, {given.threads} threads"
        f"{' (seconds of the processor)' if given.threads == 1 else ''}; prompts in seconds. "
        f"`python bench/music_speed.py`, one run, best of {ROUNDS} rounds; load of the machine at the end {load:.1f}.\n\n"
        "| net | rows | PyTorch, growing cache | PyTorch, cache in place | engine float32 | engine int8 | int8 : growing | int8 : in place |\n"
        "|---|---|---|---|---|---|---|---|\n" + "\n".join(lines) + "\n"
    )
    if given.out:
        given.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
