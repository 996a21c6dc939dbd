"""Mixing: the stems of a song become one file. Every number of the console stands in the song's `mix.toml`.

The page is written anew whenever the mixer thinks otherwise; what a person changed on it stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from albumen.album.album import Album
from albumen.album.folder import AlbumFolder
from albumen.album.lock_file import Made
from albumen.album.mix import Mix
from albumen.album.song import Song
from albumen.pipeline.playing import playing_of, style_of
from albumen.pipeline.reading import score_at
from albumen.pipeline.rendering import stems_of
from albumen.score.json_score import read_score_json
from albumen.sound.auto_mix import plan_mix
from albumen.sound.colours import Colours
from albumen.sound.energy import energy_of
from albumen.sound.feel import Together
from albumen.sound.humanise import performed_clock
from albumen.sound.mix_file import merged, settle_mix
from albumen.sound.mix_song import mix_song
from albumen.sound.playing import Playing
from albumen.sound.stem_source import stem_levels
from albumen.sound.stems import StemLevel
from albumen.sound.timeline import SongMix, silent_after
from albumen.sound.tone import reference_curve, style_curve
from albumen.work.crew import each_of
from albumen.work.digest import MANNER, digest_file
from albumen.work.errors import Broken, Wrong
from albumen.work.job import Job
from albumen.work.record import Record
from albumen.work.stage import Given, Stage

MIX_FILE, MIX_PAGE = "mix.w64", "mix.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class MixAsked:
    """A song's stems to be mixed; `together` tells when the song ends as played.

    Stems are named by their contents, so only the names count.
    """

    score: Given
    mix: Mix
    together: Together | None
    stem_names: Mapping[str, str]
    stems: Mapping[str, Path] = field(metadata=MANNER)
    name: str = field(metadata=MANNER)


def _mix(asked: MixAsked, folder: Path, job: Job) -> Mapping[str, Any]:
    score = read_score_json(asked.score.path)
    path = folder / MIX_FILE
    heard = mix_song(asked.stems, asked.mix, path, job=job)
    return {
        "loudness_lufs": round(heard.integrated_lufs, 3),
        "end_seconds": round(float(performed_clock(score, asked.together).at(score.length)), 6),
        "silent_seconds": round(silent_after(path), 6),
        "energy": round(energy_of(score).overall, 6),
    }


MIX: Stage[MixAsked] = Stage("mix", 3, _mix)


@dataclass(frozen=True, slots=True, kw_only=True)
class MixedSong:
    """A mix on its way to the master, with what was measured."""

    slug: str
    mix: Given
    facts: Mapping[str, float]

    def placed(self, intent_lu: float) -> SongMix:
        """The mix as the timeline takes it, `intent_lu` below the loudest song."""
        return SongMix(
            name=self.slug,
            path=self.mix.path,
            loudness_lufs=self.facts["loudness_lufs"],
            end_seconds=self.facts["end_seconds"],
            silent_seconds=self.facts["silent_seconds"],
            intent_lu=intent_lu,
        )


def mix_page(folder: AlbumFolder, slug: str) -> Path:
    """`mix.toml` of a song."""
    return folder.song_folder(slug) / MIX_PAGE


def target_of(folder: AlbumFolder, album: Album, style: str) -> tuple[float, ...]:
    """The curve that the tone of a song follows: the user's reference, else the style's. Raises `Wrong` for a bad file."""
    if not album.loudness.reference:
        return style_curve(style)
    path = folder.path / album.loudness.reference
    if not path.is_file():
        next_step = "correct `reference` in album.toml, or take the line out"
        raise Wrong("there is no such reference", where=path, next_step=next_step)
    return _reference(path, digest_file(path))


def mixed_songs(folder: AlbumFolder, album: Album) -> tuple[MixedSong, ...] | None:
    """The mixes of the songs as they are now; None where one is missing."""
    found = []
    for song in album.songs:
        asked = mix_asked(folder, album, song)
        record = folder.workshop.find(MIX, asked) if asked else None
        if record is None:
            return None
        found.append(mixed(folder, song.slug, record))
    return tuple(found)


def mix_songs(folder: AlbumFolder, album: Album, *, workers: int, job: Job) -> tuple[MixedSong, ...]:
    """Mix what is not mixed yet, several songs at once, and write their pages. All stems must be there."""
    for song in album.songs:
        auto = _auto(folder, album, song)
        if auto is None:
            raise Broken(f"the stems of {song.title} are gone", next_step="run the same command again")
        settle_mix(mix_page(folder, song.slug), auto)
    asked = [asked for song in album.songs if (asked := mix_asked(folder, album, song)) is not None]
    records = mix_all(folder, asked, workers=workers, job=job)
    for song, record in zip(album.songs, records, strict=True):
        made = Made(key=record.key, version=record.version, digests=record.outputs, facts=record.facts)
        folder.note(f"mix/{song.slug}", made)
    return tuple(mixed(folder, song.slug, record) for song, record in zip(album.songs, records, strict=True))


def mix_all(folder: AlbumFolder, asked: Sequence[MixAsked], *, workers: int, job: Job) -> list[Record]:
    """Mix several things at once, or find them mixed."""
    return each_of(partial(folder.workshop.carry_out, MIX), asked, job, workers=workers, name=_name)


def mix_asked(folder: AlbumFolder, album: Album, song: Song) -> MixAsked | None:
    """The question for a song's mix, with the numbers of its page; None while its stems are missing."""
    stems, score = stems_of(folder, album, song), folder.score(song.slug)
    if stems is None:
        return None
    mix = mix_of(folder, album, song, score, stem_levels(stems))
    return asked_of(score, mix, stems, song.title, playing_of(folder, song).together)


def mix_of(folder: AlbumFolder, album: Album, song: Song, score: Path, levels: Mapping[str, StemLevel]) -> Mix:
    """What the mixer would do with stems of this score that are so loud, with what the song's page says otherwise."""
    page, auto = mix_page(folder, song.slug), _auto_of(folder, album, song, score, levels)
    return merged(page, auto) if page.exists() else auto


def asked_of(
    score: Path, mix: Mix, stems: Mapping[str, Path], name: str, together: Together | None = None
) -> MixAsked:
    """The question for a mix of these stems."""
    names = {part_id: path.name for part_id, path in stems.items()}
    plain = mix.replace(parts=dict(mix.parts))  # what crosses to other processes must be plain
    return MixAsked(score=Given.of(score), mix=plain, together=together, stem_names=names, stems=stems, name=name)


def mixed(folder: AlbumFolder, slug: str, record: Record) -> MixedSong:
    """A finished mix."""
    digest = record.outputs[MIX_FILE]
    return MixedSong(slug=slug, mix=Given(path=folder.workshop.store.path(digest), digest=digest), facts=record.facts)


def _auto(folder: AlbumFolder, album: Album, song: Song) -> Mix | None:
    """What the mixer would do by itself; None while stems are missing."""
    stems = stems_of(folder, album, song)
    return None if stems is None else _auto_of(folder, album, song, folder.score(song.slug), stem_levels(stems))


def _auto_of(folder: AlbumFolder, album: Album, song: Song, score: Path, levels: Mapping[str, StemLevel]) -> Mix:
    playing = playing_of(folder, song)
    target = target_of(folder, album, style_of(folder, song))
    return _planned(score, digest_file(score), playing.colours, playing.seed, tuple(sorted(levels.items())), target)


@lru_cache(maxsize=64)
def _planned(
    score: Path, digest: str, colours: Colours, seed: int, levels: tuple[tuple[str, StemLevel], ...], target: tuple[float, ...]
) -> Mix:
    heard = Playing(colours=colours, seed=seed).heard(score_at(score))
    # Other instruments than ours may leave the colours out.
    sounding = heard.replace(parts=tuple(part for part in heard.parts if part.id in dict(levels)))
    return plan_mix(sounding, dict(levels), target=target)


@lru_cache(maxsize=4)
def _reference(path: Path, digest: str) -> tuple[float, ...]:
    return reference_curve(path)


def _name(asked: MixAsked) -> str:
    return asked.name
