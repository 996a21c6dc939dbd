"""Loudness that means something: sections by their energy, phrases by their arch, roles by their place in the band.

Velocities of learned and ruled parts are brought to one mean first; what a player accented stays accented.
"""

from __future__ import annotations

import numpy as np

from albumen.album.plan import SectionPlan, SongPlan
from albumen.score.notes import Notes
from albumen.score.part import Part
from albumen.score.score import Score

_MEAN = 78.0
_ROLE = {"melody": 8.0, "bass": 2.0, "counter": -4.0, "chords": -9.0, "pad": -15.0, "drums": 0.0}
_ENERGY_SPAN = 34.0  # velocity between the calmest and the wildest section
_ARCH = 5.0  # how much a phrase swells
_CONTRAST = 0.8  # of the written accents is kept
_SOFTEST, _LOUDEST = 24, 122
_FADE_BARS = 4


def shaped(score: Score, plan: SongPlan) -> Score:
    """The score with the velocities of a performance."""
    return score.replace(parts=tuple(part.replace(notes=_part_shaped(part, score, plan)) for part in score.parts))


def _part_shaped(part: Part, score: Score, plan: SongPlan) -> Notes:
    notes = part.notes
    if not len(notes):
        return notes
    bars = score.bars()
    starts = np.array([bar.start for bar in bars])
    where = np.searchsorted(starts, notes.onset, side="right") - 1
    lengths = np.array([bar.length for bar in bars])
    position = where + (notes.onset - starts[where]) / lengths[where]
    loudness = _CONTRAST * (notes.velocity - float(notes.velocity.mean())) + _MEAN + _ROLE.get(part.role, 0.0)
    for start, section in zip(plan.starts(), plan.sections, strict=True):
        inside = (position >= start) & (position < start + section.bars)
        loudness[inside] += _swell(section, position[inside] - start, part.role)
    if plan.ending == "fade":
        left = len(bars) - position
        loudness -= np.clip((_FADE_BARS - left) / _FADE_BARS, 0, 1) * 30
    return notes.replace(velocity=np.clip(np.round(loudness), _SOFTEST, _LOUDEST).astype(np.int32))


def _swell(section: SectionPlan, bars: np.ndarray, role: str) -> np.ndarray:
    """Velocity added at `bars` from the section's start: its energy, and for tunes an arch over every four bars."""
    level = _ENERGY_SPAN * (section.energy - 0.5)
    if role in ("drums", "pad"):
        return np.full(bars.shape, level)
    phrase = np.sin(np.pi * (bars % 4) / 4)
    rise = 2.0 * bars / section.bars
    return level + _ARCH * phrase * (1.0 if role in ("melody", "counter") else 0.5) + rise
