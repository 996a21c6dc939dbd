"""The baseline's training: binary cross-entropy, Adam 2e-4, as plain convolutional GANs were trained in 2018."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

from albumen.models.portraits.decode import write_sheet
from albumen.models.portraits.net_dcgan import LATENT, PlainCritic, PlainGenerator
from albumen.models.portraits.train_data import Gallery, as_bytes, step_draw
from albumen.models.portraits.train_measure import Watcher, as_pile, keep_sample
from albumen.models.train_device import autocast, clock_for
from albumen.work.seed import Seed

RATE = 2e-4
BATCH = 64
FINAL_COUNT = 1000  # paintings kept at the end, to be measured


@dataclass(slots=True, kw_only=True)
class Baseline:
    """Both nets with their optimisers."""

    painter: PlainGenerator
    critic: PlainCritic
    painter_moves: torch.optim.Adam
    critic_moves: torch.optim.Adam


def train_dcgan(
    together: Gallery,
    portraits: Gallery,
    out: Path,
    *,
    seconds: float,
    width: int = 64,
    seed: int = 0,
    measure_seconds: float = 60.0,
    report: Callable[[str], None] = print,
) -> dict[str, float]:
    """Half the time on all pictures, half on portraits alone; keeps its painter, a sheet and the last numbers."""
    device = together.pictures.device
    base = _new(together.side, width, seed, device)
    watcher = Watcher(portraits, out, Seed(seed))
    clock = clock_for(device)
    start = measured = clock()
    step = 0
    numbers: dict[str, float] = {}
    while (passed := clock() - start) < seconds:
        gallery = together if passed < seconds / 2 else portraits
        _step(base, gallery, step_draw(Seed(seed), "dcgan", step, device))
        step += 1
        if clock() - measured > measure_seconds:
            numbers = _measure(base, watcher, out, step)
            report(f"dcgan  {step * BATCH / 1000:8.1f} kimg  kid {numbers['kid']:.1f}  swd {numbers['swd']:.1f}")
            measured = clock()
    numbers = _measure(base, watcher, out, step) | {"images": float(step * BATCH), "seconds": passed}
    weights = {name: value.detach().half().cpu().contiguous() for name, value in base.painter.state_dict().items()}
    save_file(weights, out / "painter.safetensors")
    keep_final(base.painter, out, Seed(seed), device)
    report(f"dcgan done: kid {numbers['kid']:.1f}  swd {numbers['swd']:.1f}")
    return numbers


@torch.no_grad()
def paint_baseline(painter: PlainGenerator, count: int, *, seed: Seed, device: torch.device) -> torch.Tensor:
    """Byte pictures (count, 3, side, side) on the CPU."""
    draw = step_draw(seed, "baseline-latents", 0, device)
    painter.eval()
    parts = [
        as_bytes(painter(torch.randn(min(128, count - first), LATENT, device=device, generator=draw))).cpu()
        for first in range(0, count, 128)
    ]
    painter.train()
    return torch.cat(parts)


def keep_final(painter: PlainGenerator, out: Path, seed: Seed, device: torch.device) -> None:
    """Keep paintings of the trained painter as `samples/final.npz`."""
    keep_sample(out / "samples" / "final.npz", as_pile(paint_baseline(painter, FINAL_COUNT, seed=seed, device=device)))


def _new(side: int, width: int, seed: int, device: torch.device) -> Baseline:
    with torch.random.fork_rng():
        torch.manual_seed(Seed(seed).child("dcgan").number() % (1 << 63))
        painter, critic = PlainGenerator(side, width).to(device), PlainCritic(side, width).to(device)
    return Baseline(
        painter=painter,
        critic=critic,
        painter_moves=torch.optim.Adam(painter.parameters(), lr=RATE, betas=(0.5, 0.999)),
        critic_moves=torch.optim.Adam(critic.parameters(), lr=RATE, betas=(0.5, 0.999)),
    )


def _step(base: Baseline, gallery: Gallery, draw: torch.Generator) -> None:
    device = gallery.pictures.device
    real, _ = gallery.batch(BATCH, draw)
    latent = torch.randn(BATCH, LATENT, device=device, generator=draw)
    with autocast(device):
        painted = base.painter(latent)
        real_odds, painted_odds = base.critic(real).float(), base.critic(painted.detach()).float()
        loss = F.binary_cross_entropy_with_logits(real_odds, torch.ones_like(real_odds))
        loss = loss + F.binary_cross_entropy_with_logits(painted_odds, torch.zeros_like(painted_odds))
    base.critic_moves.zero_grad(set_to_none=True)
    loss.backward()
    base.critic_moves.step()
    with autocast(device):
        odds = base.critic(painted).float()
        loss = F.binary_cross_entropy_with_logits(odds, torch.ones_like(odds))
    base.painter_moves.zero_grad(set_to_none=True)
    loss.backward()
    base.painter_moves.step()


def _measure(base: Baseline, watcher: Watcher, out: Path, step: int) -> dict[str, float]:
    painted = paint_baseline(base.painter, watcher.sample, seed=watcher.seed, device=watcher.real.device)
    name = f"{step * BATCH // 1000:06d}k"
    write_sheet(out / "sheets" / f"{name}.png", as_pile(painted[:48]), 8)
    keep_sample(out / "samples" / f"{name}.npz", as_pile(painted[:192]))
    return watcher.compare(painted)
