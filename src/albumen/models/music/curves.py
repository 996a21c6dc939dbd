"""The log of a training run and its picture: one JSON object a line, and a loss plot of train and valid."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from albumen.work.files import replacing


class TrainingLog:
    """Appends to `log.jsonl`; lines after the checkpoint that a run resumes from are dropped, since they happen again."""

    def __init__(self, folder: Path, steps: int) -> None:
        self.path = folder / "log.jsonl"
        kept = [line for line in self.entries() if line["step"] <= steps]
        with replacing(self.path) as temporary:
            temporary.write_text("".join(json.dumps(line) + "\n" for line in kept), encoding="utf-8")

    def add(self, entry: dict[str, Any]) -> None:
        """Append one entry; it must name its `step`."""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")

    def entries(self) -> list[dict[str, Any]]:
        """All entries so far."""
        if not self.path.is_file():
            return []
        return [json.loads(line) for line in self.path.read_text(encoding="utf-8").splitlines() if line.strip()]

    def plot(self, path: Path) -> None:
        """Draw train and valid nats per word, and valid nats per note, against words read."""
        from matplotlib.figure import Figure

        entries = self.entries()
        figure = Figure(figsize=(9, 5), layout="constrained")
        axes = figure.subplots()
        train = [(line["words"] / 1e6, line["train"]) for line in entries if "train" in line]
        valid = [(line["words"] / 1e6, line["valid"], line["valid_per_note"]) for line in entries if "valid" in line]
        if train:
            axes.plot(*zip(*train, strict=True), label="train, nats per word", linewidth=0.8)
        if valid:
            words, per_word, _ = zip(*valid, strict=True)
            axes.plot(words, per_word, "o-", label=f"valid, nats per word (last {per_word[-1]:.3f})")
        axes.set_xlabel("million words read")
        axes.set_ylabel("nats per word")
        axes.grid(alpha=0.3)
        if valid:
            words, _, per_note = zip(*valid, strict=True)
            other = axes.twinx()
            other.plot(words, per_note, "s--", color="tab:green", label=f"valid, nats per note (last {per_note[-1]:.3f})")
            other.set_ylabel("nats per note")
            other.legend(loc="upper right")
        axes.legend(loc="upper center")
        with replacing(path) as temporary:
            figure.savefig(temporary, format="png", dpi=110)
