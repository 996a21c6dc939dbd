"""The whole album on one page: from a brief to a release. Read this file first.

    plan     the songs are born: each gets a brief and a plan             songs.py
    compose  every plan becomes notes, in songs/<song>/score.json         composing.py
    order    the best running order is searched                           ordering.py
    poems    a poem a song, and the album's closing one                   poems.py
    scores   the notes as MIDI, MusicXML and a picture                    score_files.py
    stems    one audio file a part                                        rendering.py
    master   stems are mixed, joined, levelled and cut                    mixing.py, passages.py, mastering.py
    pictures the cover, a cover a song, promotional pictures              pictures.py
    release  everything that is handed on, in release/                    releasing.py

A stage that was done before with the same question is not done again, so running again is how one resumes. What a person
changed is kept. Only one run writes at a time, and killing it at any moment loses nothing that was said to be saved.
"""

from __future__ import annotations

from collections.abc import Sequence

from albumen.album.album import Album
from albumen.album.folder import AlbumFolder
from albumen.album.song import Song
from albumen.pipeline.composing import compose_songs, composing_step
from albumen.pipeline.doctor import require_room
from albumen.pipeline.mastering import master_songs, master_step
from albumen.pipeline.ordering import order_step, settle_order
from albumen.pipeline.pictures import paint_pictures, pictures_step, require_type
from albumen.pipeline.poems import closing_step, poem_step, write_poems
from albumen.pipeline.releasing import release_album, release_step
from albumen.pipeline.rendering import render_songs, stems_step
from albumen.pipeline.score_files import score_files_step, write_score_files
from albumen.pipeline.songs import plan_step, settle_songs, song_plan
from albumen.pipeline.status import Standing, standing_of
from albumen.pipeline.step import STAGES, Step
from albumen.work.crew import cores
from albumen.work.errors import Wrong
from albumen.work.job import Job

# What a second of music takes on the disk, as measured with seven parts: stems, then mixes and cuts, then the release.
BYTES_PER_SECOND = {
    "compose": 2_000, "scores": 5_000, "stems": 900_000, "master": 600_000, "pictures": 60_000, "release": 300_000,
}  # fmt: skip
# How the whole job's time is shared out, as measured on two cores; what is done already goes by at once.
_ENDS = {
    "plan": 0.01, "compose": 0.39, "order": 0.40,
    "poems": 0.43, "scores": 0.46, "stems": 0.63, "master": 0.86, "pictures": 0.96, "release": 1.0,
}  # fmt: skip


def make_album(
    folder: AlbumFolder,
    *,
    until: str = STAGES[-1],
    songs: Sequence[str] = (),
    rewrite: bool = False,
    workers: int | None = None,
    job: Job | None = None,
) -> Standing:
    """Do what is missing, up to and with stage `until`; `songs` limits the work on single songs to these folders.

    With `rewrite` the named songs are composed anew even where a person changed them. Returns how the album stands then.
    Raises `Wrong` for what it cannot understand, `Missing` for what the machine lacks, `Cancelled` when asked to stop.
    """
    job = job or Job(name="album")
    count = workers or cores()
    if rewrite and not songs:
        raise Wrong("which song is to be rewritten?", next_step="name it with --song")
    with folder.writing():
        if _reaches(until, "pictures"):
            require_type(folder, folder.read())
        album = settle_songs(folder, _share(job, "plan"))
        chosen = _chosen(album, songs)
        _check_room(folder, album, until)
        if _reaches(until, "compose"):
            compose_songs(folder, album, chosen, rewrite=rewrite, workers=count, job=_share(job, "compose"))
        if _reaches(until, "order") and _are_all_composed(folder, album):
            album = settle_order(folder, album, _share(job, "order"))
            chosen = _chosen(album, songs)
        if _reaches(until, "poems"):
            write_poems(folder, album, chosen, workers=count, job=_share(job, "poems"))
        if _reaches(until, "scores"):
            write_score_files(folder, chosen, workers=count, job=_share(job, "scores"))
        if _reaches(until, "stems"):
            render_songs(folder, album, chosen, workers=count, job=_share(job, "stems"))
        # Master, pictures and release are of the whole album: with some songs only they wait for the others.
        if _reaches(until, "master") and _are_all_composed(folder, album):
            master_songs(folder, album, workers=count, job=_share(job, "master"))
        if _reaches(until, "pictures") and _are_all_composed(folder, album):
            paint_pictures(folder, album, workers=count, job=_share(job, "pictures"))
        if _reaches(until, "release") and _are_all_composed(folder, album):
            release_album(folder, album, workers=count, job=_share(job, "release"))
        job.reach(1.0)
    return album_standing(folder)


def album_steps(folder: AlbumFolder) -> tuple[Step, ...]:
    """Where every stage of every song stands, and then those of the whole album. Changes nothing."""
    album = folder.read()
    steps = [step for song in album.songs for step in _song_steps(folder, album, song)]
    if not _are_all_composed(folder, album):
        return (*steps, *_waiting())
    whole = (order_step, closing_step, master_step, pictures_step, release_step)
    return (*steps, *(step(folder, album) for step in whole))


def album_standing(folder: AlbumFolder) -> Standing:
    """How far the album is."""
    album = folder.read()
    return standing_of(album.title, album.wanted, {song.slug: song.title for song in album.songs}, album_steps(folder))


def _song_steps(folder: AlbumFolder, album: Album, song: Song) -> list[Step]:
    steps = [plan_step(folder, song), composing_step(folder, album, song)]
    if steps[0].state != "to do" and folder.score(song.slug).exists():
        poem = poem_step(folder, album, song)
        return [*steps, poem, score_files_step(folder, song), stems_step(folder, album, song)]
    return [*steps, *(Step(stage=stage, song=song.slug, state="to do") for stage in ("poems", "scores", "stems"))]


def _waiting() -> tuple[Step, ...]:
    waiting = ("order", "poems", "master", "pictures", "release")
    return tuple(Step(stage=stage, state="to do", why="waits for all songs") for stage in waiting)


def _are_all_composed(folder: AlbumFolder, album: Album) -> bool:
    return len(album.songs) > 0 and all(folder.score(song.slug).exists() for song in album.songs)


def _chosen(album: Album, names: Sequence[str]) -> tuple[Song, ...]:
    try:
        return tuple(album.song(name) for name in names) or album.songs
    except KeyError as error:
        raise Wrong(str(error.args[0]), next_step="name a folder below songs/") from error


def _check_room(folder: AlbumFolder, album: Album, until: str) -> None:
    """Ask for room before work begins, for what is not there yet."""
    stages = [stage for stage in BYTES_PER_SECOND if _reaches(until, stage)]
    seconds = sum(song_plan(folder, song).seconds for song in album.songs)
    wanted = int(seconds * sum(BYTES_PER_SECOND[stage] for stage in stages))
    require_room(folder.path, max(0, wanted - folder.workshop.store.size()))


def _reaches(until: str, stage: str) -> bool:
    return STAGES.index(stage) <= STAGES.index(until)


def _share(job: Job, stage: str) -> Job:
    starts = dict(zip(STAGES, (0.0, *_ENDS.values()), strict=False))
    return job.part(stage, starts[stage], _ENDS[stage])
