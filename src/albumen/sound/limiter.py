"""A true-peak limiter: looks ahead, bends the gain smoothly, and lets no swing between the samples over the ceiling."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter1d
from scipy.signal import oaconvolve

from albumen.sound.audio_file import Audio
from albumen.sound.true_peak import HALF, swings

FloatArray = NDArray[np.float64]
LOOK_AHEAD_SECONDS = 0.0018
RELEASE_SECONDS = 0.12
# Four times oversampling reads up to some tenths too low near the top of the spectrum, and the gain moves while a swing
# passes: with this much in hand, meters that sample at other instants agree.
MARGIN_DB = 0.2
_AT_REST = 1e-6
_HARD = 1 - 10 ** (-3 / 20)


class Limiter:
    """Takes blocks and returns as many frames, `delay` frames later.

    Five steps, each with the history that it needs from block to block: the swing around every frame, the gain that it
    allows, the lowest gain within reach on both sides, a slow release, and a smoothing no longer than the reach.
    A smoothed value is a mean of gains that are each low enough for the frame, so the sum is low enough too.
    """

    def __init__(self, ceiling_db: float, sample_rate: int) -> None:
        self._ceiling = 10 ** ((ceiling_db - MARGIN_DB) / 20)
        self._reach = max(2, round(LOOK_AHEAD_SECONDS * sample_rate))
        self._fall = -1.0 / (RELEASE_SECONDS * sample_rate)  # natural log of the release per frame
        window = np.hanning(2 * self._reach + 3)[1:-1]
        self._window = window / window.sum()
        self.delay = HALF + 2 * self._reach
        self._neighbours = np.zeros((2 * HALF, 2), dtype=np.float32)
        self._allowed = np.ones(2 * self._reach)
        self._released = np.ones(2 * self._reach)
        self._line = np.zeros((self.delay, 2), dtype=np.float32)
        self._frames = self._hard_frames = 0
        self.deepest_db = 0.0

    @property
    def hard_share(self) -> float:
        """Share of the frames so far that were reduced by more than 3 dB."""
        return self._hard_frames / max(1, self._frames)

    def feed(self, block: Audio) -> Audio:
        """The next frames [frames, 2] in, as many earlier ones out."""
        if not len(block):
            return block
        sound = np.concatenate([self._neighbours, block])
        self._neighbours = sound[-2 * HALF :]
        allowed = np.concatenate([self._allowed, self._gain_allowed(sound)])
        self._allowed = allowed[-2 * self._reach :]
        line = np.concatenate([self._line, block])
        self._line = line[len(block) :]
        gain = self._bent(allowed)
        self._frames += len(block)
        self._hard_frames += int((gain < 1 - _HARD).sum())
        self.deepest_db = min(self.deepest_db, 20 * float(np.log10(gain.min())))
        return np.asarray(line[: len(block)] * gain[:, None], dtype=np.float32)

    def _gain_allowed(self, sound: Audio) -> FloatArray:
        heights = np.maximum(swings(sound, self._ceiling), 1e-9)
        return np.minimum(1.0, self._ceiling / heights).astype(np.float64)

    def _bent(self, allowed: FloatArray) -> FloatArray:
        reach = self._reach
        if float(allowed.min()) >= 1.0 and float(self._released.min()) >= 1.0:
            return np.ones(len(allowed) - 2 * reach)
        lowest = minimum_filter1d(allowed, 2 * reach + 1, mode="nearest")[reach : len(allowed) - reach]
        depth = _falling(1.0 - lowest, 1.0 - float(self._released[-1]), self._fall)
        released = np.concatenate([self._released, 1.0 - np.where(depth < _AT_REST, 0.0, depth)])
        self._released = released[-2 * reach :]
        return np.asarray(oaconvolve(released, self._window, mode="valid"))


def limited(blocks: Iterable[Audio], limiter: Limiter) -> Iterator[Audio]:
    """The stream, limited, of the same length and at the same place in time."""
    late = limiter.delay
    for block in _with_silence(blocks, limiter.delay):
        ready = limiter.feed(block)
        skipped = min(late, len(ready))
        late -= skipped
        if skipped < len(ready):
            yield ready[skipped:]


def _with_silence(blocks: Iterable[Audio], frames: int) -> Iterator[Audio]:
    yield from blocks
    yield np.zeros((frames, 2), dtype=np.float32)


def _falling(depth: FloatArray, before: float, fall: float) -> FloatArray:
    """y[n] = max(depth[n], y[n - 1] * e^fall), with y[-1] = `before`: instant attack, exponential release."""
    steps = fall * np.arange(len(depth))
    logs = np.log(np.maximum(depth, 1e-12)) - steps
    logs[0] = max(logs[0], np.log(max(before, 1e-12)) + fall)
    return np.asarray(np.exp(np.maximum.accumulate(logs) + steps))
