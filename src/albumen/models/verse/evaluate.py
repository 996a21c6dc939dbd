"""How well a verse model foretells held-out poems, in nats a word, beside the counting model on the same words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from albumen.models.verse.dictionary import load_dictionary
from albumen.models.verse.lines import LineModel
from albumen.models.verse.mixture import Mixture, mixed
from albumen.models.verse.ngram import load_ngram
from albumen.models.verse.prepare import Packed, load_packed, pack, read_texts
from albumen.models.verse.run import NetModel
from albumen.models.verse.train_batches import make_batches, targets_of
from albumen.models.verse.vocabulary import Vocabulary, load_vocabulary
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

FILES = {"r2l": ("generator.onnx", "r2l.ngram"), "l2r": ("reranker.onnx", "l2r.ngram")}


def evaluate_verse(
    model: Path, data: Path, *, most_rows: int = 100, report: Callable[[str], None] = lambda line: None
) -> dict[str, float]:
    """Nats a held-out word of every net and counting model in the folder `model`, on `most_rows` rows of held-out poems.

    `data` is a folder of poems, as for training, or a packed one. Keys are like `r2l_net_nats_a_word`, with `..._perplexity`
    beside each. The words counted are those of the vocabulary.
    """
    if not (model / "words.tsv").is_file():
        raise Wrong("no verse model is here", where=model, next_step="train one, or name the folder of a model")
    vocabulary = load_vocabulary(model / "words.tsv")
    packed = load_packed(data) if (data / "packed.json").is_file() else _packed_now(data, vocabulary, report)
    if vocabulary.tokens != packed.vocabulary.tokens:
        raise Wrong("the data was packed with another vocabulary", where=data, next_step="pack it again from the poems")
    results: dict[str, float] = {}
    for direction, (net_name, counts_name) in FILES.items():
        batches = make_batches(packed, direction, Seed(0))
        chosen = batches.valid[
            np.linspace(0, len(batches.valid) - 1, min(most_rows, len(batches.valid))).astype(int)
        ].astype(np.int64)
        targets = targets_of(chosen, vocabulary)
        logs: dict[str, np.ndarray] = {}
        if (model / net_name).is_file():
            logs["net"] = net_logs(NetModel(model / net_name, vocabulary), chosen, targets)
        if (model / counts_name).is_file():
            logs["ngram"] = load_ngram(model / counts_name, vocabulary).word_logs(chosen, targets)
        if len(logs) == 2:
            logs["both"] = mixed(logs["net"], logs["ngram"])
        for kind, each in logs.items():
            nats = float(-each.mean())
            results[f"{direction}_{kind}_nats_a_word"] = round(nats, 4)
            results[f"{direction}_{kind}_perplexity"] = round(float(np.exp(nats)), 1)
    if not results:
        raise Wrong("no verse model is here", where=model, next_step="train one, or name the folder of a model")
    return results


def _packed_now(data: Path, vocabulary: Vocabulary, report: Callable[[str], None]) -> Packed:
    """A folder of poems as rows of a model's own words; nothing is written."""
    report("reading the poems; a large folder takes some minutes")
    train, valid, facts = pack(read_texts(data), vocabulary, load_dictionary(), Seed(0).child("verse"))
    if not len(valid):
        raise Wrong("none of these poems is held out", where=data, next_step="add poems of the split `valid`")
    return Packed(vocabulary=vocabulary, train=train, valid=valid, facts=facts)


def net_logs(model: NetModel, rows: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Log-probabilities that a net gives to the targets that are words, row by row."""
    found = []
    for row, target in zip(rows, targets, strict=True):
        scores = model.score_all(row[:-1])
        kept = target[1:] >= model.vocabulary.first_word
        found.append(scores[np.flatnonzero(kept), target[1:][kept]])
    return np.concatenate(found)


def open_models(folder: Path) -> tuple[LineModel, LineModel | None]:
    """The generator and, where there is one, the reranker of a model folder: nets, or counts where there is no net.

    A generator is net and counts together where both are there. A reranker reads dozens of whole lines at once, which a net
    alone does much faster than the two word by word.
    """
    if not (folder / "words.tsv").is_file():
        raise Wrong("no verse model is here", where=folder, next_step="train one, or name the folder of a model")
    vocabulary = load_vocabulary(folder / "words.tsv")

    def opened(direction: str) -> LineModel | None:
        net_file, counts_file = (folder / name for name in FILES[direction])
        net = NetModel(net_file, vocabulary) if net_file.is_file() else None
        counts = load_ngram(counts_file, vocabulary) if counts_file.is_file() else None
        return Mixture(net=net, counts=counts) if net and counts and direction == "r2l" else net or counts

    generator = opened("r2l")
    if generator is None:
        raise Wrong("this folder holds no generator of verse", where=folder, next_step="export one from a training")
    return generator, opened("l2r")
