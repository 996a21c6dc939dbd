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
    sounding = sorted(kept)
    coming = iter((*sounding, None))
    next_kept = next(coming)
    playing: list[Note] = []  # kept notes that sound now
    active: list[Note] = []  # written notes that sound now; only they can still change
    done: list[Note] = []
    for onset in sorted(by_onset):
        while next_kept is not None and next_kept.onset <= onset:
            playing.append(next_kept)
            next_kept = next(coming)
        playing = [note for note in playing if note.end > onset]
        done += [note for note in active if note.end <= onset]
        struck = _struck(by_onset[onset], limits.voices)
        active = [_released(note, onset, struck, limits.voices) for note in active if note.end > onset]
        ringing = sum(1 for note in (*active, *playing) if note.onset < onset < note.end)
        active = _thinned(active, onset, ringing + len(struck) - limits.voices)
        over = sum(1 for note in (*active, *playing) if note.onset <= onset < note.end) + len(struck) - limits.voices
        blocked = {note.pitch for note in playing}
        struck = [note for note in struck if note.pitch not in blocked]
        active += struck[max(0, over) :] if over > 0 else struck
    onsets = [note.onset for note in sounding]
    return [
        _before_kept(note, sounding[bisect_right(onsets, note.onset) :], limits.voices) for note in (*done, *active)
    ]


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
    """A written note stops before a kept note that needs its key or its voice; `kept` begin after it, in order."""
    for other in kept:
        if other.onset >= note.end:
            break
        if other.pitch == note.pitch or voices <= 2:
            return note._replace(length=other.onset - note.onset)
    return note
