"""Mastering: mixed songs become one album, joined by their segues and cut into files that rejoin without a gap.

Beside the cuts: every song once more as it stands alone, and the report card.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from albumen.album.album import Album, Loudness
from albumen.album.folder import AlbumFolder
from albumen.album.lock_file import Made
from albumen.album.segue import Segue
from albumen.pipeline.mixing import MixedSong, mix_songs, mixed_songs, target_of
from albumen.pipeline.passages import make_passages, passages_of
from albumen.pipeline.playing import style_of
from albumen.pipeline.reading import joins_of
from albumen.pipeline.step import Step
from albumen.sound.energy import loudness_intent
from albumen.sound.master import Master, master_album, master_single, profile_of
from albumen.sound.timeline import lay_out
from albumen.work.crew import each_of
from albumen.work.digest import MANNER
from albumen.work.errors import Broken
from albumen.work.job import Job
from albumen.work.record import Record
from albumen.work.stage import Stage

REPORT = ("report.html", "report.json", "report.png")
SINGLE = "single.flac"
_PASSAGE_LU = -2.0  # a passage stays this far below the quieter of its neighbours


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterAsked:
    """Songs in running order to be mastered as one album; `segues` join them, with `passages` where they are composed.

    `targets` are the curves that the report card compares the songs' spectra with.
    """

    songs: tuple[MixedSong, ...]
    titles: tuple[str, ...]
    segues: tuple[Segue, ...]
    passages: Mapping[int, MixedSong]
    loudness: Loudness
    targets: tuple[tuple[float, ...], ...]


def _master(asked: MasterAsked, folder: Path, job: Job) -> Mapping[str, Any]:
    from albumen.sound.report_card import report_card, write_report_card  # brings matplotlib, which is slow to load

    intents = loudness_intent([song.facts["energy"] for song in asked.songs])
    mixes = [song.placed(intent) for song, intent in zip(asked.songs, intents, strict=True)]
    between = {
        number: passage.placed(min(intents[number : number + 2]) + _PASSAGE_LU) for number, passage in asked.passages.items()
    }
    profile = profile_of(asked.loudness)
    timeline = lay_out(mixes, asked.segues, between)
    master = master_album(timeline, folder, profile=profile, job=job.part("master", 0.0, 0.9))
    slugs = [song.slug for song in asked.songs]
    card = report_card(
        master,
        profile,
        job.part("report card", 0.9, 1.0),
        titles=dict(zip(slugs, asked.titles, strict=True)),
        targets=dict(zip(slugs, asked.targets, strict=True)),
        segues=asked.segues,
    )
    write_report_card(card, master, folder)
    return {**_measured(master), "segues": _told(slugs, asked.segues), "warnings": list(card.warnings)}


def _measured(master: Master) -> dict[str, Any]:
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


def _told(slugs: list[str], segues: tuple[Segue, ...]) -> list[dict[str, Any]]:
    return [
        {"after": slug, "kind": segue.kind, "seconds": segue.seconds, "reason": segue.reason}
        for slug, segue in zip(slugs, segues, strict=False)
    ]


MASTER: Stage[MasterAsked] = Stage("master", 2, _master)


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleAsked:
    """A song to be mastered as it stands alone, as loud as on the album."""

    song: MixedSong
    intent_lu: float
    gain_db: float
    loudness: Loudness
    name: str = field(metadata=MANNER)


def _single(asked: SingleAsked, folder: Path, job: Job) -> Mapping[str, Any]:
    heard = master_single(
        asked.song.placed(asked.intent_lu),
        folder / SINGLE,
        gain_db=asked.gain_db,
        profile=profile_of(asked.loudness),
        job=job,
    )
    return {"loudness_lufs": round(heard.integrated_lufs, 2), "true_peak_dbtp": round(heard.true_peak_db, 2)}


SINGLES: Stage[SingleAsked] = Stage("single", 1, _single)


def master_step(folder: AlbumFolder, album: Album) -> Step:
    """Where the master stands."""
    record = master_of(folder, album)
    is_there = record is not None and singles_of(folder, album, record) is not None
    is_there = is_there and further_masters(folder, album) is not None
    return Step(stage="master", state="done" if is_there else "to do")


def master_of(folder: AlbumFolder, album: Album) -> Record | None:
    """The record of the master of the songs as they are now, if it is made."""
    songs = mixed_songs(folder, album)
    passages = passages_of(folder, album) if songs else None
    if songs is None or passages is None:
        return None
    return folder.workshop.find(MASTER, _asked(folder, album, songs, passages))


def further_masters(folder: AlbumFolder, album: Album) -> dict[str, Record] | None:
    """The records of the masters in further profiles, by profile; None where one is missing."""
    found = {name: master_of(folder, in_profile(album, name)) for name in album.loudness.also}
    records = {name: record for name, record in found.items() if record is not None}
    return records if len(records) == len(found) else None


def masters_by_name(folder: AlbumFolder, album: Album) -> dict[str, str] | None:
    """The files of the further masters by their place in the release, as digests; None where one is missing."""
    records = further_masters(folder, album)
    if records is None:
        return None
    files: dict[str, str] = {}
    for profile, record in records.items():
        kept = (name for name in record.outputs if name.endswith(".flac") or name == "report.json")
        files |= {f"masters/{profile}/{name}": record.outputs[name] for name in kept}
    return files


def in_profile(album: Album, profile: str) -> Album:
    """The album as it is mastered in another profile: with that profile's own loudness and peaks."""
    return album.replace(loudness=Loudness(profile=profile, reference=album.loudness.reference))


def singles_of(folder: AlbumFolder, album: Album, master: Record) -> dict[str, Record] | None:
    """The records of the songs as they stand alone, by slug; None where one is missing."""
    asked = _singles_asked(folder, album, master)
    found = {single.song.slug: folder.workshop.find(SINGLES, single) for single in asked or ()}
    records = {slug: record for slug, record in found.items() if record is not None}
    return records if asked is not None and len(records) == len(found) else None


def single_file(folder: AlbumFolder, album: Album, slug: str) -> Path | None:
    """The sound of a song as it stands alone; None while it is not made."""
    master = master_of(folder, album)
    singles = singles_of(folder, album, master) if master else None
    return folder.workshop.store.path(singles[slug].outputs[SINGLE]) if singles else None


def master_songs(folder: AlbumFolder, album: Album, *, workers: int, job: Job) -> Record:
    """Mix, write the passages between songs, master the album and its singles: whatever is missing. All stems must be there."""
    songs = mix_songs(folder, album, workers=workers, job=job.part("mix", 0.0, 0.35))
    passages = make_passages(folder, album, workers=workers, job=job.part("passages", 0.35, 0.45))
    wanted = (album, *(in_profile(album, name) for name in album.loudness.also))
    questions = [_asked(folder, one, songs, passages) for one in wanted]
    carry_out = partial(folder.workshop.carry_out, MASTER)
    record = each_of(carry_out, questions, job.part("master", 0.45, 0.8), workers=workers, name=_profile_name)[0]
    asked = _singles_asked(folder, album, record)
    if asked is None:
        raise Broken("a mix is gone that was made just now", next_step="run the same command again")
    each_of(partial(folder.workshop.carry_out, SINGLES), asked, job.part("singles", 0.8, 1.0), workers=workers, name=_name)
    folder.note("master", Made(key=record.key, version=record.version, digests=record.outputs, facts=record.facts))
    job.reach(1.0)
    return record


def _asked(
    folder: AlbumFolder, album: Album, songs: tuple[MixedSong, ...], passages: Mapping[int, MixedSong]
) -> MasterAsked:
    return MasterAsked(
        songs=songs,
        titles=tuple(song.title for song in album.songs),
        segues=joins_of(folder, album),
        passages=passages,
        loudness=_own(album.loudness),
        targets=tuple(target_of(folder, album, style_of(folder, song)) for song in album.songs),
    )


def _singles_asked(folder: AlbumFolder, album: Album, master: Record) -> list[SingleAsked] | None:
    songs = mixed_songs(folder, album)
    if songs is None:
        return None
    intents = loudness_intent([song.facts["energy"] for song in songs])
    return [
        SingleAsked(
            song=song,
            intent_lu=intent,
            gain_db=master.facts["gain_db"],
            loudness=_own(album.loudness),
            name=song.slug,
        )
        for song, intent in zip(songs, intents, strict=True)
    ]


def _own(loudness: Loudness) -> Loudness:
    """What concerns this master alone, so that asking for more of them changes none."""
    return dataclasses.replace(loudness, also=())


def _profile_name(asked: MasterAsked) -> str:
    return asked.loudness.profile


def _name(asked: SingleAsked) -> str:
    return asked.name
