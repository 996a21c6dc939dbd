"""True peaks: how high the waveform swings between the samples, by four times oversampling (ITU-R BS.1770-4, annex 2)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import firwin

from albumen.sound.audio_file import Audio

OVERSAMPLING = 4
HALF = 12  # frames on either side that shape a swing
_RUN = 64  # frames whose swings one row of a matrix product gives
_RUNS_TOGETHER = 15  # so few that BLAS starts no threads for them: those would cost more than they save


def _between() -> NDArray[np.float32]:
    """Filters for the points 2/4 and 1/4 before and 1/4 after a frame, [3, 2 * HALF + 1], as they lie on its neighbours.

    They are the phases of one windowed-sinc interpolator; its fourth phase is the frame itself.
    """
    taps = firwin(2 * OVERSAMPLING * HALF - 1, 1 / OVERSAMPLING, window=("kaiser", 8.0)) * OVERSAMPLING
    centre = len(taps) // 2
    rows = []
    for shift in (-2, -1, 1):
        at = centre + shift + OVERSAMPLING * np.arange(-HALF, HALF + 1)
        inside = (at >= 0) & (at < len(taps))
        rows.append(np.where(inside, taps[np.clip(at, 0, len(taps) - 1)], 0.0)[::-1])
    return np.array(rows, dtype=np.float32)


def _banded(filters: NDArray[np.float32]) -> NDArray[np.float32]:
    """The filters of all frames of a run, [_RUN + 2 * HALF, 3 * _RUN]: a run with its neighbours times this gives its points."""
    rows = np.zeros((_RUN + 2 * HALF, len(filters), _RUN), dtype=np.float32)
    for frame in range(_RUN):
        rows[frame : frame + 2 * HALF + 1, :, frame] = filters.T
    return rows.reshape(len(rows), -1)


_FILTERS = _between()
_BANDED = _banded(_FILTERS)
# No waveform can swing higher than this times its highest sample.
HIGHEST_RATIO = float(np.abs(_FILTERS).sum(axis=1).max())


def swings(sound: Audio, floor: float = 0.0) -> NDArray[np.float32]:
    """The highest swing around each frame that has `HALF` neighbours on both sides: [frames - 2 * HALF].

    `sound` [frames, 2]; the louder channel counts. Stretches that cannot swing over `floor` keep their sample peaks.
    """
    frames = max(0, len(sound) - 2 * HALF)
    heights = np.abs(sound)
    louder = np.maximum(heights[:, 0], heights[:, 1])
    found = louder[HALF : HALF + frames].copy()
    if not frames:
        return found
    runs = -(-frames // _RUN)
    padded = np.zeros((2, runs * _RUN + 2 * HALF), dtype=np.float32)
    padded[:, : len(sound)] = sound.T[:, : padded.shape[1]]
    windows = np.lib.stride_tricks.sliding_window_view(padded, _RUN + 2 * HALF, axis=1)[:, ::_RUN]
    for first in range(0, runs, _RUNS_TOGETHER):
        last = min(first + _RUNS_TOGETHER, runs)
        if float(louder[first * _RUN : last * _RUN + 2 * HALF].max()) * HIGHEST_RATIO <= floor:
            continue
        piece = found[first * _RUN : last * _RUN]
        for channel in windows:
            points = np.abs(channel[first:last] @ _BANDED)
            highest = np.maximum(np.maximum(points[:, :_RUN], points[:, _RUN : 2 * _RUN]), points[:, 2 * _RUN :])
            np.maximum(piece, highest.reshape(-1)[: len(piece)], out=piece)
    return found


class TruePeakMeter:
    """Hears blocks and remembers the highest swing, or `at_least`; stretches that cannot beat it are not oversampled."""

    def __init__(self, at_least: float = 0.0) -> None:
        self.peak = at_least
        self._before = np.zeros((2 * HALF, 2), dtype=np.float32)

    def feed(self, block: Audio) -> None:
        """Hear the next frames [frames, 2]."""
        sound = np.concatenate([self._before, block])
        self.peak = max(self.peak, float(np.abs(block).max(initial=0.0)))
        self.peak = max(self.peak, float(swings(sound, self.peak).max(initial=0.0)))
        self._before = sound[-2 * HALF :]

    def finish(self) -> float:
        """The highest swing, the ringing after the last frame included."""
        self.feed(np.zeros((2 * HALF, 2), dtype=np.float32))
        return self.peak
