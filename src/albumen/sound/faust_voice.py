"""Electronic voices: Faust programs, compiled and played by DawDreamer."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from albumen.sound.audio_file import Audio
from albumen.sound.performance import Performance
from albumen.sound.stretches import Instrument, dawdreamer, stretched
from albumen.work.errors import Broken

MOST_VOICES = 32
BUFFER_FRAMES = 128
# A voice rests when it seems silent, which saves much time but cuts off the release of FM sounds: those declare this.
NEVER_RESTS = 'declare rests "never";'
# How long a voice rings after its note ends, in seconds: so many more of them may sound at once, and each costs time.
_RELEASE = re.compile(r'declare release "(\d+(?:\.\d+)?)";')
USUAL_RELEASE_SECONDS = 1.5
_AFTER_RELEASE_SECONDS = 0.25  # filters ring a little longer than what feeds them
# What dies away towards numbers too small for the processor's quick ways is set to nothing in voices that declare this.
_FLUSHES = 'declare flushes "yes";'


def render_voice(performance: Performance, source: str, *, sample_rate: int, gain: float = 1.0) -> Iterator[Audio]:
    """The sound of a performance on the Faust program `source` (with `freq`, `gain` and `gate`), in blocks of a second.

    The sustain pedal lengthens notes; other controllers are not heard. Raises `Missing` where DawDreamer is not installed,
    `Broken` where the program does not compile.
    """

    def make(stops: NDArray[np.float64]) -> Instrument:
        return _compiled(source, sample_rate, _voices(performance.start, stops, release))

    release = release_seconds(source)
    tail = release + _AFTER_RELEASE_SECONDS
    return stretched(performance, make, sample_rate=sample_rate, gain=gain, tail_seconds=tail)


def _compiled(source: str, sample_rate: int, voices: int) -> Instrument:
    engine = dawdreamer().RenderEngine(sample_rate, BUFFER_FRAMES)
    processor = engine.make_faust_processor("voice")
    processor.num_voices = voices
    processor.dynamic_voices = NEVER_RESTS not in source
    processor.compile_flags = ["-ftz", "2"] if _FLUSHES in source else []
    try:
        is_compiled = processor.set_dsp_string(source) and processor.compile()
    except RuntimeError as error:
        raise Broken(f"an electronic voice does not compile ({error})", next_step="correct its .dsp file") from error
    if not is_compiled:
        raise Broken("an electronic voice does not compile", next_step="correct its .dsp file")
    engine.load_graph([(processor, [])])
    return Instrument(engine, processor)


def release_seconds(source: str) -> float:
    """How long the voice says that it rings after its note ends."""
    found = _RELEASE.search(source)
    return float(found[1]) if found else USUAL_RELEASE_SECONDS


def _voices(starts: NDArray[np.float64], ends: NDArray[np.float64], release: float) -> int:
    """As many voices as sound at once, releases included."""
    busy = np.searchsorted(starts, starts, side="right") - np.searchsorted(np.sort(ends + release), starts)
    return int(np.clip(busy.max() + 1, 2, MOST_VOICES))
