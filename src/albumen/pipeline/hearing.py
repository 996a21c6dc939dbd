"""Hearing: a song as its notes and its mix are now, from any bar, long before the album is made anew.

The console starts at the bar that is wanted. Parts that have changed are played by their instruments while they are heard, at
the level of their last rendering; only a whole song in a file has them rendered first. No segues and no master: a gain
towards -16 LUFS and a limiter stand for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from albumen.album.album import Album
from albumen.album.folder import AlbumFolder
from albumen.album.mix import Mix
from albumen.album.song import Song
from albumen.pipeline.editing import song_called
from albumen.pipeline.mixing import mix_of
from albumen.pipeline.playing import playing_of, style_of
from albumen.pipeline.rendering import PATCHES, render_asked, stems_asked_of, stems_folder, stems_made
from albumen.pipeline.taking import find_take, require_score
from albumen.score.edit import apply
from albumen.score.edits.span import Span, ticks_of
from albumen.score.json_score import write_score_json
from albumen.score.score import Score
from albumen.sound.ahead import ahead
from albumen.sound.audio_file import Audio, writing_audio
from albumen.sound.channel import REFERENCE_LUFS
from albumen.sound.console import mixed_blocks, stems_shape
from albumen.sound.humanise import performed_clock
from albumen.sound.limiter import Limiter, limited
from albumen.sound.playback import play_blocks
from albumen.sound.stem_source import StemSource, file_stems
from albumen.sound.stems import LONGEST_SECONDS
from albumen.work.crew import cores
from albumen.work.errors import Broken, Wrong
from albumen.work.job import Job
from albumen.work.plugins import load

LOUDNESS_LUFS, CEILING_DBTP = -16.0, -1.0
FORMS = {".wav": "WAV", ".flac": "FLAC"}
_PRE_ROLL_SECONDS = 1.5  # heard by the rooms and the compressors only
_FADE_SECONDS = 0.5
_AHEAD_BLOCKS = 40  # a minute: an electronic voice is played a stretch at a time, which takes it some seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was heard: a song, `seconds` of it, in `file` where it was written instead of played."""

    song: str
    seconds: float
    file: Path | None

    def as_mapping(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"song": self.song, "seconds": round(self.seconds, 3), "file": str(self.file) if self.file else None}


def hear_song(
    folder: AlbumFolder, name: str, *, bars: Span | None = None, take: str = "", out: Path | None = None,
    workers: int | None = None, job: Job | None = None,
) -> Heard:  # fmt: skip
    """Play `bars` of a song (all where not said), with a proposed `take` put in where one is named; or write them to `out`.

    Raises `Wrong` for unknown songs, bars, takes or endings, `Missing` where nothing can play them.
    """
    job = job or Job(name="hear")
    if out is not None and out.suffix.lower() not in FORMS:
        raise Wrong(f"{out.name} is no kind of sound file that is written here", next_step="end its name in .wav or .flac")
    at_once = bars is not None or out is None
    ready = _made_ready(folder, name, bars, take, at_once=at_once, workers=workers or cores(), job=job)
    rate, frames = stems_shape(ready.stems)
    start = round(ready.start * rate)
    stop = round(ready.until * rate) if bars else frames
    blocks = limited(_window(ready.stems, ready.mix, start, stop, rate), Limiter(CEILING_DBTP, rate))
    _deliver(blocks, rate, out, job.part(ready.song.title, job.done, 1.0), max(1, stop - start))
    return Heard(song=ready.song.slug, seconds=max(0, stop - start) / rate, file=out)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """A song that can be heard: its stems and mix, and from where to where it shall be, in seconds."""

    song: Song
    stems: Mapping[str, StemSource]
    mix: Mix
    start: float
    until: float


def _made_ready(
    folder: AlbumFolder, name: str, bars: Span | None, take: str, *, at_once: bool, workers: int, job: Job
) -> _Ready:
    """The song with its stems: live ones where it shall sound `at_once` and they can, else rendered ones."""
    with folder.writing():
        album = folder.read()
        song = song_called(album, name)
        score = require_score(folder, song)
        if take:
            score, _ = apply(score, find_take(folder, song, take).patch)
        ticks = ticks_of(score, bars)
        path = _score_file(folder, song, score, is_proposed=bool(take))
        clock = performed_clock(score, playing_of(folder, song).together)
        until = float(clock.at(ticks[1])) if bars else LONGEST_SECONDS
        stems = _live(folder, album, song, score, until + _FADE_SECONDS, job) if at_once else None
        if stems is None:
            stems = _rendered(folder, album, song, path, workers, job.part(song.title, 0.0, 0.5))
        mix = mix_of(folder, album, song, path, {part_id: stem.level for part_id, stem in stems.items()})
    return _Ready(song=song, stems=stems, mix=mix, start=float(clock.at(ticks[0])), until=until)


def _score_file(folder: AlbumFolder, song: Song, score: Score, *, is_proposed: bool) -> Path:
    """Where the notes lie: the song's own file, or one aside for notes that are only proposed."""
    if not is_proposed:
        return folder.score(song.slug)
    path = folder.cache / "heard" / f"{song.slug}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_score_json(path, score)
    return path


def _live(
    folder: AlbumFolder, album: Album, song: Song, score: Score, until: float, job: Job
) -> Mapping[str, StemSource] | None:
    """The stems to be heard at once; None where the instruments cannot, or where a part was never rendered."""
    instruments = load("instruments", album.sound)()
    live: Callable[..., Mapping[str, StemSource] | None] | None = getattr(instruments, "live", None)
    if live is None:
        return None
    own = folder.path / PATCHES
    return live(
        score,
        stems_folder(folder, song.slug),
        until=until,
        check=job.check,
        style=style_of(folder, song),
        playing=playing_of(folder, song),
        patches=own if own.is_file() else None,
    )


def _rendered(
    folder: AlbumFolder, album: Album, song: Song, score: Path, workers: int, job: Job
) -> Mapping[str, StemSource]:
    """The stems in files, the changed ones rendered."""
    asked = stems_asked_of(folder, album, score, style_of(folder, song), playing_of(folder, song), song.slug, workers)
    render_asked(folder, asked, job)
    stems = stems_made(folder, asked)
    if stems is None:
        raise Broken(f"the stems of {song.title} are gone", next_step="run the same command again")
    return file_stems(stems)


def _window(stems: Mapping[str, StemSource], mix: Mix, start: int, stop: int, rate: int) -> Iterator[Audio]:
    """The mix from frame `start` to `stop`, faded out after it, at about the loudness of a finished song."""
    gain = np.float32(10 ** ((LOUDNESS_LUFS - _expected_lufs(mix)) / 20))
    begin = max(0, start - round(_PRE_ROLL_SECONDS * rate))
    fade = round(_FADE_SECONDS * rate)
    place = begin
    for block in mixed_blocks(stems, mix, start=begin):
        at = place + np.arange(len(block.total))
        place += len(block.total)
        if place <= start:
            continue
        heard = (at >= start) & (at < stop + fade)
        falling = np.clip((stop + fade - at[heard]) / fade, 0, 1).astype(np.float32)
        yield block.total[heard] * (gain * falling)[:, None]
        if place >= stop + fade:
            return


def _expected_lufs(mix: Mix) -> float:
    """How loud the sum of all channels about is while all play."""
    powers = [10 ** (part.level_lu / 10) for part in mix.parts.values() if not part.mute]
    return REFERENCE_LUFS + 10 * float(np.log10(max(sum(powers), 1e-3)))


def _deliver(blocks: Iterator[Audio], rate: int, out: Path | None, job: Job, frames: int) -> None:
    """Play the stream, some seconds of it made ahead, or write it to a file."""
    if out is None:
        with ahead(blocks, _AHEAD_BLOCKS) as ready:
            play_blocks(_watched(ready, frames, job), sample_rate=rate, check=job.check)
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    with writing_audio(out, sample_rate=rate, form=FORMS[out.suffix.lower()]) as writer:
        for block in _watched(blocks, frames, job):
            writer.write(block)


def _watched(blocks: Iterator[Audio], frames: int, job: Job) -> Iterator[Audio]:
    done = 0
    for block in blocks:
        done += len(block)
        job.reach(min(1.0, done / frames))
        yield block
