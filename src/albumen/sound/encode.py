"""Masters into the formats of the shops, by ffmpeg as a program of its own."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from types import MappingProxyType

from albumen.sound.audio_file import read_blocks
from albumen.sound.loudness import decibels
from albumen.sound.true_peak import TruePeakMeter
from albumen.work.errors import Broken, Missing
from albumen.work.files import replacing

# Bit-exact flags keep times and program versions out of the files, so that equal sound gives equal bytes.
_COMMON = ("-map", "0:a:0", "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact")
FORMATS = MappingProxyType(
    {
        ".mp3": ("-c:a", "libmp3lame", "-b:a", "320k", "-f", "mp3"),
        ".opus": ("-c:a", "libopus", "-b:a", "192k", "-f", "opus"),
        ".wav": ("-f", "wav"),
    }
)
LOSSY = frozenset({".mp3", ".opus"})
# What is left out of a lossy file lets peaks grow by some tenths of a decibel; players clip from 0 dBTP on.
LOSSY_CEILING_DBTP = -0.5
_MARGIN_DB = 0.05  # a meter of another make may read a little more


def encode(source: Path, target: Path, *, bits: int = 24) -> float:
    """Write `source` (FLAC) as MP3 320 kbit/s, Opus 192 kbit/s or WAV of 16 or 24 `bits`, by the ending of `target`; no tags.

    A lossy file whose true peak comes out above -0.5 dBTP, and above that of its source, is turned down by as little as is
    needed; returns by how many dB. Raises `Missing` where ffmpeg is not installed.
    """
    program = shutil.which("ffmpeg")
    if program is None:
        raise Missing("ffmpeg is not installed", next_step="run: sudo apt-get install ffmpeg")
    down_db = 0.0
    with replacing(target) as temporary:
        while True:
            _written(program, source, target, temporary, bits, down_db)
            excess = _excess_db(temporary, source) if target.suffix in LOSSY else 0.0
            if excess <= 0:
                return down_db
            down_db += excess + _MARGIN_DB


def _written(program: str, source: Path, target: Path, temporary: Path, bits: int, down_db: float) -> None:
    command = [program, "-nostdin", "-v", "error", "-y", "-i", str(source), *_COMMON, *FORMATS[target.suffix]]
    command += ["-c:a", f"pcm_s{bits}le"] if target.suffix == ".wav" else []
    command += ["-af", f"volume={-down_db:.2f}dB"] if down_db else []
    done = subprocess.run([*command, str(temporary)], capture_output=True, text=True, check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no message"]
        raise Broken(f"ffmpeg could not write this file: {lines[-1]}", where=target, next_step="check the disk")


def _excess_db(lossy: Path, source: Path) -> float:
    """By how much the decoded peaks pass what is allowed, in dB."""
    ceiling = LOSSY_CEILING_DBTP - _MARGIN_DB
    peak = _true_peak_db(lossy, above=ceiling)
    return peak - max(ceiling, _true_peak_db(source, above=ceiling)) if peak > ceiling else 0.0


def _true_peak_db(path: Path, *, above: float) -> float:
    """The true peak where it lies over `above` dBTP, else `above`: quieter stretches need not be oversampled."""
    meter = TruePeakMeter(at_least=10 ** (above / 20))
    for block in read_blocks(path):
        meter.feed(block)
    return decibels(meter.finish())
