"""A song as pictures see it: a few plain arrays, made from notes, from audio, or from both."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float32]

FRAMES = 240
BANDS = 96
_LOWEST_HZ, _HIGHEST_HZ = 55.0, 9000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MusicView:
    """One song. All arrays are float32."""

    notes: Floats
    """(n, 5): start and length in beats, MIDI pitch, velocity 0..1, part number; drums have pitch 0."""
    spectrum: Floats
    """(FRAMES, BANDS) loudness 0..1 of log-spaced bands over the song."""
    energy: Floats
    """(FRAMES,) 0..1"""
    likeness: Floats
    """(k, k) 0..1: how alike any two moments sound."""
    pitch_classes: Floats
    """(12,) share of each pitch class, summing to 1."""
    beats: float
    bar_beats: float = 4.0
    key: int = 0
    minor: bool = False
    tempo_bpm: float = 100.0


def view_music(
    notes: ArrayLike,
    *,
    audio: ArrayLike | None = None,
    rate: int = 44100,
    bar_beats: float = 4.0,
    key: int = 0,
    minor: bool = False,
    tempo_bpm: float = 100.0,
) -> MusicView:
    """The view of a song. `notes` as in `MusicView.notes`; `audio` (samples,) or (samples, channels) if there is any.

    Without audio the spectrum is drawn from the notes and their overtones.
    """
    table = np.asarray(notes, dtype=np.float32).reshape(-1, 5)
    if len(table) == 0:
        table = np.array([[0, 4, 60, 0.5, 0]], dtype=np.float32)
    beats = float(max(bar_beats, (table[:, 0] + table[:, 1]).max()))
    spectrum = _heard(np.asarray(audio, dtype=np.float32), rate) if audio is not None else _imagined(table, beats)
    energy = spectrum.mean(axis=1)
    energy = (energy - energy.min()) / (np.ptp(energy) + 1e-6)
    return MusicView(
        notes=table,
        spectrum=spectrum,
        energy=energy.astype(np.float32),
        likeness=_likeness(table, beats, bar_beats),
        pitch_classes=_pitch_classes(table),
        beats=beats,
        bar_beats=bar_beats,
        key=key,
        minor=minor,
        tempo_bpm=tempo_bpm,
    )


def write_view(path: Path, view: MusicView) -> None:
    """Keep a view in a file (NumPy arrays, no code)."""
    np.savez(path, **asdict(view))


def read_view(path: Path) -> MusicView:
    """A view that `write_view` kept."""
    with np.load(path, allow_pickle=False) as stored:
        plain = {"beats": float, "bar_beats": float, "key": int, "minor": bool, "tempo_bpm": float}
        return MusicView(**{name: plain[name](stored[name]) if name in plain else stored[name] for name in stored.files})


def joined(views: list[MusicView]) -> MusicView:
    """Several songs as one: the album, one after the other."""
    first = views[0]
    if len(views) == 1:
        return first
    starts = np.cumsum([0.0, *(view.beats for view in views[:-1])])
    notes = np.concatenate(
        [view.notes + np.array([start, 0, 0, 0, 0], np.float32) for view, start in zip(views, starts, strict=True)]
    )
    long = np.concatenate([view.spectrum for view in views])
    rows = np.linspace(0, len(long) - 1, FRAMES).astype(int)
    energy = np.concatenate([view.energy for view in views])[rows]
    beats = float(sum(view.beats for view in views))
    return MusicView(
        notes=notes.astype(np.float32),
        spectrum=long[rows],
        energy=energy,
        likeness=_likeness(notes, beats, first.bar_beats),
        pitch_classes=np.mean([view.pitch_classes for view in views], axis=0).astype(np.float32),
        beats=beats,
        bar_beats=first.bar_beats,
        key=first.key,
        minor=first.minor,
        tempo_bpm=float(np.mean([view.tempo_bpm for view in views])),
    )


def _heard(audio: Floats, rate: int) -> Floats:
    mono = audio.mean(axis=1) if audio.ndim == 2 else audio
    size = 4096
    if len(mono) < size:
        mono = np.pad(mono, (0, size - len(mono)))
    starts = np.linspace(0, len(mono) - size, FRAMES).astype(int)
    window = np.hanning(size).astype(np.float32)
    frequencies = np.fft.rfftfreq(size, 1 / rate)
    edges = np.geomspace(_LOWEST_HZ, min(_HIGHEST_HZ, rate * 0.45), BANDS + 1)
    band = np.clip(np.searchsorted(edges, frequencies) - 1, -1, BANDS)
    inside = (band >= 0) & (band < BANDS)
    out = np.zeros((FRAMES, BANDS), dtype=np.float32)
    for place, start in enumerate(starts):
        power = np.abs(np.fft.rfft(mono[start : start + size] * window)) ** 2
        out[place] = np.bincount(band[inside], power[inside], BANDS)
    # Narrow low bands may hold no line of the transform: they borrow from their neighbours.
    filled = out.sum(axis=0) > 0
    out = (
        np.stack([np.interp(np.arange(BANDS), np.flatnonzero(filled), row[filled]) for row in out])
        if filled.any()
        else out
    )
    decibels = 10 * np.log10(out + 1e-9)
    top = np.quantile(decibels, 0.995)
    return np.clip((decibels - top + 60) / 60, 0, 1).astype(np.float32)


def _imagined(notes: Floats, beats: float) -> Floats:
    out = np.zeros((FRAMES, BANDS), dtype=np.float32)
    time = np.linspace(0, beats, FRAMES)
    for start, length, pitch, velocity, _ in notes:
        sounding = (time >= start) & (time < start + max(length, beats / FRAMES))
        fade = np.exp(-(time[sounding] - start) / 6.0) * velocity
        if pitch <= 0:
            out[sounding, BANDS // 2 :] += 0.12 * fade[:, None]
            continue
        shape = np.zeros(BANDS, dtype=np.float32)
        for overtone in range(1, 7):
            place = np.log(440 * 2 ** ((pitch - 69) / 12) * overtone / _LOWEST_HZ) / np.log(_HIGHEST_HZ / _LOWEST_HZ)
            shape += 0.75 ** (overtone - 1) * np.exp(-(((np.arange(BANDS) / BANDS - place) / 0.012) ** 2))
        out[sounding] += fade[:, None] * shape[None]
    out = np.sqrt(out)
    return np.clip(out / (np.quantile(out, 0.995) + 1e-6), 0, 1).astype(np.float32)


def _likeness(notes: Floats, beats: float, bar_beats: float) -> Floats:
    bars = int(np.clip(np.ceil(beats / bar_beats), 4, 96))
    profile = np.zeros((bars, 24), dtype=np.float32)
    place = np.clip((notes[:, 0] / beats * bars).astype(int), 0, bars - 1)
    pitched = notes[:, 2] > 0
    np.add.at(profile, (place[pitched], notes[pitched, 2].astype(int) % 12), notes[pitched, 1])
    step = ((notes[:, 0] % bar_beats) / bar_beats * 12).astype(int) % 12
    np.add.at(profile, (place, 12 + step), 0.5)
    profile /= np.linalg.norm(profile, axis=1, keepdims=True) + 1e-6
    likeness = profile @ profile.T
    return ((likeness - likeness.min()) / (np.ptp(likeness) + 1e-6)).astype(np.float32)


def _pitch_classes(notes: Floats) -> Floats:
    shares = np.zeros(12, dtype=np.float32)
    pitched = notes[:, 2] > 0
    np.add.at(shares, notes[pitched, 2].astype(int) % 12, notes[pitched, 1] * (0.3 + notes[pitched, 3]))
    return (shares / shares.sum() if shares.sum() > 0 else np.full(12, 1 / 12)).astype(np.float32)
