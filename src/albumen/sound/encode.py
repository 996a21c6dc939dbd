"""Masters into the formats of the shops, by ffmpeg as a program of its own."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from types import MappingProxyType

from albumen.work.errors import Broken, Missing
from albumen.work.files import replacing

# Bit-exact flags keep times and program versions out of the files, so that equal sound gives equal bytes.
_COMMON = ("-map", "0:a:0", "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact")
FORMATS = MappingProxyType(
    {
        ".mp3": ("-c:a", "libmp3lame", "-b:a", "320k", "-f", "mp3"),
        ".opus": ("-c:a", "libopus", "-b:a", "160k", "-f", "opus"),
        ".wav": ("-f", "wav"),
    }
)


def encode(source: Path, target: Path, *, bits: int = 24) -> None:
    """Write `source` (FLAC) as MP3 320 kbit/s, Opus 160 kbit/s or WAV of 16 or 24 `bits`, by the ending of `target`; no tags.

    Raises `Missing` where ffmpeg is not installed.
    """
    program = shutil.which("ffmpeg")
    if program is None:
        raise Missing("ffmpeg is not installed", next_step="run: sudo apt-get install ffmpeg")
    with replacing(target) as temporary:
        command = [program, "-nostdin", "-v", "error", "-y", "-i", str(source), *_COMMON, *FORMATS[target.suffix]]
        command += ["-c:a", f"pcm_s{bits}le"] if target.suffix == ".wav" else []
        done = subprocess.run([*command, str(temporary)], capture_output=True, text=True, check=False)
        if done.returncode:
            lines = done.stderr.strip().splitlines() or ["no message"]
            raise Broken(f"ffmpeg could not write this file: {lines[-1]}", where=target, next_step="check the disk")
