"""A whole album from its scores to its master: how fast, how much memory, and whether it measures as it must.

python bench/sound_album.py ALBUM [--workers 2] [--songs a,b]      works on a copy; ALBUM needs its scores and plans only
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from unittest import mock

from albumen.album.album import Album
from albumen.album.folder import AlbumFolder
from albumen.pipeline import hearing
from albumen.pipeline.mastering import SINGLE, master_songs, singles_of
from albumen.pipeline.reading import score_at
from albumen.pipeline.rendering import render_songs
from albumen.score.edits.span import Span
from albumen.score.json_score import write_score_json
from albumen.sound.audio_file import SAMPLE_RATE, Audio
from albumen.sound.encode import encode
from albumen.sound.master import profile_of
from albumen.work.job import Job


def timed(what: str, music_seconds: float, work: Callable[[], Any]) -> Any:
    began, worked = time.perf_counter(), processor_seconds()
    result = work()
    wall, cpu = time.perf_counter() - began, processor_seconds() - worked
    speeds = f"{music_seconds / wall:.1f} | {music_seconds / cpu:.1f}"
    print(f"| {what} | {wall:.0f} | {cpu:.0f} | {speeds} | {os.getloadavg()[0]:.1f} |", flush=True)
    return result


def processor_seconds() -> float:
    """Time of this process and its ended children on the processor."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def ebur128(path: Path) -> tuple[float, float]:
    """Integrated loudness and true peak as ffmpeg measures them."""
    command = ["ffmpeg", "-hide_banner", "-nostats", "-i", str(path), "-af", "ebur128=peak=true", "-f", "null", "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    summary = text[text.rindex("Summary:") :]
    found = [re.search(rf"{name}:\s+(-?[\d.]+)", summary) for name in ("I", "Peak")]
    return tuple(float(match[1]) if match else float("nan") for match in found)  # type: ignore[return-value]


def measured(folder: AlbumFolder, album: Album, record: Any, place: Path) -> None:
    """Every cut by an independent meter, and its peaks after lossy encoding."""
    profile = profile_of(album.loudness)
    print("\n| cut | LUFS | dBTP | dBTP as MP3 | dBTP as Opus |\n|---|---|---|---|---|")
    rows = []
    for song in album.songs:
        source = place / f"{song.slug}.flac"
        shutil.copyfile(folder.workshop.store.path(record.outputs[record.facts["cuts"][song.slug]["file"]]), source)
        peaks = []
        for suffix in (".mp3", ".opus"):
            encode(source, source.with_suffix(suffix), bits=profile.bits)
            peaks.append(ebur128(source.with_suffix(suffix))[1])
        rows.append((*ebur128(source), *peaks))
        print(f"| {song.title} | {' | '.join(f'{value:.1f}' for value in rows[-1])} |", flush=True)
    loudest = max(row[0] for row in rows)
    print(f"\nloudest {loudest:.1f} LUFS (asked {profile.loudest_lufs:.1f}); highest peaks {[max(r[i] for r in rows) for i in (1, 2, 3)]}")
    print("joins:", "; ".join(f"{join['after']}: {join['kind']}" for join in record.facts["segues"]))
    print("warnings:", record.facts["warnings"] or "none")


def heard_again(folder: AlbumFolder, album: Album, place: Path, workers: int) -> None:
    """Seconds from a change in one part until its song sounds; the busiest part of every song is changed."""
    print("\n| song | part changed | notes | s until the song begins | s until bars 9 to 16 are in a file | made, times real time |")
    print("|---|---|---|---|---|---|")
    for song in album.songs:
        score = score_at(folder.score(song.slug))
        part = max((part for part in score.parts if not part.is_drum), key=lambda part: len(part.notes))
        shift = -1 if int(part.notes.pitch.max()) > 100 else 1
        write_score_json(folder.score(song.slug), score.with_part(part.replace(notes=part.notes.shifted(semitones=shift))))
        began = time.perf_counter()
        hearing.hear_song(folder, song.slug, bars=Span(8, 16), out=place / "heard.wav", workers=workers)
        in_file = time.perf_counter() - began
        to_sound, pace = played(folder, song.slug)
        write_score_json(folder.score(song.slug), score)
        print(f"| {song.title} | {part.name or part.id} | {len(part.notes)} | {to_sound:.1f} | {in_file:.1f} | {pace:.0f} |", flush=True)


def played(folder: AlbumFolder, slug: str) -> tuple[float, float]:
    """Seconds until a player gets the first sound of the song as it is now, and how much faster than it plays the rest is made."""
    moments: list[tuple[float, int]] = []

    def player(blocks: Iterable[Audio], **_: object) -> None:
        moments.extend((time.perf_counter(), len(block)) for block in blocks)

    began = time.perf_counter()
    with mock.patch.object(hearing, "play_blocks", player):
        hearing.hear_song(folder, slug)
    music = sum(frames for _, frames in moments) / SAMPLE_RATE
    return moments[0][0] - began, music / (moments[-1][0] - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("album", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--songs", default="", help="only these, by folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as temporary:
        place = Path(temporary)
        shutil.copytree(options.album, place / "album", ignore=shutil.ignore_patterns(".cache", "release"))
        folder = AlbumFolder(place / "album")
        album = folder.read()
        kept = options.songs.split(",") if options.songs else [song.slug for song in album.songs]
        album = album.replace(songs=tuple(song for song in album.songs if song.slug in kept))
        seconds = sum(score_at(folder.score(song.slug)).seconds for song in album.songs)
        print(f"{album.title}: {len(album.songs)} songs, {seconds:.0f} s of music, {options.workers} workers\n")
        print("| what | wall s | cpu s | x real time (wall) | x real time (one core) | load |\n|---|---|---|---|---|---|")
        with folder.writing():
            began = time.perf_counter()
            timed("stems", seconds, lambda: render_songs(folder, album, album.songs, workers=options.workers, job=Job()))
            record = timed(
                "mix, passages, master, singles", seconds,
                lambda: master_songs(folder, album, workers=options.workers, job=Job()),
            )  # fmt: skip
            print(f"| scores to master | {time.perf_counter() - began:.0f} | | | | |")
        memory = [resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        print(f"\npeak memory: this process {memory[0]:.0f} MB, the largest worker {memory[1]:.0f} MB")
        measured(folder, album, record, place)
        singles = singles_of(folder, album, record) or {}
        heard_again(folder, album, place, options.workers)
        print("singles:", {slug: single.facts["loudness_lufs"] for slug, single in singles.items()}, SINGLE)


if __name__ == "__main__":
    main()
