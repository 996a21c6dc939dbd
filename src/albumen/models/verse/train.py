"""Training of the two verse models: `r2l` writes lines from their rhyme word back, `l2r` reads them as people do.

Needs the training extra (PyTorch, safetensors). Runs on one GPU or on the CPU, in bfloat16 where the processor has it.
Stops at any moment without loss of more than a minute's work; `resume` goes on exactly where the last checkpoint stood.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from albumen.models.train_device import autocast, clock_for
from albumen.models.verse.net import Rivals, Scored, VerseNet, score_rows
from albumen.models.verse.prepare import Packed, load_packed, prepare
from albumen.models.verse.shape import shape_of
from albumen.models.verse.train_batches import DIRECTIONS, Batches, make_batches
from albumen.models.verse.train_checkpoint import Progress, load_checkpoint, save_checkpoint, save_weights
from albumen.models.verse.train_optimizer import Optimizer
from albumen.work.errors import Wrong
from albumen.work.files import write_text
from albumen.work.seed import Seed

Report = Callable[[str], None]
COMPILING_PAYS = 3.0  # minutes of training from which it does


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What is chosen before training; one of `minutes` and `steps` ends it."""

    size: str
    direction: str
    seed: Seed
    minutes: float | None = None
    steps: int | None = None
    batch: int = 16
    matrix_rate: float = 0.02
    embed_rate: float = 0.004
    decay: float = 0.05
    warm_share: float = 0.01
    cool_share: float = 0.5
    rivals: int = 0
    valid_rows: int = 384
    save_seconds: float = 60.0
    valid_seconds: float = 240.0
    threads: int = 0
    compiled: bool = False

    def done(self, progress: Progress) -> float:
        """The share of the training that is over, 0..1; time spent before a stop counts."""
        shares = [0.0]
        if self.steps is not None:
            shares.append(progress.step / max(1, self.steps))
        if self.minutes is not None:
            shares.append(progress.seconds / (60.0 * self.minutes))
        return min(1.0, max(shares))

    def pace(self, done: float) -> float:
        """How much of the full learning rate is used: a short rise, a plateau, a straight fall to nought."""
        return min(1.0, (done + 1e-3) / self.warm_share, (1.0 - done) / self.cool_share)


def train_verse(
    data: Path,
    out: Path,
    *,
    size: str = "base",
    minutes: float | None = None,
    resume: bool = False,
    seed: int = 7,
    report: Report = print,
    directions: tuple[str, ...] = DIRECTIONS,
    steps: int | None = None,
    batch: int | None = None,
    threads: int = 0,
) -> Path:
    """Train the verse models on a folder of poems or a packed folder; returns the model folder `out`.

    `minutes` is shared by the directions, two thirds for the generator. Training data packed from poems is kept in
    `out/packed`. Raises `Wrong` where neither `minutes` nor `steps` is given or `out` holds a training already.
    """
    if minutes is None and steps is None:
        raise Wrong("training needs an end", next_step="give --minutes")
    root = Seed(seed).child("verse")
    packed = open_data(data, out, root, report)
    cuda = torch.cuda.is_available()
    for direction in directions:
        share = 1.0 if len(directions) == 1 else (2 / 3 if direction == "r2l" else 1 / 3)
        recipe = Recipe(
            size=size,
            direction=direction,
            seed=root,
            minutes=None if minutes is None else minutes * share,
            steps=steps,
            batch=batch or (128 if cuda else 32),
            # On a processor the comparison with all words is most of the work; a sample of them serves as well.
            rivals=0 if cuda else 1024,
            valid_rows=768 if cuda else 128,
            valid_seconds=60.0 if cuda else 240.0,
            threads=threads,
            compiled=minutes is not None and share * minutes >= COMPILING_PAYS and (cuda or has_compiler(report)),
        )
        train_one(packed, out / direction, recipe, resume=resume, report=report)
    return out


def open_data(data: Path, out: Path, seed: Seed, report: Report) -> Packed:
    """A packed folder as it is, or poems packed into `out/packed` first (kept for the next time)."""
    if (data / "packed.json").is_file():
        return load_packed(data)
    if (out / "packed" / "packed.json").is_file():
        return load_packed(out / "packed")
    return prepare(data, out / "packed", seed=seed, report=report)


def train_one(packed: Packed, folder: Path, recipe: Recipe, *, resume: bool, report: Report = print) -> Progress:
    """Train one direction to its end in `folder`, with checkpoints, a log and at last the weights in half precision."""
    if recipe.threads:
        torch.set_num_threads(recipe.threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    batches = make_batches(packed, recipe.direction, recipe.seed)
    net = VerseNet(shape_of(recipe.size, len(packed.vocabulary)))
    net.start(recipe.seed.child("weights", recipe.direction).number() % 2**63)
    net.to(device)
    optimizer = Optimizer(net, matrix_rate=recipe.matrix_rate, embed_rate=recipe.embed_rate, decay=recipe.decay)
    progress = Progress(direction=recipe.direction, size=recipe.size, seed=str(recipe.seed), batch=recipe.batch)
    if (folder / "progress.json").is_file():
        if not resume:
            raise Wrong(
                "this folder holds a training already", where=folder, next_step="add --resume or choose another folder"
            )
        progress = load_checkpoint(folder, net, optimizer)
        report(f"{recipe.direction}: goes on at step {progress.step}")
    report(
        f"{recipe.direction} {recipe.size}: {net.shape.parameters / 1e6:.1f} M parameters on {device}, {len(batches.train)} rows"
    )
    if recipe.done(progress) < 1.0:
        _run(net, optimizer, batches, recipe, progress, folder, device, report)
        _validate(net, batches, recipe, progress, device, report)
        save_checkpoint(folder, net, optimizer, progress)
    _finish(folder, net, progress, packed)
    return progress


def _run(
    net: VerseNet,
    optimizer: Optimizer,
    batches: Batches,
    recipe: Recipe,
    progress: Progress,
    folder: Path,
    device: torch.device,
    report: Report,
) -> None:
    if recipe.compiled:
        compile_parts(net, device)
    clock = clock_for(device)
    last = saved = validated = clock()
    recent: list[Tensor] = []
    net.train()
    while (done := recipe.done(progress)) < 1.0:
        # Dropout draws from the step, so that a resumed training is the same training.
        torch.manual_seed(recipe.seed.child("dropout", progress.step).number() % 2**63)
        tokens, targets = (torch.from_numpy(table).to(device) for table in batches.at(progress.step, recipe.batch))
        rivals = _rivals(batches, targets, progress.step, recipe.rivals) if recipe.rivals else None
        with autocast(device):
            loss = net.loss(tokens, targets, rivals)
        loss.backward()
        optimizer.step(recipe.pace(done))
        recent.append(loss.detach())
        progress.step += 1
        progress.tokens += tokens.numel()
        now = clock()
        progress.seconds += now - last
        last = now
        if progress.step % 50 == 0:
            _note(progress, float(torch.stack(recent).mean()), report)
            recent.clear()
        if now - validated > recipe.valid_seconds:
            _validate(net, batches, recipe, progress, device, report)
            validated = last = clock()
        if now - saved > recipe.save_seconds:
            save_checkpoint(folder, net, optimizer, progress)
            saved = last = clock()


def has_compiler(report: Report) -> bool:
    """Whether the C++ compiler is there that compiling for a processor needs; says so where it is not."""
    if shutil.which(os.environ.get("CXX", "g++")):
        return True
    report("no C++ compiler found: training goes on at about two thirds of its speed")
    return False


def compile_parts(net: VerseNet, device: torch.device) -> None:
    """Fuse the arithmetic: all of it on a GPU, layer by layer (they are alike) on a processor."""
    if device.type == "cuda":
        net.stream = torch.compile(net.stream)  # type: ignore[method-assign]
        return
    for block in net.blocks:
        block.forward = torch.compile(block.forward_written, dynamic=False)  # type: ignore[arg-type]


def _rivals(batches: Batches, targets: Tensor, step: int, extra: int) -> Rivals:
    tokens, chances = batches.rivals(targets.cpu().numpy(), step, min(extra, len(batches.vocabulary) // 2))
    places = np.zeros(len(batches.vocabulary), dtype=np.int64)
    places[tokens] = np.arange(len(tokens))
    log_odds = torch.from_numpy(np.log(chances).astype(np.float32))
    return Rivals(*(part.to(targets.device) for part in (torch.from_numpy(tokens), log_odds, torch.from_numpy(places))))


def _note(progress: Progress, loss: float, report: Report) -> None:
    rate = progress.tokens / max(progress.seconds, 1e-6)
    progress.log.append({"step": progress.step, "seconds": round(progress.seconds, 1), "train_nats": round(loss, 4)})
    report(f"{progress.direction} step {progress.step} {progress.seconds:.0f} s loss {loss:.3f} {rate:.0f} tokens/s")


def _validate(
    net: VerseNet, batches: Batches, recipe: Recipe, progress: Progress, device: torch.device, report: Report
) -> None:
    scored = validate(net, batches, device, recipe.valid_rows)
    word_nats = scored.word_nats / max(1, scored.words)
    progress.best_word_nats = min(progress.best_word_nats, word_nats)
    all_nats = scored.all_nats / max(1, scored.tokens)
    progress.log.append({"step": progress.step, "seconds": round(progress.seconds, 1), "valid_word_nats": round(word_nats, 4),
                         "valid_nats": round(all_nats, 4)})  # fmt: skip
    report(f"{progress.direction} step {progress.step} valid {word_nats:.4f} nats a word, {all_nats:.4f} a token")


@torch.no_grad()
def validate(net: VerseNet, batches: Batches, device: torch.device, most_rows: int) -> Scored:
    """Nats over validation rows, with dropout off."""
    training = net.training
    net.eval()
    total = Scored(0.0, 0, 0.0, 0)
    for tokens, targets in batches.validation(16, most_rows):
        with autocast(device):
            part = score_rows(
                net,
                torch.from_numpy(tokens).to(device),
                torch.from_numpy(targets).to(device),
                batches.vocabulary.first_word,
            )
        total = Scored(
            total.word_nats + part.word_nats,
            total.words + part.words,
            total.all_nats + part.all_nats,
            total.tokens + part.tokens,
        )
    net.train(training)
    return total


def _finish(folder: Path, net: VerseNet, progress: Progress, packed: Packed) -> None:
    save_weights(folder / "weights", net, {"direction": progress.direction, "size": progress.size})
    packed.vocabulary.save(folder / "words.tsv")
    record = asdict(progress) | {"format": 1, "shape": asdict(net.shape), "data": packed.facts}
    write_text(folder / "training.json", json.dumps(record, indent=1) + "\n")
