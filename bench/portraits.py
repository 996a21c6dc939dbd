"""Measure an exported portrait model and compare it with the plain GAN of 2018; writes bench/portraits.md.

    python bench/portraits.py --model MODEL --data PACK [--as-long MODEL] [--baseline RUN/baseline] [--count 1000]

`--as-long` names a model of ours that was trained just as long as the baseline, where the one that ships was trained on.
"""

from __future__ import annotations

import argparse
import json
import time
import tomllib
from pathlib import Path

import numpy as np

from albumen.models.portraits.condition import Wish
from albumen.models.portraits.evaluate import evaluate_portraits, measure_pictures
from albumen.models.portraits.faces import faces_found
from albumen.models.portraits.pack import read_pack
from albumen.models.portraits.run import CANDIDATES, PaintingModel
from albumen.models.portraits.run_eyes import Eyes
from albumen.work.seed import Seed


def baseline_numbers(folder: Path, data: Path, eyes: Eyes) -> dict[str, float]:
    kept = sorted((folder / "samples").glob("*.npz"))[-1]
    with np.load(kept, allow_pickle=False) as stored:
        painted = stored["pictures"]
    pack = read_pack(data)
    return measure_pictures(painted, pack, pack.portrait, trained_eyes=eyes)


def chosen_baseline_numbers(folder: Path, data: Path, model: Path) -> dict[str, float]:
    """The baseline's paintings chosen as ours are: one of four, faces first, then what the same scorer finds most finished."""
    kept = sorted((folder / "samples").glob("*.npz"))[-1]
    with np.load(kept, allow_pickle=False) as stored:
        painted = stored["pictures"]
    order = np.lexsort((-PaintingModel(model).scores(painted), ~faces_found(painted)))
    pack = read_pack(data)
    return measure_pictures(painted[order[: len(painted) // CANDIDATES]], pack, pack.portrait, trained_eyes=Eyes(model / "eyes.onnx"))


def seconds_a_portrait(model: Path) -> float:
    opened = PaintingModel(model)
    opened.paint(Wish(), Seed(0), 1)
    start = time.perf_counter()
    opened.paint(Wish(), Seed(1), 8)
    return (time.perf_counter() - start) / 8


def _head(model: Path, count: int) -> list[str]:
    """What was measured, for a reader of the table."""
    card = tomllib.loads((model / "card.toml").read_text(encoding="utf-8"))
    return [
        f"`python bench/portraits.py`: {count} paintings of the net `{card['name']}` ({card['side']} px, {card['images_seen']} pictures seen), with conditions of the",
        "training set, none left out, against the portraits that it learned from and those held out. `random` eyes have fixed random weights, `trained` ones were taught",
        "here; each distance has its floor, the same between two piles of real pictures. KID in thousandths. `copying` below -3 would mean copies; `too_close` is the share",
        "that is nearer to a picture of the training set than one in a hundred unseen ones: these are never shown. `face_rate`: by a frontal-face cascade of OpenCV.",
        "`as shown`: the best dozen of every four dozen, as a user gets them: those in which another cascade, trained apart, finds a face come first, then the most finished.",
    ]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--as-long", type=Path)
    parser.add_argument("--baseline", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    given = parser.parse_args()
    ours = evaluate_portraits(given.model, given.data, count=given.count)
    ours["seconds_each"] = seconds_a_portrait(given.model)
    columns = {"ours": ours, "ours, as shown": evaluate_portraits(given.model, given.data, count=given.count, shown=True)}
    if given.as_long:
        columns["ours, as long as the plain one"] = evaluate_portraits(given.as_long, given.data, count=given.count)
    if given.baseline:
        columns["plain GAN of 2018"] = baseline_numbers(given.baseline, given.data, Eyes(given.model / "eyes.onnx"))
        columns["plain GAN, chosen alike"] = chosen_baseline_numbers(given.baseline, given.data, given.model)
    lines = ["# Portraits", "", *_head(given.model, given.count), ""]
    lines += [f"| measure | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    for name in sorted(ours):
        lines.append(f"| {name} | " + " | ".join(f"{column[name]:.4g}" if name in column else "" for column in columns.values()) + " |")
    Path(__file__).with_suffix(".md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(json.dumps(ours, indent=1))


if __name__ == "__main__":
    main()
