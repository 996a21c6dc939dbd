"""From a training folder to a model folder that can be installed: the 8-bit graphs, the loss plot, the card.

Also a program: `python -m albumen.models.music.export_model --training RUN --out MODEL --ledger CORPUS/ledger.csv`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from albumen.models.music.card import write_card
from albumen.models.music.checkpoint import WEIGHTS, load_weights
from albumen.models.music.export import Precision, export_onnx
from albumen.models.music.net import SIZES, MusicNet
from albumen.models.music.run import FILES


def export_music(
    training: Path, out: Path, *, command: str, ledger: Path | None = None, context: int | None = None,
    precision: Precision = "int8", report: Callable[[str], None] = print,
) -> Path:  # fmt: skip
    """Write the graphs, their weights, `loss.png` and `card.toml` to `out`; returns `out`.

    `context` is how many words the model may read: by default as many as it was trained on.
    """
    net, notes = load_weights(training / WEIGHTS)
    context = context or int(notes.get("context", net.shape.context))
    net.shape = replace(net.shape, context=context)
    out.mkdir(parents=True, exist_ok=True)
    export_onnx(net, out, precision)
    report(f"{sum((out / name).stat().st_size for name in FILES) / 1e6:.1f} MB in {', '.join(FILES)}")
    if (training / "loss.png").is_file():
        shutil.copyfile(training / "loss.png", out / "loss.png")
    facts = {
        "size": _size_of(net), "weights": net.parameter_count(), "steps": int(notes["steps"]),
        "words_read": int(notes["words_read"]), "minutes": float(notes["minutes"]), "device": notes["device"],
        "context": context, "precision": precision,
    }  # fmt: skip
    write_card(out, facts=facts, metrics=_last_valid(training / "log.jsonl"), command=command, ledger=ledger)
    return out


def _size_of(net: MusicNet) -> str:
    shape = net.shape.to_json()
    return next((name for name, size in SIZES.items() if all(shape[key] == value for key, value in size.items())), "other")


def _last_valid(log: Path) -> dict[str, float]:
    if not log.is_file():
        return {}
    entries = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    found = [entry for entry in entries if "valid" in entry]
    return {"valid_nats_per_word": found[-1]["valid"], "valid_nats_per_note": found[-1]["valid_per_note"]} if found else {}


def main() -> None:
    """The program."""
    import argparse

    parser = argparse.ArgumentParser(description="Export a trained music model to a model folder.")
    parser.add_argument("--training", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--ledger", type=Path)
    parser.add_argument("--context", type=int)
    parser.add_argument("--command", default="albumen train music")
    given = parser.parse_args()
    export_music(given.training, given.out, command=given.command, ledger=given.ledger, context=given.context)


if __name__ == "__main__":
    main()
