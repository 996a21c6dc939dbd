"""Electronic voices in processes of their own, so that all cores play at once and a voice that hangs can be ended.

The parent writes one performance to the child's standard input and reads blocks of sound from its standard output: the
number of frames, then the frames; 0 ends the sound, -1 announces a sentence about what went wrong.
"""

from __future__ import annotations

import io
import os
import select
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

import numpy as np

from albumen.sound.audio_file import Audio
from albumen.sound.faust_voice import render_voice
from albumen.sound.performance import Performance, PlayedControl
from albumen.work.errors import AlbumenError, Broken

# A stretch of twenty seconds takes one or two on a free machine; who says nothing for so long will never speak.
PATIENCE_SECONDS = 120.0
_LISTEN_SECONDS = 0.2
_HEAD = struct.Struct("<i")
_END, _FAILED = 0, -1
_FRAME_BYTES = 8
_COMMAND = (sys.executable, "-m", "albumen.sound.voice_process")


def _go_on() -> None:
    return None


def voice_blocks(
    performance: Performance,
    source: str,
    *,
    sample_rate: int,
    gain: float = 1.0,
    check: Callable[[], None] = _go_on,
    patience_seconds: float = PATIENCE_SECONDS,
    command: tuple[str, ...] = _COMMAND,
) -> Iterator[Audio]:
    """What `render_voice` gives, from another process. `check` is called while waiting and may raise to stop.

    Raises `Broken` where the voice fails or says nothing for `patience_seconds`; its process is ended in every case.
    """
    with _child(command) as child:
        assert child.stdin is not None and child.stdout is not None
        pipe = _Pipe(child.stdout, check, patience_seconds)
        try:
            child.stdin.write(_packed(performance, source, sample_rate, gain))
            child.stdin.close()
        except BrokenPipeError as error:
            raise _ended() from error
        while True:
            (size,) = _HEAD.unpack(pipe.read(_HEAD.size))
            if size == _END:
                return
            if size == _FAILED:
                (length,) = _HEAD.unpack(pipe.read(_HEAD.size))
                raise Broken(pipe.read(length).decode("utf-8"), next_step="choose another patch for this part")
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
                    f"an electronic voice said nothing for {self._patience:.0f} s and was ended",
                    next_step="run again; if it happens again, choose another patch for this part",
                )
        return b"".join(pieces)


def _ended() -> Broken:
    what = "the process of an electronic voice ended too early, perhaps for want of memory"
    return Broken(what, next_step="close other programs and run again")


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


def _packed(performance: Performance, source: str, sample_rate: int, gain: float) -> bytes:
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
        source=np.frombuffer(source.encode("utf-8"), dtype=np.uint8),
    )
    return data.getvalue()


def _unpacked(data: bytes) -> tuple[Performance, str, int, float]:
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
        return performance, values["source"].tobytes().decode("utf-8"), int(sample_rate), gain


def main() -> None:
    """The child: one performance in, its sound out."""
    # Faust tells standard output whenever a voice is taken over; the sound goes through a pipe of its own.
    with os.fdopen(os.dup(1), "wb") as out:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        performance, source, sample_rate, gain = _unpacked(sys.stdin.buffer.read())
        try:
            for block in render_voice(performance, source, sample_rate=sample_rate, gain=gain):
                if len(block):
                    out.write(_HEAD.pack(len(block)) + np.ascontiguousarray(block, dtype="<f4").tobytes())
            out.write(_HEAD.pack(_END))
        except AlbumenError as error:
            words = error.what.encode("utf-8")
            out.write(_HEAD.pack(_FAILED) + _HEAD.pack(len(words)) + words)


if __name__ == "__main__":
    main()
