"""Mixing and mastering: stems become songs, songs become one album, cut into files that rejoin without a gap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from albumen.album.album import Album, Loudness
from albumen.album.folder import AlbumFolder
from albumen.album.lock_file import Made
from albumen.album.segue import Segue
from albumen.album.song import Song
from albumen.pipeline.rendering import stems_of
from albumen.pipeline.step import Step
from albumen.score.json_score import read_score_json
from albumen.sound.auto_mix import plan_mix
from albumen.sound.clock import written_clock
from albumen.sound.energy import energy_of, loudness_intent
from albumen.sound.master import Profile, master_album
from albumen.sound.mix_song import mix_song, stem_levels
from albumen.sound.timeline import SongMix, lay_out, silent_after
from albumen.work.crew import each_of
from albumen.work.digest import MANNER
from albumen.work.errors import Broken
from albumen.work.job import Job
from albumen.work.record import Record
from albumen.work.stage import Given, Stage, Workshop

MIX_FILE = "mix.w64"


@dataclass(frozen=True, slots=True, kw_only=True)
class MixAsked:
    """A song's stems to be mixed. Stems are named by their contents, so only the names count."""

    score: Given
    stem_names: Mapping[str, str]
    stems: Mapping[str, Path] = field(metadata=MANNER)


def _mix(asked: MixAsked, folder: Path, job: Job) -> Mapping[str, Any]:
    score = read_score_json(asked.score.path)
    path = folder / MIX_FILE
    heard = mix_song(asked.stems, plan_mix(score, stem_levels(asked.stems)), path, job=job)
    return {
        "loudness_lufs": round(heard.integrated_lufs, 3),
        "end_seconds": round(float(written_clock(score).at(score.length)), 6),
        "silent_seconds": round(silent_after(path), 6),
        "energy": round(energy_of(score).overall, 6),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class MixedSong:
    """A mix on its way to the master, with what was measured."""

    slug: str
    mix: Given
    facts: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterAsked:
    """Songs in running order to be mastered as one album."""

    songs: tuple[MixedSong, ...]
    loudness: Loudness


def _master(asked: MasterAsked, folder: Path, job: Job) -> Mapping[str, Any]:
    intents = loudness_intent([song.facts["energy"] for song in asked.songs])
    mixes = [
        SongMix(
            name=song.slug,
            path=song.mix.path,
            loudness_lufs=song.facts["loudness_lufs"],
            end_seconds=song.facts["end_seconds"],
            silent_seconds=song.facts["silent_seconds"],
            intent_lu=intent,
        )
        for song, intent in zip(asked.songs, intents, strict=True)
    ]
    profile = Profile(loudest_lufs=asked.loudness.target_lufs, ceiling_dbtp=asked.loudness.peak_dbtp)
    master = master_album(lay_out(mixes, [Segue()] * (len(mixes) - 1)), folder, profile=profile, job=job)
    cuts = {
        cut.name: {
            "file": cut.path.name,
            "start_frame": cut.start_frame,
            "frames": cut.frames,
            "loudness_lufs": round(cut.loudness.integrated_lufs, 2),
            "true_peak_dbtp": round(cut.loudness.true_peak_db, 2),
        }
        for cut in master.cuts
    }
    return {"cuts": cuts, "album_lufs": round(master.album.integrated_lufs, 2), "gain_db": round(master.gain_db, 3)}


MIX: Stage[MixAsked] = Stage("mix", 1, _mix)
MASTER: Stage[MasterAsked] = Stage("master", 1, _master)


def master_step(folder: AlbumFolder, album: Album) -> Step:
    """Where the master stands."""
    return Step(stage="master", state="done" if master_of(folder, album) else "to do")


def master_of(folder: AlbumFolder, album: Album) -> Record | None:
    """The record of the master of the songs as they are now, if it is made."""
    mixed = []
    for song in album.songs:
        asked = _mix_asked(folder, album, song)
        record = folder.workshop.find(MIX, asked) if asked else None
        if record is None:
            return None
        mixed.append(_mixed(folder, song, record))
    return folder.workshop.find(MASTER, MasterAsked(songs=tuple(mixed), loudness=album.loudness))


def master_songs(folder: AlbumFolder, album: Album, *, workers: int, job: Job) -> Record:
    """Mix what is not mixed yet, several songs at once, and master the album. All stems must be there."""
    asked = [_required(_mix_asked(folder, album, song), song) for song in album.songs]
    records = each_of(_Mixer(folder.cache), asked, job.part("mix", 0.0, 0.4), workers=workers)
    mixed = tuple(_mixed(folder, song, record) for song, record in zip(album.songs, records, strict=True))
    question = MasterAsked(songs=mixed, loudness=album.loudness)
    record = folder.workshop.carry_out(MASTER, question, job.part("master", 0.4, 1.0))
    folder.note("master", Made(key=record.key, version=record.version, digests=record.outputs, facts=record.facts))
    job.reach(1.0)
    return record


@dataclass(frozen=True, slots=True)
class _Mixer:
    cache: Path

    def __call__(self, asked: MixAsked, job: Job) -> Record:
        return Workshop(self.cache).carry_out(MIX, asked, job)


def _mix_asked(folder: AlbumFolder, album: Album, song: Song) -> MixAsked | None:
    stems = stems_of(folder, album, song)
    if stems is None:
        return None
    names = {part_id: path.name for part_id, path in stems.items()}
    return MixAsked(score=Given.of(folder.score(song.slug)), stem_names=names, stems=stems)


def _mixed(folder: AlbumFolder, song: Song, record: Record) -> MixedSong:
    digest = record.outputs[MIX_FILE]
    return MixedSong(slug=song.slug, mix=Given(path=folder.workshop.store.path(digest), digest=digest), facts=record.facts)


def _required(asked: MixAsked | None, song: Song) -> MixAsked:
    if asked is None:
        raise Broken(f"the stems of {song.title} are gone", next_step="run the same command again")
    return asked
