"""From a training folder to a model folder that can be installed: nets, counts, words, loss plot, card."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np

from albumen.models.verse.associations import build_associations
from albumen.models.verse.card import plot_losses, write_card
from albumen.models.verse.copies import build_sieve
from albumen.models.verse.export import export_net
from albumen.models.verse.ngram import count_ngrams
from albumen.models.verse.prepare import Packed, load_packed
from albumen.models.verse.train_batches import DIRECTIONS, make_batches, targets_of
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

PRUNED = (2, 3, 3)


def export_verse(training: Path, out: Path, *, command: str, report: Callable[[str], None] = print) -> Path:
    """Write `generator.onnx` (lines from their end), `reranker.onnx`, `words.tsv`, `losses.png`, `card.toml`.

    Where training packed its own data, the sieve against copies and the associations are written too; a model of the shipped
    vocabulary may use the shipped ones.
    """
    found = [direction for direction in DIRECTIONS if (training / direction / "training.json").is_file()]
    if not found:
        raise Wrong("no finished training is here", where=training, next_step="train first: albumen train verse")
    out.mkdir(parents=True, exist_ok=True)
    metrics: dict[str, float] = {}
    budgets = []
    facts: dict[str, object] = {}
    for direction in found:
        record = json.loads((training / direction / "training.json").read_text(encoding="utf-8"))
        target = export_net(training / direction, out / ("generator.onnx" if direction == "r2l" else "reranker.onnx"))
        report(f"{target.name}: {target.stat().st_size / 1e6:.1f} MB")
        last = [entry for entry in record["log"] if "valid_word_nats" in entry][-1]
        metrics[f"{direction}_valid_nats_a_word"] = last["valid_word_nats"]
        metrics[f"{direction}_valid_nats_a_token"] = last["valid_nats"]
        budgets.append(
            f"{direction}: size {record['size']}, {record['step']} steps, {record['tokens'] / 1e6:.1f} M tokens"
            f", {record['seconds'] / 60:.1f} min"
        )
        facts = record["data"]
    shutil.copyfile(training / found[0] / "words.tsv", out / "words.tsv")
    if (training / "packed" / "packed.json").is_file():
        export_memory(load_packed(training / "packed"), out, report=report)
    plot_losses([training / direction for direction in found], out / "losses.png")
    write_card(out, name="verse", budget="; ".join(budgets), command=command, data=facts, metrics=metrics)
    return out


def export_memory(packed: Packed, out: Path, *, report: Callable[[str], None] = print) -> None:
    """Write what a poet needs beside the models: the sieve against copies and the word associations."""
    build_sieve(packed).save(out / "copies.npy")
    report("copies.npy written")
    build_associations(packed, Seed(0)).save(out / "associations.npy")
    report("associations.npy written")


def export_counts(packed: Packed, out: Path, *, command: str, report: Callable[[str], None] = print) -> Path:
    """Write a counting model folder: n-grams both ways, words, the sieve against copies and the word associations."""
    out.mkdir(parents=True, exist_ok=True)
    metrics: dict[str, float] = {}
    vocabulary = packed.vocabulary
    for direction in DIRECTIONS:
        batches = make_batches(packed, direction, Seed(0))
        rows, valid = batches.train.astype(np.int64), batches.valid.astype(np.int64)
        model = count_ngrams(rows, targets_of(rows, vocabulary), vocabulary, direction, PRUNED)
        nats = float(-model.word_logs(valid, targets_of(valid, vocabulary)).mean())
        metrics[f"{direction}_valid_nats_a_word"] = round(nats, 4)
        model.save(out / f"{direction}.ngram")
        report(f"{direction}.ngram: {nats:.4f} nats a word")
    export_memory(packed, out, report=report)
    vocabulary.save(out / "words.tsv")
    write_card(
        out,
        name="verse counts",
        budget="one pass over the data, no gradient training",
        command=command,
        data=packed.facts,
        metrics=metrics,
    )
    return out
