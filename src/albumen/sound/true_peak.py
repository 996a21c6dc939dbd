"""True peaks: how high the waveform swings between the samples, by four times oversampling (ITU-R BS.1770-4, annex 2)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import firwin, upfirdn

from albumen.sound.audio_file import Audio

OVERSAMPLING = 4
TAPS_PER_PHASE = 24
HALF = TAPS_PER_PHASE // 2
FILTER = firwin(OVERSAMPLING * TAPS_PER_PHASE - 1, 1 / OVERSAMPLING, window=("kaiser", 8.0)) * OVERSAMPLING
# No waveform can swing higher than this times its highest sample.
HIGHEST_RATIO = float(max(np.abs(FILTER[phase::OVERSAMPLING]).sum() for phase in range(OVERSAMPLING)))


def swings(sound: Audio) -> NDArray[np.float32]:
    """The highest swing around each frame that has `HALF` neighbours on both sides: [frames - 2 * HALF].

    `sound` [frames, 2]; both channels count, the louder one is returned.
    """
    frames = len(sound) - 2 * HALF
    if frames <= 0:
        return np.zeros(0, dtype=np.float32)
    fine = upfirdn(FILTER.astype(np.float32), sound, up=OVERSAMPLING, axis=0)
    # The filter is centred on its middle tap, so fine frame 4 * n + centre lies on input frame n.
    first = OVERSAMPLING * HALF + (len(FILTER) - 1) // 2 - OVERSAMPLING // 2
    window = np.abs(fine[first : first + OVERSAMPLING * frames]).max(axis=1)
    around = window.reshape(frames, OVERSAMPLING).max(axis=1)
    return np.asarray(np.maximum(around, np.abs(sound[HALF : HALF + frames]).max(axis=1)), dtype=np.float32)


class TruePeakMeter:
    """Hears blocks and remembers the highest swing; blocks that cannot beat it are not oversampled."""

    def __init__(self) -> None:
        self.peak = 0.0
        self._before = np.zeros((2 * HALF, 2), dtype=np.float32)

    def feed(self, block: Audio) -> None:
        """Hear the next frames [frames, 2]."""
        sound = np.concatenate([self._before, block])
        if float(np.abs(sound).max(initial=0.0)) * HIGHEST_RATIO > self.peak:
            self.peak = max(self.peak, float(swings(sound).max(initial=0.0)))
        self._before = sound[-2 * HALF :]

    def finish(self) -> float:
        """The highest swing, the ringing after the last frame included."""
        self.feed(np.zeros((2 * HALF, 2), dtype=np.float32))
        return self.peak
