"""Training of the small nets beside the painter: trained eyes, the scorer, the enlarger. Minutes, not hours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import Tensor, nn

from albumen.models.portraits.net_augment import augment
from albumen.models.portraits.net_side import SCORER_SIDE, Enlarger, Eyes, EyesTeacher, Scorer
from albumen.models.portraits.pack import Pack
from albumen.models.portraits.train_data import Gallery, as_bytes, as_floats, step_draw
from albumen.models.portraits.train_measure import to_eyes
from albumen.models.train_device import autocast, clock_for
from albumen.work.seed import Seed

ENLARGED = 4
"""How many times wider the enlarger makes a picture."""

Report = Callable[[str], None]
Net = TypeVar("Net", bound=nn.Module)


def train_eyes(pack: Pack, gallery: Gallery, out: Path, *, seconds: float, seed: Seed, report: Report) -> None:
    """Eyes that tell genre, era, style and artist of a picture."""
    device = gallery.pictures.device
    small = gallery.at(64) if gallery.side > 64 else gallery
    targets = torch.from_numpy(_targets(pack)[gallery.rows]).to(device)
    eyes = _seeded(seed, "eyes", Eyes).to(device)
    features = eyes(torch.zeros(1, 3, 64, 64, device=device)).shape[1]
    teacher = _seeded(seed, "teacher", lambda: EyesTeacher(features, int(targets[:, 3].max()) + 1)).to(device)
    parameters = [*eyes.parameters(), *teacher.parameters()]
    moves = torch.optim.AdamW(parameters, lr=1e-3, weight_decay=0.05)
    right: list[float] = []
    for step, done in _clock(seconds, device):
        draw = step_draw(seed, "eyes-batch", step, device)
        rows = torch.randint(len(small), (128,), device=device, generator=draw)
        pictures = to_eyes(augment(as_floats(small.pictures[rows]), 0.5, draw))
        with autocast(device):
            answers = [answer.float() for answer in teacher(eyes(pictures))]
        wanted = targets[rows]
        losses = [F.cross_entropy(answer, wanted[:, place], ignore_index=-1) for place, answer in enumerate(answers)]
        _descend(moves, torch.stack(losses).nansum(), 1e-3 * (1.0 - 0.95 * done))
        right.append(float((answers[0].argmax(1) == wanted[:, 0]).float().mean()))
    _save(eyes, out / "eyes.safetensors")
    report(f"eyes: {len(right)} steps, genre told right for {np.mean(right[-20:]):.0%} of disturbed pictures")


def train_scorer(
    gallery: Gallery, samples: list[Path], out: Path, *, seconds: float, seed: Seed, report: Report
) -> None:
    """A scorer of finish: real pictures 1, paintings by how far the run had come, spoiled pictures 0.

    `samples` are the kept sheets of runs, each named by its images in thousands.
    """
    device = gallery.pictures.device
    real = gallery.at(SCORER_SIDE) if gallery.side > SCORER_SIDE else gallery
    painted, merit = _painted_ladder(samples, device)
    scorer = _seeded(seed, "scorer", Scorer).to(device)
    moves = torch.optim.AdamW(scorer.parameters(), lr=1e-3, weight_decay=0.05)
    losses: list[float] = []
    for step, done in _clock(seconds, device):
        draw = step_draw(seed, "scorer-batch", step, device)
        good, _ = real.batch(48, draw)
        rows = torch.randint(len(painted), (64,), device=device, generator=draw)
        ours = as_floats(painted[rows])
        spoiled = _spoil(real.batch(16, draw)[0], draw)
        pictures = augment(torch.cat([_to_side(part) for part in (good, ours, spoiled)]), 0.3, draw)
        wanted = torch.cat([torch.ones(48, device=device), merit[rows], torch.zeros(16, device=device)])
        with autocast(device):
            odds = scorer(pictures)
        loss = F.binary_cross_entropy_with_logits(odds.float(), wanted)
        _descend(moves, loss, 1e-3 * (1.0 - 0.95 * done))
        losses.append(float(loss.detach()))
    _save(scorer, out / "scorer.safetensors")
    report(f"scorer: {len(losses)} steps, loss {np.mean(losses[-20:]):.3f}")


def train_enlarger(gallery: Gallery, out: Path, *, seconds: float, seed: Seed, report: Report) -> None:
    """An enlarger taught to undo fourfold shrinking of paintings, with a little blur and noise as a painter net has."""
    device = gallery.pictures.device
    side = min(128, gallery.side)
    net = _seeded(seed, "enlarger", Enlarger).to(device)
    moves = torch.optim.AdamW(net.parameters(), lr=8e-4, weight_decay=1e-3)
    gains: list[float] = []
    for step, done in _clock(seconds, device):
        draw = step_draw(seed, "enlarger-batch", step, device)
        whole, _ = gallery.batch(32, draw)
        sharp = _crop(whole, side, draw)
        small = _degrade(sharp, draw)
        with autocast(device):
            guess = net(small).float()
        loss = _charbonnier(guess - sharp) + 0.5 * _charbonnier(_edges(guess) - _edges(sharp))
        _descend(moves, loss, 8e-4 * (1.0 - 0.95 * done))
        if step % 16 == 0:
            plain = F.interpolate(small, scale_factor=ENLARGED, mode="bicubic", align_corners=False)
            gains.append(
                float(10 * torch.log10((plain - sharp).square().mean() / (guess.detach() - sharp).square().mean()))
            )
    _save(net, out / "enlarger.safetensors")
    report(f"enlarger: {16 * len(gains)} steps, {np.mean(gains[-10:]):+.2f} dB against bicubic on disturbed crops")


def _clock(seconds: float, device: torch.device) -> Iterator[tuple[int, float]]:
    """Step numbers and the share of the time that has passed, until it is over; at least two steps."""
    clock = clock_for(device)
    start = clock()
    step = 0
    while step < 2 or clock() - start < seconds:
        yield step, min(1.0, (clock() - start) / max(seconds, 1e-9))
        step += 1


def _descend(moves: torch.optim.Optimizer, loss: Tensor, rate: float) -> None:
    for group in moves.param_groups:
        group["lr"] = rate
    moves.zero_grad(set_to_none=True)
    loss.backward()
    moves.step()


def _seeded(seed: Seed, name: str, make: Callable[[], Net]) -> Net:
    with torch.random.fork_rng():
        torch.manual_seed(seed.child(name).number() % (1 << 63))
        return make()


def _save(net: nn.Module, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: value.detach().cpu().contiguous() for name, value in net.state_dict().items()}, path)


def _targets(pack: Pack) -> NDArray[np.int64]:
    names = [entry["artist"] for entry in pack.ledger]
    common = sorted({name for name in names if name and names.count(name) >= 20})
    artist = np.array([common.index(name) if name in common else -1 for name in names], dtype=np.int64)
    return np.stack([pack.genre, pack.era, pack.style, artist], axis=1)


def _painted_ladder(samples: list[Path], device: torch.device) -> tuple[Tensor, Tensor]:
    """Kept paintings and their merit: 0 for the first kept sheet, 0.7 for the last."""
    pictures, merit = [], []
    for place, path in enumerate(sorted(samples)):
        with np.load(path, allow_pickle=False) as stored:
            pile = torch.from_numpy(stored["pictures"]).permute(0, 3, 1, 2)
        pictures.append(_resize_bytes(pile))
        merit.append(torch.full((len(pile),), 0.7 * (place + 1) / len(samples)))
    return torch.cat(pictures).to(device), torch.cat(merit).to(device)


def _resize_bytes(pictures: Tensor) -> Tensor:
    return as_bytes(_to_side(as_floats(pictures)))


def _to_side(pictures: Tensor, side: int = SCORER_SIDE) -> Tensor:
    full = pictures.shape[-1]
    if full == side:
        return pictures
    if full > side:
        return F.avg_pool2d(pictures, full // side)
    return F.interpolate(pictures, size=(side, side), mode="bilinear", align_corners=False)


def _spoil(pictures: Tensor, draw: torch.Generator) -> Tensor:
    """Pictures with their quarters shuffled and heavily blurred: colours right, painting wrong."""
    half = pictures.shape[-1] // 2
    parts = [pictures[..., y : y + half, x : x + half] for y in (0, half) for x in (0, half)]
    order = torch.randperm(4, generator=draw, device=pictures.device).tolist()
    rows = [torch.cat([parts[order[2 * k]], parts[order[2 * k + 1]]], dim=3) for k in (0, 1)]
    joined = torch.cat(rows, dim=2)
    return F.avg_pool2d(F.pad(joined, (2, 2, 2, 2), mode="reflect"), 5, stride=1)


def _crop(pictures: Tensor, side: int, draw: torch.Generator) -> Tensor:
    room = pictures.shape[-1] - side
    if room <= 0:
        return pictures
    top, left = torch.randint(room + 1, (2,), generator=draw, device=pictures.device).tolist()
    return pictures[..., top : top + side, left : left + side]


def _degrade(sharp: Tensor, draw: torch.Generator) -> Tensor:
    small = F.avg_pool2d(sharp, ENLARGED)
    soft = F.avg_pool2d(F.pad(small, (1, 1, 1, 1), mode="reflect"), 3, stride=1)
    weight = torch.rand(len(sharp), 1, 1, 1, generator=draw, device=sharp.device) * 0.5
    noise = torch.randn(small.shape, generator=draw, device=sharp.device) * 0.02
    return small * (1.0 - weight) + soft * weight + noise


def _charbonnier(gap: Tensor) -> Tensor:
    return torch.sqrt(gap.square() + 1e-6).mean()


def _edges(x: Tensor) -> Tensor:
    across = F.pad(x[..., :, 1:] - x[..., :, :-1], (0, 1))
    down = F.pad(x[..., 1:, :] - x[..., :-1, :], (0, 0, 0, 1))
    return torch.cat([across, down], dim=1)
