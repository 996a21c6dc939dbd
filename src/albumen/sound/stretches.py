"""DawDreamer's instruments, a stretch of the song at a time: a song of any length needs little memory, a rest no time.

Each stretch holds notes that follow one another without silence and is heard until they have died away; the tails are
added to the next stretch. DawDreamer hangs when two threads use it and may write to standard output, so it is used in
processes of its own (`player_process.py`).
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

STRETCH_SECONDS = 60.0  # every stretch is heard to its last tail, so short ones cost more
TAIL_SECONDS = 4.0  # of an instrument that does not say how long it rings


class Instrument(NamedTuple):
    """A processor of DawDreamer that takes MIDI, loaded into its engine."""

    engine: Any
    processor: Any


def stretched(
    performance: Performance,
    make: Callable[[NDArray[np.float64]], Instrument],
    *,
    sample_rate: int,
    gain: float,
    tail_seconds: float = TAIL_SECONDS,
) -> Iterator[Audio]:
    """The sound of a performance in blocks of a second. `make` gives the instrument; it is told when the notes end.

    `tail_seconds` is how long it rings after its last note. The sustain pedal lengthens notes; other controllers are not heard.
    """
    stops = _sustained(performance)
    end = max(performance.seconds, float(stops.max(initial=0.0)), 1.0)
    instrument: Instrument | None = None
    ready, waiting = 0, np.zeros((0, 2), dtype=np.float32)  # `waiting` begins at frame `ready`, a whole second
    for notes in _stretches(performance.start, stops, tail_seconds):
        instrument = instrument or make(stops)
        first = round(float(performance.start[notes[0]]) * sample_rate)
        final = (first // sample_rate * sample_rate) - ready  # nothing that comes later sounds before this
        waiting = _lengthened(waiting, final)
        yield from _seconds(waiting[:final], sample_rate)
        ready, waiting = ready + final, waiting[final:]
        fresh = gain * _stretch(instrument, performance, stops, notes, first / sample_rate, tail_seconds)
        waiting = _lengthened(waiting, first - ready + len(fresh))
        waiting[first - ready : first - ready + len(fresh)] += fresh
    yield from _seconds(_lengthened(waiting, round(end * sample_rate) - ready), sample_rate)


def _stretches(starts: NDArray[np.float64], stops: NDArray[np.float64], tail: float) -> list[NDArray[np.intp]]:
    """The notes by their beginnings, parted where all have died away and where a stretch becomes too long."""
    order = np.argsort(starts, kind="stable")
    stretches: list[NDArray[np.intp]] = []
    first = 0
    ringing = np.maximum.accumulate(stops[order]) + tail
    for place in range(1, len(order) + 1):
        is_last = place == len(order)
        if is_last or starts[order[place]] > min(ringing[place - 1], starts[order[first]] + STRETCH_SECONDS):
            stretches.append(order[first:place])
            first = place
    return stretches


def _lengthened(sound: Audio, frames: int) -> Audio:
    more = max(0, frames - len(sound))
    return np.concatenate([sound, np.zeros((more, 2), dtype=np.float32)]) if more else sound


def _seconds(sound: Audio, sample_rate: int) -> Iterator[Audio]:
    for start in range(0, len(sound), sample_rate):
        yield sound[start : start + sample_rate]


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
    notes: NDArray[np.intp],
    begin: float,
    tail_seconds: float,
) -> Audio:
    """The sound of these notes from second `begin` until the last has died away."""
    starts = np.maximum(performance.start[notes] - begin, 0.0)
    ends = stops[notes] - begin
    pitches, velocities = performance.pitch[notes].tolist(), performance.velocity[notes].tolist()
    instrument.processor.clear_midi()
    for start, end, pitch, velocity in zip(starts.tolist(), ends.tolist(), pitches, velocities, strict=True):
        instrument.processor.add_midi_note(pitch, velocity, start, end - start)
    instrument.engine.render(float(ends.max()) + tail_seconds)
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
