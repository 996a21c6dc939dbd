"""Stems: one audio file a part, named after everything that shapes its sound, so that only changed parts are rendered."""

from __future__ import annotations

import json
import operator
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from albumen.score.score import Score
from albumen.sound.audio_file import SAMPLE_RATE, writing_audio
from albumen.sound.feel import feel_of
from albumen.sound.humanise import performed_clock, play
from albumen.sound.loudness import LoudnessMeter
from albumen.sound.patch import Patch, patch_of
from albumen.sound.patch_sound import render_patch
from albumen.sound.performance import Performance
from albumen.sound.playing import AS_USUAL, Playing
from albumen.sound.soundfont import find_soundfont, soundfont_digest
from albumen.sound.spectrum import BandMeter
from albumen.work.crew import cores
from albumen.work.digest import digest_of
from albumen.work.errors import Broken, Wrong
from albumen.work.files import write_text
from albumen.work.job import Job
from albumen.work.stage import Given

RENDER_VERSION = 6  # raise it when the same question begins to sound different
LONGEST_SECONDS = 3 * 3600.0
SAMPLE_RATES = (22_050, 32_000, 44_100, 48_000, 88_200, 96_000)
VERSIONS_KEPT = 4  # older stems of a part stay for quick undo
_GAIN, _HIGHEST_PEAK = 0.2, 0.98  # 24 bits leave room enough above and below


@dataclass(frozen=True, slots=True, kw_only=True)
class StemAsked:
    """Everything that shapes the sound of one stem."""

    part_id: str
    performance: Performance
    patch: Patch
    soundfont: Given
    sample_rate: int = SAMPLE_RATE
    version: int = RENDER_VERSION

    def key(self) -> str:
        """The name of this sound: equal keys, equal bytes."""
        return digest_of(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class StemLevel:
    """How loud a stem came out: gated loudness, sample peak, how wide it is, its power in thirds of octaves, and the gain at
    which its instruments played."""

    loudness_lufs: float
    peak_db: float
    side_to_mid_db: float
    bands_db: tuple[float, ...] = ()
    gain: float = _GAIN


def stems_asked(
    score: Score,
    *,
    soundfont: Path | None = None,
    sample_rate: int = SAMPLE_RATE,
    playing: Playing = AS_USUAL,
    style: str = "",
    patches: Path | None = None,
) -> tuple[StemAsked, ...]:
    """One question a part, those of the colours included.

    Raises `Wrong` where the song cannot be rendered, `Missing` where there is no SoundFont.

    `style` may choose other patches, and `patches`
    is a library that is asked before the built-in one.
    """
    if sample_rate not in SAMPLE_RATES:
        raise Wrong(f"a sample rate of {sample_rate} Hz is not supported", next_step=f"choose one of {SAMPLE_RATES}")
    score, together = playing.heard(score), playing.together
    clock = performed_clock(score, together)
    if float(clock.at(score.length)) > LONGEST_SECONDS:
        raise Wrong(f"{score.title or 'this song'} would last over three hours", next_step="check its tempo")
    font = find_soundfont(soundfont)
    given = Given(path=font, digest=soundfont_digest(font))
    return tuple(
        StemAsked(
            part_id=part.id,
            performance=play(score, part, clock, playing.feels.get(part.id, feel_of(part)), playing.chance, together),
            patch=patch_of(part, style=style, own=patches),
            soundfont=given,
            sample_rate=sample_rate,
        )
        for part in score.parts
    )


def render_stem(asked: StemAsked, path: Path, job: Job) -> StemLevel:
    """Render one stem to a 24-bit FLAC file; a stem that would clip is rendered again at half the gain.

    The gain of a stem carries no meaning: the mix sets levels from the measured loudness.
    """
    gain = _GAIN
    while True:
        level = _render(asked, path, gain, job)
        if level is not None:
            return level
        gain /= 2


def _render(asked: StemAsked, path: Path, gain: float, job: Job) -> StemLevel | None:
    meter = LoudnessMeter(asked.sample_rate, true_peak=False)
    bands = BandMeter(asked.sample_rate)
    seconds = max(asked.performance.seconds, 1.0)
    blocks = render_patch(
        asked.performance,
        asked.patch,
        asked.soundfont.path,
        sample_rate=asked.sample_rate,
        gain=gain,
        check=job.check,
    )
    with writing_audio(path, sample_rate=asked.sample_rate, compression=0.0) as writer:
        for block in blocks:
            job.reach(min(0.99, writer.frames / asked.sample_rate / seconds))
            peak = float(np.abs(block).max(initial=0.0))
            if not np.isfinite(peak):
                what = f"what plays {asked.part_id} gave numbers that are no sound"
                raise Broken(what, next_step="choose another patch for this part")
            if peak > _HIGHEST_PEAK:
                break
            meter.feed(block)
            bands.feed(block)
            writer.write(block)
        else:
            heard = meter.read()
            return StemLevel(
                loudness_lufs=heard.integrated_lufs,
                peak_db=heard.sample_peak_db,
                side_to_mid_db=heard.side_to_mid_db,
                bands_db=bands.read(),
                gain=gain,
            )
    return None


def render_stems(
    score: Score,
    folder: Path,
    *,
    soundfont: Path | None = None,
    sample_rate: int = SAMPLE_RATE,
    playing: Playing = AS_USUAL,
    style: str = "",
    patches: Path | None = None,
    workers: int | None = None,
    job: Job | None = None,
) -> dict[str, Path]:
    """One stem a part below `folder`; what lies there already is not rendered again. Part id -> file.

    A stop or a failure leaves finished stems and no half ones. `workers` stems are rendered at once (default: the cores).
    """
    job = job or Job(name="stems")
    asked = stems_asked(
        score,
        soundfont=soundfont,
        sample_rate=sample_rate,
        playing=playing,
        style=style,
        patches=patches,
    )
    paths = {question.part_id: stem_path(folder, question) for question in asked}
    todo = [
        question
        for question in asked
        if not (paths[question.part_id].is_file() and _level_path(paths[question.part_id]).is_file())
    ]
    _render_all(todo, paths, workers or cores(), job)
    for part_id, path in paths.items():
        _forget_old(folder, part_id, path)
    job.reach(1.0)
    return paths


def stem_path(folder: Path, asked: StemAsked) -> Path:
    """Where the stem of a question lies."""
    return folder / f"{asked.part_id}-{asked.key()[:16]}.flac"


def write_stem_level(path: Path, level: StemLevel) -> None:
    """Keep a stem's level beside it."""
    facts: dict[str, object] = {
        name: round(getattr(level, name), 6) for name in ("loudness_lufs", "peak_db", "side_to_mid_db", "gain")
    }
    facts["bands_db"] = [round(value, 2) for value in level.bands_db]
    write_text(_level_path(path), json.dumps(facts, sort_keys=True) + "\n")


def read_stem_level(path: Path) -> StemLevel | None:
    """The level kept beside a stem; None where there is none."""
    try:
        facts = json.loads(_level_path(path).read_text("utf-8"))
        return StemLevel(**{**facts, "bands_db": tuple(facts.get("bands_db", ()))})
    except (FileNotFoundError, ValueError, TypeError):
        return None


def last_level(folder: Path, part_id: str) -> StemLevel | None:
    """The level of the stem of a part that was rendered last; None where it never was."""
    versions = sorted(_versions(folder, part_id), key=_age)
    return next((level for path in reversed(versions) if (level := read_stem_level(path))), None)


def _level_path(path: Path) -> Path:
    return path.with_suffix(".level.json")


def _render_all(todo: Sequence[StemAsked], paths: dict[str, Path], workers: int, job: Job) -> None:
    """Several stems at once on threads: FluidSynth works outside Python's lock, other players in processes of their own.

    Only this thread talks to `job`. Costly stems begin first, so that no core waits at the end.
    """
    halt = threading.Event()
    costs = [_cost(asked) for asked in todo]
    shares = [0.0] * len(todo)

    def render(number: int) -> None:
        def hear(told: object) -> None:
            shares[number] = getattr(told, "done", 0.0)

        question = todo[number]
        path = paths[question.part_id]
        level = render_stem(question, path, Job(name=question.part_id, listen=hear, stop=halt.is_set))
        write_stem_level(path, level)
        shares[number] = 1.0

    with ThreadPoolExecutor(max(1, workers)) as pool:
        order = sorted(range(len(todo)), key=lambda number: -costs[number])
        futures: set[Future[None]] = {pool.submit(render, number) for number in order}
        try:
            while futures:
                ended, futures = wait(futures, timeout=0.1, return_when=FIRST_COMPLETED)
                for future in ended:
                    future.result()
                job.reach(sum(map(operator.mul, shares, costs)) / sum(costs))
        finally:
            halt.set()
            pool.shutdown(wait=True, cancel_futures=True)


def _cost(asked: StemAsked) -> float:
    """About how many seconds of a core a stem takes: its length, its strokes, and what plays them."""
    sounding = float((asked.performance.stop - asked.performance.start).sum())
    fluid = sum(layer.is_preset for layer in asked.patch.layers)
    voices = len(asked.patch.layers) - fluid
    return 0.1 + 0.006 * asked.performance.seconds + fluid * 0.002 * len(asked.performance) + voices * (0.4 + 0.02 * sounding)


def _forget_old(folder: Path, part_id: str, current: Path) -> None:
    versions = sorted((path for path in _versions(folder, part_id) if path != current), key=_age)
    for path in versions[: max(0, len(versions) - VERSIONS_KEPT + 1)]:
        _level_path(path).unlink(missing_ok=True)
        path.unlink(missing_ok=True)


def _versions(folder: Path, part_id: str) -> Iterator[Path]:
    return folder.glob(f"{part_id}-{'?' * 16}.flac")


def _age(path: Path) -> tuple[int, str]:
    return path.stat().st_mtime_ns, path.name
