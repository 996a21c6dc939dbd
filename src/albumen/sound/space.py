"""Space: room, hall and echo as impulse responses that we build, applied to the sends by fast convolution.

Reverberation is noise that dies away faster the higher it is, different on both sides; the room begins with a few distinct
reflections. Convolution is exact and the same every time, so wet stems sum to the wet mix.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.signal import butter, sosfilt

from albumen.album.mix import Space
from albumen.sound.audio_file import BLOCK_FRAMES, Audio
from albumen.work.seed import Seed

SENDS = ("room", "hall", "delay")
LONGEST_SECONDS = 4.0
_BAND_EDGES_HZ = (400.0, 2500.0)
# How long each band rings compared with the middle: walls and air swallow the top first.
_BAND_DECAYS = (1.15, 1.0, 0.5)


def impulse_responses(space: Space, sample_rate: int) -> dict[str, Audio]:
    """The three responses [frames, 2]; room and hall have unit energy per channel."""
    return {
        "room": _room(space.room_seconds, sample_rate),
        "hall": _hall(space.hall_seconds, space.hall_pre_delay_ms / 1000, sample_rate),
        "delay": _echo(space.delay_seconds, space.delay_feedback, sample_rate),
    }


class SpaceEngine:
    """Convolves three sends with their responses and returns the sum, block after block of at most `BLOCK_FRAMES`."""

    def __init__(self, responses: dict[str, Audio]) -> None:
        self._longest = max(len(response) for response in responses.values())
        self._size = fft.next_fast_len(BLOCK_FRAMES + self._longest, real=True)
        self._spectra = {name: fft.rfft(response, self._size, axis=0) for name, response in responses.items()}
        self._ringing = np.zeros((self._longest, 2), dtype=np.float32)

    @property
    def tail_frames(self) -> int:
        """How long it may ring on."""
        return self._longest

    def feed(self, sends: dict[str, Audio]) -> Audio:
        """The wet sound of the next frames; all sends [frames, 2] of equal length."""
        frames = len(next(iter(sends.values())))
        total = np.zeros((self._size // 2 + 1, 2), dtype=np.complex64)
        for name, sound in sends.items():
            if sound.any():
                total += fft.rfft(sound.astype(np.float32), self._size, axis=0) * self._spectra[name]
        wet = np.zeros((frames + self._longest, 2), dtype=np.float32)
        if total.any():
            wet = fft.irfft(total, self._size, axis=0)[: frames + self._longest].astype(np.float32)
        wet[: self._longest] += self._ringing[: len(wet)]
        self._ringing = wet[frames : frames + self._longest].copy()
        return wet[:frames]


def _decaying_noise(seconds: float, name: str, sample_rate: int) -> NDArray[np.float64]:
    frames = round(min(1.15 * seconds, LONGEST_SECONDS) * sample_rate)
    noise = Seed(0).child("space", name).rng().standard_normal((frames, 2))
    time = np.arange(frames)[:, None] / sample_rate
    low, high = _BAND_EDGES_HZ
    bands = (
        butter(2, low, "lowpass", fs=sample_rate, output="sos"),
        butter(2, (low, high), "bandpass", fs=sample_rate, output="sos"),
        butter(2, high, "highpass", fs=sample_rate, output="sos"),
    )
    parts = [
        sosfilt(band, noise, axis=0) * 10 ** (-3 * time / (decay * seconds))
        for band, decay in zip(bands, _BAND_DECAYS, strict=True)
    ]
    return np.asarray(sum(parts))


def _hall(seconds: float, pre_delay: float, sample_rate: int) -> Audio:
    sound = _decaying_noise(seconds, "hall", sample_rate)
    rise = round(0.03 * sample_rate)  # a hall fills up, it does not strike
    sound[:rise] *= np.linspace(0.2, 1.0, rise)[:, None]
    shaped = sosfilt(butter(2, (250.0, 8000.0), "bandpass", fs=sample_rate, output="sos"), sound, axis=0)
    return _unit(np.pad(shaped, ((round(pre_delay * sample_rate), 0), (0, 0))))


def _room(seconds: float, sample_rate: int) -> Audio:
    sound = 0.5 * _decaying_noise(seconds, "room", sample_rate)
    rng = Seed(0).child("space", "reflections").rng()
    for side in (0, 1):
        for time in np.sort(rng.uniform(0.004, 0.045, 9)):
            sound[round(time * sample_rate), side] += 12 * np.exp(-time / 0.02) * rng.choice((-1.0, 1.0))
    return _unit(sosfilt(butter(2, (180.0, 9000.0), "bandpass", fs=sample_rate, output="sos"), sound, axis=0))


def _echo(seconds: float, feedback: float, sample_rate: int) -> Audio:
    step = min(max(seconds, 0.05), 1.5)
    frames = round(LONGEST_SECONDS * sample_rate)
    sound = np.zeros((frames, 2))
    amount, number = 1.0, 1
    while round(number * step * sample_rate) < frames and amount > 0.03:
        sound[round(number * step * sample_rate), number % 2] = amount  # left and right take turns
        amount, number = amount * min(feedback, 0.7), number + 1
    last = int(np.flatnonzero(sound.any(axis=1))[-1]) + 400 if sound.any() else 400
    shaped = sosfilt(butter(1, (300.0, 4500.0), "bandpass", fs=sample_rate, output="sos"), sound[:last], axis=0)
    return np.asarray(shaped, dtype=np.float32)


def _unit(sound: NDArray[np.float64]) -> Audio:
    return np.asarray(sound / np.sqrt((sound**2).sum(axis=0).mean()), dtype=np.float32)
