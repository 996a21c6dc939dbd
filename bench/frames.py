"""Piano-roll frame likelihoods (Boulanger-Lewandowski 2012): -log p of each frame given all frames before it, in nats.

    python bench/frames.py DATA/Nottingham.mat --minutes 20 [--out bench/frames-nottingham.json]

A frame is said as its pitches from low to high and a word that ends it, so chords are foretold as chords. The mean is
over all frames of the published test split, the first of each piece too; no transposition at test, at most 1,024 words
of context. Weights are chosen on valid; test is read once at the end. Training data: the set's own pieces in all keys.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from grid_net import Line, Task, fit, nats_of
from numpy.typing import NDArray
from scipy.io import loadmat

END, PITCH = 1, 2  # word 0 starts; pitches 0..87 follow END
VOCABULARY = PITCH + 88
MOST, LONGEST = 16, 32


def line_of(roll: NDArray[np.bool_], shift: int) -> Line:
    """A piano-roll [frames, 88], `shift` semitones up."""
    frames = [np.flatnonzero(frame) + shift for frame in roll]
    words: list[int] = []
    features: list[tuple[int, int, int, int]] = []
    before: list[int] = []
    held = 0
    for number, frame in enumerate(frames):
        said = [*(int(pitch) + PITCH for pitch in frame), END]
        ahead = 0
        for place, word in enumerate(said):
            lowest = said[place - 1] if place else 0
            # The next pitch of the frame before that could still come: what would be said if nothing changed.
            while ahead < len(before) and before[ahead] <= lowest:
                ahead += 1
            expected = before[ahead] if ahead < len(before) else END
            features.append((min(place, MOST - 1), expected, min(held, LONGEST - 1), number % 16))
            words.append(word)
        same = said[:-1] == before
        held = held + 1 if same else 0
        before = said[:-1]
    return Line(np.array(words, np.int64), np.array(features, np.int64))


def score(nats: Callable[[Line], NDArray[np.float64]], lines: Sequence[Line]) -> float:
    """Mean nats a frame."""
    return sum(float(nats(line).sum()) for line in lines) / sum(int((line.words == END).sum()) for line in lines)


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
    table = loadmat(given.data)
    sets = {split: [np.asarray(roll) > 0 for roll in table[f"{split}data"][0]] for split in ("train", "valid", "test")}
    sizes = np.array([len(roll) + roll.sum() for roll in sets["train"]], dtype=float)

    def draw(rng: np.random.Generator) -> Line:
        # Long pieces come as often as they have words; a random stretch of frames is said.
        roll = sets["train"][int(rng.choice(len(sizes), p=sizes / sizes.sum()))]
        start = int(rng.integers(0, max(1, len(roll) - 64))) // 16 * 16 if rng.random() < 0.8 else 0
        roll = roll[start : start + 1024]
        used = np.flatnonzero(roll.any(axis=0))
        down, up = (max(-6, -int(used[0])), min(6, 87 - int(used[-1]))) if used.size else (0, 0)
        return line_of(roll, int(rng.integers(down, up + 1)))

    task = Task(
        vocabulary=VOCABULARY, feature_sizes=(MOST, VOCABULARY, LONGEST, 16), draw=draw,
        valid=[line_of(roll, 0) for roll in sets["valid"]], test=[line_of(roll, 0) for roll in sets["test"]],
    )  # fmt: skip
    model, facts = fit(
        task, minutes=given.minutes, layers=given.layers, width=given.width, hidden=given.width * 8 // 3 // 64 * 64,
        dropout=given.dropout, rows=given.rows, length=1024, seed=given.seed, score=score,
        report=lambda text: print(text, flush=True),
    )  # fmt: skip
    found: dict[str, float] = dict(facts)
    for split, lines in (("valid", task.valid), ("test", task.test)):
        found[split] = score(lambda line: nats_of(model, line), lines)
        found[f"{split}_frames"] = float(sum(int((line.words == END).sum()) for line in lines))
    print(json.dumps(found, indent=1))
    if given.out:
        given.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
