"""A channel strip: one stem through filter, equaliser and compressor to its place in the stereo picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pedalboard import Compressor, HighpassFilter, PeakFilter, Pedalboard, Plugin

from albumen.album.mix import OFF_DB, Bell, PartMix, Ride
from albumen.sound.audio_file import Audio

# Stems come to the console at this loudness while they play; their sum then peaks well below full scale.
REFERENCE_LUFS = -24.0
QUIETEST_STEM_LUFS = -60.0
RUMBLE_HZ = 28.0  # nothing musical lies below; this also takes away any direct current
RIDE_SECONDS = 0.6
SENDS = ("room", "hall", "delay")


class Channel:
    """Processes the blocks of one stem in order, from frame `start` on. `loudness_lufs` is how loud the stem came."""

    def __init__(
        self, part: PartMix, loudness_lufs: float, rides: Sequence[Ride], sample_rate: int, start: int = 0
    ) -> None:
        self._rate = sample_rate
        self._trim = np.float32(10 ** ((REFERENCE_LUFS - max(loudness_lufs, QUIETEST_STEM_LUFS)) / 20))
        self._board = Pedalboard(_plugins(part))
        self._placing = placing(part)
        self._rides = tuple(rides)
        self._position = start
        self.duck_db = part.duck_db
        self.sends = {name: _factor(getattr(part, f"{name}_db")) for name in SENDS}

    def process(self, block: Audio, duck: NDArray[np.float32] | None = None) -> Audio:
        """The next frames [frames, 2] as they reach the faders' sum; `duck` 0..1 is how hard the kick pushes."""
        start, self._position = self._position, self._position + len(block)
        if not block.any():
            return np.zeros_like(block)
        strip = self._board.process(np.ascontiguousarray((block * self._trim).T), self._rate, reset=False)
        sound = np.asarray(strip.T @ self._placing, dtype=np.float32)
        if duck is not None and self.duck_db:
            sound *= (10 ** (-self.duck_db / 20 * duck))[:, None].astype(np.float32)
        if self._rides:
            sound *= self._ridden(start, len(block))[:, None]
        return sound

    def _ridden(self, start: int, frames: int) -> NDArray[np.float32]:
        seconds = (start + np.arange(frames)) / self._rate
        gain_db = np.zeros(frames)
        for ride in self._rides:
            into = np.clip((seconds - ride.start_seconds) / RIDE_SECONDS + 0.5, 0, 1)
            out = np.clip((ride.end_seconds - seconds) / RIDE_SECONDS + 0.5, 0, 1)
            gain_db += ride.gain_db * np.minimum(into, out)
        return np.asarray(10 ** (gain_db / 20), dtype=np.float32)


class Tone:
    """An equaliser of bells for blocks in order."""

    def __init__(self, bells: Sequence[Bell], sample_rate: int) -> None:
        self._rate = sample_rate
        self._board = Pedalboard(_peaks(bells))

    def process(self, block: Audio) -> Audio:
        """The next frames [frames, 2]."""
        if not len(self._board):
            return block
        return np.asarray(self._board.process(np.ascontiguousarray(block.T), self._rate, reset=False).T)


def placing(part: PartMix) -> NDArray[np.float32]:
    """Level, width and pan as a matrix [in, out] of equal power: a pan to one side lifts that side by 3 dB at most."""
    amount = 10 ** (part.level_lu / 20)
    angle = (part.pan + 1) * np.pi / 4
    left, right = np.sqrt(2) * np.cos(angle), np.sqrt(2) * np.sin(angle)
    near, far = (1 + part.width) / 2, (1 - part.width) / 2
    return np.array([[near * left, far * right], [far * left, near * right]], dtype=np.float32) * np.float32(amount)


def _plugins(part: PartMix) -> list[Plugin]:
    cut = max(part.high_pass_hz, RUMBLE_HZ)
    plugins: list[Plugin] = [HighpassFilter(cut), HighpassFilter(cut)]
    plugins += _peaks(part.bells)
    if part.compressor is not None:
        settings = part.compressor
        plugins.append(
            Compressor(settings.threshold_db, max(1.0, settings.ratio), settings.attack_ms, settings.release_ms)
        )
    return plugins


def _peaks(bells: Sequence[Bell]) -> list[Plugin]:
    return [PeakFilter(bell.frequency_hz, bell.gain_db, bell.q) for bell in bells if bell.gain_db]


def _factor(level_db: float) -> np.float32:
    return np.float32(0.0 if level_db <= OFF_DB else 10 ** (level_db / 20))
