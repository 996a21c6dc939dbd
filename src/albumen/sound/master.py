"""Mastering: loudness by intent under one album gain, true peaks below a ceiling, and cuts that rejoin bit by bit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from albumen.album.album import Loudness as LoudnessWish
from albumen.sound.ahead import ahead
from albumen.sound.audio_file import Audio, AudioWriter, writing_audio
from albumen.sound.limiter import Limiter, limited
from albumen.sound.loudness import Loudness, LoudnessMeter, measure_loudness
from albumen.sound.timeline import Placed, SongMix, Timeline, lay_out, timeline_blocks
from albumen.work.job import Job
from albumen.work.seed import Seed

_TRIALS = 4
_CLOSE_LU = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a master is made for: loudness of the loudest song, ceiling of true peaks, bits of the files."""

    loudest_lufs: float = -14.0
    ceiling_dbtp: float = -1.0
    bits: int = 24


PROFILES = MappingProxyType(
    {
        "streaming": Profile(),
        "loud": Profile(loudest_lufs=-10.0, ceiling_dbtp=-2.0),
        "vinyl": Profile(loudest_lufs=-16.0, ceiling_dbtp=-3.0),
        "cd": Profile(loudest_lufs=-12.0, bits=16),
    }
)


def profile_of(wish: LoudnessWish) -> Profile:
    """The profile that an album asks for, with its own numbers where it gives them."""
    profile = PROFILES[wish.profile]
    return Profile(
        loudest_lufs=profile.loudest_lufs if wish.target_lufs is None else wish.target_lufs,
        ceiling_dbtp=profile.ceiling_dbtp if wish.peak_dbtp is None else wish.peak_dbtp,
        bits=profile.bits,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A finished song as it appears on the album, and how it measures. `start_frame` counts on the album's timeline."""

    name: str
    path: Path
    start_frame: int
    frames: int
    loudness: Loudness


@dataclass(frozen=True, slots=True, kw_only=True)
class Master:
    """The finished album: its cuts, its loudness as a whole, and what the limiter had to do."""

    cuts: tuple[Cut, ...]
    album: Loudness
    gain_db: float
    deepest_reduction_db: float
    hard_share: float


def master_album(
    timeline: Timeline,
    folder: Path,
    *,
    profile: Profile = PROFILES["streaming"],
    continuous: Path | None = None,
    job: Job | None = None,
) -> Master:
    """Master the album into one FLAC file a song (`01-name.flac` ...), which rejoin to `continuous` bit by bit.

    One gain for the whole album puts the loudest song at the profile's loudness; the others stay below by intent.
    """
    job = job or Job(name="master")
    gain_db = _album_gain(timeline, profile, job.part("loudness", 0.0, 0.4))
    return _write_cuts(timeline, gain_db, folder, profile, continuous, job.part("cuts", 0.4, 1.0))


def master_single(
    song: SongMix, path: Path, *, gain_db: float, profile: Profile = PROFILES["streaming"], job: Job | None = None
) -> Loudness:
    """One song as it stands alone, with its own beginning and end, as loud as on the album (`gain_db` is the album's)."""
    timeline = lay_out([song], [])
    limiter = Limiter(profile.ceiling_dbtp, timeline.sample_rate)
    grain, meter = Grain(profile.bits), LoudnessMeter(timeline.sample_rate)
    subtype = f"PCM_{profile.bits}"
    stream = limited(timeline_blocks(timeline, song_gains(timeline, gain_db)), limiter)
    with ahead(stream) as blocks, writing_audio(path, sample_rate=timeline.sample_rate, subtype=subtype) as writer:
        for block in blocks:
            _store(block, grain, [writer], meter)
            if job:
                job.reach(min(0.99, writer.frames / timeline.frames))
    return meter.read()


def song_gains(timeline: Timeline, album_gain_db: float) -> dict[str, float]:
    """Gain of every song in dB: mixes are brought to one loudness, then to their intent, then to the album's gain."""
    return {
        item.song.name: album_gain_db + item.song.intent_lu - max(item.song.loudness_lufs, -70.0)
        for item in (*timeline.placed, *timeline.passages)
    }


def _album_gain(timeline: Timeline, profile: Profile, job: Job) -> float:
    """The gain at which the loudest song measures right after limiting; found in a few trials on that song alone."""
    loudest = max(timeline.placed, key=lambda item: item.song.intent_lu)
    gain_db = profile.loudest_lufs - loudest.song.intent_lu
    for trial in range(_TRIALS):
        heard = _trial(timeline, loudest, gain_db, profile, job)
        if heard.integrated_lufs <= -70:
            return gain_db
        miss = profile.loudest_lufs - heard.integrated_lufs
        gain_db += miss
        job.reach((trial + 1) / _TRIALS)
        if abs(miss) < _CLOSE_LU:
            break
    return gain_db


def _trial(timeline: Timeline, item: Placed, gain_db: float, profile: Profile, job: Job) -> Loudness:
    alone = Timeline(
        placed=(Placed(song=item.song, start=0, frames=item.frames),),
        marks=(0,),
        frames=item.frames,
        sample_rate=timeline.sample_rate,
    )
    limiter = Limiter(profile.ceiling_dbtp, timeline.sample_rate)
    with ahead(limited(timeline_blocks(alone, song_gains(alone, gain_db)), limiter)) as blocks:
        return measure_loudness(_watched(blocks, job), timeline.sample_rate, true_peak=False)


def _watched(blocks: Iterable[Audio], job: Job) -> Iterator[Audio]:
    for block in blocks:
        job.check()
        yield block


def _write_cuts(
    timeline: Timeline, gain_db: float, folder: Path, profile: Profile, continuous: Path | None, job: Job
) -> Master:
    limiter = Limiter(profile.ceiling_dbtp, timeline.sample_rate)
    grain = Grain(profile.bits)
    cuts: list[Cut] = []
    meters: list[LoudnessMeter] = []
    subtype = f"PCM_{profile.bits}"
    with ExitStack() as stack:
        album = None
        if continuous is not None:
            album = stack.enter_context(writing_audio(continuous, sample_rate=timeline.sample_rate, subtype=subtype))
        blocks = stack.enter_context(ahead(limited(timeline_blocks(timeline, song_gains(timeline, gain_db)), limiter)))
        pieces = _pieces(blocks, timeline.edges)
        for number, (item, start, stop) in enumerate(
            zip(timeline.placed, timeline.edges, timeline.edges[1:], strict=False), start=1
        ):
            path = folder / f"{number:02d}-{item.song.name}.flac"
            meters.append(LoudnessMeter(timeline.sample_rate))
            with writing_audio(path, sample_rate=timeline.sample_rate, subtype=subtype) as writer:
                written = 0
                while written < stop - start:
                    piece = next(pieces)
                    _store(piece, grain, [writer, album], meters[-1])
                    written += len(piece)
                    job.reach((start + written) / timeline.frames)
            cuts.append(
                Cut(name=item.song.name, path=path, start_frame=start, frames=stop - start, loudness=meters[-1].read())
            )
    return Master(
        cuts=tuple(cuts),
        album=LoudnessMeter.joined(meters, timeline.sample_rate).read(),
        gain_db=gain_db,
        deepest_reduction_db=limiter.deepest_db,
        hard_share=limiter.hard_share,
    )


def _store(piece: Audio, grain: Grain, writers: list[AudioWriter | None], meter: LoudnessMeter) -> None:
    numbers = grain.round(piece)
    for writer in writers:
        if writer is not None:
            writer.write_integers(numbers)
    meter.feed(piece)


def _pieces(blocks: Iterable[Audio], edges: tuple[int, ...]) -> Iterator[Audio]:
    """The same stream, with a new piece at every edge."""
    position = 0
    for block in blocks:
        inner = [edge - position for edge in edges if position < edge < position + len(block)]
        yield from np.split(block, inner)
        position += len(block)


class Grain:
    """Rounds sound to whole numbers of 16 or 24 bits; 16 bits with triangular dither, the same every time."""

    def __init__(self, bits: int) -> None:
        self._bits = bits
        self._rng = Seed(0).child("dither").rng()

    def round(self, sound: Audio) -> NDArray[np.int32]:
        """Frames as 32-bit integers of which only the upper bits are used."""
        scale = float(1 << (self._bits - 1))
        steps = sound.astype(np.float64) * scale
        if self._bits < 24:
            steps += self._rng.random(sound.shape) - self._rng.random(sound.shape)
        whole = np.clip(np.rint(steps), -scale, scale - 1).astype(np.int64)
        return np.asarray(whole << (32 - self._bits), dtype=np.int32)
