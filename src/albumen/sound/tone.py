"""Tone: the balance of a whole song against a target curve, and the few broad bells that bring it nearer.

The target is the style's usual curve (`curves.toml`) or the spectrum of a reference recording. What the mix will sound
like is known before it is made: the stems were measured, and their levels and equalisers are known.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from albumen.album.mix import Bell, PartMix
from albumen.sound.audio_file import audio_facts, read_blocks
from albumen.sound.loudness import LoudnessMeter
from albumen.sound.spectrum import BANDS, CENTRES_HZ, BandMeter, FloatArray
from albumen.sound.stems import StemLevel
from albumen.work.errors import Wrong

CURVES = Path(__file__).parent / "curves.toml"
USUAL_FAMILY = "acoustic"
DEEPEST_DB = 3.0  # no bell moves a song further than this
_BELLS_HZ = (80.0, 200.0, 500.0, 1250.0, 3150.0, 8000.0)
_BELL_Q = 0.75
_LEAST_DB = 0.4  # smaller corrections are left alone
_REGION_HZ = (50.0, 12_500.0)
_WIDEST_GAP_DB = 18.0  # a band this far below its target holds nothing that could be lifted
_SHORTEST_REFERENCE_SECONDS = 5.0


def style_curve(style: str) -> tuple[float, ...]:
    """The target of a style in dB, one value per third of an octave."""
    families = _families()
    rows = next((row for row in families.values() if style in row["styles"]), families[USUAL_FAMILY])
    return tuple(np.round(np.interp(np.log(CENTRES_HZ), np.log(rows["hz"]), rows["db"]), 2).tolist())


def reference_curve(path: Path) -> tuple[float, ...]:
    """The spectrum of a finished recording in dB; raises `Wrong` where it cannot be read, is silent or too short."""
    facts = audio_facts(path)
    bands, meter = BandMeter(facts.sample_rate), LoudnessMeter(facts.sample_rate, true_peak=False)
    for block in read_blocks(path):
        bands.feed(block)
        meter.feed(block)
    heard = bands.read()
    if facts.seconds < _SHORTEST_REFERENCE_SECONDS or meter.read().integrated_lufs < -60:
        raise Wrong(
            "a reference is a finished recording of at least five seconds that is not silent",
            where=path,
            next_step="choose another file, or take the reference out of album.toml",
        )
    return tuple(round(value - max(heard), 2) for value in heard)


def expected_spectrum(parts: Mapping[str, PartMix], levels: Mapping[str, StemLevel]) -> FloatArray | None:
    """The spectrum of the mix in dB as far as levels and equalisers make it; None where stems were not measured in bands."""
    power = np.zeros(BANDS)
    for part_id, part in parts.items():
        level = levels[part_id]
        if part.mute or part.bus == "effects" or len(level.bands_db) != BANDS:
            continue  # colours sound here and there, and are no part of the balance
        own = np.array(level.bands_db) - level.loudness_lufs + part.level_lu + _response_db(part.bells)
        power += 10 ** ((own + _low_cut_db(part.high_pass_hz)) / 10)
    return 10 * np.log10(np.maximum(power, 1e-14)) if power.any() else None


def tone_bells(spectrum: FloatArray, target: Sequence[float]) -> tuple[Bell, ...]:
    """Broad bells, at most 3 dB each, that bring a spectrum nearer to its target."""
    wanted, weight = _difference(spectrum, np.asarray(target, dtype=np.float64))
    if not weight.any():
        return ()
    shapes = np.stack([_response_db((Bell(frequency_hz=hz, gain_db=1.0, q=_BELL_Q),)) for hz in _BELLS_HZ], axis=1)
    # A little resistance to large gains keeps neighbours from fighting each other.
    rows = np.concatenate([shapes * weight[:, None], 0.35 * np.eye(len(_BELLS_HZ))])
    gains = np.linalg.lstsq(rows, np.concatenate([wanted * weight, np.zeros(len(_BELLS_HZ))]), rcond=None)[0]
    limited = np.round(np.clip(gains, -DEEPEST_DB, DEEPEST_DB), 1).tolist()
    return tuple(
        Bell(frequency_hz=hz, gain_db=gain, q=_BELL_Q)
        for hz, gain in zip(_BELLS_HZ, limited, strict=True)
        if abs(gain) >= _LEAST_DB
    )


def distance_db(spectrum: Sequence[float], target: Sequence[float]) -> float:
    """How far a spectrum lies from its target: the mean absolute difference of the bands that sound, levels aligned."""
    wanted, weight = _difference(np.asarray(spectrum, dtype=np.float64), np.asarray(target, dtype=np.float64))
    return float(np.abs(wanted[weight > 0]).mean()) if weight.any() else 0.0


def _difference(spectrum: FloatArray, target: FloatArray) -> tuple[FloatArray, FloatArray]:
    """What each band lacks after aligning the levels, and which bands count (1 or 0)."""
    inside = (_REGION_HZ[0] <= CENTRES_HZ) & (_REGION_HZ[1] >= CENTRES_HZ)
    gap = target - spectrum
    gap = gap - np.median(gap[inside])
    weight = (inside & (np.abs(gap) < _WIDEST_GAP_DB)).astype(np.float64)
    if weight.any():
        gap = gap - (gap * weight).sum() / weight.sum()
    return gap, weight


def _response_db(bells: Sequence[Bell]) -> FloatArray:
    """What bells do at the centres of the bands (peaking filters as in Bristow-Johnson's cookbook, in analogue form)."""
    total = np.zeros(BANDS)
    for bell in bells:
        amount = 10 ** (bell.gain_db / 40)
        way = CENTRES_HZ / bell.frequency_hz - bell.frequency_hz / CENTRES_HZ
        total += 10 * np.log10((way**2 + (amount / bell.q) ** 2) / (way**2 + 1 / (amount * bell.q) ** 2))
    return total


def _low_cut_db(hz: float) -> FloatArray:
    """Two first-order low cuts in a row."""
    if hz <= 0:
        return np.zeros(BANDS)
    return -20 * np.log10(1 + (hz / CENTRES_HZ) ** 2)


@cache
def _families() -> dict[str, dict[str, Any]]:
    return tomllib.loads(CURVES.read_text("utf-8"))
