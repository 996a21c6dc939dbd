"""True peaks: how high the waveform swings between the samples, by four times oversampling (ITU-R BS.1770-4, annex 2)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import firwin

from albumen.sound.audio_file import Audio

OVERSAMPLING = 4
HALF = 12  # frames on either side that shape a swing
_STRETCH = 1024  # frames that are looked at, or passed over, together


def _between() -> NDArray[np.float32]:
    """Filters for the points 2/4 and 1/4 before and 1/4 after a frame, [3, 2 * HALF + 1], ready for `np.convolve`.

    They are the phases of one windowed-sinc interpolator; its fourth phase is the frame itself.
    """
    taps = firwin(2 * OVERSAMPLING * HALF - 1, 1 / OVERSAMPLING, window=("kaiser", 8.0)) * OVERSAMPLING
    centre = len(taps) // 2
    rows = []
    for shift in (-2, -1, 1):
        at = centre + shift + OVERSAMPLING * np.arange(-HALF, HALF + 1)
        inside = (at >= 0) & (at < len(taps))
        rows.append(np.where(inside, taps[np.clip(at, 0, len(taps) - 1)], 0.0))
    return np.array(rows, dtype=np.float32)


_FILTERS = _between()
# No waveform can swing higher than this times its highest sample.
HIGHEST_RATIO = float(np.abs(_FILTERS).sum(axis=1).max())


def swings(sound: Audio, floor: float = 0.0) -> NDArray[np.float32]:
    """The highest swing around each frame that has `HALF` neighbours on both sides: [frames - 2 * HALF].

    `sound` [frames, 2]; the louder channel counts. Stretches that cannot swing over `floor` keep their sample peaks.
    """
    frames = max(0, len(sound) - 2 * HALF)
    found = np.abs(sound[HALF : HALF + frames]).max(axis=1)
    for start in range(0, frames, _STRETCH):
        stop = min(start + _STRETCH, frames)
        stretch = sound[start : stop + 2 * HALF]
        if float(np.abs(stretch).max()) * HIGHEST_RATIO <= floor:
            continue
        for channel in np.ascontiguousarray(stretch.T):
            for taps in _FILTERS:
                np.maximum(found[start:stop], np.abs(np.convolve(channel, taps, mode="valid")), out=found[start:stop])
    return found


class TruePeakMeter:
    """Hears blocks and remembers the highest swing; stretches that cannot beat it are not oversampled."""

    def __init__(self) -> None:
        self.peak = 0.0
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
