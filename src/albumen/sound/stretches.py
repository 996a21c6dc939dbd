"""DawDreamer's instruments, a stretch of the song at a time, so that a song of any length needs little memory.

Each stretch holds the notes that begin in it and is heard until they have died away; the tails are added to the next
stretch. DawDreamer hangs when two threads use it and may write to standard output, so it is used in processes of its own
(`player_process.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from albumen.sound.audio_file import Audio
from albumen.sound.performance import SUSTAIN, Performance
from albumen.work.errors import Missing

STRETCH_SECONDS = 20.0
TAIL_SECONDS = 4.0


class Instrument(NamedTuple):
    """A processor of DawDreamer that takes MIDI, loaded into its engine."""

    engine: Any
    processor: Any


def stretched(
    performance: Performance, make: Callable[[NDArray[np.float64]], Instrument], *, sample_rate: int, gain: float
) -> Iterator[Audio]:
    """The sound of a performance in blocks of a second. `make` gives the instrument; it is told when the notes end.

    The sustain pedal lengthens notes; other controllers are not heard.
    """
    stops = _sustained(performance)
    end = max(performance.seconds, float(stops.max(initial=0.0)), 1.0)
    stretch = round(STRETCH_SECONDS * sample_rate)
    instrument = make(stops) if len(performance) else None
    waiting = np.zeros((0, 2), dtype=np.float32)
    for begin in np.arange(0.0, end, STRETCH_SECONDS).tolist():
        inside = (performance.start >= begin) & (performance.start < begin + STRETCH_SECONDS)
        fresh = gain * _stretch(instrument, performance, stops, inside, begin) if instrument else waiting[:0]
        is_last = begin + STRETCH_SECONDS >= end
        body = round((end - begin) * sample_rate) if is_last else stretch
        total = np.zeros((max(len(fresh), len(waiting), body), 2), dtype=np.float32)
        total[: len(waiting)] += waiting
        total[: len(fresh)] += fresh
        ready = len(total) if is_last else stretch
        waiting = total[ready:]
        for start in range(0, ready, sample_rate):
            yield total[start : min(start + sample_rate, ready)]


def dawdreamer() -> ModuleType:
    """The library; raises `Missing` with the command that installs it."""
    try:
        import dawdreamer as library
    except ImportError as error:
        raise Missing(
            "DawDreamer, which plays electronic voices and plug-ins, is not installed",
            next_step="run: pip install dawdreamer",
        ) from error
    return library


def _stretch(
    instrument: Instrument,
    performance: Performance,
    stops: NDArray[np.float64],
    inside: NDArray[np.bool_],
    begin: float,
) -> Audio:
    if not inside.any():
        return np.zeros((0, 2), dtype=np.float32)
    starts = performance.start[inside] - begin
    ends = stops[inside] - begin
    pitches, velocities = performance.pitch[inside].tolist(), performance.velocity[inside].tolist()
    instrument.processor.clear_midi()
    for start, end, pitch, velocity in zip(starts.tolist(), ends.tolist(), pitches, velocities, strict=True):
        instrument.processor.add_midi_note(pitch, velocity, start, end - start)
    instrument.engine.render(float(ends.max()) + TAIL_SECONDS)
    sound = np.asarray(instrument.engine.get_audio(), dtype=np.float32).T
    stereo = sound[:, :2] if sound.shape[1] > 1 else np.repeat(sound, 2, axis=1)
    return _without_silence(np.ascontiguousarray(stereo))


def _sustained(performance: Performance) -> NDArray[np.float64]:
    """When notes end, those under the pedal with it."""
    stops = performance.stop.copy()
    down: float | None = None
    for control in [c for c in performance.controls if c.number == SUSTAIN]:
        if control.value >= 64 and down is None:
            down = control.seconds
        elif control.value < 64 and down is not None:
            held = (stops >= down) & (stops < control.seconds) & (performance.start < control.seconds)
            stops[held] = control.seconds
            down = None
    if down is not None:
        stops[(stops >= down)] = np.maximum(stops[stops >= down], performance.seconds)
    return stops


def _without_silence(sound: Audio) -> Audio:
    audible = np.flatnonzero(np.abs(sound).max(axis=1) > 1e-5)
    return sound[: int(audible[-1]) + 1] if audible.size else sound[:0]
