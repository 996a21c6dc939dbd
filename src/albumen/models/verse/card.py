"""The card of a verse model: what it learned from, how, how well, and the digest of every file; and the picture of its losses."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import tomlkit

from albumen.work.files import write_bytes, write_text

LICENCES = (
    "Poems: English verse in the public domain (authors dead before 1955 or editions before 1930; US status), "
    "and Standard Ebooks texts (CC0). Pronunciations in words.tsv: CMU Pronouncing Dictionary, copyright 1993-2015 "
    "Carnegie Mellon University, simplified BSD licence; its notice is in docs/explanation/verse.md. Weights: CC0-1.0."
)


def write_card(
    folder: Path, *, name: str, budget: str, command: str, data: Mapping[str, Any], metrics: Mapping[str, float]
) -> Path:
    """Write `card.toml` beside a model's files. `budget` says in words how much training it had.

    A card that is there already belongs to other files of the same folder (counts beside nets): what it says is kept.
    """
    path = folder / "card.toml"
    if path.is_file():
        before = tomlkit.parse(path.read_text(encoding="utf-8")).unwrap()
        metrics = {**before.get("metrics", {}), **metrics}
        if before.get("name") != name:
            budget = f"{before.get('training_budget', '')} | {budget}"
            command = f"{before.get('command', '')} | {command}"
    card = tomlkit.document()
    card.add("format", tomlkit.item(1))
    card.add("name", tomlkit.item(name))
    card.add("licence", tomlkit.item("CC0-1.0"))
    card.add("sources", tomlkit.item(LICENCES))
    card.add("training_budget", tomlkit.item(budget))
    card.add("command", tomlkit.item(command))
    card.add("data", tomlkit.item(dict(sorted(data.items()))))
    card.add("metrics", tomlkit.item(dict(sorted(metrics.items()))))
    files = sorted(file for file in folder.iterdir() if file.is_file() and file.name != "card.toml")
    card.add("sha256", tomlkit.item({file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}))
    write_text(path, tomlkit.dumps(card))
    return path


def plot_losses(trainings: Sequence[Path], path: Path) -> Path:
    """Draw the training and validation losses of some training folders against their minutes, as PNG."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.subplots()
    for folder in trainings:
        record = json.loads((folder / "progress.json").read_text(encoding="utf-8"))
        for key, style in (("train_nats", "-"), ("valid_nats", "o--"), ("valid_word_nats", "s:")):
            points = [(entry["seconds"] / 60, entry[key]) for entry in record["log"] if key in entry]
            if points:
                axes.plot(
                    *zip(*points, strict=True),
                    style,
                    label=f"{record['direction']} {key.replace('_', ' ')}",
                    markersize=4,
                )
    axes.set(xlabel="minutes of training", ylabel="nats", title="Verse models")
    axes.legend()
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=110)
    write_bytes(path, picture.getvalue())
    return path
