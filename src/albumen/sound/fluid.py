"""FluidSynth as an offline instrument: a performance in, blocks of stereo sound out.

Its reverb and chorus stay off: space is the mix's matter. Every rendering gets a synthesizer of its own, which loads only
the samples that it plays, so that nothing depends on what was rendered before.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from ctypes import c_float, c_int, c_void_p
from dataclasses import dataclass
from functools import lru_cache
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from albumen.sound.audio_file import Audio
from albumen.sound.performance import Performance
from albumen.work.errors import Missing, Wrong

DRUM_CHANNEL, DRUM_BANK = 9, 128
BLOCK_SECONDS = 1.0
TAIL_LIMIT_SECONDS = 12.0
SILENCE = 10 ** (-84 / 20)  # a tail has died away when a whole block stays below this
_INTERPOLATION_TAPS = 4
_LOG_LEVELS = range(5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A sound of a SoundFont. `is_drum` plays bank 128; `release` is how long notes ring after their end, 1 as the font says."""

    program: int
    bank: int = 0
    is_drum: bool = False
    release: float = 1.0


class _Event(NamedTuple):
    frame: int
    order: int  # at one frame: controllers, then ends, then beginnings
    number: int
    value: int


_CONTROL, _OFF, _ON = 0, 1, 2
_RELEASE_GENERATOR, _CENTS_AN_OCTAVE = 38, 1200  # SoundFont 2.04, 8.1.2: releaseVolEnv, in timecents


def render_preset(
    performance: Performance, preset: Preset, soundfont: Path, *, sample_rate: int, gain: float = 0.4
) -> Iterator[Audio]:
    """The sound of a performance from its first second until its last tail has died away, in blocks of one second.

    Raises `Missing` where FluidSynth is not installed, `Wrong` where the SoundFont lacks the preset or cannot be loaded.
    """
    events = _events(performance, sample_rate)
    body_frames = round(performance.seconds * sample_rate)
    with _synthesizer(soundfont, preset, sample_rate, gain) as synth:
        yield from _body(synth, events, max(body_frames, events[-1].frame + 1 if events else 0), sample_rate)
        yield from _tail(synth, sample_rate)


def _events(performance: Performance, sample_rate: int) -> list[_Event]:
    starts = np.rint(performance.start * sample_rate).astype(int).tolist()
    stops = np.rint(performance.stop * sample_rate).astype(int).tolist()
    pitches, velocities = performance.pitch.tolist(), performance.velocity.tolist()
    events = [_Event(frame, _ON, pitch, speed) for frame, pitch, speed in zip(starts, pitches, velocities, strict=True)]
    events += [_Event(frame, _OFF, pitch, 0) for frame, pitch in zip(stops, pitches, strict=True)]
    events += [
        _Event(max(0, round(c.seconds * sample_rate)), _CONTROL, c.number, c.value) for c in performance.controls
    ]
    return sorted(events, key=lambda event: event[:2])


def _body(synth: _Synth, events: list[_Event], frames: int, sample_rate: int) -> Iterator[Audio]:
    block_frames = round(BLOCK_SECONDS * sample_rate)
    at = 0
    for block_start in range(0, frames, block_frames):
        block = np.zeros((min(block_frames, frames - block_start), 2), dtype=np.float32)
        filled = 0
        while at < len(events) and events[at].frame < block_start + len(block):
            until = max(filled, events[at].frame - block_start)
            synth.fill(block, filled, until)
            filled = until
            synth.send(events[at])
            at += 1
        synth.fill(block, filled, len(block))
        yield block


def _tail(synth: _Synth, sample_rate: int) -> Iterator[Audio]:
    synth.release()
    for _ in range(round(TAIL_LIMIT_SECONDS / BLOCK_SECONDS)):
        block = np.zeros((round(BLOCK_SECONDS * sample_rate), 2), dtype=np.float32)
        synth.fill(block, 0, len(block))
        if float(np.abs(block).max()) < SILENCE:
            return
        yield block


class _Synth:
    """One FluidSynth with one preset on one channel."""

    def __init__(self, library: _Library, synth: Any, channel: int) -> None:
        self._library = library
        self._synth = synth
        self._channel = channel

    def fill(self, block: Audio, start: int, stop: int) -> None:
        """Render the next frames into block[start:stop]."""
        if stop > start:
            address = block.ctypes.data
            self._library.write_float(self._synth.synth, stop - start, address, 2 * start, 2, address, 2 * start + 1, 2)

    def send(self, event: _Event) -> None:
        """Play one event."""
        if event.order == _ON:
            self._synth.noteon(self._channel, event.number, event.value)
        elif event.order == _OFF:
            self._synth.noteoff(self._channel, event.number)
        elif event.number < 0:
            self._synth.pitch_bend(self._channel, event.value)
        else:
            self._synth.cc(self._channel, event.number, event.value)

    def release(self) -> None:
        """Lift pedal and fingers, so that everything dies away."""
        self._synth.cc(self._channel, 64, 0)
        self._synth.all_notes_off(self._channel)


class _Library(NamedTuple):
    module: ModuleType
    write_float: Callable[..., int]
    set_interpolation: Callable[..., int]
    set_generator: Callable[..., int]


_opening = threading.Lock()


def _library() -> _Library:
    with _opening:
        return _opened_library()


@lru_cache(maxsize=1)
def _opened_library() -> _Library:
    try:
        with redirect_stdout(StringIO()):  # on machines for tests it says where it found the library
            import fluidsynth
    except ImportError as error:
        raise Missing("FluidSynth is not installed", next_step="run: sudo apt-get install fluidsynth") from error
    pointer, number = (c_void_p, 1), (c_int, 1)
    write = fluidsynth.cfunc(
        "fluid_synth_write_float",
        c_int,
        ("synth", *pointer),
        ("frames", *number),
        ("left", *pointer),
        ("left_offset", *number),
        ("left_step", *number),
        ("right", *pointer),
        ("right_offset", *number),
        ("right_step", *number),
    )
    interpolation = fluidsynth.cfunc(
        "fluid_synth_set_interp_method", c_int, ("synth", *pointer), ("channel", *number), ("taps", *number)
    )
    generator = fluidsynth.cfunc(
        "fluid_synth_set_gen",
        c_int,
        ("synth", *pointer),
        ("channel", *number),
        ("generator", *number),
        ("offset", c_float, 1),
    )
    set_log = fluidsynth.cfunc(
        "fluid_set_log_function", c_void_p, ("level", *number), ("log", *pointer), ("data", *pointer)
    )
    for level in _LOG_LEVELS:
        set_log(level, None, None)  # what goes wrong is said in our own words
    # The first synthesizer of a process fills tables that all share; a second one, made meanwhile by another thread, would
    # play without them: every note about as loud as the hardest.
    fluidsynth.Synth().delete()
    return _Library(fluidsynth, write, interpolation, generator)


@contextmanager
def _synthesizer(soundfont: Path, preset: Preset, sample_rate: int, gain: float) -> Iterator[_Synth]:
    library = _library()
    synth = library.module.Synth(
        gain=float(gain),
        samplerate=float(sample_rate),
        channels=16,
        **{
            "synth.dynamic-sample-loading": 1,
            "synth.reverb.active": 0,
            "synth.chorus.active": 0,
            "synth.polyphony": 512,
        },
    )
    try:
        font = synth.sfload(str(soundfont))
        if font < 0:
            raise Wrong("FluidSynth could not load this SoundFont", where=soundfont, next_step="choose another file")
        library.set_interpolation(synth.synth, -1, _INTERPOLATION_TAPS)
        channel = DRUM_CHANNEL if preset.is_drum else 0
        _select(synth, channel, font, preset, soundfont)
        if preset.release != 1.0:
            offset = _CENTS_AN_OCTAVE * float(np.log2(preset.release))
            library.set_generator(synth.synth, channel, _RELEASE_GENERATOR, offset)
        yield _Synth(library, synth, channel)
    finally:
        synth.delete()


def _select(synth: Any, channel: int, font: int, preset: Preset, soundfont: Path) -> None:
    if preset.is_drum:
        # General MIDI kits sit at multiples of eight; a font answers a missing kit with its standard kit.
        for program in dict.fromkeys((preset.program, preset.program // 8 * 8, 0)):
            if synth.program_select(channel, font, DRUM_BANK, program) == 0:
                return
        raise Wrong("this SoundFont has no drum kit", where=soundfont, next_step="choose a General MIDI SoundFont")
    if synth.program_select(channel, font, preset.bank, preset.program) != 0:
        raise Wrong(
            f"this SoundFont has no sound at bank {preset.bank}, program {preset.program}",
            where=soundfont,
            next_step="choose a General MIDI SoundFont",
        )
