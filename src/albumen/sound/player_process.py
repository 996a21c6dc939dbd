"""Players in processes of their own: electronic voices, SFZ instruments, plug-ins.

All cores play at once, a player that hangs can be ended, and a plug-in that crashes takes nothing with it. The parent
writes one performance to the child's standard input and reads blocks of sound from its standard output: the number of
frames, then the frames; 0 ends the sound, -1 announces what went wrong.
"""

from __future__ import annotations

import dataclasses
import io
import json
import os
import select
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np

from albumen.sound.audio_file import Audio
from albumen.sound.faust_voice import render_voice
from albumen.sound.layer import Layer
from albumen.sound.performance import Performance, PlayedControl
from albumen.sound.plugin import render_plugin
from albumen.sound.sfz import render_sfz
from albumen.work.errors import AlbumenError, Broken, Missing, Wrong

# A stretch of twenty seconds takes one or two on a free machine; who says nothing for so long will never speak.
PATIENCE_SECONDS = 120.0
_LISTEN_SECONDS = 0.2
_HEAD = struct.Struct("<i")
_END, _FAILED = 0, -1
_FRAME_BYTES = 8
_COMMAND = (sys.executable, "-m", "albumen.sound.player_process")
_KINDS = {kind.__name__: kind for kind in (Wrong, Missing, Broken)}


def _go_on() -> None:
    return None


def played_blocks(
    performance: Performance,
    layer: Layer,
    *,
    sample_rate: int,
    gain: float = 1.0,
    check: Callable[[], None] = _go_on,
    patience_seconds: float = PATIENCE_SECONDS,
    command: tuple[str, ...] = _COMMAND,
) -> Iterator[Audio]:
    """The sound of a layer that no SoundFont plays, in blocks of a second, from another process.

    `check` is called while waiting and may raise to stop. Raises what the player raises, and `Broken` where it ends or says
    nothing for `patience_seconds`; its process is ended in every case.
    """
    with _child(command) as child:
        assert child.stdin is not None and child.stdout is not None
        pipe = _Pipe(child.stdout, check, patience_seconds)
        try:
            child.stdin.write(_packed(performance, layer, sample_rate, gain))
            child.stdin.close()
        except BrokenPipeError as error:
            raise _ended() from error
        while True:
            (size,) = _HEAD.unpack(pipe.read(_HEAD.size))
            if size == _END:
                return
            if size == _FAILED:
                (length,) = _HEAD.unpack(pipe.read(_HEAD.size))
                raise _told(pipe.read(length))
            yield np.frombuffer(pipe.read(size * _FRAME_BYTES), dtype="<f4").reshape(size, 2)


class _Pipe:
    """Reads exact numbers of bytes, and asks `check` while there are none."""

    def __init__(self, source: IO[bytes], check: Callable[[], None], patience_seconds: float) -> None:
        self._source = source.fileno()
        self._check = check
        self._patience = patience_seconds

    def read(self, count: int) -> bytes:
        """Exactly `count` bytes; raises `Broken` where the other side ends or falls silent."""
        pieces: list[bytes] = []
        heard = time.monotonic()
        while count:
            self._check()
            ready, _, _ = select.select([self._source], [], [], _LISTEN_SECONDS)
            if ready:
                piece = os.read(self._source, min(count, 1 << 20))
                if not piece:
                    raise _ended()
                pieces.append(piece)
                count -= len(piece)
                heard = time.monotonic()
            elif time.monotonic() - heard > self._patience:
                raise Broken(
                    f"a player said nothing for {self._patience:.0f} s and was ended",
                    next_step="run again; if it happens again, choose another patch for this part",
                )
        return b"".join(pieces)


def _ended() -> Broken:
    what = "the process of a player ended too early: want of memory, or a plug-in that crashed"
    return Broken(what, next_step="close other programs and run again, or choose another patch for this part")


def _told(words: bytes) -> AlbumenError:
    """The error that the child met."""
    told = json.loads(words)
    next_step = told["next_step"] or "choose another patch for this part"
    return _KINDS.get(told["kind"], Broken)(told["what"], where=told["where"], next_step=next_step)


@contextmanager
def _child(command: tuple[str, ...]) -> Iterator[subprocess.Popen[bytes]]:
    child = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
    )
    try:
        yield child
    finally:
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()


def _packed(performance: Performance, layer: Layer, sample_rate: int, gain: float) -> bytes:
    controls = [(c.seconds, c.number, c.value) for c in performance.controls]
    data = io.BytesIO()
    np.savez(
        data,
        start=performance.start,
        stop=performance.stop,
        pitch=performance.pitch,
        velocity=performance.velocity,
        controls=np.array(controls, dtype=np.float64).reshape(-1, 3),
        numbers=np.array([performance.seconds, sample_rate, gain]),
        layer=np.frombuffer(json.dumps(dataclasses.asdict(layer)).encode("utf-8"), dtype=np.uint8),
    )
    return data.getvalue()


def _unpacked(data: bytes) -> tuple[Performance, Layer, int, float]:
    with np.load(io.BytesIO(data), allow_pickle=False) as values:
        seconds, sample_rate, gain = values["numbers"].tolist()
        performance = Performance(
            start=values["start"],
            stop=values["stop"],
            pitch=values["pitch"],
            velocity=values["velocity"],
            controls=tuple(
                PlayedControl(at, int(number), int(value)) for at, number, value in values["controls"].tolist()
            ),
            seconds=seconds,
        )
        fields = json.loads(values["layer"].tobytes())
        settings = tuple((name, value) for name, value in fields.pop("parameters"))
        return performance, Layer(parameters=settings, **fields), int(sample_rate), gain


def _sound(performance: Performance, layer: Layer, sample_rate: int, gain: float) -> Iterator[Audio]:
    if layer.voice:
        return render_voice(performance, layer.voice, sample_rate=sample_rate, gain=gain)
    if layer.sfz:
        return render_sfz(performance, Path(layer.sfz), sample_rate=sample_rate, gain=gain)
    state = Path(layer.state) if layer.state else None
    return render_plugin(
        performance, Path(layer.plugin), state=state, parameters=layer.parameters, sample_rate=sample_rate, gain=gain
    )


def main() -> None:
    """The child: one performance in, its sound out."""
    # Faust and plug-ins talk to standard output; the sound goes through a pipe of its own.
    with os.fdopen(os.dup(1), "wb") as out:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        try:
            for block in _sound(*_unpacked(sys.stdin.buffer.read())):
                if len(block):
                    out.write(_HEAD.pack(len(block)) + np.ascontiguousarray(block, dtype="<f4").tobytes())
            out.write(_HEAD.pack(_END))
        except AlbumenError as error:
            told = {
                "kind": type(error).__name__,
                "what": error.what,
                "where": error.where,
                "next_step": error.next_step,
            }
            words = json.dumps(told).encode("utf-8")
            out.write(_HEAD.pack(_FAILED) + _HEAD.pack(len(words)) + words)


if __name__ == "__main__":
    main()
