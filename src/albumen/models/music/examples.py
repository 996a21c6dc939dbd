"""Training examples: crops of pieces, told forward or with holes to fill, some conditions left out.

The mix follows what users ask for: go on, fill these bars, write this part, bridge this gap, vary this figure.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence, Set
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from albumen.models.music.pack import Pack
from albumen.models.music.tokens import vocabulary as v
from albumen.models.music.tokens.cell import decode_cell
from albumen.models.music.tokens.piece import Piece
from albumen.models.music.tokens.stream import FORWARD_WEIGHTS, Shown, Variation, forward, infill
from albumen.models.music.tokens.transpose import transposed
from albumen.score.cell_features import CellControls
from albumen.score.part import ROLES

MELODY, BASS = ROLES.index("melody"), ROLES.index("bass")
GENRE_EVENNESS = 0.35  # 0: genres as they come, 1: all alike
FOREIGN_KEY_SHARE = 0.12
EMPTY_HOLE_SHARE = 0.25  # holes over cells where the part rests, so that the net may answer with a rest
ANSWER_HEAD = 7  # about how many words stand before the notes of an answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """Shares of the tasks, in any unit."""

    forward: float = 0.45
    rectangle: float = 0.20
    part: float = 0.13
    bridge: float = 0.10
    variation: float = 0.12


class Examples:
    """Draws rows of examples from one split of a pack folder."""

    def __init__(self, folder: Path, split: str, mix: Mix | None = None) -> None:
        self.pack = Pack(Path(folder) / f"{split}.npz")
        mix = mix or Mix()
        self._tasks = tuple(field.name for field in dataclasses.fields(Mix))
        shares = np.array([getattr(mix, name) for name in self._tasks])
        self._shares = shares / shares.sum()
        self._cumulative = np.cumsum(_even_weights(self.pack))

    def batch(
        self, rng: np.random.Generator, tokens: int, context: int
    ) -> tuple[NDArray[np.uint16], NDArray[np.float32]]:
        """About `tokens` words in rows of `context`: ids and what each costs, both [rows, context]. Padding costs 0."""
        rows = max(1, round(tokens / context))
        ids = np.zeros((rows, context), dtype=np.uint16)
        weights = np.zeros((rows, context), dtype=np.float32)
        for row in range(rows):
            at = 0
            while context - at > 96:
                words, costs = self.example(rng, context - at)
                size = min(len(words), context - at)
                ids[row, at : at + size], weights[row, at : at + size] = words[:size], costs[:size]
                at += size
        return ids, weights

    def example(self, rng: np.random.Generator, room: int) -> tuple[list[int], NDArray[np.float32]]:
        """One example of about `room` words or fewer."""
        task = self._tasks[int(rng.choice(len(self._tasks), p=self._shares))]
        index = int(np.searchsorted(self._cumulative, rng.random() * self._cumulative[-1]))
        piece = self._crop(rng, index, room if task == "forward" else int(room * 0.8))
        if rng.random() < FOREIGN_KEY_SHARE:
            piece = transposed(piece, int(rng.integers(-5, 7))) or piece
        piece = _with_some_controls(rng, piece)
        shown = _some_shown(rng, piece)
        parts = _some_parts(rng, piece, task)
        if task != "forward":
            holes = _holes(rng, piece, parts, task)
            if holes:
                variations = self._variations(rng, index, piece, holes) if task == "variation" else {}
                words, weights = infill(piece, parts, holes, shown, variations)
                return words, weights
        words = forward(piece, parts, shown)
        return words, FORWARD_WEIGHTS[words]

    def _crop(self, rng: np.random.Generator, index: int, room: int) -> Piece:
        """A run of bars that about fits; starts at the beginning more often than elsewhere."""
        sizes = self.pack.bar_sizes(index)
        bars = len(sizes)
        first = 0 if rng.random() < 0.35 else int(rng.integers(0, max(1, bars - 2)))
        total = np.cumsum(sizes[first:])
        fits = max(1, int(np.searchsorted(total, room - 40)))
        # Short crops, too: users fill four bars as often as forty.
        wanted = fits if rng.random() < 0.6 else max(2, int(np.exp(rng.uniform(np.log(2), np.log(max(3, fits))))))
        return self.pack.piece(index, first, min(bars, first + min(fits, wanted)))

    def _variations(
        self, rng: np.random.Generator, index: int, piece: Piece, holes: Sequence[tuple[int, int]]
    ) -> dict[tuple[int, int], Variation]:
        """For each hole the likest other cell of the same part, with the level of likeness; none where there is none."""
        found: dict[tuple[int, int], Variation] = {}
        by_part: dict[int, list[tuple[int, NDArray[np.uint16]]]] = {}
        for (bar, part), words in piece.cells.items():
            by_part.setdefault(part, []).append((bar, words))
        for cell in holes:
            target = piece.cells.get(cell)
            if target is None:
                continue
            others = [words for bar, words in by_part[cell[1]] if bar != cell[0]]
            tried = rng.permutation(len(others))[:6].tolist()
            rated = [(likeness(target.tolist(), others[number].tolist()), number) for number in tried]
            rated = [(score, number) for score, number in rated if 0.15 < score < 1.0]
            if rated:
                score, number = max(rated)
                found[cell] = Variation(level_of(score), others[number].tolist())
        return found


def likeness(a: Sequence[int], b: Sequence[int]) -> float:
    """How alike two cells are: shared (step, pitch) pairs and shared onsets, averaged, 0..1."""
    first, second = decode_cell(a), decode_cell(b)
    pairs = _jaccard({(n.step, n.pitch) for n in first}, {(n.step, n.pitch) for n in second})
    onsets = _jaccard({n.step for n in first}, {n.step for n in second})
    return (pairs + onsets) / 2


def level_of(likeness: float) -> int:
    """The variation level of a likeness: 0 light, 1 medium, 2 free."""
    return 0 if likeness >= 0.65 else 1 if likeness >= 0.4 else 2


def _jaccard(a: Set[object], b: Set[object]) -> float:
    return len(a & b) / len(a | b) if a or b else 1.0


def _even_weights(pack: Pack) -> NDArray[np.float64]:
    genres = pack.pieces[:, 9]
    weights = pack.weights.astype(np.float64)
    totals = {genre: weights[genres == genre].sum() for genre in np.unique(genres)}
    return weights * np.array([totals[genre] ** -GENRE_EVENNESS for genre in genres])


def _with_some_controls(rng: np.random.Generator, piece: Piece) -> Piece:
    """Some examples tell the density, polyphony and register of some of their cells."""
    if rng.random() > 0.3:
        return dataclasses.replace(piece, controls={})
    share = rng.uniform(0.2, 1.0)
    kept = rng.random(3) < 0.6
    controls = {
        cell: CellControls(*(value if keep else None for value, keep in zip(asked, kept, strict=True)))
        for cell, asked in piece.controls.items()
        if rng.random() < share
    }
    return dataclasses.replace(piece, controls=controls)


def _some_shown(rng: np.random.Generator, piece: Piece) -> Shown:
    key, genre, tempo, roles, chords, sections, countdown = rng.random(7) < (0.95, 0.85, 0.9, 0.85, 0.75, 0.85, 0.85)
    return Shown(
        key=bool(key), genre=bool(genre), tempo=bool(tempo), roles=bool(roles), chords=bool(chords),
        sections=bool(sections), countdown=bool(countdown), controls=frozenset(piece.controls),
    )  # fmt: skip


def _some_parts(rng: np.random.Generator, piece: Piece, task: str) -> list[int]:
    """All parts mostly; sometimes melody and bass alone (the composer's skeleton), sometimes any of them."""
    everyone = list(range(len(piece.parts)))
    draw = rng.random()
    if task == "forward" and draw < 0.15:
        skeleton = [index for index in everyone if piece.parts[index].role in (MELODY, BASS)]
        return skeleton or everyone
    if draw > 0.85 and len(everyone) > 1:
        return sorted(rng.choice(everyone, size=int(rng.integers(1, len(everyone))), replace=False).tolist())
    return everyone


def _holes(rng: np.random.Generator, piece: Piece, parts: Sequence[int], task: str) -> list[tuple[int, int]]:
    bars, room = len(piece.bars), v.MOST_HOLES
    if task == "bridge":
        chosen = list(parts)
        span = int(rng.integers(1, max(2, min(bars, 1 + room // max(1, len(chosen))))))
    elif task == "part":
        chosen, span = [int(rng.choice(parts))], bars
    else:
        most = 1 if task == "variation" or len(parts) == 1 else min(len(parts), 3)
        chosen = sorted(rng.choice(parts, size=int(rng.integers(1, most + 1)), replace=False).tolist())
        span = int(rng.integers(1, max(2, min(bars, 8) + 1)))
    span = min(span, bars, room // max(1, len(chosen)))
    if span < 1:
        return []
    first = int(rng.integers(0, bars - span + 1))
    return [
        (bar, part)
        for bar in range(first, first + span)
        for part in chosen
        if (bar, part) in piece.cells or rng.random() < EMPTY_HOLE_SHARE
    ]
