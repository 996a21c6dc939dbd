"""What a player can do: range, voices, no two notes on one key. Kept without exception, whatever wrote the notes."""

from __future__ import annotations

from bisect import bisect_right

from albumen.score.notes import Note, Notes
from albumen.score.writing import Limits


def fitted(notes: list[Note], limits: Limits, kept: Notes, end: int) -> list[Note]:
    """The notes made playable beside `kept` ones: octaves moved into range, no key struck while it sounds, voices kept.

    No note lasts beyond `end` (ticks). Of too many notes at once the inner ones go first.
    """
    ranged = [
        note._replace(pitch=into_range(note.pitch, limits), length=min(note.length, end - note.onset))
        for note in notes
        if note.onset < end
    ]
    by_onset: dict[int, list[Note]] = {}
    for note in ranged:
        by_onset.setdefault(note.onset, []).append(note)
    first, last = min(by_onset, default=0), max(by_onset, default=0)
    sounding = [note for note in sorted(kept) if note.end > first and note.onset <= max(last, end)]
    done: list[Note] = []
    ringing: list[Note] = []
    for onset in sorted(by_onset):
        done += [note for note in ringing if note.end <= onset]
        ringing = [note for note in ringing if note.end > onset]
        blocked = {note.pitch for note in sounding if note.onset <= onset < note.end}
        struck = [note for note in _struck(by_onset[onset], limits.voices) if note.pitch not in blocked]
        held = sum(1 for note in sounding if note.onset <= onset < note.end)
        struck = struck[max(0, held + len(struck) - limits.voices) :]
        ringing = [_released(note, onset, struck, limits.voices) for note in ringing]
        free = limits.voices - held - len(struck)
        ringing = _thinned(ringing, onset, sum(1 for note in ringing if note.end > onset) - free)
        ringing += struck
    return [_before_kept(note, sounding, limits.voices) for note in (*done, *ringing)]


def into_range(pitch: int, limits: Limits) -> int:
    """The pitch in the octave that the limits allow; the nearest limit where no octave fits."""
    while pitch < limits.low:
        pitch += 12
    while pitch > limits.high:
        pitch -= 12
    return max(pitch, limits.low)


def _struck(notes: list[Note], voices: int) -> list[Note]:
    """One note a pitch, at most `voices`: the outer ones are heard, so the inner ones go."""
    unique = {note.pitch: note for note in sorted(notes, key=lambda note: note.velocity)}
    chord = [unique[pitch] for pitch in sorted(unique)]
    while len(chord) > voices:
        chord.pop(len(chord) // 2 if len(chord) > 2 else 0)
    return chord


def _released(note: Note, onset: int, struck: list[Note], voices: int) -> Note:
    """Let go where the same key is struck again, or, in a single voice, wherever the next note begins."""
    is_same = any(other.pitch == note.pitch for other in struck)
    if note.onset < onset < note.end and (is_same or voices == 1):
        return note._replace(length=onset - note.onset)
    return note


def _thinned(written: list[Note], onset: int, surplus: int) -> list[Note]:
    """The longest-held notes let go, so that the new ones have a finger."""
    if surplus <= 0:
        return written
    ringing = sorted((note for note in written if note.onset < onset < note.end), key=lambda note: note.onset)[:surplus]
    letting_go = set(ringing)
    return [note._replace(length=onset - note.onset) if note in letting_go else note for note in written]


def _before_kept(note: Note, kept: list[Note], voices: int) -> Note:
    """A written note stops before a kept note, struck while it sounds, that needs its key or its voice."""
    for other in kept[bisect_right(kept, note.onset, key=lambda other: other.onset) :]:
        if other.onset >= note.end:
            break
        if other.pitch == note.pitch or voices <= 2:
            return note._replace(length=other.onset - note.onset)
    return note
