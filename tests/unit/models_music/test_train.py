"""Training learns, goes on exactly where it stopped, and minds a stop signal."""

from __future__ import annotations

import json
import os
import signal
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from albumen.models.music.checkpoint import WEIGHTS, load_weights
from albumen.models.music.net import ATTENTION_SCALE, HEAD_WIDTH, attention_in_blocks
from albumen.models.music.optimizer import half_orthogonal
from albumen.models.music.schedule import Length, rate_at
from albumen.models.music.train import Pace, train_music
from albumen.work.errors import Wrong
from tests.unit.models_music.streams import open_ladders

PACE = Pace(rows=4, context=48, passes=2, workers=0, threads=1, compiled=False, log_steps=5, valid_batches=1)


def run(out: Path, **kwargs: object) -> dict[str, float]:
    options = {"size": "tiny", "seed": 3, "device": "cpu", "pace": PACE, "open_source": open_ladders, "report": lambda _: None}
    return train_music(out, out, **(options | kwargs))  # type: ignore[arg-type]


def test_learns_a_ladder(tmp_path: Path) -> None:
    result = run(tmp_path, steps=40)
    assert result["nats_per_word"] < 1.0  # a third of the words are foretold by chance alone at 6.7
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines if "train" in line] == list(range(5, 41, 5))
    assert (tmp_path / "loss.png").read_bytes()[:4] == b"\x89PNG"
    net, notes = load_weights(tmp_path / WEIGHTS)
    assert notes["steps"] == "40" and net.shape.layers == 6


def test_resuming_changes_nothing(tmp_path: Path) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    run(whole, steps=8)
    stop_after_three(parts)
    run(parts, steps=8, resume=True)
    first, _ = load_weights(whole / WEIGHTS)
    second, _ = load_weights(parts / WEIGHTS)
    for (name, a), (_, b) in zip(first.named_parameters(), second.named_parameters(), strict=True):
        assert torch.equal(a, b), name


def stop_after_three(out: Path) -> None:
    """Train towards 8 steps, but be told to stop after the third."""
    seen: list[str] = []

    def report(line: str) -> None:
        seen.append(line)
        if line.startswith("step 3"):
            os.kill(os.getpid(), signal.SIGTERM)

    assert threading.current_thread() is threading.main_thread()
    run(out, steps=8, report=report, pace=replace(PACE, log_steps=1))
    assert seen[-1] == "saved at step 3"


def test_nothing_to_resume_is_said(tmp_path: Path) -> None:
    with pytest.raises(Wrong, match="no checkpoint"):
        run(tmp_path, steps=2, resume=True)


def test_another_shape_is_refused(tmp_path: Path) -> None:
    run(tmp_path, steps=1)
    with pytest.raises(Wrong, match="another shape"):
        run(tmp_path, steps=2, resume=True, size="lite")


def test_beginning_with_weights_of_another_run(tmp_path: Path) -> None:
    run(tmp_path / "first", steps=40)
    learned = run(tmp_path / "second", steps=1, start_from=tmp_path / "first" / WEIGHTS)
    fresh = run(tmp_path / "third", steps=1)
    assert learned["nats_per_word"] < 1.2 < fresh["nats_per_word"]
    with pytest.raises(Wrong, match="another shape"):
        run(tmp_path / "fourth", steps=1, size="lite", start_from=tmp_path / "first" / WEIGHTS)


def test_run_needs_one_end() -> None:
    with pytest.raises(Wrong):
        Length()
    with pytest.raises(Wrong):
        Length(steps=3, minutes=2.0)
    assert Length(minutes=2.0).done(0, 60.0) == 0.5


def test_rate_rises_stays_and_falls() -> None:
    rates = [rate_at(step / 1000, step) for step in range(1001)]
    assert rates[0] < 0.05 and rates[500] == 1.0 and rates[740] == 1.0
    assert all(a >= b for a, b in zip(rates[750:], rates[751:], strict=False)) and rates[-1] == pytest.approx(0.02)


@pytest.mark.parametrize("shape", [(3, 40, 16), (1, 16, 40), (2, 32, 12)])
def test_half_orthogonal_levels_singular_values(shape: tuple[int, int, int]) -> None:
    matrices = torch.from_numpy(np.random.default_rng(0).normal(size=shape)).float()
    values = torch.linalg.svdvals(half_orthogonal(matrices).float())
    assert values.min() > 0.4 and values.max() < 1.4


@pytest.mark.parametrize("length", [5, 256, 300])
def test_written_out_attention_is_the_fused_one(length: int) -> None:
    torch.manual_seed(0)
    query, key, value = torch.randn(3, 2, 2, length, HEAD_WIDTH).unbind()
    fused = torch.nn.functional.scaled_dot_product_attention(query, key, value, is_causal=True, scale=ATTENTION_SCALE)
    torch.testing.assert_close(attention_in_blocks(query, key, value), fused)
