"""The album as one line of time: where every song begins, how neighbours overlap, and where the cuts lie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve, firwin

from albumen.album.segue import Segue
from albumen.sound.audio_file import BLOCK_FRAMES, SAMPLE_RATE, Audio, audio_facts, read_blocks
from albumen.work.errors import Wrong

CD_FRAME = 588  # samples; a cut at a multiple of it is exact on CD, in FLAC and in a CUE sheet alike
PRE_ROLL_SECONDS = 0.15  # a player that jumps to a song begins this long before its first sound
SILENT_DB = -66.0
BASS_HZ = 150.0
_TAIL_SEARCH_SECONDS = 20.0
_STEP_SECONDS = 0.05
_CLICK_GUARD_SECONDS = 0.004


@dataclass(frozen=True, slots=True, kw_only=True)
class SongMix:
    """A mixed song on its way to the master; frames of the file count from the first beat of the score.

    `end_seconds` is where the score ends as played (the next downbeat), `silent_seconds` where the last sound has died
    away. `intent_lu` is how far the song stays below the loudest one (0 or less).
    """

    name: str
    path: Path
    loudness_lufs: float
    end_seconds: float
    silent_seconds: float
    intent_lu: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A song on the line: its frame 0 lies at `start`; of its file frames 0..`frames` sound.

    `rise` and `fall` are lengths in frames of an equal-power fade at its two ends, 0 for none. With `hands_bass` the low
    notes change over in the middle of a fade, so that only one bass sounds at a time.
    """

    song: SongMix
    start: int
    frames: int
    rise: int = 0
    fall: int = 0
    hands_bass: bool = False


NO_PASSAGES: Mapping[int, SongMix] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The whole album. `marks` are the frames at which the cuts begin, all multiples of 588, the first one 0.

    `passages` stand between songs and belong to the cut of the song before.
    """

    placed: tuple[Placed, ...]
    marks: tuple[int, ...]
    frames: int
    passages: tuple[Placed, ...] = ()
    sample_rate: int = SAMPLE_RATE

    @property
    def edges(self) -> tuple[int, ...]:
        """The marks and the end."""
        return (*self.marks, self.frames)


def silent_after(path: Path) -> float:
    """Seconds from the start of a file after which nothing is heard any more (-66 dB under full scale of its peak)."""
    facts = audio_facts(path)
    step = round(_STEP_SECONDS * facts.sample_rate)
    first = max(0, facts.frames - round(_TAIL_SEARCH_SECONDS * facts.sample_rate))
    levels: list[float] = []
    for block in read_blocks(path, start=first, block_frames=step):
        levels.append(float(np.abs(block).max()))
    audible = np.flatnonzero(np.array(levels) > max(max(levels, default=0.0), 1e-4) * 10 ** (SILENT_DB / 20))
    return (first + (int(audible[-1]) + 1) * step) / facts.sample_rate if audible.size else 0.0


def lay_out(
    songs: Sequence[SongMix], segues: Sequence[Segue], passages: Mapping[int, SongMix] = NO_PASSAGES
) -> Timeline:
    """Place the songs one after another; `segues[i]` joins song i and the next one, with `passages[i]` between if composed.

    Raises `Wrong` where the songs have different sample rates or a join or a passage is missing.
    """
    if not songs:
        raise Wrong("an album needs at least one song", next_step="compose one first")
    if len(segues) != len(songs) - 1:
        raise Wrong(
            f"{len(songs)} songs need {len(songs) - 1} segues, got {len(segues)}", next_step="name one per join"
        )
    lacking = [i for i, segue in enumerate(segues) if segue.kind == "composed" and i not in passages]
    if lacking:
        raise Wrong(f"nothing is written for the join after {songs[lacking[0]].name}", next_step="compose it first")
    rates = sorted({audio_facts(song.path).sample_rate for song in [*songs, *passages.values()]})
    if len(rates) > 1:
        raise Wrong(f"the mixes have different sample rates ({rates})", next_step="render them at one rate")
    rate = rates[0]
    starts = [_to_cd_frame(PRE_ROLL_SECONDS * rate)]
    between: list[Placed] = []
    for number, (song, segue) in enumerate(zip(songs, segues, strict=False)):
        at = starts[-1] + max(CD_FRAME, round(_step_seconds(song, segue) * rate))
        if segue.kind == "composed":
            passage = passages[number]
            between.append(_placed(passage, at, None, None, rate))
            at += round(passage.end_seconds * rate)
        starts.append(at)
    joins = [None, *segues, None]
    placed = tuple(
        _placed(song, start, before, after, rate)
        for song, start, before, after in zip(songs, starts, joins[:-1], joins[1:], strict=True)
    )
    marks = (0, *(_to_cd_frame(start - PRE_ROLL_SECONDS * rate) for start in starts[1:]))
    end = max(item.start + item.frames for item in placed) + round(0.5 * rate)
    return Timeline(
        placed=placed, marks=marks, frames=_to_cd_frame(end + CD_FRAME), passages=tuple(between), sample_rate=rate
    )


def _step_seconds(song: SongMix, segue: Segue) -> float:
    """From the first beat of a song to the first beat of the next one."""
    if segue.kind == "breath":
        return song.silent_seconds + segue.seconds
    if segue.kind == "overlap":
        return max(song.silent_seconds - segue.seconds, min(song.end_seconds, song.silent_seconds))
    if segue.kind == "crossfade":
        return max(song.end_seconds - segue.seconds, 0.5 * song.end_seconds)
    return song.end_seconds  # attacca and composed: on the next downbeat


def _placed(song: SongMix, start: int, before: Segue | None, after: Segue | None, rate: int) -> Placed:
    frames = audio_facts(song.path).frames
    guard = round(_CLICK_GUARD_SECONDS * rate)
    rise, fall = 0, guard
    crosses = any(join is not None and join.kind == "crossfade" for join in (before, after))
    if before is not None and before.kind == "crossfade":
        rise = round(before.seconds * rate)
    if after is not None and after.kind == "crossfade":
        frames = min(frames, round(song.end_seconds * rate))
        fall = min(round(after.seconds * rate), frames // 2)
    else:
        frames = min(frames, round((song.silent_seconds + 0.25) * rate))
    return Placed(
        song=song, start=start, frames=frames, rise=min(rise, frames // 2), fall=min(fall, frames), hands_bass=crosses
    )


def _to_cd_frame(frame: float) -> int:
    return max(0, int(frame) // CD_FRAME * CD_FRAME)


def timeline_blocks(
    timeline: Timeline, gains_db: Mapping[str, float], *, block_frames: int = BLOCK_FRAMES
) -> Iterator[Audio]:
    """The album as it sounds before the limiter, in blocks; `gains_db` by song name."""
    for start in range(0, timeline.frames, block_frames):
        total = np.zeros((min(block_frames, timeline.frames - start), 2), dtype=np.float32)
        for item in (*timeline.placed, *timeline.passages):
            first, last = max(item.start, start), min(item.start + item.frames, start + len(total))
            if first >= last:
                continue
            sound = _faded(item, first - item.start, last - item.start, timeline.sample_rate)
            total[first - start : last - start] += np.float32(10 ** (gains_db[item.song.name] / 20)) * sound
        yield total


def _faded(item: Placed, start: int, stop: int, sample_rate: int) -> Audio:
    """Frames `start`..`stop` of a placed song with its fades."""
    if start >= item.rise and stop <= item.frames - item.fall:
        return _frames_of(item, start, stop)
    whole = _envelope(item, start, stop)[:, None].astype(np.float32)
    if not item.hands_bass:
        return _frames_of(item, start, stop) * whole
    taps = _low_pass(sample_rate)
    reach = len(taps) // 2
    wide = _frames_of(item, start - reach, stop + reach)
    low = fftconvolve(wide, taps[:, None], mode="valid", axes=0).astype(np.float32)
    bass = _envelope(item, start, stop, quick=True)[:, None].astype(np.float32)
    return (wide[reach : len(wide) - reach] - low) * whole + low * bass


def _frames_of(item: Placed, start: int, stop: int) -> Audio:
    """Frames of the file, silence where it has none."""
    inside = list(read_blocks(item.song.path, start=max(start, 0), stop=max(stop, 0)))
    sound = np.concatenate(inside) if inside else np.zeros((0, 2), dtype=np.float32)
    before = min(max(0, -start), stop - start)
    return np.pad(sound, ((before, stop - start - before - len(sound)), (0, 0)))


def _envelope(item: Placed, start: int, stop: int, *, quick: bool = False) -> NDArray[np.float64]:
    """Fades of equal power at both ends; `quick` ones happen in the middle fifth of the time."""
    at = np.arange(start, stop)
    gain = np.ones(len(at))
    for length, way in ((item.rise, at + 0.5), (item.fall, item.frames - at - 0.5)):
        if length:
            share = way / length
            gain *= np.sin(np.pi / 2 * np.clip((share - 0.4) / 0.2 if quick else share, 0, 1))
    return gain


@lru_cache(maxsize=4)
def _low_pass(sample_rate: int) -> NDArray[np.float32]:
    """What counts as bass: a filter without phase shift, so that lows and highs sum to the sound again."""
    return np.asarray(firwin(2 * round(0.012 * sample_rate) + 1, BASS_HZ, fs=sample_rate), dtype=np.float32)
