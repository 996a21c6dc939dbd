"""Films of a finished album: a seamless loop for players, and a video of a song with its real sound."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from albumen.album.album import Album
from albumen.album.folder import AlbumFolder
from albumen.album.song import Song
from albumen.pipeline.editing import songs_called
from albumen.pipeline.mastering import single_file
from albumen.pipeline.pictures import song_film_picture
from albumen.press.release_folder import file_name
from albumen.work.errors import Wrong
from albumen.work.job import Job
from albumen.work.seed import Seed

KINDS = ("loop", "visualiser")


def film_songs(
    folder: AlbumFolder, out: Path, *, kinds: Sequence[str] = KINDS, songs: Sequence[str] = (), seconds: float = 5.0,
    job: Job | None = None,
) -> tuple[Path, ...]:  # fmt: skip
    """Write films of the songs (all where none is named) to the folder `out`; returns the files.

    A `loop` lasts `seconds` (3 to 8), 1080 x 1920 and silent; a `visualiser` lasts as long as the song, 1280 x 720. Raises
    `Wrong` for an unknown kind or song and for an album that is not painted and mastered yet.
    """
    job = job or Job(name="film")
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        raise Wrong(f"there is no film called {unknown[0]!r}", next_step=f"choose from {', '.join(KINDS)}")
    if out.exists() and not out.is_dir():
        raise Wrong("this is a file, not a folder", where=out, next_step="choose another name")
    with folder.writing():
        album = folder.read()
        chosen = songs_called(folder, album, songs)
        todo = [(song, kind) for song in chosen for kind in kinds]
        return tuple(_film(folder, album, song, kind, out, seconds, one) for (song, kind), one in _parts(job, todo))


def _parts(job: Job, todo: Sequence[tuple[Song, str]]) -> list[tuple[tuple[Song, str], Job]]:
    count = len(todo)
    return [(one, job.part(f"{one[0].title}, {one[1]}", n / count, (n + 1) / count)) for n, one in enumerate(todo)]


def _film(folder: AlbumFolder, album: Album, song: Song, kind: str, out: Path, seconds: float, job: Job) -> Path:
    from albumen.art.video import write_loop, write_visualiser  # bring the picture libraries, which are slow to load

    place = album.songs.index(song)
    is_composed = all(folder.score(other.slug).exists() for other in album.songs)
    sound = single_file(folder, album, song.slug) if is_composed else None
    drawn = song_film_picture(folder, album, place) if sound else None
    if sound is None or drawn is None:
        raise Wrong("this album is not finished, so there is nothing to film", where=folder.path, next_step="run `albumen make`")
    picture, palette = drawn
    path = out / f"{place + 1:02d} {file_name(song.title)} {kind}.mp4"

    def cancelled() -> bool:
        job.check()
        return False

    if kind == "loop":
        seed = Seed(album.seed).child("film", song.slug)
        write_loop(path, picture, seconds=seconds, seed=seed, cancelled=cancelled)
    else:
        write_visualiser(path, picture, sound, palette, cancelled=cancelled)
    job.reach(1.0)
    return path
