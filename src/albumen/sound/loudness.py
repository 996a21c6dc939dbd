"""Loudness after ITU-R BS.1770-4 and EBU R 128, measured while the sound streams by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import sosfilt

from albumen.sound.audio_file import Audio
from albumen.sound.true_peak import TruePeakMeter

FloatArray = NDArray[np.float64]
STEP_SECONDS = 0.1  # measurements overlap in steps of 100 ms
MOMENTARY_STEPS, SHORT_STEPS = 4, 30  # 400 ms and 3 s
ABSOLUTE_GATE_LUFS, RELATIVE_GATE_LU, RANGE_GATE_LU = -70.0, -10.0, -20.0
SILENT_LUFS = -120.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Loudness:
    """What the meter read. `short_term_lufs` has one value every 100 ms, of the 3 s before it; silence reads -120."""

    integrated_lufs: float
    range_lu: float
    short_term_max_lufs: float
    momentary_max_lufs: float
    sample_peak_db: float
    true_peak_db: float
    short_term_lufs: FloatArray
    dc_offset: float
    correlation: float
    side_to_mid_db: float

    @property
    def peak_to_loudness_db(self) -> float:
        """True peak over integrated loudness: small values sound squashed."""
        return self.true_peak_db - self.integrated_lufs


def k_weighting(sample_rate: int) -> FloatArray:
    """The two filters of BS.1770 (head shelf, low cut) as second-order sections for any rate.

    The standard prints coefficients for 48 kHz only; these are its analogue prototypes, transformed bilinearly.
    """
    k = np.tan(np.pi * 1681.974450955533 / sample_rate)
    q, high = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    middle = high**0.4996667741545416
    a0 = 1 + k / q + k * k
    shelf = [
        (high + middle * k / q + k * k) / a0,
        2 * (k * k - high) / a0,
        (high - middle * k / q + k * k) / a0,
        1.0,
        2 * (k * k - 1) / a0,
        (1 - k / q + k * k) / a0,
    ]
    k, q = np.tan(np.pi * 38.13547087602444 / sample_rate), 0.5003270373238773
    a0 = 1 + k / q + k * k
    cut = [1.0, -2.0, 1.0, 1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0]
    return np.array([shelf, cut])


class LoudnessMeter:
    """Takes blocks of stereo sound and reads their loudness at the end."""

    def __init__(self, sample_rate: int, *, true_peak: bool = True) -> None:
        self._step = round(STEP_SECONDS * sample_rate)
        self._filter = k_weighting(sample_rate)
        self._state = np.zeros((2, 2, 2))
        self._rest = np.zeros((0, 2))
        self._powers: list[FloatArray] = []
        self._peaks = TruePeakMeter() if true_peak else None
        self._sample_peak = 0.0
        self._frames = 0
        self._sums = np.zeros(5)  # left, right, left^2, right^2, left x right

    def feed(self, block: Audio) -> None:
        """Hear the next frames [frames, 2]."""
        if not len(block):
            return
        self._frames += len(block)
        peak = float(np.abs(block).max())
        self._sample_peak = max(self._sample_peak, peak)
        if self._peaks:
            self._peaks.feed(block)
        if peak or self._state.any():
            self._hear(block.astype(np.float64))
        else:
            self._take(np.zeros(block.shape))

    def _hear(self, sound: FloatArray) -> None:
        left, right = sound[:, 0], sound[:, 1]
        # Not `@`: BLAS would start threads for this, which costs ten times what it saves.
        squares = (np.einsum("f,f->", one, other) for one, other in ((left, left), (right, right), (left, right)))
        self._sums += (left.sum(), right.sum(), *squares)
        weighted, self._state = sosfilt(self._filter, sound, axis=0, zi=self._state)
        self._state[np.abs(self._state) < 1e-30] = 0.0  # in silence it would fade into numbers that are slow to compute
        self._take(weighted)

    def _take(self, weighted: FloatArray) -> None:
        weighted = np.concatenate([self._rest, weighted])
        whole = len(weighted) // self._step
        steps = weighted[: whole * self._step].reshape(whole, self._step, 2)
        self._powers.append(np.einsum("sfc,sfc->s", steps, steps) / self._step)
        self._rest = weighted[whole * self._step :]

    @classmethod
    def joined(cls, meters: Sequence[LoudnessMeter], sample_rate: int) -> LoudnessMeter:
        """A meter that has heard what these heard, one after another; less than 0.1 s at each end but the last is left out."""
        whole = cls(sample_rate)
        for meter in meters:
            whole._powers += meter._powers
            whole._frames += meter._frames
            whole._sums = whole._sums + meter._sums
            whole._sample_peak = max(whole._sample_peak, meter._sample_peak)
            if whole._peaks and meter._peaks:
                whole._peaks.peak = max(whole._peaks.peak, meter._peaks.finish())
        return whole

    def read(self) -> Loudness:
        """The loudness of everything heard so far."""
        powers = np.concatenate([*self._powers, np.zeros(0)])
        momentary, short = _windows(powers, MOMENTARY_STEPS), _windows(powers, SHORT_STEPS)
        left, right, left2, right2, cross = self._sums
        energy = np.sqrt(left2 * right2)
        return Loudness(
            integrated_lufs=_gated(momentary),
            range_lu=_range(short),
            short_term_max_lufs=float(lufs(short.max(initial=0.0))),
            momentary_max_lufs=float(lufs(momentary.max(initial=0.0))),
            sample_peak_db=decibels(self._sample_peak),
            true_peak_db=decibels(max(self._sample_peak, self._peaks.finish() if self._peaks else 0.0)),
            short_term_lufs=lufs(short),
            dc_offset=max(abs(left), abs(right)) / max(1, self._frames),
            correlation=float(cross / energy) if energy > 0 else 1.0,
            side_to_mid_db=10
            * np.log10(max(left2 + right2 - 2 * cross, 1e-12) / max(left2 + right2 + 2 * cross, 1e-12)),
        )


def measure_loudness(blocks: Iterable[Audio], sample_rate: int, *, true_peak: bool = True) -> Loudness:
    """The loudness of a stream of blocks; without `true_peak` only sample peaks are read, which is faster."""
    meter = LoudnessMeter(sample_rate, true_peak=true_peak)
    for block in blocks:
        meter.feed(block)
    return meter.read()


def lufs(power: FloatArray | float) -> FloatArray:
    """Loudness of a K-weighted mean power, both channels summed."""
    return np.asarray(np.maximum(-0.691 + 10 * np.log10(np.maximum(power, 1e-13)), SILENT_LUFS))


def decibels(amplitude: float) -> float:
    """Amplitude relative to full scale, in dB; silence reads -120."""
    return 20 * float(np.log10(max(amplitude, 1e-6)))


def _windows(powers: FloatArray, steps: int) -> FloatArray:
    if len(powers) < steps:
        # Shorter than one window: what there is, over what there is, so that a short sound still has a loudness.
        return powers.mean(keepdims=True) if len(powers) else powers
    sums = np.concatenate([[0.0], np.cumsum(powers)])
    return np.maximum(sums[steps:] - sums[:-steps], 0.0) / steps


def _gated(momentary: FloatArray) -> float:
    loud = momentary[lufs(momentary) > ABSOLUTE_GATE_LUFS]
    if not loud.size:
        return SILENT_LUFS
    loud = loud[lufs(loud) > lufs(loud.mean()) + RELATIVE_GATE_LU]
    return float(lufs(loud.mean()))


def _range(short: FloatArray) -> float:
    loud = short[lufs(short) > ABSOLUTE_GATE_LUFS]
    if not loud.size:
        return 0.0
    values = lufs(loud[lufs(loud) > lufs(loud.mean()) + RANGE_GATE_LU])
    low, high = np.percentile(values, (10, 95))
    return float(high - low)
