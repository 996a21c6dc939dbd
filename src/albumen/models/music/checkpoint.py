"""Checkpoints of a training run: one safetensors file, replaced in one step, from which training goes on exactly.

The same module reads and writes the plain weights of a model folder. No pickle.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save
from torch import Tensor

from albumen.models.music.net import MusicNet, NetShape
from albumen.models.music.optimizer import MovingAverage, MusicOptimizer
from albumen.work.errors import Broken, Wrong
from albumen.work.files import write_bytes

CHECKPOINT = "checkpoint.safetensors"
WEIGHTS = "weights.safetensors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is: optimiser steps, words read, seconds of training, and the seed that draws its batches."""

    steps: int = 0
    words: int = 0
    seconds: float = 0.0
    seed: int = 0


def save_checkpoint(
    path: Path, net: MusicNet, optimizer: MusicOptimizer, average: MovingAverage, progress: Progress
) -> None:
    """Write everything that the next step depends on."""
    tensors = {f"net.{name}": weight.detach() for name, weight in net.named_parameters()}
    tensors |= {f"average.{name}": weight for name, weight in average.weights.items()}
    tensors |= {f"optimizer.{name}": value for name, value in optimizer.tensors().items()}
    _write(path, tensors, {"shape": json.dumps(net.shape.to_json()), "progress": json.dumps(asdict(progress))})


def load_checkpoint(path: Path, net: MusicNet, optimizer: MusicOptimizer, average: MovingAverage) -> Progress:
    """Bring net, optimiser and average to where `save_checkpoint` left them."""
    tensors, notes = _read(path)
    if json.loads(notes["shape"]) != net.shape.to_json():
        raise Wrong("the checkpoint is of a net of another shape", where=path, next_step="choose its --size, or another --out")
    progress = Progress(**json.loads(notes["progress"]))
    with torch.no_grad():
        for name, weight in net.named_parameters():
            weight.copy_(tensors[f"net.{name}"])
            average.weights[name].copy_(tensors[f"average.{name}"])
    prefix = "optimizer."
    optimizer.restore({n.removeprefix(prefix): t for n, t in tensors.items() if n.startswith(prefix)}, progress.steps)
    return progress


def save_weights(path: Path, shape: NetShape, weights: Mapping[str, Tensor], notes: Mapping[str, str]) -> None:
    """Write weights in float16 with the net's shape and `notes` (plain words) in the file's header."""
    halves = {name: weight.detach().half() for name, weight in weights.items()}
    _write(path, halves, {"shape": json.dumps(shape.to_json()), **notes})


def load_weights(path: Path) -> tuple[MusicNet, dict[str, str]]:
    """The net stored by `save_weights` (in float32), and its notes."""
    tensors, notes = _read(path)
    net = MusicNet(NetShape.from_json(json.loads(notes["shape"])))
    with torch.no_grad():
        for name, weight in net.named_parameters():
            weight.copy_(tensors[name])
    return net, notes


def _write(path: Path, tensors: Mapping[str, Tensor], notes: dict[str, str]) -> None:
    write_bytes(path, save({name: value.contiguous().cpu() for name, value in tensors.items()}, metadata=notes))


def _read(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    if not path.is_file():
        raise Wrong("there is no checkpoint here", where=path, next_step="train first, or leave out --resume")
    try:
        with safe_open(str(path), framework="pt") as file:
            names = list(file.keys())
            return {name: file.get_tensor(name) for name in names}, dict(file.metadata() or {})
    except Exception as error:  # safetensors raises its own kind, which it does not export from one stable place
        raise Broken(f"the checkpoint cannot be read ({error})", where=path, next_step="delete it and train again") from error
