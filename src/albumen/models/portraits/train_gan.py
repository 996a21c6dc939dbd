"""One GAN run: lessons at growing picture sides, saved and measured as it goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from albumen.models.portraits.net_augment import augment
from albumen.models.portraits.plan import Lesson
from albumen.models.portraits.train_data import Gallery, as_bytes, step_draw
from albumen.models.portraits.train_losses import critic_loss, painter_loss, steepness
from albumen.models.portraits.train_state import RATE, RunState, save_state
from albumen.models.train_device import autocast, clock_for
from albumen.work.seed import Seed

PENALTY_EVERY = 4
FADE_IMAGES = 60_000
TARGET_OVERFIT = 0.5
AVERAGE_HALF_LIFE = 15_000
"""Images after which a weight of the averaged painter has forgotten half."""

Measure = Callable[[RunState, float], dict[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often a run saves and measures, in seconds, and how its penalty is scaled."""

    save_seconds: float = 120.0
    measure_seconds: float = 60.0
    penalty_scale: float = 1.0
    batch: int | None = None
    fade_images: int = FADE_IMAGES
    """Images over which a new side is blended in, at most; few pictures take fewer."""
    critic_first: int = 0
    """Images of a lesson from which only the critic learns: where it begins anew beside a painter that can paint."""


def train_lesson(
    state: RunState,
    lesson: Lesson,
    gallery: Gallery,
    held_out: Gallery,
    folder: Path,
    *,
    seconds: float,
    pace: Pace,
    measure: Measure,
    report: Callable[[str], None],
) -> None:
    """Train until the lesson has had its `seconds`; saves at the end and every `pace.save_seconds`."""
    counters = state.counters
    if counters.side != lesson.side:
        counters.stage_images = 0
    if counters.stage_images == 0:
        counters.fading = 0 < counters.side < lesson.side
        counters.side = lesson.side
    _hold(state, lesson.keeps)
    if state.size.softened(lesson.side):
        gallery, held_out = gallery.softened(), held_out.softened()
    batch = pace.batch or state.size.batch
    now_at = clock_for(state.device)
    clock = saved = measured = now_at()
    fading = min(pace.fade_images, 12 * len(gallery)) if counters.fading else 1
    while counters.stage_seconds < seconds:
        done = min(1.0, counters.stage_seconds / seconds)
        fade = min(1.0, (counters.stage_images + batch) / fading)
        paints = counters.stage_images >= pace.critic_first
        numbers = _step(state, gallery, held_out, lesson, batch, done, fade, pace.penalty_scale, paints=paints)
        now = now_at()
        counters.stage_seconds += now - clock
        counters.seconds += now - clock
        clock = now
        if now - measured >= pace.measure_seconds or counters.stage_seconds >= seconds:
            rate = counters.stage_images / max(counters.stage_seconds, 1e-9)
            numbers |= measure(state, fade)
            counters.history.append({"images": counters.images, "side": lesson.side, **numbers})
            report(_line(state, lesson, numbers, rate, fade))
            measured = clock = now_at()
        if now - saved >= pace.save_seconds:
            save_state(state, folder)
            saved = clock = now_at()
    save_state(state, folder)


def _hold(state: RunState, keeps: int) -> None:
    """Only the painter's stages finer than the side `keeps` learn; 0: all of it."""
    state.painter.requires_grad_(not keeps)
    for stage in state.painter.stages[state.size.stage_of(keeps) + 1 :] if keeps else ():
        stage.requires_grad_(True)


def _step(
    state: RunState,
    gallery: Gallery,
    held_out: Gallery,
    lesson: Lesson,
    batch: int,
    done: float,
    fade: float,
    penalty_scale: float,
    *,
    paints: bool = True,
) -> dict[str, float]:
    counters = state.counters
    draw = step_draw(Seed(counters.seed), "batch", counters.step, state.device)
    real, condition = gallery.batch(batch, draw)
    rate = _rate(counters.stage_images, batch, done)
    for moves in (state.painter_moves, state.critic_moves):
        for group in moves.param_groups:
            group["lr"] = rate
    latent = torch.randn(batch, state.size.latent, device=state.device, generator=draw)
    punish = counters.step % PENALTY_EVERY == 0
    gamma = lesson.penalty * penalty_scale * 0.2**done
    gap = _teach_critic(state, real, condition, latent, draw, fade, gamma if punish else 0.0)
    if paints:
        latent = torch.randn(batch, state.size.latent, device=state.device, generator=draw)
        _teach_painter(state, real, condition, latent, draw, fade)
        _follow(state, batch)
    numbers: dict[str, float] = {}
    if counters.step % 64 == 0:
        numbers = {"gap": float(gap)}
        _adapt(state, gallery, held_out, draw, fade)
    counters.step += 1
    counters.images += batch
    counters.stage_images += batch
    return numbers


def _teach_critic(
    state: RunState, real: Tensor, condition: Tensor, latent: Tensor, draw: torch.Generator, fade: float, gamma: float
) -> Tensor:
    chance = state.counters.chance
    with torch.no_grad(), autocast(state.device):
        painted = state.painter(latent, condition, real.shape[-1], fade=fade)
    real = augment(real, chance, draw).detach().requires_grad_(gamma > 0)
    painted = augment(painted, chance, draw).detach().requires_grad_(gamma > 0)
    with autocast(state.device):
        real_score = state.critic(real, condition, fade=fade)
        painted_score = state.critic(painted, condition, fade=fade)
        loss = critic_loss(real_score, painted_score)
        if gamma > 0:
            steep = steepness(real_score, real) + steepness(painted_score, painted)
            loss = loss + steep * (gamma / 2 * PENALTY_EVERY)
    _move(state.critic_moves, loss)
    return (real_score - painted_score).detach().mean()


def _teach_painter(
    state: RunState, real: Tensor, condition: Tensor, latent: Tensor, draw: torch.Generator, fade: float
) -> None:
    chance = state.counters.chance
    state.critic.requires_grad_(False)
    with autocast(state.device):
        painted = state.painter(latent, condition, real.shape[-1], fade=fade)
        painted_score = state.critic(augment(painted, chance, draw), condition, fade=fade)
        with torch.no_grad():
            real_score = state.critic(augment(real, chance, draw), condition, fade=fade)
        loss = painter_loss(real_score, painted_score)
    _move(state.painter_moves, loss)
    state.critic.requires_grad_(True)


def _move(moves: torch.optim.Adam, loss: Tensor) -> None:
    moves.zero_grad(set_to_none=True)
    loss.backward()
    for group in moves.param_groups:
        for parameter in group["params"]:
            if parameter.grad is not None:
                torch.nan_to_num_(parameter.grad, nan=0.0, posinf=1e5, neginf=-1e5)
    moves.step()


@torch.no_grad()
def _follow(state: RunState, batch: int) -> None:
    """The averaged painter follows; early in the run faster, so that it does not drag its first weights along."""
    life = min(AVERAGE_HALF_LIFE, max(0.05 * state.counters.images, 4.0 * batch))
    keep = 0.5 ** (batch / life)
    torch._foreach_lerp_(list(state.average.parameters()), list(state.painter.parameters()), 1.0 - keep)


@torch.no_grad()
def _adapt(state: RunState, gallery: Gallery, held_out: Gallery, draw: torch.Generator, fade: float) -> None:
    """Raise the disturbances when the critic tells seen pictures from unseen ones, lower them when it does not.

    Measure: (C(train) - C(held out)) / (C(train) - C(painted)), the r_v of Karras et al. 2020.
    """
    counters = state.counters
    count = 64
    seen, seen_condition = gallery.batch(count, draw)
    unseen, unseen_condition = held_out.batch(count, draw)
    latent = torch.randn(count, state.size.latent, device=state.device, generator=draw)
    with autocast(state.device):
        painted = state.painter(latent, seen_condition, seen.shape[-1], fade=fade)
        scores = [
            state.critic(augment(pictures, counters.chance, draw), condition, fade=fade).mean()
            for pictures, condition in ((seen, seen_condition), (unseen, unseen_condition), (painted, seen_condition))
        ]
    spread = float(scores[0] - scores[2])
    overfit = float(scores[0] - scores[1]) / spread if spread > 1e-3 else 0.0
    step = 0.01 if overfit > TARGET_OVERFIT else -0.01
    counters.chance = min(0.9, max(0.1, counters.chance + step))


def _rate(stage_images: int, batch: int, done: float) -> float:
    """Learning rate: a warm-up of 200 steps (moments may be empty), then a fall to a quarter over the lesson."""
    warm = min(1.0, (stage_images + batch) / (200 * batch))
    return RATE * warm * (1.0 - 0.75 * done)


def _line(state: RunState, lesson: Lesson, numbers: dict[str, float], rate: float, fade: float) -> str:
    counters = state.counters
    shown = "  ".join(f"{name} {value:.4g}" for name, value in sorted(numbers.items()))
    return (
        f"{lesson.side:3d} px  {counters.images / 1000:8.1f} kimg  {rate:7.1f} img/s  fade {fade:.2f}"
        f"  disturb {counters.chance:.2f}  {shown}"
    )


@torch.no_grad()
def paint_many(state: RunState, conditions: Tensor, side: int, *, seed: Seed, fade: float = 1.0) -> Tensor:
    """Pictures of the averaged painter, one for each condition, as bytes (n, 3, side, side) on the CPU."""
    out = []
    draw = step_draw(seed, "latents", 0, state.device)
    for part in conditions.split(128):
        latent = torch.randn(len(part), state.size.latent, device=state.device, generator=draw)
        with autocast(state.device):
            picture = state.average(latent, part, side, fade=fade)
        out.append(as_bytes(picture).cpu())
    return torch.cat(out)
