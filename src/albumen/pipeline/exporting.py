"""Exports: a song for other programs, at any time. Notes as MIDI and MusicXML, sound as stems, both as DAW projects."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from albumen.album.album import Album
from albumen.album.folder import AlbumFolder
from albumen.album.song import Song
from albumen.pipeline.editing import songs_called
from albumen.pipeline.mixing import mix_asked
from albumen.pipeline.rendering import render_songs
from albumen.pipeline.taking import require_score
from albumen.press.release_folder import file_name
from albumen.score.midi_write import write_midi
from albumen.score.musicxml_write import write_musicxml
from albumen.score.score import Score
from albumen.work.crew import cores
from albumen.work.errors import Broken, Wrong
from albumen.work.job import Job

if TYPE_CHECKING:
    from albumen.press.dawproject import StemClip

MIX_FILE = "mix.wav"
_PEAK_DB = -1.0  # of the exported mix; the stems sum to it, so none of them can clip where it does not


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One song on its way out; `name` is how its files are called."""

    folder: AlbumFolder
    album: Album
    song: Song
    score: Score
    name: str
    workers: int


def export_songs(
    folder: AlbumFolder, to: str, out: Path, *, songs: Sequence[str] = (), workers: int | None = None, job: Job | None = None
) -> tuple[Path, ...]:
    """Write the songs (all where none is named) to the folder `out`; returns what was written.

    Raises `Wrong` for an unknown form or song, or a song without notes. Stems that are missing are rendered first.
    """
    job = job or Job(name="export")
    if to not in FORMS:
        raise Wrong(f"nothing is known of {to!r}", next_step=f"choose one of {', '.join(FORMS)}")
    if out.exists() and not out.is_dir():
        raise Wrong("this is a file, not a folder", where=out, next_step="choose another name")
    with folder.writing():
        album = folder.read()
        chosen = songs_called(folder, album, songs)
        asked = [
            _Asked(
                folder=folder,
                album=album,
                song=song,
                score=require_score(folder, song).replace(title=song.title),
                name=f"{album.songs.index(song) + 1:02d} {file_name(song.title)}",
                workers=workers or cores(),
            )
            for song in chosen
        ]
        written: list[Path] = []
        for number, one in enumerate(asked):
            part = job.part(one.song.title, number / len(asked), (number + 1) / len(asked))
            written += FORMS[to](one, out, part)
            part.reach(1.0)
    return tuple(written)


def _midi(asked: _Asked, out: Path, job: Job) -> list[Path]:
    path = out / f"{asked.name}.mid"
    write_midi(path, asked.score)
    return [path]


def _musicxml(asked: _Asked, out: Path, job: Job) -> list[Path]:
    path = out / f"{asked.name}.musicxml"
    write_musicxml(path, asked.score)
    return [path]


def _stems(asked: _Asked, out: Path, job: Job) -> list[Path]:
    return list(_mixed_stems(asked, out / asked.name, job, with_mix=True).values())


def _dawproject(asked: _Asked, out: Path, job: Job) -> list[Path]:
    from albumen.press.dawproject import write_dawproject

    path = out / f"{asked.name}.dawproject"
    with _aside(asked) as place:
        clips = _clips(_mixed_stems(asked, place, job, with_mix=False))
        write_dawproject(path, asked.score, clips, artist=asked.album.artist, album=asked.album.title)
    return [path]


def _reaper(asked: _Asked, out: Path, job: Job) -> list[Path]:
    from albumen.press.reaper import write_reaper

    with _aside(asked) as place:
        clips = _clips(_mixed_stems(asked, place, job, with_mix=False))
        return [write_reaper(out / asked.name, asked.score, clips)]


FORMS: Mapping[str, Callable[[_Asked, Path, Job], list[Path]]] = {
    "midi": _midi,
    "musicxml": _musicxml,
    "stems": _stems,
    "dawproject": _dawproject,
    "reaper": _reaper,
}


@contextmanager
def _aside(asked: _Asked) -> Iterator[Path]:
    """A place for stems on their way into a project; what a killed run leaves there is swept by the next one."""
    asked.folder.cache.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="making-export-", dir=asked.folder.cache) as place:
        yield Path(place)


def _mixed_stems(asked: _Asked, place: Path, job: Job, *, with_mix: bool) -> dict[str, Path]:
    """The parts as they stand in the mix, and what the rooms give back; with the mix itself they sum to."""
    from albumen.sound.audio_file import audio_facts, read_blocks, writing_audio
    from albumen.sound.mix_song import mix_song, write_mixed_stems

    render_songs(asked.folder, asked.album, [asked.song], workers=asked.workers, job=job.part("stems", 0.0, 0.6))
    question = mix_asked(asked.folder, asked.album, asked.song)
    if question is None:
        raise Broken(f"the stems of {asked.song.title} are gone", next_step="run the same command again")
    stems, mix = question.stems, question.mix
    with _aside(asked) as home:
        loud = home / "mix.w64"
        heard = mix_song(stems, mix, loud, job=job.part("mix", 0.6, 0.8))
        gain_db = _PEAK_DB - heard.sample_peak_db
        paths = write_mixed_stems(stems, mix, place, gain_db=gain_db, job=job.part("mixed stems", 0.8, 1.0))
        if with_mix:
            path = place / MIX_FILE
            with writing_audio(path, sample_rate=audio_facts(loud).sample_rate, form="WAV", subtype="PCM_24") as writer:
                for block in read_blocks(loud):
                    writer.write(block * 10 ** (gain_db / 20))
            paths["mix"] = path
    return paths


def _clips(paths: Mapping[str, Path]) -> dict[str, StemClip]:
    from albumen.press.dawproject import StemClip
    from albumen.sound.audio_file import audio_facts

    facts = {name: audio_facts(path) for name, path in paths.items()}
    return {
        name: StemClip(path=paths[name], seconds=fact.frames / fact.sample_rate, sample_rate=fact.sample_rate)
        for name, fact in facts.items()
    }


