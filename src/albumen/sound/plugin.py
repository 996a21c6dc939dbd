"""Plug-in instruments of the user's (VST3, VST2, on macOS Audio Units), hosted by DawDreamer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from albumen.sound.audio_file import Audio
from albumen.sound.performance import Performance
from albumen.sound.stretches import Instrument, dawdreamer, stretched
from albumen.work.errors import Wrong

BUFFER_FRAMES = 256


def render_plugin(
    performance: Performance,
    path: Path,
    *,
    state: Path | None = None,
    parameters: Sequence[tuple[str, float]] = (),
    sample_rate: int,
    gain: float = 1.0,
) -> Iterator[Audio]:
    """The sound of a performance on a plug-in, in blocks of a second.

    `state` is a preset (.vstpreset, .fxp) or what DawDreamer's `save_state` wrote; `parameters` are set after it, 0..1 by
    name. Raises `Wrong` where the plug-in cannot be loaded, does not know one of them, or stays silent.
    """

    def make(_: NDArray[np.float64]) -> Instrument:
        return _hosted(path, state, parameters, sample_rate)

    loudest = 0.0
    for block in stretched(performance, make, sample_rate=sample_rate, gain=gain):
        loudest = max(loudest, float(np.abs(block).max(initial=0.0)))
        yield block
    if len(performance) and loudest == 0.0:
        what = "this plug-in made no sound for any note of the part"
        raise Wrong(what, where=path, next_step="name an instrument, and the state of a sound that it holds")


def _hosted(path: Path, state: Path | None, parameters: Sequence[tuple[str, float]], sample_rate: int) -> Instrument:
    engine = dawdreamer().RenderEngine(sample_rate, BUFFER_FRAMES)
    try:
        processor = engine.make_plugin_processor("instrument", str(path))
    except RuntimeError as error:
        what = f"this plug-in could not be loaded ({str(error).rstrip('.')})"
        raise Wrong(what, where=path, next_step="name a VST3 or VST2 instrument made for this system") from error
    if not processor.get_num_output_channels():
        raise Wrong("this plug-in has no audio output", where=path, next_step="name an instrument")
    if state is not None:
        _restore(processor, state)
    known = [str(row["name"]) for row in processor.get_parameters_description()]
    for name, value in parameters:
        if name not in known:
            what = f"this plug-in has no parameter {name!r}; the first are {', '.join(known[:12])}"
            raise Wrong(what, where=path, next_step="correct its name")
        processor.set_parameter(known.index(name), value)
    engine.load_graph([(processor, [])])
    return Instrument(engine, processor)


def _restore(processor: object, state: Path) -> None:
    loaders = {".vstpreset": "load_vst3_preset", ".fxp": "load_preset"}
    load = getattr(processor, loaders.get(state.suffix, "load_state"))
    try:
        is_loaded = load(str(state))
    except RuntimeError as error:
        raise Wrong(
            f"the plug-in does not take this state ({error})", where=state, next_step="save it again"
        ) from error
    if is_loaded is False:
        raise Wrong("the plug-in does not take this state", where=state, next_step="save it again")
