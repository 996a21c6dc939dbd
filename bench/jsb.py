"""JSB Chorales on the 16th grid: joint nats of each voice's pitch at each step, no chord given, nothing left out.

    python bench/jsb.py DATA/jsb-chorales-16th.json --minutes 20 [--out bench/jsb.json]

Protocol: the published split (229 / 76 / 77), S A T B one after the other at each step, mean over all note words of the
split, no transposition at test, whole pieces from their first step (at most 1,024 words of context), natural logarithm.
Weights are chosen on valid; test is read once at the end. Training data: the 229 chorales in all keys that fit, nothing else.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from grid_net import Line, Task, fit, nats_of
from numpy.typing import NDArray

LOW, HIGH = 30, 88
SILENCE = 1  # word 0 starts; pitches follow
VOCABULARY = 2 + HIGH - LOW
LONGEST_HOLD = 24


def line_of(piece: NDArray[np.int64], shift: int) -> Line:
    """A chorale [steps, 4] of MIDI pitches (-1: silence), `shift` semitones up."""
    words = np.where(piece < 0, SILENCE, piece + shift - LOW + 2)
    steps = len(words)
    last = np.vstack([np.zeros((1, 4), np.int64), words[:-1]])
    held = np.zeros((steps, 4), np.int64)
    for step in range(1, steps):
        same = last[step] == (last[step - 1] if step > 1 else -1)
        held[step] = np.where(same, np.minimum(held[step - 1] + 1, LONGEST_HOLD - 1), 0)
    phase = np.broadcast_to((np.arange(steps) % 16)[:, None], (steps, 4))
    voice = np.broadcast_to(np.arange(4), (steps, 4))
    features = np.stack([voice, phase, last, held], axis=-1)
    return Line(words.reshape(-1), features.reshape(-1, 4))


def score(nats: Callable[[Line], NDArray[np.float64]], lines: Sequence[Line]) -> float:
    """Mean nats a note word."""
    return float(np.concatenate([nats(line) for line in lines]).mean())


def main() -> None:
    """Train, then print and keep the numbers."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--width", type=int, default=192)
    parser.add_argument("--rows", type=int, default=8)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    sets = {split: [np.array(p, np.int64) for p in pieces] for split, pieces in json.loads(given.data.read_text()).items()}

    def draw(rng: np.random.Generator) -> Line:
        piece = sets["train"][int(rng.integers(len(sets["train"])))]
        sounding = piece[piece >= 0]
        down, up = max(-6, 36 - int(sounding.min())), min(6, 84 - int(sounding.max()))
        return line_of(piece, int(rng.integers(min(down, 0), max(up, 0) + 1)))

    task = Task(
        vocabulary=VOCABULARY, feature_sizes=(4, 16, VOCABULARY, LONGEST_HOLD), draw=draw,
        valid=[line_of(p, 0) for p in sets["valid"]], test=[line_of(p, 0) for p in sets["test"]],
    )  # fmt: skip
    model, facts = fit(
        task, minutes=given.minutes, layers=given.layers, width=given.width, hidden=given.width * 8 // 3 // 64 * 64,
        dropout=given.dropout, rows=given.rows, length=1024, seed=given.seed, score=score,
        report=lambda text: print(text, flush=True),
    )  # fmt: skip
    found: dict[str, float] = dict(facts)
    for split, lines in (("valid", task.valid), ("test", task.test)):
        nats = [nats_of(model, line) for line in lines]
        found[split] = float(np.concatenate(nats).mean())
        on_beat = [n[line.features[:, 1] % 4 == 0] for n, line in zip(nats, lines, strict=True)]
        found[f"{split}_on_beat"] = float(np.concatenate(on_beat).mean())
        found[f"{split}_words"] = float(sum(map(len, nats)))
    print(json.dumps(found, indent=1))
    if given.out:
        given.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
