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
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from albumen.models.music.export import export_onnx
from albumen.models.music.net import ATTENTION_SCALE, MusicNet, linear, net_shape, rms_norm
from albumen.models.music.run import GRAPH, Engine
from albumen.models.music.tokens import vocabulary as v

PAST, STEPS, ROUNDS, PROMPT = 900, 32, 8, 1000


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
            keys, values = self.cache[layer]
            keys[:, :, start:stop], values[:, :, start:stop] = key, value
            attended = F.scaled_dot_product_attention(
                query, keys[:, :, :stop], values[:, :, :stop], is_causal=start == 0 and stop > 1, scale=ATTENTION_SCALE,
                enable_gqa=True,
            )  # fmt: skip
            stream = block.after_attention(stream, attended)
        self.length = stop
        return linear(rms_norm(stream[:, -1]), net.embedding)


def best(work: Callable[[], object], prepare: Callable[[], object] = lambda: None, rounds: int = ROUNDS) -> float:
    """The shortest time of some rounds, in seconds."""
    times = []
    for _ in range(rounds):
        prepare()
        clock = time.process_time if torch.get_num_threads() == 1 else time.perf_counter
        start = clock()
        work()
        times.append(clock() - start)
    return min(times)


def measure(size: str, threads: int, folder: Path) -> list[str]:
    """Table lines of one net size."""
    net = MusicNet(net_shape(size, v.SIZE))
    engines = {}
    for precision in ("float32", "int8"):
        target = folder / f"{size}-{precision}"
        target.mkdir()
        export_onnx(net, target / GRAPH, precision)
        engines[precision] = Engine(target, threads=threads)
    rng = np.random.default_rng(0)
    lines = []
    for rows, kind in ((1, "1"), (4, "4 takes"), (8, "8 takes"), (4, "4 strangers")):
        # Takes share their past, as they do when a song is written; strangers have nothing in common.
        ids = rng.integers(1, v.SIZE, (rows if kind.endswith("strangers") else 1, PAST)).repeat(rows if "takes" in kind else 1, 0)
        decoder = TorchDecoder(net, rows, PAST + STEPS + 1)
        decoder.read(torch.from_numpy(ids))
        step = torch.ones(rows, 1, dtype=torch.int64)

        def torch_steps(decoder: TorchDecoder = decoder, step: Tensor = step) -> None:
            decoder.length = PAST
            for _ in range(STEPS):
                decoder.read(step)

        speeds = {"torch": rows * STEPS / best(torch_steps)}
        for precision, engine in engines.items():
            session = engine.session(rows)
            for row in range(rows):
                session.begin(row, ids[row].tolist())

            def engine_steps(session: object = session, rows: int = rows) -> None:
                for row in range(rows):
                    session.cut(row, PAST)  # type: ignore[attr-defined]
                for _ in range(STEPS):
                    session.step([1] * rows)  # type: ignore[attr-defined]

            speeds[precision] = rows * STEPS / best(engine_steps)
        lines.append(
            f"| {size} | {kind} | {speeds['torch']:.0f} | {speeds['float32']:.0f} | {speeds['int8']:.0f} "
            f"| {speeds['int8'] / speeds['torch']:.1f} |"
        )
        print(lines[-1], flush=True)
    prompt = rng.integers(1, v.SIZE, PROMPT).tolist()

    def torch_prompt() -> None:
        TorchDecoder(net, 1, PROMPT).read(torch.tensor([prompt]))

    times = [best(torch_prompt)] + [best(lambda e=e: e.session(1).begin(0, prompt)) for e in engines.values()]
    lines.append(f"| {size} | prompt of {PROMPT}, s | {times[0]:.2f} | {times[1]:.2f} | {times[2]:.2f} | {times[0] / times[2]:.1f} |")
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
        "Takes share their past of words, as they do when a song is written; strangers share nothing. PyTorch's cache is written\n"
        "in place and keeps each row's past apart.\n"
        f"Words a second after {PAST} words of context, {given.threads} threads"
        f"{' (seconds of the processor)' if given.threads == 1 else ''}; prompts in seconds. "
        f"`python bench/music_speed.py`, one run, best of {ROUNDS} rounds; load of the machine at the end {load:.1f}.\n\n"
        "| net | rows | PyTorch with cache, float32 | engine float32 | engine int8 | int8 : PyTorch |\n"
        "|---|---|---|---|---|---|\n"
        + "\n".join(lines)
        + "\n"
    )
    if given.out:
        given.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
