"""Checkpoints: the net and its optimiser as safetensors, the rest as JSON; written whole or not at all."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from albumen.models.verse.net import VerseNet
from albumen.models.verse.shape import Shape
from albumen.models.verse.train_optimizer import Optimizer
from albumen.work.errors import Broken
from albumen.work.files import replacing, write_text


@dataclass(slots=True, kw_only=True)
class Progress:
    """How far training is: steps, seconds of training time, tokens seen, and the log of losses."""

    direction: str
    size: str
    seed: str
    batch: int
    step: int = 0
    seconds: float = 0.0
    tokens: int = 0
    best_word_nats: float = float("inf")
    log: list[dict[str, float]] = field(default_factory=list)


def save_checkpoint(folder: Path, net: VerseNet, optimizer: Optimizer, progress: Progress) -> None:
    """Write `state-STEP.safetensors`, then `progress.json` that names it, then drop the state before.

    The record goes last: a kill at any moment leaves the record naming a whole state.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {f"net.{name}": weight.detach() for name, weight in net.named_parameters()} | optimizer.state()
    name = f"state-{progress.step}.safetensors"
    with replacing(folder / name) as temporary:
        save_file({key: tensor.contiguous().cpu() for key, tensor in tensors.items()}, temporary)
    record = asdict(progress) | {"format": 1, "state": name, "shape": asdict(net.shape)}
    write_text(folder / "progress.json", json.dumps(record, indent=1) + "\n")
    for old in folder.glob("state-*.safetensors"):
        if old.name != name:
            old.unlink()


def load_checkpoint(folder: Path, net: VerseNet, optimizer: Optimizer) -> Progress:
    """Put the net and its optimiser back to the last checkpoint. Raises `Broken` where it does not fit or is damaged."""
    record = read_progress(folder)
    try:
        tensors = load_file(folder / record["state"])
        with torch.no_grad():
            for name, weight in net.named_parameters():
                weight.copy_(tensors[f"net.{name}"])
        optimizer.restore({key: value for key, value in tensors.items() if not key.startswith("net.")}, record["step"])
    except (KeyError, OSError, RuntimeError, SafetensorError) as error:
        raise Broken(
            f"the checkpoint cannot be used ({error})",
            where=folder,
            next_step="start training afresh in another folder",
        ) from error
    kept = {key: record[key] for key in Progress.__dataclass_fields__}
    return Progress(**kept)


def read_progress(folder: Path) -> dict:
    """The record of a training folder."""
    try:
        return dict(json.loads((folder / "progress.json").read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise Broken(f"the record of training cannot be read ({error})", where=folder / "progress.json") from error


def save_weights(path: Path, net: VerseNet, facts: dict[str, str]) -> None:
    """The net alone in half precision, split so that no file is over 15 MB: `NAME-0.safetensors`, `NAME-1...`."""
    shards: list[dict[str, torch.Tensor]] = [{}]
    size = 0
    for name, weight in sorted(net.named_parameters()):
        half = weight.detach().to(torch.float16).contiguous().cpu()
        if shards[-1] and size + half.numel() * 2 > 15_000_000:
            shards.append({})
            size = 0
        shards[-1][name] = half
        size += half.numel() * 2
    for number, shard in enumerate(shards):
        with replacing(path.with_name(f"{path.name}-{number}.safetensors")) as temporary:
            save_file(shard, temporary, metadata=facts)


def shape_from(record: dict) -> Shape:
    """The shape a record of training names."""
    return Shape(**record["shape"])
