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
from numpy.typing import NDArray

from albumen.art.engines.surface import noise_field
from albumen.art.painter import ground_tone, making_of
from albumen.art.palette import Palette, Rgb, luminances
from albumen.art.picture import Pixels, covering, write_png
from albumen.work.errors import Broken, Cancelled, Missing, Wrong
from albumen.work.files import replacing
from albumen.work.seed import Seed

CANVAS = (1080, 1920)
SCREEN = (1280, 720)
EASEL = 1080
FRAMES_A_SECOND = 24
LEAST_CONTRAST = 3.0
"""Of a waveform to what lies beneath it: what WCAG 2 asks of graphics."""
_WAVE_RATE = 15
_WAVE, _BELOW_WAVE = 0.14, 0.04
"""How high the strip of the waveform is, and what stays free under it, as shares of the height."""
WAVE_ROOM = _WAVE + _BELOW_WAVE
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


def write_making_of(
    path: Path,
    picture: Pixels,
    *,
    seconds: float = 14.0,
    manner: str = "impressionist",
    seed: Seed,
    fine: NDArray[np.float32] | None = None,
    reached: Callable[[float], None] = lambda done: None,
) -> None:
    """How a painting of `picture` comes about, stroke by stroke, 1080 pixels square; the finished work is held for a second.

    A picture that is not square stands whole on the tone of its canvas. `reached` is told the share 0..1 at every frame and may
    raise `Cancelled`. Raises `Wrong` for a length that is not 10 to 20 seconds, an unknown manner and a tiny picture.
    """
    if not 10.0 <= seconds <= 20.0:
        raise Wrong(f"a making-of of {seconds:g} seconds is not made", next_step="choose from 10 to 20")
    write_frames(path, _growing(picture, seconds, manner, seed, fine, reached), (EASEL, EASEL))


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
    size: tuple[int, int] = SCREEN,
    cancelled: Callable[[], bool] = lambda: False,
) -> None:
    """A video of a song, as long as its sound: the picture, and the real waveform moving below in a colour that shows on it."""
    if not audio.is_file():
        raise Missing("this audio file does not exist", where=audio, next_step="render the song first")
    shown, colour = under_wave(covering(picture, *size), palette)
    wave, below = round(size[1] * _WAVE), round(size[1] * _BELOW_WAVE)
    # `draw=full`: left to itself the filter thins the colour by the number of samples that share a column.
    graph = (
        f"[1:a]aformat=channel_layouts=mono,showwaves=s={size[0]}x{wave}:mode=cline:rate={_WAVE_RATE}:draw=full:"
        f"colors=0x{bytes(colour).hex()},format=rgba[wave];[0:v][wave]overlay=0:H-h-{below}:format=auto,format=yuv420p[out]"
    )
    still = path.with_name(f".{path.stem}-still.png")
    write_png(still, shown)
    command = [
        _ffmpeg(),
        "-y",
        "-loglevel",
        "error",
        "-loop",
        "1",
        "-framerate",
        str(_WAVE_RATE),
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
        # `-shortest` lets the still run on for the second or so that waits in ffmpeg's buffers.
        "-t",
        f"{_seconds_of(audio):.6f}",
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


def under_wave(picture: Pixels, palette: Palette) -> tuple[Pixels, Rgb]:
    """The picture as it lies under a waveform, and the first colour of the palette with a contrast of at least 3 on it there.

    Where no colour shows on all of the strip, the picture is calmed towards the palette's ground until one does.
    """
    height = picture.shape[0]
    top = height - round(height * _WAVE) - round(height * _BELOW_WAVE)
    choices = (palette.ink, palette.accent, palette.second, palette.ground, palette.shade, (255, 255, 255), (0, 0, 0))
    # The calm comes softly, so that the strip is no box.
    rows = np.clip((np.arange(height) - top) / max(1.0, 0.08 * height) + 1, 0, 1)[:, None, None]
    for share in (0.0, 0.3, 0.6, 0.8, 1.0):
        calm = picture + share * rows * (np.array(palette.ground) - picture)
        shown = np.clip(np.rint(calm), 0, 255).astype(np.uint8)
        light = luminances(shown[top:])
        for colour in choices:
            own = luminances(np.array(colour, dtype=np.uint8))
            ratios = (np.maximum(light, own) + 0.05) / (np.minimum(light, own) + 0.05)
            # Single grains of the paper may be what they like.
            if np.quantile(ratios, 0.01) >= LEAST_CONTRAST:
                return shown, colour
    raise AssertionError("on one plain colour white or black has a contrast of 4.5")


def _seconds_of(audio: Path) -> float:
    """How long a sound lasts."""
    asked = ["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", str(audio)]
    told = subprocess.run([_tool("ffprobe"), *asked], capture_output=True, text=True, check=False)
    try:
        return float(told.stdout.strip())
    except ValueError:
        raise Wrong(f"this is no readable sound ({told.stderr.strip()[:200]})", where=audio) from None


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


def _growing(
    picture: Pixels, seconds: float, manner: str, seed: Seed, fine: NDArray[np.float32] | None, reached: Callable[[float], None]
) -> Iterable[Pixels]:
    """The frames of a making-of: the painting on its square canvas as the strokes are laid, and at last as it stays."""
    height, width = picture.shape[:2]
    wide = max(1, round(EASEL * min(1.0, width / height)))
    canvas = np.empty((EASEL, EASEL, 3), dtype=np.uint8)
    canvas[:] = ground_tone(picture)
    count = round(seconds * FRAMES_A_SECOND)
    grown = making_of(picture, wide, count - FRAMES_A_SECOND, manner=manner, seed=seed, fine=fine)
    for place, painting in enumerate(grown, start=1):
        reached(place / count)
        painted = painting[:EASEL]
        top, left = (EASEL - painted.shape[0]) // 2, (EASEL - wide) // 2
        canvas[top : top + painted.shape[0], left : left + wide] = painted
        yield canvas
    for place in range(count - FRAMES_A_SECOND, count):
        reached((place + 1) / count)
        yield canvas


def _ffmpeg() -> str:
    return _tool("ffmpeg")


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Missing(f"{name} is not installed", next_step="apt-get install ffmpeg")
    return found
