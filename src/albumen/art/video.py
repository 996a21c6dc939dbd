"""Moving pictures: a seamless loop of the cover for players, a visualiser with the real audio, a painting's making-of."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import cv2
import numpy as np

from albumen.art.engines.surface import noise_field
from albumen.art.palette import Palette
from albumen.art.picture import Pixels, covering, write_png
from albumen.work.errors import Broken, Cancelled, Missing, Wrong
from albumen.work.files import replacing
from albumen.work.seed import Seed

CANVAS = (1080, 1920)
FRAMES_A_SECOND = 24
_NEARER = 0.05
"""How much larger the picture is in the middle of a loop."""


def write_loop(
    path: Path,
    picture: Pixels,
    *,
    seconds: float = 5.0,
    seed: Seed,
    reach: float = 0.016,
    cancelled: Callable[[], bool] = lambda: False,
) -> None:
    """A loop of 3 to 8 seconds whose end meets its beginning: the picture sways as if under moving water, comes nearer and goes.

    `reach` is how far a spot of it wanders, as a share of the width.
    """
    if not 3.0 <= seconds <= 8.0:
        raise Wrong(f"a loop of {seconds:g} seconds is not taken by players", next_step="choose from 3 to 8")
    write_frames(path, _swaying(covering(picture, *CANVAS), seconds, seed, reach, cancelled), CANVAS)


def write_frames(path: Path, frames: Iterable[Pixels], size: tuple[int, int]) -> None:
    """Pictures of one size to an MP4 (H.264), in one step: a half-written video never has the name."""
    command = [
        _ffmpeg(),
        "-y",
        "-loglevel",
        "error",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "-s",
        f"{size[0]}x{size[1]}",
        "-r",
        str(FRAMES_A_SECOND),
        "-i",
        "-",
        "-an",
        "-c:v",
        "libx264",
        "-preset",
        "veryfast",
        "-crf",
        "20",
        "-pix_fmt",
        "yuv420p",
        "-movflags",
        "+faststart",
        "-f",
        "mp4",
    ]
    with replacing(path) as temporary:
        with subprocess.Popen([*command, str(temporary)], stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdin is not None
            assert process.stderr is not None
            try:
                for frame in frames:
                    process.stdin.write(frame.tobytes())
            except BrokenPipeError:
                # ffmpeg has said why on its error output, which is read below.
                pass
            except BaseException:
                process.kill()
                raise
            process.stdin.close()
            said = process.stderr.read().decode(errors="replace")
        if process.returncode != 0:
            raise _failed(said, path)


def write_visualiser(
    path: Path,
    picture: Pixels,
    audio: Path,
    palette: Palette,
    *,
    size: tuple[int, int] = (1280, 720),
    cancelled: Callable[[], bool] = lambda: False,
) -> None:
    """A video of a song: the picture, and its real waveform moving below it in the ink of the palette."""
    if not audio.is_file():
        raise Missing("this audio file does not exist", where=audio, next_step="render the song first")
    ink = "0x{:02x}{:02x}{:02x}".format(*palette.ink)
    wave = round(size[1] * 0.14)
    graph = (
        f"[1:a]aformat=channel_layouts=mono,showwaves=s={size[0]}x{wave}:mode=cline:rate=15:colors={ink}@0.85,"
        f"format=rgba[wave];[0:v][wave]overlay=0:H-h-{round(size[1] * 0.04)}:format=auto,format=yuv420p[out]"
    )
    still = path.with_name(f".{path.stem}-still.png")
    write_png(still, covering(picture, *size))
    command = [
        _ffmpeg(),
        "-y",
        "-loglevel",
        "error",
        "-loop",
        "1",
        "-framerate",
        "15",
        "-i",
        str(still),
        "-i",
        str(audio),
        "-filter_complex",
        graph,
        "-map",
        "[out]",
        "-map",
        "1:a",
        "-c:v",
        "libx264",
        "-preset",
        "veryfast",
        "-crf",
        "23",
        "-c:a",
        "aac",
        "-b:a",
        "192k",
        "-shortest",
        "-movflags",
        "+faststart",
        "-f",
        "mp4",
    ]
    try:
        with replacing(path) as temporary:
            _run([*command, str(temporary)], path, cancelled)
    finally:
        still.unlink(missing_ok=True)


def _run(command: list[str], path: Path, cancelled: Callable[[], bool]) -> None:
    """Let ffmpeg work to its end, or end it when `cancelled` says so."""
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        while True:
            try:
                said = process.communicate(timeout=0.2)[1]
                break
            except subprocess.TimeoutExpired:
                if cancelled():
                    process.kill()
                    process.communicate()
                    raise Cancelled("the video was not finished") from None
    if process.returncode != 0:
        raise _failed(said.decode(errors="replace"), path)


def _failed(said: str, path: Path) -> Broken | Missing:
    """What a failure of ffmpeg means to a person: a full disk is nobody's fault."""
    if os.strerror(errno.ENOSPC) in said:
        return Missing("the disk is full", where=path, next_step="free some space and run the same command again")
    return Broken(f"ffmpeg failed ({said.strip()[:200]})", where=path)


def _swaying(
    picture: Pixels, seconds: float, seed: Seed, reach: float, cancelled: Callable[[], bool]
) -> Iterable[Pixels]:
    """One turn of the loop, frame by frame; all motion follows the angle of the turn, so the last frame leads to the first."""
    height, width = picture.shape[:2]
    rng = seed.child("sway").rng()
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    # The sway dies out at the edges, so that no border is ever pulled into sight.
    rim = np.minimum(np.minimum(rows, height - 1 - rows) / height, np.minimum(columns, width - 1 - columns) / width)
    calm = np.clip(rim * 6, 0, 1).astype(np.float32) * np.float32(reach * width)
    phase = noise_field(height, width, 4, rng) * np.float32(np.pi)
    # Each spot goes round its own small circle; sines of the place are taken once, those of the time once a frame.
    sine, cosine = calm * np.sin(phase), calm * np.cos(phase)
    middle_x, middle_y = np.float32((width - 1) / 2), np.float32((height - 1) / 2)
    from_middle_x, from_middle_y = columns - middle_x, rows - middle_y
    count = round(seconds * FRAMES_A_SECOND)
    for frame in range(count):
        if cancelled():
            raise Cancelled("the loop was not finished")
        turn = 2 * np.pi * frame / count
        over, along = np.float32(np.cos(turn)), np.float32(np.sin(turn))
        near = np.float32(1 - _NEARER * (1 - np.cos(turn)) / 2)
        x = middle_x + near * from_middle_x + sine * over + cosine * along
        y = middle_y + near * from_middle_y + cosine * over - sine * along
        moved = cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        yield np.asarray(moved, dtype=np.uint8)


def _ffmpeg() -> str:
    found = shutil.which("ffmpeg")
    if found is None:
        raise Missing("ffmpeg is not installed", next_step="apt-get install ffmpeg")
    return found
