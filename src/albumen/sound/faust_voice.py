"""Electronic voices: Faust programs played by DawDreamer, a stretch of the song at a time.

Each stretch holds the notes that begin in it and is heard until they have died away; the tails are added to the next
stretch, so that a song of any length needs little memory and the result does not depend on where the stretches end.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from albumen.sound.audio_file import Audio
from albumen.sound.performance import SUSTAIN, Performance
from albumen.work.errors import Broken, Missing

STRETCH_SECONDS = 20.0
TAIL_SECONDS = 4.0
MOST_VOICES = 32
BUFFER_FRAMES = 128
# A voice rests when it seems silent, which saves much time but cuts off the release of FM sounds: those declare this.
NEVER_RESTS = 'declare rests "never";'
# DawDreamer compiles with a global compiler; one voice at a time.
_ONE_AT_A_TIME = threading.Lock()


def render_voice(performance: Performance, source: str, *, sample_rate: int, gain: float = 1.0) -> Iterator[Audio]:
    """The sound of a performance on the Faust program `source` (with `freq`, `gain` and `gate`), in blocks of a second.

    The sustain pedal lengthens notes; other controllers are not heard. Raises `Missing` where DawDreamer is not installed.
    """
    stops = _sustained(performance)
    end = max(performance.seconds, float(stops.max(initial=0.0)), 1.0)
    stretch = round(STRETCH_SECONDS * sample_rate)
    waiting = np.zeros((0, 2), dtype=np.float32)
    for begin in np.arange(0.0, end, STRETCH_SECONDS).tolist():
        inside = (performance.start >= begin) & (performance.start < begin + STRETCH_SECONDS)
        fresh = gain * _stretch(performance, stops, inside, begin, source, sample_rate)
        is_last = begin + STRETCH_SECONDS >= end
        body = round((end - begin) * sample_rate) if is_last else stretch
        total = np.zeros((max(len(fresh), len(waiting), body), 2), dtype=np.float32)
        total[: len(waiting)] += waiting
        total[: len(fresh)] += fresh
        ready = len(total) if is_last else stretch
        waiting = total[ready:]
        yield from _blocks(total[:ready], sample_rate)


def _stretch(
    performance: Performance,
    stops: NDArray[np.float64],
    inside: NDArray[np.bool_],
    begin: float,
    source: str,
    sample_rate: int,
) -> Audio:
    if not inside.any():
        return np.zeros((0, 2), dtype=np.float32)
    dawdreamer = _dawdreamer()
    starts = performance.start[inside] - begin
    ends = stops[inside] - begin
    seconds = float(ends.max()) + TAIL_SECONDS
    with _ONE_AT_A_TIME:
        engine = dawdreamer.RenderEngine(sample_rate, BUFFER_FRAMES)
        voice = engine.make_faust_processor("voice")
        voice.num_voices = _voices(starts, ends)
        voice.dynamic_voices = NEVER_RESTS not in source
        if not voice.set_dsp_string(source) or not voice.compile():
            raise Broken("this electronic voice does not compile", next_step="report it with the patch you used")
        pitches, velocities = performance.pitch[inside].tolist(), performance.velocity[inside].tolist()
        for start, end, pitch, velocity in zip(starts.tolist(), ends.tolist(), pitches, velocities, strict=True):
            voice.add_midi_note(pitch, velocity, start, end - start)
        engine.load_graph([(voice, [])])
        with _quiet():
            engine.render(seconds)
        sound = np.asarray(engine.get_audio(), dtype=np.float32).T
    return _without_silence(np.ascontiguousarray(sound[:, :2]))


@contextmanager
def _quiet() -> Iterator[None]:
    """Faust tells standard output whenever a voice is taken over: nothing that a user can act on."""
    sys.stdout.flush()
    saved = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(saved, 1)
        os.close(saved)
        os.close(nowhere)


def _voices(starts: NDArray[np.float64], ends: NDArray[np.float64]) -> int:
    """As many voices as sound at once, releases included."""
    busy = np.searchsorted(starts, starts, side="right") - np.searchsorted(np.sort(ends + 1.5), starts)
    return int(np.clip(busy.max() + 1, 2, MOST_VOICES))


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


def _blocks(sound: Audio, sample_rate: int) -> Iterator[Audio]:
    for start in range(0, len(sound), sample_rate):
        yield sound[start : start + sample_rate]


def _dawdreamer() -> ModuleType:
    try:
        import dawdreamer
    except ImportError as error:
        raise Missing(
            "DawDreamer, which plays the electronic voices, is not installed", next_step="run: pip install dawdreamer"
        ) from error
    return dawdreamer
