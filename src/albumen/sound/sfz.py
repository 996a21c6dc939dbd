"""SFZ instruments, played by sfizz: a performance in, blocks of stereo sound out.

sfizz draws the random numbers of an instrument from one source for the whole process, so a performance is played in a
process of its own (`player_process.py`): equal questions then give equal bytes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from albumen.sound.audio_file import Audio
from albumen.sound.fluid import SILENCE, TAIL_LIMIT_SECONDS
from albumen.sound.performance import SUSTAIN, Performance
from albumen.sound.sfz_file import read_sfz
from albumen.work.errors import Missing, Wrong

BLOCK_FRAMES = 512
MOST_VOICES = 256
_CONTROL, _OFF, _ON = 0, 1, 2


def render_sfz(performance: Performance, path: Path, *, sample_rate: int, gain: float = 1.0) -> Iterator[Audio]:
    """The sound of a performance until its last tail has died away, in blocks of a second.

    Raises `Missing` where pysfizz is not installed, `Wrong` where the file cannot be played or knows none of the notes.
    """
    synth = _synth(path, sample_rate, performance)
    gathered = np.zeros((0, 2), dtype=np.float32)
    for block in _body(synth, performance, sample_rate):
        gathered = np.concatenate([gathered, gain * block])
        if len(gathered) >= sample_rate:
            yield gathered[:sample_rate]
            gathered = gathered[sample_rate:]
    if len(gathered):
        yield gathered


def _body(synth: Any, performance: Performance, sample_rate: int) -> Iterator[Audio]:
    """Everything that sounds, in sfizz's blocks: the notes, then what rings on."""
    events = _events(performance, sample_rate)
    end = max(round(performance.seconds * sample_rate), events[-1][0] + 1 if events else 1)
    at = 0
    for start in range(0, end, BLOCK_FRAMES):
        while at < len(events) and events[at][0] < start + BLOCK_FRAMES:
            _send(synth, events[at][0] - start, *events[at][1:])
            at += 1
        yield _block(synth)
    for pitch in range(128):
        synth.note_off(0, pitch, 0)
    synth.cc(0, SUSTAIN, 0)
    quiet = 0
    for _ in range(round(TAIL_LIMIT_SECONDS * sample_rate / BLOCK_FRAMES)):
        block = _block(synth)
        quiet = quiet + BLOCK_FRAMES if float(np.abs(block).max()) < SILENCE else 0
        if quiet > sample_rate // 4 or (quiet and not synth.get_num_active_voices()):
            return
        yield block


def _synth(path: Path, sample_rate: int, performance: Performance) -> Any:
    try:
        from pysfizz import _sfizz
    except ImportError as error:
        raise Missing(
            "pysfizz, which plays SFZ files, is not installed", next_step="run: pip install pysfizz"
        ) from error
    synth = _sfizz.Synth(sample_rate, BLOCK_FRAMES)
    synth.enable_freewheeling()  # the finest interpolation, as nobody listens yet
    synth.set_num_voices(MOST_VOICES)
    with tempfile.TemporaryDirectory() as place:
        whole = Path(place) / path.name
        whole.write_text(read_sfz(path).text, "utf-8")
        is_loaded = synth.load_sfz_file(str(whole)) and synth.get_num_regions()
    if not is_loaded:
        raise Wrong("sfizz could not load this SFZ file", where=path, next_step="choose another file")
    if len(performance) and not any(synth.get_regions_for_note(pitch) for pitch in set(performance.pitch.tolist())):
        raise Wrong("this SFZ file has no sound for any note of the part", where=path, next_step="transpose the layer")
    return synth


def _events(performance: Performance, sample_rate: int) -> list[tuple[int, int, int, int]]:
    """(frame, kind, number, value) in playing order: at one frame controllers, then ends, then beginnings."""
    starts = np.rint(performance.start * sample_rate).astype(int).tolist()
    stops = np.rint(performance.stop * sample_rate).astype(int).tolist()
    pitches, velocities = performance.pitch.tolist(), performance.velocity.tolist()
    events = [(frame, _ON, pitch, speed) for frame, pitch, speed in zip(starts, pitches, velocities, strict=True)]
    events += [(frame, _OFF, pitch, 0) for frame, pitch in zip(stops, pitches, strict=True)]
    events += [(max(0, round(c.seconds * sample_rate)), _CONTROL, c.number, c.value) for c in performance.controls]
    return sorted(events, key=lambda event: event[:2])


def _send(synth: Any, delay: int, kind: int, number: int, value: int) -> None:
    if kind == _ON:
        synth.note_on(delay, number, value)
    elif kind == _OFF:
        synth.note_off(delay, number, value)
    elif number < 0:
        synth.pitch_wheel(delay, value)
    else:
        synth.cc(delay, number, value)


def _block(synth: Any) -> Audio:
    left, right = synth.render_block()
    return np.stack([left, right], axis=1).astype(np.float32)
