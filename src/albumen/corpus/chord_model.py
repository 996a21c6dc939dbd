"""What the chord finder expects: how chord tones, bass notes, keys and changes of harmony are spread.

Shares were counted in the half bars of lead sheets, tunes and progressions whose chords are named (bench/corpus_fit.py), then
flattened towards rounder numbers, since written-out classical textures hold more passing notes than accompaniments do.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from albumen.corpus.sounding import Floats
from albumen.score.chord import QUALITIES, Chord

STATES: tuple[Chord, ...] = tuple(Chord(root, name) for root in range(12) for name, _ in QUALITIES)
_TONE_SHARES = (0.29, 0.235, 0.24, 0.19)  # root, third, fifth, seventh: relative to each other
_BASS_SHARES = (0.56, 0.12, 0.19, 0.05)
_FOREIGN = 0.13  # share of sounding time that belongs to no chord tone
_FOREIGN_BASS = 0.08
_DIATONIC_LEAN = 4.0  # a passing note of the scale is that much likelier than one outside it
_SCALES = {False: (0, 2, 4, 5, 7, 9, 11), True: (0, 2, 3, 5, 7, 8, 10, 11)}

# How common chords are in a major and in a minor key, by semitones above the tonic and quality; per thousand, rounded.
_MAJOR = {
    (0, ""): 270, (7, ""): 120, (7, "7"): 130, (5, ""): 120, (2, "m"): 50, (2, "m7"): 25, (9, "m"): 50, (9, "m7"): 12,
    (4, "m"): 22, (4, "m7"): 6, (2, "7"): 35, (2, ""): 15, (9, "7"): 20, (9, ""): 6, (4, "7"): 8, (4, ""): 5, (0, "7"): 14,
    (0, "maj7"): 12, (5, "maj7"): 8, (5, "m"): 10, (10, ""): 14, (10, "7"): 4, (8, ""): 5, (3, ""): 4, (11, "dim"): 8,
    (11, "m7b5"): 6, (11, "dim7"): 4, (6, "dim7"): 4, (6, "m7b5"): 4, (6, "dim"): 3, (1, "dim7"): 3, (3, "dim7"): 2,
    (0, "m"): 4, (7, "m"): 4, (0, "aug"): 3, (7, "aug"): 3, (7, "sus4"): 5, (0, "sus4"): 3, (0, "5"): 5, (7, "5"): 3,
    (11, "7"): 4, (2, "m7b5"): 3, (8, "7"): 3, (1, ""): 1,
}  # fmt: skip
_MINOR = {
    (0, "m"): 270, (7, ""): 90, (7, "7"): 110, (5, "m"): 80, (5, ""): 12, (3, ""): 60, (8, ""): 45, (10, ""): 70,
    (10, "7"): 18, (7, "m"): 25, (2, "dim"): 14, (2, "m7b5"): 14, (11, "dim"): 10, (11, "dim7"): 16, (0, ""): 12, (0, "7"): 8,
    (5, "m7"): 12, (0, "m7"): 12, (8, "maj7"): 6, (3, "maj7"): 5, (2, "7"): 8, (2, ""): 4, (3, "aug"): 2, (6, "dim7"): 5,
    (1, ""): 6, (2, "m"): 5, (7, "sus4"): 5, (0, "5"): 5, (7, "5"): 3, (3, "7"): 5, (8, "7"): 5, (4, "dim7"): 3,
    (9, "dim"): 3, (9, "m7b5"): 2,
}  # fmt: skip
_ELSE = 0.45  # per thousand, for every chord not named above
_RARE = {"dim": 0.7, "aug": 0.4, "dim7": 0.8, "sus4": 0.6, "5": 0.5, "m7b5": 0.7}  # when not named above


@cache
def tone_logs(is_minor: bool) -> Floats:
    """Log share of each pitch class (axis 2) under each chord (axis 1) when the tonic is (axis 0): 12 x 132 x 12."""
    return np.log(_spread(_TONE_SHARES, _FOREIGN, is_minor))


@cache
def bass_logs(is_minor: bool) -> Floats:
    """Log share of each bass pitch class, as `tone_logs`; a last column of zeros stands for "no bass"."""
    logs = np.log(_spread(_BASS_SHARES, _FOREIGN_BASS, is_minor))
    return np.concatenate([logs, np.zeros((12, len(STATES), 1))], axis=2)


@cache
def chord_logs(is_minor: bool) -> Floats:
    """Log probability of each chord when the tonic is (rows): 12 x 132."""
    table = _MINOR if is_minor else _MAJOR
    rows = np.zeros((12, len(STATES)))
    for tonic in range(12):
        for number, chord in enumerate(STATES):
            otherwise = _ELSE * _RARE.get(chord.quality, 1.0)
            rows[tonic, number] = table.get(((chord.root - tonic) % 12, chord.quality), otherwise)
    return np.log(rows / rows.sum(axis=1, keepdims=True))


def _spread(shares: tuple[float, ...], foreign: float, is_minor: bool) -> Floats:
    scale = _SCALES[is_minor]
    table = np.zeros((12, len(STATES), 12))
    for tonic in range(12):
        lean = np.array([_DIATONIC_LEAN if (pc - tonic) % 12 in scale else 1.0 for pc in range(12)])
        for number, chord in enumerate(STATES):
            tones = list(chord.pitch_classes)
            kept = np.array([shares[0], shares[2]] if chord.quality == "5" else shares[: len(tones)])
            noise = lean.copy()
            noise[tones] = 0.0
            row = foreign * noise / noise.sum()
            row[tones] = (1 - foreign) * kept / kept.sum()
            table[tonic, number] = row
    return table
