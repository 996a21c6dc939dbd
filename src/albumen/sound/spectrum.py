"""Spectra in thirds of octaves: what the ear's filters see of a stem, a mix or a reference."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from albumen.sound.audio_file import Audio

FloatArray = NDArray[np.float64]
CENTRES_HZ: FloatArray = 1000.0 * 2.0 ** (np.arange(-16, 14) / 3)  # 25 Hz .. 20 kHz
BANDS = len(CENTRES_HZ)
SILENT_DB = -140.0
_WINDOW = 8192
_HOP = 8 * _WINDOW  # a look every second and a half is enough for a mean


class BandMeter:
    """Hears blocks and reads the mean power of each third of an octave."""

    def __init__(self, sample_rate: int) -> None:
        frequencies = np.fft.rfftfreq(_WINDOW, 1 / sample_rate)
        edges = np.concatenate([CENTRES_HZ * 2 ** (-1 / 6), [CENTRES_HZ[-1] * 2 ** (1 / 6)]])
        self._bins = np.digitize(frequencies, edges)
        self._window = np.hanning(_WINDOW)
        self._scale = 2.0 / (self._window**2).sum() / _WINDOW
        self._powers = np.zeros(BANDS)
        self._looks = 0
        self._skip = 0
        self._held = np.zeros((0, 2), dtype=np.float32)

    def feed(self, block: Audio) -> None:
        """Hear the next frames [frames, 2]."""
        sound = np.concatenate([self._held, block])
        at = self._skip
        while at + _WINDOW <= len(sound):
            self._look(sound[at : at + _WINDOW])
            at += _HOP
        self._held = sound[min(at, len(sound)) :]
        self._skip = max(0, at - len(sound))

    def read(self) -> tuple[float, ...]:
        """Power of each band in dB; the mean over all looks that were not silent."""
        if not self._looks and len(self._held) > 64:
            self._look(np.pad(self._held[:_WINDOW], ((0, max(0, _WINDOW - len(self._held))), (0, 0))))
        mean = self._powers / max(1, self._looks)
        return tuple(float(value) for value in 10 * np.log10(np.maximum(mean, 10 ** (SILENT_DB / 10))))

    def _look(self, frames: Audio) -> None:
        if float(np.abs(frames).max()) < 1e-5:
            return
        power = (np.abs(np.fft.rfft(frames * self._window[:, None], axis=0)) ** 2).sum(axis=1) * self._scale
        self._powers += np.bincount(self._bins, weights=power, minlength=BANDS + 2)[1 : BANDS + 1]
        self._looks += 1
