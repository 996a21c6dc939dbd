"""Films: of a finished album a seamless loop for players and a video of a song with its real sound; of a painting its making."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from albumen.album.album import Album
from albumen.album.folder import AlbumFolder
from albumen.album.song import Song
from albumen.pipeline.editing import songs_called
from albumen.pipeline.mastering import single_file
from albumen.pipeline.named_colours import NamedColours, read_named
from albumen.pipeline.pictures import song_film_picture
from albumen.pipeline.portraying import facts_of
from albumen.press.release_folder import file_name
from albumen.work.errors import Wrong
from albumen.work.job import Job
from albumen.work.seed import Seed

if TYPE_CHECKING:
    from albumen.art.picture import Pixels

KINDS = ("loop", "visualiser", "making-of")
USUAL = ("loop", "visualiser")
"""What an album gets where no kind is named."""
_MANNER = "impressionist"
_LENGTHS = {"loop": (3.0, 8.0, 5.0), "making-of": (10.0, 20.0, 14.0)}
"""Seconds a kind may last, least and most, and how long it lasts where nothing is said."""


def film_songs(
    folder: AlbumFolder, out: Path, *, kinds: Sequence[str] = USUAL, songs: Sequence[str] = (), seconds: float | None = None,
    manner: str = "", job: Job | None = None,
) -> tuple[Path, ...]:  # fmt: skip
    """Write films of the songs (all where none is named) to the folder `out`; returns the files.

    A `loop` lasts `seconds` (3 to 8), 1080 x 1920 and silent; a `visualiser` lasts as long as the song, 1280 x 720; a `making-of`
    (10 to 20) shows the song's picture as it is painted in a `manner` (the album's own where none is named), 1080 square and
    silent. Raises `Wrong` for an unknown kind or song and for an album that is not painted and mastered yet.
    """
    job = job or Job(name="film")
    _check(kinds, seconds)
    if out.suffix.lower() == ".mp4":
        raise Wrong("films of songs need a folder, not the name of one film", where=out, next_step="choose another name")
    _check_folder(out)
    with folder.writing():
        album = folder.read()
        chosen = songs_called(folder, album, songs)
        todo = [(song, kind) for song in chosen for kind in kinds]
        parts = _parts(job, todo)
        return tuple(_film(folder, album, song, kind, out, seconds, manner, one) for (song, kind), one in parts)


def film_painting(picture: Path, out: Path, *, seconds: float | None = None, manner: str = "", job: Job | None = None) -> Path:
    """Write the making-of of a picture to `out`, the name of an MP4 or a folder; returns the file.

    A portrait by the installed net is painted with its own strokes, so that it ends as it is known; any other picture as what it
    shows, in a `manner` (`impressionist` where none is named). Raises `Missing` and `Wrong` for what is no picture.
    """
    job = job or Job(name="making-of")
    _check(("making-of",), seconds)
    path = out if out.suffix.lower() == ".mp4" else out / f"{picture.stem} making-of.mp4"
    _check_folder(path.parent)
    from albumen.art.video import write_making_of

    begun = _before_strokes(picture, job)
    lasting, own = seconds or _LENGTHS["making-of"][2], manner or begun.manner
    write_making_of(path, begun.pixels, seconds=lasting, manner=own, seed=begun.seed, fine=begun.fine, reached=job.reach)
    return path


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    """What a painting is made from: a small picture, the manner, the seed of the strokes, and where the smallest belong."""

    pixels: Pixels
    manner: str
    seed: Seed
    fine: NDArray[np.float32] | None = None


def _before_strokes(path: Path, job: Job) -> _Begun:
    from albumen.art.picture import read_picture
    from albumen.art.recolour import coloured
    from albumen.models.portraits import run
    from albumen.models.portraits.run_enlarger import Enlarger

    shown, facts = read_picture(path), facts_of(path)
    if facts is None:
        return _Begun(pixels=shown, manner=_MANNER, seed=Seed(0).child("strokes", path.stem))
    manner, seed = str(facts["manner"]) or _MANNER, str(facts["seed"])
    strokes = Seed(int(seed.split("/")[0])).child("strokes", seed)
    if not (run.WEIGHTS / "portraits" / "card.toml").is_file() or (model := run.portrait_model()).digest != facts["model"]:
        job.say("the installed net did not paint this portrait, so its strokes are not known: it is painted as what it shows")
        return _Begun(pixels=shown, manner=manner, seed=strokes)
    painting = model.draw(np.array(facts["styles"], dtype=np.float32)[None], [seed])[0]
    named = NamedColours(colours=read_named(facts, path.with_suffix(".json")))
    enlarged = Enlarger(model.folder / "enlarger.onnx").enlarge(painting.picture)
    made = coloured(enlarged, named.wishes, ground=named.ground, seen=painting.picture)
    return _Begun(pixels=made.picture, manner=manner, seed=strokes, fine=made.fine)


def _check(kinds: Sequence[str], seconds: float | None) -> None:
    for kind in kinds:
        if kind not in KINDS:
            raise Wrong(f"there is no film called {kind!r}", next_step=f"choose from {', '.join(KINDS)}")
        least, most, _ = _LENGTHS.get(kind, (0.0, float("inf"), 0.0))
        if seconds is not None and not least <= seconds <= most:
            raise Wrong(f"a {kind} of {seconds:g} seconds is not made", next_step=f"choose from {least:g} to {most:g}")


def _check_folder(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise Wrong("this is a file, not a folder", where=out, next_step="choose another name")


def _parts(job: Job, todo: Sequence[tuple[Song, str]]) -> list[tuple[tuple[Song, str], Job]]:
    count = len(todo)
    return [(one, job.part(f"{one[0].title}, {one[1]}", n / count, (n + 1) / count)) for n, one in enumerate(todo)]


def _film(
    folder: AlbumFolder, album: Album, song: Song, kind: str, out: Path, seconds: float | None, manner: str, job: Job
) -> Path:  # fmt: skip
    # These bring the picture libraries, which are slow to load.
    from albumen.art.formats import whole_picture
    from albumen.art.video import CANVAS, SCREEN, WAVE_ROOM, write_loop, write_making_of, write_visualiser

    place = album.songs.index(song)
    is_composed = all(folder.score(other.slug).exists() for other in album.songs)
    sound = single_file(folder, album, song.slug) if is_composed else None
    drawn = song_film_picture(folder, album, place) if sound else None
    if sound is None or drawn is None:
        raise Wrong("this album is not finished, so there is nothing to film", where=folder.path, next_step="run `albumen make`")
    picture, look = drawn
    path = out / f"{place + 1:02d} {file_name(song.title)} {kind}.mp4"
    seed = Seed(album.seed).child("film", song.slug)

    def cancelled() -> bool:
        job.check()
        return False

    if kind == "visualiser":
        whole = whole_picture(look, picture, *SCREEN, foot=round(WAVE_ROOM * SCREEN[1]))
        write_visualiser(path, whole, sound, look.identity.palette, cancelled=cancelled)
        job.reach(1.0)
        return path
    lasting = seconds or _LENGTHS[kind][2]
    if kind == "loop":
        write_loop(path, whole_picture(look, picture, *CANVAS), seconds=lasting, seed=seed, cancelled=cancelled)
    else:
        own = manner or look.identity.manner
        write_making_of(path, picture, seconds=lasting, manner=own, seed=seed, reached=job.reach)
    job.reach(1.0)
    return path
