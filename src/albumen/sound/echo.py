"""Echo: the instrument without a SoundFont. Every note is a short sine, every drum a short noise; for tests and drafts.

A back-end like any other (`albumen.instruments`).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from albumen.score.part import Part
from albumen.score.score import Score
from albumen.sound.audio_file import BLOCK_FRAMES, SAMPLE_RATE, Audio, writing_audio
from albumen.sound.playing import AS_USUAL, Playing
from albumen.sound.stems import StemLevel, read_stem_level, write_stem_level
from albumen.work.digest import digest_of
from albumen.work.job import Job
from albumen.work.seed import Seed

_LOUDEST_SECONDS = 0.12  # how long a note sounds at most
_FADE_FRAMES = 441
_GAIN = 0.1
SILENT_DB = -120.0


class EchoInstruments:
    """Renders every part as sines and noise."""

    id = "echo"
    version = "1"

    def materials(self, patches: Path | None = None) -> dict[str, str]:
        """What shapes the sound besides the score: nothing."""
        return {}

    def render(
        self,
        score: Score,
        folder: Path,
        *,
        style: str = "",
        playing: Playing = AS_USUAL,
        patches: Path | None = None,
        workers: int | None = None,
        job: Job | None = None,
    ) -> dict[str, Path]:
        """One stem a part below `folder`; part id -> file. What lies there already is not rendered again."""
        job = job or Job(name="echo")
        stems = {}
        for part in job.each(score.parts):
            key = digest_of([self.version, score.tempos, score.resolution, score.length, part.is_drum, _rows(part)])
            path = folder / f"{part.id}-echo-{key[:16]}.flac"
            if read_stem_level(path) is None or not path.is_file():
                _write(path, _sound(score, part))
            stems[part.id] = path
        return stems


def _rows(part: Part) -> list[tuple[int, ...]]:
    return [tuple(note) for note in part.notes]


def _sound(score: Score, part: Part) -> Audio:
    """The whole stem, stereo float32 [frames, 2]."""
    clock = score.time_map
    frames = int((clock.seconds(score.length) + 0.5) * SAMPLE_RATE)
    sound = np.zeros(frames, dtype=np.float32)
    longest = int(_LOUDEST_SECONDS * SAMPLE_RATE)
    fade = np.minimum(1.0, np.arange(longest, 0, -1) / _FADE_FRAMES) * np.minimum(
        1.0, np.arange(longest) / _FADE_FRAMES
    )
    times = np.arange(longest) / SAMPLE_RATE
    noise = Seed(0).child("echo").rng().uniform(-1.0, 1.0, longest)
    waves: dict[int, np.ndarray] = {}
    for note in part.notes:
        begin = int(clock.seconds(note.onset) * SAMPLE_RATE)
        wave = waves.get(note.pitch)
        if wave is None:
            wave = noise if part.is_drum else np.sin(2 * np.pi * 440.0 * 2 ** ((note.pitch - 69) / 12) * times)
            waves[note.pitch] = wave = (wave * fade * _GAIN).astype(np.float32)
        end = min(frames, begin + longest)
        sound[begin:end] += wave[: end - begin] * (note.velocity / 127)
    return np.repeat(np.clip(sound, -0.98, 0.98)[:, None], 2, axis=1)


def _write(path: Path, sound: Audio) -> None:
    with writing_audio(path, compression=0.0) as writer:
        for start in range(0, len(sound), BLOCK_FRAMES):
            writer.write(sound[start : start + BLOCK_FRAMES])
    heard = sound[np.abs(sound[:, 0]) > 0]
    # Mean power while it plays: near enough to a gated loudness for a draft, and much cheaper.
    power = float(np.mean(np.square(heard, dtype=np.float64))) if len(heard) else 0.0
    peak = float(np.abs(sound).max(initial=0.0))
    level = StemLevel(loudness_lufs=_db(power, 10), peak_db=_db(peak, 20), side_to_mid_db=SILENT_DB)
    write_stem_level(path, level)


def _db(value: float, factor: float) -> float:
    return max(SILENT_DB, factor * float(np.log10(max(value, 1e-12))))
