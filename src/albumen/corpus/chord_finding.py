"""Which chord governs each half bar: a hidden Markov model over 12 roots x 11 qualities, read out by Viterbi."""

from __future__ import annotations

import numpy as np

from albumen.corpus.chord_model import STATES, bass_logs, chord_logs, tone_logs
from albumen.corpus.sounding import Floats, Ints, Sounding, chord_slots, notes_in_slots
from albumen.score.chord import Chord
from albumen.score.key import Key
from albumen.score.score import ChordChange
from albumen.score.time_map import Bar

_HELD_COUNTS = 0.6  # a note held over from before says less about the new slot than one struck in it
_TRUST = 2.4  # how much one full-slot note weighs against habit
_ENOUGH = 4.0  # notes of evidence beyond which more do not convince more
_BASS_TRUST = 0.8
_PRIOR_TRUST = 0.7
_CHANGE_AT_BAR = 0.5
_CHANGE_INSIDE = 0.4
_SEVENTH_COSTS = 0.7  # log units: passing notes alone should not make a seventh or a suspension
_BEAT = 12  # steps: what is heard first in a slot decides most
_LATE_COUNTS = 0.35
_DOUBLING_POWER = 0.8
_LONGEST = 24  # steps: a pedal point counts no more than a half note's worth


def slot_evidence(notes: Sounding, edges: Ints) -> tuple[Floats, Ints, Floats]:
    """What sounds per slot: shares of the 12 pitch classes (rows sum to 1), bass pitch class (-1 none), amount of evidence.

    The amount counts notes, a full slot long each, so that a thin melody says less than a full chord.
    """
    count = edges.size - 1
    pairs = notes_in_slots(notes, edges)
    lengths = np.diff(edges)
    early = np.minimum(np.maximum(lengths // 2, _BEAT), lengths)
    start = edges[pairs.slot]
    from_start = np.maximum(notes.onset[pairs.note] - start, 0)
    until = np.minimum(notes.end[pairs.note] - start, lengths[pairs.slot])
    in_early = np.maximum(np.minimum(until, early[pairs.slot]) - from_start, 0)
    share = np.minimum(in_early + _LATE_COUNTS * (pairs.share - in_early), _LONGEST)
    share = share * np.where(pairs.struck, 1.0, _HELD_COUNTS)
    pitch_class = notes.pitch[pairs.note] % 12
    weights = np.bincount(pairs.slot * 12 + pitch_class, weights=share, minlength=count * 12).reshape(count, 12)
    # Doublings add less than new notes: the root of a tutti is one fact, not twelve.
    full = np.minimum(early + _LATE_COUNTS * (lengths - early), _LONGEST)
    weights = (weights / full[:, None]) ** _DOUBLING_POWER
    amount = weights.sum(axis=1)
    shares = weights / np.maximum(amount, 1e-9)[:, None]
    return shares, _bass(notes, pairs.note, pairs.slot, pairs.share, edges), amount


def _bass(notes: Sounding, note: Ints, slot: Ints, share: Ints, edges: Ints) -> Ints:
    """Pitch class of the lowest note that sounds in the first third of each slot; -1 where fewer than two pitches sound."""
    count = edges.size - 1
    lengths = np.diff(edges)
    early = notes.onset[note] < edges[slot] + np.maximum(lengths[slot] // 3, 1)
    long_enough = share * 8 >= lengths[slot]
    lowest = np.full(count, 999, dtype=np.int64)
    highest = np.full(count, -1, dtype=np.int64)
    np.minimum.at(lowest, slot[early & long_enough], notes.pitch[note[early & long_enough]])
    np.maximum.at(highest, slot, notes.pitch[note])
    return np.where((lowest < 999) & (highest - lowest >= 5), lowest % 12, -1)


def find_chords(notes: Sounding, bars: tuple[Bar, ...], key: Key) -> tuple[ChordChange, ...]:
    """The harmony of the song as changes, at most one a slot; `None` where a bar or more is silent.

    Empty when nothing pitched sounds.
    """
    if not notes.onset.size:
        return ()
    edges = chord_slots(bars)
    shares, bass, amount = slot_evidence(notes, edges)
    at_bar = np.isin(edges[:-1], [bar.start for bar in bars])
    states = _best_path(_fit(shares, bass, amount, key), chord_logs(key.is_minor)[key.tonic], at_bar)
    silent = _long_silences(amount, edges, bars)
    changes: list[ChordChange] = []
    for tick, state, is_silent in zip(edges[:-1].tolist(), states.tolist(), silent.tolist(), strict=True):
        chord = None if is_silent else STATES[state]
        if not changes or changes[-1].chord != chord:
            changes.append(ChordChange(tick, chord))
    return tuple(changes)


def _fit(shares: Floats, bass: Ints, amount: Floats, key: Key) -> Floats:
    """Log likelihood of each slot's notes under each chord: slots x 132."""
    tones = shares @ tone_logs(key.is_minor)[key.tonic].T
    bass_fit = bass_logs(key.is_minor)[key.tonic].T[bass]
    simple = _SEVENTH_COSTS * np.array([len(chord.pitch_classes) == 4 or chord.quality == "sus4" for chord in STATES])
    return _TRUST * np.minimum(amount, _ENOUGH)[:, None] * tones + _BASS_TRUST * bass_fit - simple


def _best_path(fit: Floats, prior: Floats, at_bar: np.ndarray) -> Ints:
    """The likeliest chord per slot. Changing costs more inside a bar than at its start, and goes to common chords first."""
    count, states = fit.shape
    came_from = np.zeros((count, states), dtype=np.int16)
    everyone = np.arange(states, dtype=np.int16)
    weighed = _PRIOR_TRUST * prior
    score = fit[0] + weighed
    for slot in range(1, count):
        change = _CHANGE_AT_BAR if at_bar[slot] else _CHANGE_INSIDE
        best = int(np.argmax(score))
        moved = score[best] + np.log(change) + weighed
        stayed = score + np.log1p(-change)
        came_from[slot] = np.where(stayed >= moved, everyone, best)
        score = np.maximum(stayed, moved) + fit[slot]
    path = np.zeros(count, dtype=np.int64)
    path[-1] = int(np.argmax(score))
    for slot in range(count - 1, 0, -1):
        path[slot - 1] = came_from[slot, path[slot]]
    return path


def _long_silences(amount: Floats, edges: Ints, bars: tuple[Bar, ...]) -> np.ndarray:
    """Which slots lie in a bar without any pitched note."""
    bar_of_slot = np.searchsorted([bar.start for bar in bars], edges[:-1], side="right") - 1
    sounds = np.bincount(bar_of_slot, weights=amount, minlength=len(bars)) > 0
    return ~sounds[bar_of_slot]


def chord_agreement(stated: tuple[ChordChange, ...], found: tuple[ChordChange, ...], bars: tuple[Bar, ...]) -> float:
    """Share of the slots under stated chords in which the found chord has the same root or three common tones."""
    edges = chord_slots(bars)[:-1]
    said, heard = _chords_at(stated, edges), _chords_at(found, edges)
    pairs = [(one, two) for one, two in zip(said, heard, strict=True) if one is not None and two is not None]
    if not pairs:
        return 1.0
    agree = [one.root == two.root or len(set(one.pitch_classes) & set(two.pitch_classes)) >= 3 for one, two in pairs]
    return float(np.mean(agree))


def in_slots(
    stated: tuple[ChordChange, ...], found: tuple[ChordChange, ...], bars: tuple[Bar, ...]
) -> tuple[ChordChange, ...]:
    """Stated chords as one a slot; found ones before the first stated chord and where no chord is stated."""
    edges = chord_slots(bars)[:-1]
    changes: list[ChordChange] = []
    for tick, one, two in zip(edges.tolist(), _chords_at(stated, edges), _chords_at(found, edges), strict=True):
        chord = one or two
        if not changes or changes[-1].chord != chord:
            changes.append(ChordChange(tick, chord))
    return tuple(changes)


def _chords_at(changes: tuple[ChordChange, ...], ticks: Ints) -> list[Chord | None]:
    starts = np.array([change.tick for change in changes])
    indices = np.searchsorted(starts, ticks, side="right") - 1
    return [changes[index].chord if index >= 0 else None for index in indices]
