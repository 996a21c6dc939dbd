"""The compressor over the whole mix: one gain for both sides, known as a curve, so that stems can be given the same one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from albumen.album.mix import Compressor
from albumen.sound.audio_file import Audio

STEP_FRAMES = 64
KNEE_DB = 6.0


class Glue:
    """Hears blocks and tells the gain of every frame. Level is measured on both sides together, over 64 frames."""

    def __init__(self, settings: Compressor, sample_rate: int) -> None:
        self._settings = settings
        steps = sample_rate / STEP_FRAMES
        self._attack = float(np.exp(-1 / max(1e-3, settings.attack_ms / 1000 * steps)))
        self._release = float(np.exp(-1 / max(1e-3, settings.release_ms / 1000 * steps)))
        self._gain_db = 0.0

    def gains(self, block: Audio) -> NDArray[np.float32]:
        """The gain of each frame of the next block, as a factor [frames]."""
        steps = -(-len(block) // STEP_FRAMES)
        padded = np.zeros((steps * STEP_FRAMES, 2), dtype=np.float32)
        padded[: len(block)] = block
        power = (padded**2).sum(axis=1).reshape(steps, STEP_FRAMES).mean(axis=1)
        wanted = self._wanted(10 * np.log10(np.maximum(power, 1e-12))).tolist()
        before = self._gain_db
        curve = [before]
        for target in wanted:
            way = self._attack if target < before else self._release
            before = target + way * (before - target)
            curve.append(before)
        self._gain_db = before
        at = np.arange(1, len(block) + 1) / STEP_FRAMES
        return np.asarray(10 ** (np.interp(at, np.arange(steps + 1), curve) / 20), dtype=np.float32)

    def _wanted(self, level_db: NDArray[np.float64]) -> NDArray[np.float64]:
        over = level_db - self._settings.threshold_db
        soft = np.clip(over + KNEE_DB / 2, 0, KNEE_DB) ** 2 / (2 * KNEE_DB)
        bent = np.where(over > KNEE_DB / 2, over, soft)
        return -bent * (1 - 1 / self._settings.ratio)
