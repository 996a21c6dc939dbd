"""The key of a song, from what sounds, how it ends and what the file says about it."""

from __future__ import annotations

from enum import Enum

import numpy as np

from albumen.corpus.sounding import Floats, Sounding
from albumen.score.key import Key
from albumen.score.time_map import Bar

# Typical shares of the 12 pitch classes above the tonic, after Albrecht and Shanahan (2013), from notated classical music.
_MAJOR = (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081)
_MINOR = (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052)
_LONGEST = 24  # steps: a pedal point counts no more than a half note

_START_BARS = 4

# Weights of the evidence, fitted by logistic regression on pieces whose mode is stated (bench/corpus_fit.py).
_WHOLE, _START, _FINAL_BASS, _FINAL_THIRD = 6.5, 3.5, 0.9, 0.5
_SAID_EXACT, _SAID_SIGNATURE = 6.0, 4.0


class Trust(Enum):
    """How far a stated key goes: tonic and mode, the signature alone (a minor key may hide in it), or not at all."""

    EXACT = "exact"
    SIGNATURE = "signature"
    NONE = "none"


_CANDIDATES: tuple[tuple[int, bool], ...] = tuple(
    (tonic, is_minor) for is_minor in (False, True) for tonic in range(12)
)


def find_key(
    notes: Sounding, bars: tuple[Bar, ...], said: Key | None = None, trust: Trust = Trust.SIGNATURE
) -> Key | None:
    """The likeliest of the 24 keys; None when nothing pitched sounds. A stated key counts as much as `trust` allows."""
    if not notes.onset.size:
        return None
    scores = key_evidence(notes, bars) @ np.array([_WHOLE, _START, _FINAL_BASS, _FINAL_THIRD])
    if said is not None and trust is not Trust.NONE:
        for number, (tonic, is_minor) in enumerate(_CANDIDATES):
            if (tonic, is_minor) == (said.tonic, said.is_minor) and trust is Trust.EXACT:
                scores[number] += _SAID_EXACT
            elif Key.of(tonic, is_minor).fifths % 12 == said.fifths % 12:
                scores[number] += _SAID_SIGNATURE
    return Key.of(*_CANDIDATES[int(np.argmax(scores))])


def key_evidence(notes: Sounding, bars: tuple[Bar, ...]) -> Floats:
    """Four measures for each of the 24 keys: fit of the whole and of the start, last bass note, third of the last chord."""
    first_end = max(bars[min(_START_BARS, len(bars)) - 1].end, int(notes.onset[0]) + 1)
    whole = _profile_fit(pitch_class_shares(notes, np.ones(notes.onset.size, bool)))
    start = _profile_fit(pitch_class_shares(notes, notes.onset < first_end))
    final = notes.end >= int(notes.end.max()) - 3
    last_onset = notes.onset >= int(notes.onset[final].min())
    final_pitches = notes.pitch[final & last_onset]
    bass = int(final_pitches.min()) % 12 if final_pitches.size else -1
    classes = set((final_pitches % 12).tolist())
    rows = np.zeros((24, 4))
    for number, (tonic, is_minor) in enumerate(_CANDIDATES):
        third, other = (tonic + 3) % 12, (tonic + 4) % 12
        if not is_minor:
            third, other = other, third
        has_third = float(third in classes) - float(other in classes)
        rows[number] = (whole[number], start[number], float(bass == tonic), has_third * (tonic in classes))
    return rows


def pitch_class_shares(notes: Sounding, mask: np.ndarray) -> Floats:
    """Share of each pitch class among the masked notes by sounding time."""
    weights = np.minimum(notes.end[mask] - notes.onset[mask], _LONGEST).astype(float)
    shares = np.bincount(notes.pitch[mask] % 12, weights=weights, minlength=12)
    return shares / max(1e-9, float(shares.sum()))


def _profile_fit(shares: Floats) -> Floats:
    """Correlation of pitch class shares with the 24 key profiles."""
    profiles = np.stack([np.roll(_MINOR if is_minor else _MAJOR, tonic) for tonic, is_minor in _CANDIDATES])
    profiles = profiles - profiles.mean(axis=1, keepdims=True)
    centred = shares - shares.mean()
    norm = np.linalg.norm(profiles, axis=1) * max(1e-9, float(np.linalg.norm(centred)))
    return (profiles @ centred) / norm
