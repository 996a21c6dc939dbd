"""Audio files read and written in blocks, so that a song of any length needs the memory of a second of sound."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile
from numpy.typing import NDArray

from albumen.work.errors import Wrong
from albumen.work.files import replacing

Audio = NDArray[np.float32]  # [frames, 2], full scale is 1.0
SAMPLE_RATE = 44_100
BLOCK_FRAMES = 1 << 16


class AudioFacts(NamedTuple):
    """What a file holds."""

    frames: int
    sample_rate: int
    channels: int

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.frames / self.sample_rate


def audio_facts(path: Path) -> AudioFacts:
    """Frames, rate and channels of a file; raises `Wrong` where it is no readable audio."""
    try:
        info = soundfile.info(str(path))
    except (soundfile.LibsndfileError, OSError) as error:
        raise _unreadable(path) from error
    return AudioFacts(int(info.frames), int(info.samplerate), int(info.channels))


def read_blocks(
    path: Path, *, start: int = 0, stop: int | None = None, block_frames: int = BLOCK_FRAMES
) -> Iterator[Audio]:
    """The stereo frames `start`..`stop` in blocks; mono is doubled, of more channels the first two are heard.

    Raises `Wrong` where the file is not audio or is damaged in the middle.
    """
    try:
        with soundfile.SoundFile(str(path)) as source:
            last = source.frames if stop is None else min(stop, source.frames)
            source.seek(min(start, source.frames))
            position = min(start, source.frames)
            while position < last:
                block = source.read(min(block_frames, last - position), dtype="float32", always_2d=True)
                if not len(block):
                    raise _unreadable(path)
                position += len(block)
                yield as_stereo(block)
    except (soundfile.LibsndfileError, OSError) as error:
        raise _unreadable(path) from error


def as_stereo(block: NDArray[np.float32]) -> Audio:
    """Two channels from any number."""
    if block.shape[1] == 1:
        return np.repeat(block, 2, axis=1)
    return np.ascontiguousarray(block[:, :2])


class AudioWriter:
    """An open audio file that takes blocks."""

    def __init__(self, sink: soundfile.SoundFile, path: Path) -> None:
        self._sink = sink
        self._path = path
        self.frames = 0

    def write(self, block: Audio) -> None:
        """Append float frames [frames, 2]."""
        self._append(block)

    def write_integers(self, block: NDArray[np.int32]) -> None:
        """Append frames as 32-bit integers whose upper bits are kept: exact for 16 and 24 bit files."""
        self._append(block)

    def _append(self, block: NDArray[np.float32] | NDArray[np.int32]) -> None:
        try:
            self._sink.write(block)
        except (soundfile.LibsndfileError, AssertionError) as error:
            # libsndfile only says that it wrote less than asked: on a local file that is a full disk.
            raise OSError(errno.ENOSPC, "audio could not be written", str(self._path)) from error
        self.frames += len(block)


@contextmanager
def writing_audio(
    path: Path, *, sample_rate: int = SAMPLE_RATE, form: str = "FLAC", subtype: str = "PCM_24", compression: float = 0.4
) -> Iterator[AudioWriter]:
    """A stereo file to be filled block by block; it appears under its name only when the block ends well.

    `form` and `subtype` as libsndfile calls them (FLAC, WAV, W64; PCM_16, PCM_24, FLOAT); `compression` 0..1, FLAC only.
    """
    level = {"compression_level": compression} if form == "FLAC" else {}
    with replacing(path) as temporary:
        sink = soundfile.SoundFile(
            str(temporary), "w", samplerate=sample_rate, channels=2, format=form, subtype=subtype, **level
        )
        with sink:
            yield AudioWriter(sink, path)


def _unreadable(path: Path) -> Wrong:
    return Wrong(
        "this file could not be read as audio",
        where=path,
        next_step="give a WAV, FLAC, AIFF, Ogg or MP3 file that plays elsewhere, or make it again",
    )
