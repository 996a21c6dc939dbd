"""A painting model put to the test: distances to real paintings, spread, faces, honesty. Needs no network connection.

Every distance is printed beside its floor, the same distance between two piles of real pictures.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from albumen.models.portraits.condition import GENRES, Wish
from albumen.models.portraits.faces import face_rate
from albumen.models.portraits.metrics import (
    copying_statistic,
    density_coverage,
    frechet_distance,
    kernel_distance,
    nearest,
    sliced_wasserstein,
    standardised,
)
from albumen.models.portraits.pack import Pack, decoded, read_pack
from albumen.models.portraits.run import CANDIDATES, Painting, PaintingModel
from albumen.models.portraits.run_eyes import Eyes, RandomEyes
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

Pictures = NDArray[np.uint8]
FEWEST_HELD_OUT = 20
SHEET = 12
NEAREST = 5


def evaluate_portraits(
    model: Path,
    data: Path,
    *,
    count: int = 1000,
    seed: int = 0,
    shown: bool = False,
    report: Callable[[str], None] = lambda line: None,
) -> dict[str, float]:
    """All metrics of an exported model folder against a pack of pictures, by name.

    `count` portraits, or landscapes by a model of grounds, are made with the conditions the model knows, without pulling
    towards the mean, none left out; with `shown` they are chosen as a user gets them, from `CANDIDATES` each. `report` gets a
    sentence on each stage, and on the paintings that come nearest to a training picture.
    """
    opened = PaintingModel(model)
    pack = read_pack(data)
    report(f"painting {count} pictures")
    made = _shown(opened, count, Seed(seed)) if shown else _unchosen(opened, count, Seed(seed))
    painted = np.stack([painting.picture for painting in made])
    subject = pack.of(opened.card["kind"]) & (pack.genre == GENRES.index(_any_of(opened).genre))
    report("measuring them beside the pictures of the pack")
    numbers = measure_pictures(painted, pack, subject, trained_eyes=Eyes(model / "eyes.onnx"), seed=seed)
    numbers["too_close"] = float(np.mean([not painting.original for painting in made]))
    for painting in sorted(made, key=lambda painting: painting.nearest_percentile)[:NEAREST]:
        share = f"{100 * painting.nearest_percentile:.0f} % of unseen pictures are nearer to one"
        report(f"painting {painting.seed} is most like {painting.nearest_work}; {share}")
    return numbers


def _unchosen(model: PaintingModel, count: int, seed: Seed) -> list[Painting]:
    return model.paint(_any_of(model), seed.child("evaluate"), count, boldness=1.0)


def _shown(model: PaintingModel, count: int, seed: Seed) -> list[Painting]:
    """Paintings as they are shown, sheet by sheet: the best dozen of four dozen."""
    found: list[Painting] = []
    for sheet in range(-(-count // SHEET)):
        made = model.paint(_any_of(model), seed.child("shown", sheet), CANDIDATES * SHEET)
        found += model.choose(made)[:SHEET]
    return found[:count]


def _any_of(model: PaintingModel) -> Wish:
    return Wish(genre="portrait" if model.of_people else "landscape")


def measure_pictures(
    painted: Pictures, pack: Pack, subject: NDArray[np.bool_], *, trained_eyes: Eyes | None = None, seed: int = 0
) -> dict[str, float]:
    """All metrics of painted pictures (n, side, side, 3) against the pictures of a pack chosen by `subject`."""
    side = painted.shape[1]
    learned = decoded(pack, side, np.flatnonzero(subject & ~pack.held_out))
    held_out = decoded(pack, side, np.flatnonzero(subject & pack.held_out))
    if len(held_out) < FEWEST_HELD_OUT:
        raise Wrong(
            f"only {len(held_out)} held-out pictures, too few to measure against", next_step="pack more pictures"
        )
    root = Seed(seed).child("measure")
    numbers = _pixel_distances(learned, held_out, painted, root)
    for name, eyes in (("random", RandomEyes()), ("trained", trained_eyes)):
        if eyes is not None:
            piles = [eyes.see(pile) for pile in (learned, held_out, painted)]
            numbers |= _feature_numbers(name, piles, root)
    numbers["face_rate"] = face_rate(painted)
    numbers["face_rate_real"] = face_rate(held_out)
    return numbers


def _pixel_distances(learned: Pictures, held_out: Pictures, painted: Pictures, seed: Seed) -> dict[str, float]:
    order = seed.child("swd").rng().permutation(len(learned))
    real = learned[order]
    half = min(len(real) // 2, len(painted))
    ours = sliced_wasserstein(real, painted, seed.child("swd-ours").rng())
    floor = sliced_wasserstein(real[:half], real[half:], seed.child("swd-floor").rng())
    numbers = {f"swd_{level}": value for level, value in ours.items()}
    return numbers | {"swd": float(np.mean(list(ours.values()))), "swd_floor": float(np.mean(list(floor.values())))}


def _feature_numbers(name: str, piles: list[NDArray[np.float32]], seed: Seed) -> dict[str, float]:
    learned, held_out, painted = piles
    rng = seed.child(name).rng()
    half = len(learned) // 2
    order = rng.permutation(len(learned))
    first, second = learned[order[:half]], learned[order[half:]]
    density, coverage = density_coverage(learned, painted)
    _, coverage_floor = density_coverage(first, second[: len(painted)])
    ours, usual = _nearest_distances(learned, held_out, painted)
    return {
        f"kid_{name}": kernel_distance(learned, painted, rng),
        f"kid_{name}_floor": kernel_distance(first, second, rng),
        f"fid_{name}": frechet_distance(learned, painted),
        f"fid_{name}_floor": frechet_distance(first, second),
        f"density_{name}": density,
        f"coverage_{name}": coverage,
        f"coverage_{name}_real": coverage_floor,
        f"copying_{name}": copying_statistic(learned, held_out, painted, rng),
        f"nearest_{name}_percentile": float(np.mean(ours < np.quantile(usual, 0.01))),
    }


def _nearest_distances(
    learned: NDArray[np.float32], held_out: NDArray[np.float32], painted: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    learned, held_out, painted = standardised(learned, held_out, painted)
    return nearest(learned, painted)[1], nearest(learned, held_out)[1]
