"""How much is going on in a song, from its score: the measure behind loudness by intent and the running order."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from albumen.score.score import Score
from albumen.sound.clock import written_clock

FloatArray = NDArray[np.float64]
# Ballads lie 1.5-3 LU below the loudest song, and an average song about 2 LU (AES TD1008).
QUIETEST_LU = -5.0


class SongEnergy(NamedTuple):
    """`overall` 0 still .. 1 driving; `curve` the same for every bar."""

    overall: float
    curve: FloatArray


def energy_of(score: Score) -> SongEnergy:
    """Energy from what sounds: onsets a second, players at once, how hard they play, drums."""
    bars = score.bars()
    clock = written_clock(score)
    edges = np.array([*(bar.start for bar in bars), bars[-1].end])
    seconds = np.maximum(np.diff(clock.at(edges)), 0.05)
    onsets, force, players, drums = (np.zeros(len(bars)) for _ in range(4))
    for part in score.parts:
        if not len(part.notes):
            continue
        at = np.clip(np.searchsorted(edges, part.notes.onset, side="right") - 1, 0, len(bars) - 1)
        hits = np.bincount(at, minlength=len(bars)).astype(float)
        onsets += hits * (0.5 if part.is_drum else 1.0)
        force += np.bincount(at, weights=part.notes.velocity, minlength=len(bars))
        players += hits > 0
        drums += (hits > 0) * part.is_drum
    notes = np.maximum(1, sum((np.histogram(part.notes.onset, edges)[0] for part in score.parts), np.zeros(len(bars))))
    rate = np.tanh(onsets / seconds / 14)
    curve = 0.4 * rate + 0.25 * np.clip((force / notes - 40) / 70, 0, 1) + 0.2 * np.tanh(players / 5)
    curve = np.where(onsets > 0, curve + 0.15 * np.minimum(drums, 1), 0.0)
    heard = curve[curve > 0]
    return SongEnergy(float(np.sqrt(np.mean(heard**2))) if heard.size else 0.0, curve)


def loudness_intent(energies: list[float]) -> list[float]:
    """How far each song stays below the loudest, in LU (0 .. -5): quiet songs stay quieter."""
    if not energies:
        return []
    top, spread = max(energies), max(max(energies) - min(energies), 0.25)
    return [round(QUIETEST_LU * (top - energy) / spread, 2) for energy in energies]
