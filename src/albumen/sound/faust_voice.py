"""Electronic voices: Faust programs played by DawDreamer, a stretch of the song at a time.

Each stretch holds the notes that begin in it and is heard until they have died away; the tails are added to the next
stretch, so that a song of any length needs little memory. DawDreamer hangs when two threads use it and may write to
standard output, so it is played in processes of its own (`voice_process.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any, NamedTuple

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


def render_voice(performance: Performance, source: str, *, sample_rate: int, gain: float = 1.0) -> Iterator[Audio]:
    """The sound of a performance on the Faust program `source` (with `freq`, `gain` and `gate`), in blocks of a second.

    The sustain pedal lengthens notes; other controllers are not heard. Raises `Missing` where DawDreamer is not installed.
    """
    stops = _sustained(performance)
    end = max(performance.seconds, float(stops.max(initial=0.0)), 1.0)
    stretch = round(STRETCH_SECONDS * sample_rate)
    voice = _compiled(source, sample_rate, _voices(performance.start, stops)) if len(performance) else None
    waiting = np.zeros((0, 2), dtype=np.float32)
    for begin in np.arange(0.0, end, STRETCH_SECONDS).tolist():
        inside = (performance.start >= begin) & (performance.start < begin + STRETCH_SECONDS)
        fresh = gain * _stretch(voice, performance, stops, inside, begin) if voice else waiting[:0]
        is_last = begin + STRETCH_SECONDS >= end
        body = round((end - begin) * sample_rate) if is_last else stretch
        total = np.zeros((max(len(fresh), len(waiting), body), 2), dtype=np.float32)
        total[: len(waiting)] += waiting
        total[: len(fresh)] += fresh
        ready = len(total) if is_last else stretch
        waiting = total[ready:]
        yield from _blocks(total[:ready], sample_rate)


class _Voice(NamedTuple):
    engine: Any
    processor: Any


def _compiled(source: str, sample_rate: int, voices: int) -> _Voice:
    engine = _dawdreamer().RenderEngine(sample_rate, BUFFER_FRAMES)
    processor = engine.make_faust_processor("voice")
    processor.num_voices = voices
    processor.dynamic_voices = NEVER_RESTS not in source
    try:
        is_compiled = processor.set_dsp_string(source) and processor.compile()
    except RuntimeError as error:
        raise Broken(f"an electronic voice does not compile ({error})", next_step="correct its .dsp file") from error
    if not is_compiled:
        raise Broken("an electronic voice does not compile", next_step="correct its .dsp file")
    engine.load_graph([(processor, [])])
    return _Voice(engine, processor)


def _stretch(
    voice: _Voice, performance: Performance, stops: NDArray[np.float64], inside: NDArray[np.bool_], begin: float
) -> Audio:
    if not inside.any():
        return np.zeros((0, 2), dtype=np.float32)
    starts = performance.start[inside] - begin
    ends = stops[inside] - begin
    pitches, velocities = performance.pitch[inside].tolist(), performance.velocity[inside].tolist()
    voice.processor.clear_midi()
    for start, end, pitch, velocity in zip(starts.tolist(), ends.tolist(), pitches, velocities, strict=True):
        voice.processor.add_midi_note(pitch, velocity, start, end - start)
    voice.engine.render(float(ends.max()) + TAIL_SECONDS)
    sound = np.asarray(voice.engine.get_audio(), dtype=np.float32).T
    return _without_silence(np.ascontiguousarray(sound[:, :2]))


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
