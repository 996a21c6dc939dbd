"""Metrics: zero for equals, growing with difference, alarmed by copies and by sameness."""

from __future__ import annotations

import numpy as np

from albumen.models.portraits.eyes import random_eyes, shrunk
from albumen.models.portraits.metrics import (
    copying_statistic,
    density_coverage,
    frechet_distance,
    kernel_distance,
    nearest,
    sliced_wasserstein,
)
from albumen.models.portraits.run_eyes import RandomEyes


def pile(seed: int, count: int = 64, shift: float = 0.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    coarse = rng.normal(120 + shift, 40, (count, 8, 8, 3)).repeat(8, axis=1).repeat(8, axis=2)
    return np.clip(coarse + rng.normal(0, 25, coarse.shape), 0, 255).astype(np.uint8)


def cloud(seed: int, count: int = 300, shift: float = 0.0) -> np.ndarray:
    return (np.random.default_rng(seed).normal(size=(count, 12)) + shift).astype(np.float32)


def test_sliced_wasserstein_grows_with_blur() -> None:
    real, other = pile(1), pile(2)
    blurred = other.reshape(64, 16, 4, 16, 4, 3).mean(axis=(2, 4)).repeat(4, 1).repeat(4, 2).astype(np.uint8)
    same = sliced_wasserstein(real, other, np.random.default_rng(0))
    worse = sliced_wasserstein(real, blurred, np.random.default_rng(0))
    assert sorted(same) == [16, 32, 64]
    assert worse[64] > 1.5 * same[64]


def test_feature_distances_tell_piles_apart() -> None:
    rng = np.random.default_rng(0)
    assert abs(kernel_distance(cloud(1), cloud(2), rng)) < 30
    assert kernel_distance(cloud(1), cloud(2, shift=1.0), rng) > 300
    assert frechet_distance(cloud(1), cloud(1)) < 1e-3
    assert frechet_distance(cloud(1), cloud(2, shift=1.0)) > 8


def test_coverage_notices_sameness() -> None:
    real = cloud(1)
    _, full = density_coverage(real, cloud(2))
    _, narrow = density_coverage(real, cloud(3, count=1).repeat(300, axis=0))
    assert full > 0.8
    assert narrow < 0.2


def test_copying_statistic_notices_copies() -> None:
    train, held_out = cloud(1), cloud(2)
    rng = np.random.default_rng(0)
    copies = train + np.random.default_rng(3).normal(0, 0.01, train.shape).astype(np.float32)
    assert copying_statistic(train, held_out, copies, rng) < -3
    assert abs(copying_statistic(train, held_out, cloud(4), rng)) < 3


def test_nearest_finds_the_picture_itself() -> None:
    train = cloud(1)
    rows, distance = nearest(train, train[[7, 3]])
    assert rows.tolist() == [7, 3]
    assert distance.max() < 0.01


def test_random_eyes_are_the_same_in_torch_and_at_run_time() -> None:
    import torch

    from albumen.models.portraits.train_measure import random_eyes_net

    pictures = pile(5, count=3)
    seen = RandomEyes().see(pictures)
    with torch.no_grad():
        expected = random_eyes_net()(torch.from_numpy(shrunk(pictures))).numpy()
    np.testing.assert_allclose(seen, expected, rtol=0.02, atol=0.01)
    assert random_eyes()["convs.0.weight"][0, 0, 0, 0] == random_eyes()["convs.0.weight"][0, 0, 0, 0]
