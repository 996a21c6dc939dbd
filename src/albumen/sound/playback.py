"""Sound through the loudspeakers: a stream of blocks played by ffplay, which comes with ffmpeg."""

from __future__ import annotations

import shutil
import struct
import subprocess
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import IO

from albumen.sound.audio_file import Audio
from albumen.work.errors import Missing

# Sun's .au says what it holds in 24 bytes and need not know how long it will be: 6 is 32-bit float, the high byte first.
_MAGIC, _HEADER_BYTES, _UNKNOWN, _FLOAT = b".snd", 24, 0xFFFFFFFF, 6
_QUIET = ("-nodisp", "-autoexit", "-loglevel", "error", "-f", "au", "-i", "pipe:0")
_LISTEN_SECONDS = 0.2


def play_blocks(
    blocks: Iterable[Audio], *, sample_rate: int, check: Callable[[], None] = lambda: None, program: str = "ffplay"
) -> None:
    """Play a stream to its end. `check` is called while it plays and may raise to stop.

    Raises `Missing` where ffplay is not installed or finds no sound device.
    """
    found = shutil.which(program)
    if found is None:
        raise Missing("ffplay, which plays sound, is not installed", next_step="run: sudo apt-get install ffmpeg, or use --out")
    player = subprocess.Popen([found, *_QUIET], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert player.stdin is not None and player.stderr is not None
    try:
        _pour(blocks, sample_rate, player.stdin, check)
        while player.poll() is None:
            check()
            _wait(player)
        told = player.stderr.read().decode("utf-8", "replace").strip().splitlines()
    finally:
        player.kill()
        player.wait()
        player.stderr.close()
    if player.returncode or told:
        what = f"nothing could be played ({told[-1] if told else 'no reason given'})"
        raise Missing(what, next_step="check the sound device, or write a file with --out")


def _pour(blocks: Iterable[Audio], sample_rate: int, sink: IO[bytes], check: Callable[[], None]) -> None:
    """Write the stream; a player that has ended takes no more of it."""
    try:
        sink.write(struct.pack(">4s5I", _MAGIC, _HEADER_BYTES, _UNKNOWN, _FLOAT, sample_rate, 2))
        for block in blocks:
            check()
            sink.write(block.astype(">f4").tobytes())
    except BrokenPipeError:
        return
    finally:
        with suppress(BrokenPipeError):
            sink.close()


def _wait(player: subprocess.Popen[bytes]) -> None:
    try:
        player.wait(_LISTEN_SECONDS)
    except subprocess.TimeoutExpired:
        return
