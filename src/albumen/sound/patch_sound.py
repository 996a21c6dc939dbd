"""The sound of a patch: its layers, each rendered by what can play it, summed block by block."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from itertools import zip_longest
from pathlib import Path

import numpy as np

from albumen.sound.audio_file import Audio
from albumen.sound.fluid import Preset, render_preset
from albumen.sound.layer import Layer
from albumen.sound.patch import Patch
from albumen.sound.performance import Performance
from albumen.sound.player_process import played_blocks
from albumen.sound.soundfont import find_soundfont


def render_patch(
    performance: Performance,
    patch: Patch,
    soundfont: Path,
    *,
    sample_rate: int,
    gain: float,
    check: Callable[[], None] = lambda: None,
) -> Iterator[Audio]:
    """The sound of a performance with all layers of the patch, in blocks of a second, until the last has died away.

    `check` is called while a slow layer lets us wait; it may raise to stop.
    """
    layers = [_layer(performance, layer, soundfont, sample_rate, gain, check) for layer in patch.layers]
    if len(layers) == 1:
        yield from layers[0]
        return
    for blocks in zip_longest(*layers):
        heard = [block for block in blocks if block is not None]
        total = np.zeros((max(len(block) for block in heard), 2), dtype=np.float32)
        for block in heard:
            total[: len(block)] += block
        yield total


def _layer(
    performance: Performance,
    layer: Layer,
    soundfont: Path,
    sample_rate: int,
    gain: float,
    check: Callable[[], None],
) -> Iterator[Audio]:
    played = _touched(performance, layer)
    level = gain * 10 ** (layer.gain_db / 20)
    if not layer.is_preset:
        return played_blocks(played, layer, sample_rate=sample_rate, gain=level, check=check)
    font = find_soundfont(Path(layer.font)) if layer.font else soundfont
    preset = Preset(program=layer.preset, bank=layer.bank, is_drum=layer.is_drum, release=layer.release)
    return render_preset(played, preset, font, sample_rate=sample_rate, gain=level)


def _touched(performance: Performance, layer: Layer) -> Performance:
    """The performance as this layer hears it: its register, its transposition, its answer to the touch."""
    kept = (performance.pitch >= layer.lowest) & (performance.pitch <= layer.highest)
    pitch = np.clip(performance.pitch[kept] + layer.transpose, 0, 127)
    touch = 127 * (performance.velocity[kept] / 127) ** layer.velocity_curve
    return dataclasses.replace(
        performance,
        start=performance.start[kept],
        stop=performance.stop[kept],
        pitch=pitch.astype(np.int32),
        velocity=np.clip(np.rint(touch), 1, 127).astype(np.int32),
    )
