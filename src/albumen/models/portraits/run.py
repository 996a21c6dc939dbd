"""A trained model at work: wishes become paintings, paintings cross and drift, each is scored and checked for copying."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from albumen.models.portraits.condition import CONDITION_SIZE, Wish, wish_vectors
from albumen.models.portraits.faces import face_box
from albumen.models.portraits.run_eyes import RandomEyes
from albumen.models.portraits.run_nearest import Yardstick
from albumen.models.portraits.run_session import open_session
from albumen.work.errors import Broken, Missing
from albumen.work.seed import Seed

WEIGHTS = Path(__file__).parent.parent.parent / "weights"
CANDIDATES = 4  # paintings that are made for each one that is shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Painting:
    """One painted picture with what it came from and how it was judged."""

    picture: NDArray[np.uint8]
    """(side, side, 3)"""
    styles: NDArray[np.float32]
    """(stages, style): what is crossed and drifted."""
    seed: str
    score: float
    """How finished it looks, 0..1."""
    shows_face: bool
    """Whether a face detector finds a face in it; only models that paint people look for one."""
    nearest_work: str
    """Artist and title of the training picture that is most like it."""
    nearest_percentile: float
    """Share of held-out pictures that are nearer to the training set; below 0.01 is too close."""

    @property
    def original(self) -> bool:
        return self.nearest_percentile >= 0.01


def best_of(paintings: Iterable[Painting], *, faces: bool) -> list[Painting]:
    """Paintings that are too near to no training picture, best first; with `faces` those that show one come before others."""
    fit = (painting for painting in paintings if painting.original)
    return sorted(fit, key=lambda painting: (faces and not painting.shows_face, -painting.score))


class PaintingModel:
    """An exported model folder, opened."""

    def __init__(self, folder: Path) -> None:
        if not (folder / "card.toml").is_file():
            raise Missing(
                "no trained painting model is here",
                where=folder,
                next_step="train one: albumen train portraits --data ... --out ...",
            )
        self.folder = folder
        self.card = tomllib.loads((folder / "card.toml").read_text(encoding="utf-8"))
        self._mapping = open_session(folder / "mapping.onnx")
        self._drawing = open_session(folder / "drawing.onnx")
        self._scorer = open_session(folder / "scorer.onnx")
        self._known = _read_known(folder / "known.npz")
        self._eyes = RandomEyes()
        self.latent = int(self._mapping.get_inputs()[0].shape[1])
        self.stages, self.style = (int(size) for size in self._drawing.get_inputs()[0].shape[1:])
        self.coarse = self.stages // 2  # stages of pose and shape; the finer ones hold colour and touch
        self.side = int(self.card["side"])

    @property
    def of_people(self) -> bool:
        """Whether this model paints portraits, and not other pictures."""
        return bool(self.card["kind"] == "portraits")

    def choose(self, paintings: Iterable[Painting]) -> list[Painting]:
        """Those that may be shown, best first; see `best_of`."""
        return best_of(paintings, faces=self.of_people)

    def paint(self, wish: Wish, seed: Seed, count: int, *, boldness: float = 0.8) -> list[Painting]:
        """`count` paintings of a wish; `boldness` 0..1 pulls styles from the mean (safe) to the rim (odd)."""
        rng = seed.rng()
        conditions = wish_vectors(wish, self._known["conditions"], rng, count)
        latents = rng.standard_normal((count, self.latent)).astype(np.float32)
        styles = self.styles(latents, conditions)
        middle = self._middle(conditions)
        styles = middle + boldness * (styles - middle)
        repeated = np.stack([self.everywhere(style) for style in styles])
        return self.draw(repeated, [str(seed.child(place)) for place in range(count)])

    def cross(self, mother: Painting, father: Painting, seed: Seed, count: int) -> list[Painting]:
        """Children of two paintings: shape from one parent, touch from the other, each a little its own."""
        rng = seed.rng()
        children = np.empty((count, *mother.styles.shape), dtype=np.float32)
        for child in range(count):
            first, second = (mother, father) if rng.random() < 0.5 else (father, mother)
            cut = int(rng.integers(1, self.coarse + 1))
            children[child] = np.concatenate([first.styles[:cut], second.styles[cut:]])
            share = np.float32(rng.uniform(-0.15, 0.15))
            children[child] += share * (first.styles - second.styles)
        return self.draw(children, [str(seed.child("child", place)) for place in range(count)])

    def vary(
        self, painting: Painting, seed: Seed, count: int, *, amount: float = 0.3, lock: str | None = None
    ) -> list[Painting]:
        """Variants of a painting; `lock` keeps its "shape" or its "touch" as it is."""
        rng = seed.rng()
        conditions = self._known["conditions"][rng.integers(0, len(self._known["conditions"]), count)]
        others = self.styles(rng.standard_normal((count, self.latent)).astype(np.float32), conditions)
        moved = painting.styles[None] + amount * (others[:, None] - painting.styles[None])
        if lock == "shape":
            moved[:, :self.coarse] = painting.styles[:self.coarse]
        elif lock == "touch":
            moved[:, self.coarse:] = painting.styles[self.coarse:]
        return self.draw(moved.astype(np.float32), [str(seed.child("variant", place)) for place in range(count)])

    def draw(self, styles: NDArray[np.float32], seeds: list[str], batch: int = 8) -> list[Painting]:
        """Paintings of given styles (n, stages, style), judged."""
        pictures = np.concatenate(
            [
                self._drawing.run(None, {"styles": styles[first : first + batch]})[0]
                for first in range(0, len(styles), batch)
            ]
        )
        piled = np.clip(np.rint((pictures + 1.0) * 127.5), 0, 255).astype(np.uint8).transpose(0, 2, 3, 1)
        scores = self.scores(piled)
        # Finding faces takes longer than painting, and nobody asks a landscape for one.
        faced = [self.of_people and face_box(picture) is not None for picture in piled]
        rows, percentiles = self._yardstick.measure(self._eyes.see(piled))
        names = self._known_names
        return [
            Painting(
                picture=np.ascontiguousarray(piled[place]),
                styles=styles[place],
                seed=seeds[place],
                score=float(scores[place]),
                shows_face=faced[place],
                nearest_work=names[int(rows[place])],
                nearest_percentile=float(percentiles[place]),
            )
            for place in range(len(styles))
        ]

    def scores(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """How finished pictures (n, side, side, 3) look, 0..1."""
        side = int(self._scorer.get_inputs()[0].shape[2])
        full = pictures.shape[1]
        values = pictures.astype(np.float32)
        if full > side:
            factor = full // side
            values = values.reshape(len(pictures), side, factor, side, factor, 3).mean(axis=(2, 4))
        elif full < side:
            values = values.repeat(side // full, axis=1).repeat(side // full, axis=2)
        ready = np.ascontiguousarray((values / 127.5 - 1.0).transpose(0, 3, 1, 2), dtype=np.float32)
        odds = np.concatenate(
            [self._scorer.run(None, {"picture": ready[first : first + 16]})[0] for first in range(0, len(ready), 16)]
        )
        return (1.0 / (1.0 + np.exp(-odds))).astype(np.float32)

    def everywhere(self, style: NDArray[np.float32]) -> NDArray[np.float32]:
        """One style for every stage: (stages, style)."""
        return np.repeat(style[None], self.stages, axis=0)

    @property
    def known_conditions(self) -> NDArray[np.float32]:
        """The conditions of the pictures that it learned from (n, CONDITION_SIZE)."""
        return self._known["conditions"]

    @property
    def digest(self) -> str:
        """What tells this model from others: of its card, which holds the digests of all its files."""
        return hashlib.sha256((self.folder / "card.toml").read_bytes()).hexdigest()[:16]

    @cached_property
    def _known_names(self) -> list[str]:
        stored: list[str] = json.loads(self._known["names"].tobytes())
        return stored

    def styles(self, latents: NDArray[np.float32], conditions: NDArray[np.float32]) -> NDArray[np.float32]:
        """Styles (n, style) of latents and conditions."""
        out: NDArray[np.float32] = self._mapping.run(None, {"latent": latents, "condition": conditions})[0]
        return out

    def _middle(self, conditions: NDArray[np.float32], draws: int = 64) -> NDArray[np.float32]:
        """The mean style of each condition."""
        latents = Seed(0).child("middle").rng().standard_normal((draws, self.latent)).astype(np.float32)
        means = [
            self.styles(latents, np.broadcast_to(row, (draws, CONDITION_SIZE)).copy()).mean(axis=0)
            for row in conditions
        ]
        return np.stack(means).astype(np.float32)

    @cached_property
    def _yardstick(self) -> Yardstick:
        return Yardstick(self._known["learned"], self._known["held_out"])


def portrait_model() -> PaintingModel:
    """The shipped portrait model."""
    return PaintingModel(WEIGHTS / "portraits")


def grounds_model() -> PaintingModel:
    """The shipped model of other paintings: landscapes, still lifes, abstracts."""
    return PaintingModel(WEIGHTS / "portraits_grounds")


def _read_known(path: Path) -> dict[str, NDArray[np.float32]]:
    try:
        with np.load(path, allow_pickle=False) as stored:
            return {
                name: stored[name].astype(np.float32) if stored[name].dtype == np.float16 else stored[name]
                for name in stored.files
            }
    except (OSError, ValueError) as error:
        raise Broken(f"this file cannot be read ({error})", where=path, next_step="install Albumen again") from error
