"""How alike two piles of pictures are, without any downloaded network.

Distances between piles: `sliced_wasserstein` (pixels), `kernel_distance` (KID) and `frechet_distance` (FID) on features
of the eyes in `eyes.py`. Spread: `density_coverage`. Honesty: `copying_statistic` and `nearest`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Features = NDArray[np.float32]
Pictures = NDArray[np.uint8]

_PATCH = 7


def sliced_wasserstein(
    real: Pictures, painted: Pictures, rng: np.random.Generator, *, patches: int = 64, slices: int = 256
) -> dict[int, float]:
    """Sliced Wasserstein distance x 1000 of 7 x 7 patches, by level of a Laplacian pyramid (Karras et al. 2018).

    Pictures (n, side, side, 3) of one side; the larger pile is cut to the smaller. Levels: from the side down to 16 px.
    """
    count = min(len(real), len(painted))
    result: dict[int, float] = {}
    for first, second in zip(_pyramid(real[:count]), _pyramid(painted[:count]), strict=True):
        ours, theirs = _descriptors(first, patches, rng), _descriptors(second, patches, rng)
        directions = rng.standard_normal((slices, ours.shape[1])).astype(np.float32)
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
        gaps = [np.abs(np.sort(ours @ line) - np.sort(theirs @ line)).mean() for line in directions]
        result[first.shape[1]] = 1000.0 * float(np.mean(gaps))
    return result


def kernel_distance(
    real: Features, painted: Features, rng: np.random.Generator, *, subsets: int = 20, size: int = 500
) -> float:
    """Kernel inception distance x 1000 (cubic kernel, unbiased), mean over random subsets."""
    real, painted = standardised(real, painted)
    size = min(size, len(real), len(painted))
    values = []
    for _ in range(subsets):
        x = real[rng.choice(len(real), size, replace=False)]
        y = painted[rng.choice(len(painted), size, replace=False)]
        values.append(_squared_mmd(x, y))
    return 1000.0 * float(np.mean(values))


def frechet_distance(real: Features, painted: Features) -> float:
    """Frechet distance of two piles of features, each taken as one bell."""
    ours, theirs = (part.astype(np.float64) for part in standardised(real, painted))
    first, second = np.cov(ours, rowvar=False), np.cov(theirs, rowvar=False)
    root = _root(first)
    cross = _root(root @ second @ root)
    shift = ours.mean(axis=0) - theirs.mean(axis=0)
    return float(shift @ shift + np.trace(first) + np.trace(second) - 2.0 * np.trace(cross))


def density_coverage(real: Features, painted: Features, *, k: int = 5) -> tuple[float, float]:
    """Density and coverage (Naeem et al. 2020): how near paintings are to real ones, and how many real ones are met."""
    real, painted = standardised(real, painted)
    among = squared_distances(real, real)
    radius = np.partition(among, k, axis=1)[:, k]
    inside = squared_distances(real, painted) < radius[:, None]
    return float(inside.sum(axis=0).mean() / k), float(inside.any(axis=1).mean())


def copying_statistic(
    train: Features, held_out: Features, painted: Features, rng: np.random.Generator, *, cells: int = 4
) -> float:
    """Data-copying statistic C_T (Meehan et al. 2020): below -3 means paintings hug the training pictures.

    In each cell of the feature space: the z-score of the rank sum of distances to the nearest training picture,
    painted against held out; cells are weighed by their held-out pictures.
    """
    from scipy.cluster.vq import kmeans2

    train, held_out, painted = _by_first(train, held_out, painted)
    centres, _ = kmeans2(train.astype(np.float64), cells, minit="++", rng=rng)
    places = [squared_distances(part, centres.astype(np.float32)).argmin(axis=1) for part in (held_out, painted)]
    nearest_held = nearest(train, held_out)[1]
    nearest_painted = nearest(train, painted)[1]
    total, weight = 0.0, 0
    for cell in range(cells):
        seen, ours = nearest_held[places[0] == cell], nearest_painted[places[1] == cell]
        if len(seen) >= 8 and len(ours) >= 8:
            total += len(seen) * _rank_score(ours, seen)
            weight += len(seen)
    return total / weight if weight else _rank_score(nearest_painted, nearest_held)


def nearest(train: Features, pictures: Features) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """For each picture the row of the nearest training picture and the distance to it."""
    distance = squared_distances(pictures, train)
    rows = distance.argmin(axis=1)
    return rows, np.sqrt(np.maximum(distance[np.arange(len(rows)), rows], 0.0))


def squared_distances(first: Features, second: Features) -> NDArray[np.float32]:
    """All squared distances (len(first), len(second))."""
    cross = first @ second.T
    return np.maximum(np.square(first).sum(1)[:, None] + np.square(second).sum(1)[None] - 2.0 * cross, 0.0)


def standardised(real: Features, *others: Features) -> tuple[Features, ...]:
    """All piles on the scale of the first: mean 0, spread 1 in each feature."""
    return _by_first(real, *others)


def _by_first(first: Features, *others: Features) -> tuple[Features, ...]:
    centre, spread = first.mean(axis=0), first.std(axis=0) + 1e-6
    return tuple(((part - centre) / spread).astype(np.float32) for part in (first, *others))


def _squared_mmd(x: Features, y: Features) -> float:
    dimension = x.shape[1]

    def kernel(a: Features, b: Features) -> NDArray[np.float64]:
        return ((a @ b.T).astype(np.float64) / dimension + 1.0) ** 3

    own, other, cross = kernel(x, x), kernel(y, y), kernel(x, y)
    count = len(x)
    within = (own.sum() - np.trace(own) + other.sum() - np.trace(other)) / (count * (count - 1))
    return float(within - 2.0 * cross.mean())


def _root(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    return (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T


def _rank_score(ours: NDArray[np.float32], others: NDArray[np.float32]) -> float:
    """z-score of the Mann-Whitney U of `ours` against `others`; negative when ours are smaller."""
    from scipy.stats import rankdata

    n, m = len(ours), len(others)
    rank_sum = rankdata(np.concatenate([ours, others]))[:n].sum()
    u = rank_sum - n * (n + 1) / 2
    return float((u - n * m / 2) / np.sqrt(n * m * (n + m + 1) / 12))


def _pyramid(pictures: Pictures) -> list[NDArray[np.float32]]:
    levels = []
    current = pictures.astype(np.float32) / 127.5 - 1.0
    while current.shape[1] > 16:
        smaller = _halved(current)
        levels.append(current - _doubled(smaller))
        current = smaller
    return [*levels, current]


def _halved(x: NDArray[np.float32]) -> NDArray[np.float32]:
    n, height, width, channels = x.shape
    return x.reshape(n, height // 2, 2, width // 2, 2, channels).mean(axis=(2, 4))


def _doubled(x: NDArray[np.float32]) -> NDArray[np.float32]:
    for axis in (1, 2):
        before, after = np.roll(x, 1, axis), np.roll(x, -1, axis)
        first = [slice(None)] * 4
        first[axis] = slice(0, 1)
        last = [slice(None)] * 4
        last[axis] = slice(-1, None)
        before[tuple(first)], after[tuple(last)] = x[tuple(first)], x[tuple(last)]
        pair = np.stack([0.75 * x + 0.25 * before, 0.75 * x + 0.25 * after], axis=axis + 1)
        shape = list(x.shape)
        shape[axis] *= 2
        x = pair.reshape(shape)
    return x


def _descriptors(pictures: NDArray[np.float32], patches: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Random patches as rows, each colour channel brought to mean 0 and spread 1 over all of them."""
    windows = np.lib.stride_tricks.sliding_window_view(pictures, (_PATCH, _PATCH), axis=(1, 2))
    count, rows, columns = windows.shape[:3]
    which = np.repeat(np.arange(count), patches)
    found = windows[which, rng.integers(0, rows, len(which)), rng.integers(0, columns, len(which))]
    found = (found - found.mean(axis=(0, 2, 3), keepdims=True)) / (found.std(axis=(0, 2, 3), keepdims=True) + 1e-6)
    return found.reshape(len(which), -1).astype(np.float32)
