"""The release: one folder that can be handed on. Audio, scores, pictures, poems, booklet, credits, checksums."""

from __future__ import annotations

import dataclasses
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from albumen.album.album import Album
from albumen.album.folder import AlbumFolder
from albumen.album.lock_file import Made
from albumen.album.plan import SongPlan
from albumen.album.song import Song
from albumen.pipeline.booklet import BOOKLET_PDF, PRINT_PDF, bind_booklet, booklet_of
from albumen.pipeline.encoding import encode_cuts, encoded
from albumen.pipeline.ingredients import album_ingredients
from albumen.pipeline.mastering import REPORT, SINGLE, master_of, masters_by_name, singles_of
from albumen.pipeline.pictures import COVER_JPEG, COVER_PNG, FRONT, Pictures, pictures_of
from albumen.pipeline.poems import has_closing, poem_path, read_closing, read_poem
from albumen.pipeline.provenance import album_makers, song_makers
from albumen.pipeline.score_files import MIDI, MUSICXML, ROLL, score_files
from albumen.pipeline.songs import song_plan
from albumen.pipeline.step import Step
from albumen.press.credits import Ingredient, SongCredit, credits_text
from albumen.press.release_folder import SUMS, Release, ReleaseSong, build_release
from albumen.press.tags import ReplayGain, Tags
from albumen.sound.master import profile_of
from albumen.work.digest import digest_file, digest_of
from albumen.work.errors import Broken
from albumen.work.files import write_text
from albumen.work.job import Job
from albumen.work.record import Record
from albumen.work.stage import Given

Thing = TypeVar("Thing")
RELEASE_VERSION = 4
CLOSING_POEM = "poems/closing poem.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class SongRelease:
    """What is released of one song: its tags, its poem, and its files as digests by name (`.flac`, `.mid` ...)."""

    tags: Tags
    files: Mapping[str, str]
    poem: str
    facts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseAsked:
    """Everything that a release follows from."""

    songs: tuple[SongRelease, ...]
    credits: str
    closing: str
    pictures: Mapping[str, str]
    front: str
    version: int = RELEASE_VERSION

    def key(self) -> str:
        """Equal keys, equal folders."""
        return digest_of(self)


def release_step(folder: AlbumFolder, album: Album) -> Step:
    """Where the release stands."""
    made, sums = folder.made().get("release"), folder.release / SUMS
    if made is None or not sums.is_file():
        return Step(stage="release", state="to do")
    if made.digests.get(SUMS) != digest_file(sums):
        return Step(stage="release", state="to do", why="the folder was changed; it is built anew")
    asked = _asked(folder, album)
    state = "done" if asked is not None and asked.key() == made.key and _is_whole(folder.release) else "to do"
    return Step(stage="release", state=state)  # type: ignore[arg-type]


def release_album(folder: AlbumFolder, album: Album, *, workers: int, job: Job) -> None:
    """Build `release/` from what is made, unless it is there already. The master must be made."""
    if release_step(folder, album).state == "done":
        job.reach(1.0)
        return
    master = _required(master_of(folder, album))
    cuts = [_cut(folder, master, song) for song in album.songs]
    encode_cuts(folder, cuts, profile_of(album.loudness).bits, workers=workers, job=job.part("encode", 0.0, 0.6))
    bind_booklet(folder, album, job.part("booklet", 0.6, 0.7))
    asked = _required(_asked(folder, album))
    folder.cache.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="making-release-", dir=folder.cache) as place:
        home = Path(place)
        front = _linked(folder, asked.front, home / "front.jpg")
        songs = tuple(_with_names(folder, song, home, front) for song in asked.songs)
        pictures = enumerate(sorted(asked.pictures.items()))
        extras = {name: _linked(folder, digest, home / f"picture-{number}") for number, (name, digest) in pictures}
        if asked.closing:
            extras[CLOSING_POEM] = home / "closing.txt"
            write_text(extras[CLOSING_POEM], asked.closing)
        release = Release(songs=songs, credits=asked.credits, extras=extras)
        build_release(release, folder.release, job.part("release", 0.7, 1.0))
    folder.note("release", Made(key=asked.key(), version=RELEASE_VERSION, digests={SUMS: digest_file(folder.release / SUMS)}))
    job.say(f"released {len(asked.songs)} songs in {folder.release}")


def _asked(folder: AlbumFolder, album: Album) -> ReleaseAsked | None:
    """The release of the album as it is now; None while something it needs is not made."""
    master, pictures = master_of(folder, album), pictures_of(folder, album)
    if master is None or pictures is None or (has_closing(album) and not poem_path(folder).is_file()):
        return None
    singles, booklet = singles_of(folder, album, master), booklet_of(folder, album)
    further = masters_by_name(folder, album)
    if singles is None or booklet is None or further is None:
        return None
    songs: list[SongRelease] = []
    for number, song in enumerate(album.songs, start=1):
        scores = score_files(folder, song)
        audio = encoded(folder, _cut(folder, master, song), profile_of(album.loudness).bits)
        if scores is None or audio is None or not poem_path(folder, song.slug).is_file():
            return None
        plan = song_plan(folder, song)
        files = {
            ".flac": _cut(folder, master, song).digest,
            **audio,
            ".single.flac": singles[song.slug].outputs[SINGLE],
            ".jpg": pictures.songs[song.slug],
            **{Path(name).suffix: scores.outputs[name] for name in (MIDI, MUSICXML, ROLL)},
        }
        tags, facts = _tags(album, song, plan, number, master), _facts(plan, scores)
        songs.append(SongRelease(tags=tags, files=files, poem=read_poem(folder, song).text(), facts=facts))
    closing = read_closing(folder, album)
    return ReleaseAsked(
        songs=tuple(songs),
        credits=_credits(folder, album, songs, booklet),
        closing=closing.text() if closing else "",
        pictures=_named(pictures)
        | {name: booklet.outputs[name] for name in (BOOKLET_PDF, PRINT_PDF)}
        | {f"report/{name}": master.outputs[name] for name in REPORT}
        | further,
        front=pictures.cover.outputs[FRONT],
    )


def _named(pictures: Pictures) -> dict[str, str]:
    """The album's own pictures by their place in the release."""
    covers = {name: pictures.cover.outputs[name] for name in (COVER_JPEG, COVER_PNG)}
    return covers | {f"promo/{name}": digest for name, digest in pictures.promo.items()}


def _tags(album: Album, song: Song, plan: SongPlan, number: int, master: Record) -> Tags:
    cut = master.facts["cuts"][song.slug]
    peaks = {slug: 10 ** (other["true_peak_dbtp"] / 20) for slug, other in master.facts["cuts"].items()}
    gain = ReplayGain(
        song_lufs=cut["loudness_lufs"],
        song_peak=peaks[song.slug],
        album_lufs=master.facts["album_lufs"],
        album_peak=max(peaks.values()),
    )
    owner = " ".join(word for word in ("©", str(album.rights.year or ""), album.rights.holder) if word)
    return Tags(
        title=song.title,
        artist=album.artist or "Unknown artist",
        album=album.title,
        number=number,
        total=len(album.songs),
        year=album.rights.year,
        genre=plan.genre,
        composer=album.artist,
        copyright=owner if album.rights.holder else "",
        comment=album.rights.disclosure,
        key=plan.key,
        bpm=round(plan.tempo_bpm),
        gain=gain,
    )


def _facts(plan: SongPlan, scores: Record) -> str:
    minutes, seconds = divmod(round(scores.facts["seconds"]), 60)
    return f"{plan.style}, {plan.key}, {plan.meter}, {minutes}:{seconds:02d}"


def _credits(folder: AlbumFolder, album: Album, songs: list[SongRelease], booklet: Record) -> str:
    fonts = [Ingredient(kind="font", name=name, licence=licence) for name, licence in booklet.facts["fonts"]]
    return credits_text(
        album=album.title,
        artist=album.artist,
        rights=album.rights,
        people=album.credits,
        songs=[
            SongCredit(number=row.tags.number, title=row.tags.title, facts=row.facts, people=song_makers(folder, song))
            for song, row in zip(album.songs, songs, strict=True)
        ],
        made=album_makers(folder, album),
        ingredients=(*album_ingredients(folder, album), *fonts),
    )


def _with_names(folder: AlbumFolder, song: SongRelease, place: Path, front: Path) -> ReleaseSong:
    """The song's files under names with endings."""
    home = place / f"{song.tags.number:02d}"
    home.mkdir()
    named = {suffix: _linked(folder, digest, home / f"song{suffix}") for suffix, digest in song.files.items()}
    poem = home / "poem.txt"
    write_text(poem, song.poem)
    return ReleaseSong(
        tags=dataclasses.replace(song.tags, cover=front),
        audio=tuple(named[suffix] for suffix in (".flac", ".mp3", ".opus", ".wav")),
        single=named[".single.flac"],
        scores=(named[".mid"], named[".musicxml"], named[".png"]),
        cover=named[".jpg"],
        poem=poem,
    )


def _linked(folder: AlbumFolder, digest: str, path: Path) -> Path:
    """A kept result under another name. It is only read, so a link to the store will do."""
    os.link(folder.workshop.store.require(digest), path)
    return path


def _cut(folder: AlbumFolder, master: Record, song: Song) -> Given:
    digest = master.outputs[master.facts["cuts"][song.slug]["file"]]
    return Given(path=folder.workshop.store.path(digest), digest=digest)


def _is_whole(release: Path) -> bool:
    names = [line.partition("  ")[2] for line in (release / SUMS).read_text("utf-8").splitlines()]
    return all((release / name).is_file() for name in names)


def _required(value: Thing | None) -> Thing:
    if value is None:
        raise Broken("a part of the album is gone that was made just now", next_step="run the same command again")
    return value
