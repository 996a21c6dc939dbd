"""The verbs of pictures: portraits by the net and their family, prints for the wall, covers checked, films for players."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from albumen.album.folder import AlbumFolder
from albumen.pipeline.ancestry import draw_family
from albumen.pipeline.filming import USUAL, film_painting, film_songs
from albumen.pipeline.portraying import PortraitWish, paint_portraits
from albumen.pipeline.printing import PrintWish, make_print
from albumen.work.errors import Wrong
from albumen.work.job import Job

if TYPE_CHECKING:
    from albumen.art.lint import Fault

__all__ = ["PortraitWish", "PrintWish", "cover_lint", "family_tree", "film", "portrait", "print_picture"]


def portrait(out: str | Path, *, count: int = 12, wish: PortraitWish | None = None, job: Job | None = None) -> tuple[Path, ...]:
    """Paint portraits with the shipped net into the folder `out`, best first, each with its facts beside it.

    Raises `Missing` where no trained net is shipped, `Wrong` for wishes that cannot be met.
    """
    return paint_portraits(Path(out), wish or PortraitWish(), count=count, job=job)


def print_picture(
    image: str | Path, out: str | Path | None = None, *, wish: PrintWish | None = None, job: Job | None = None
) -> dict[str, Path]:
    """Make a picture ready for the wall: `print.pdf`, `print.tif`, a framed preview and a certificate, by name.

    Without `out` they go into a folder beside the picture, named after it. All of them appear together. Raises `Wrong` for sizes
    and pictures that cannot be printed.
    """
    return make_print(Path(image), Path(out) if out else None, wish=wish or PrintWish(), job=job)


def family_tree(folder: str | Path, *, job: Job | None = None) -> Path:
    """Draw the family of the portraits in `folder` as `tree.png` there, parents above their children; returns the file.

    Raises `Wrong` where no portrait by the net lies there.
    """
    return draw_family(Path(folder), job=job)


def cover_lint(image: str | Path, *, title: str | None = None, artist: str | None = None) -> tuple[Fault, ...]:
    """Every rule of the stores that the cover in a file breaks, one sentence each; empty where they will take it.

    `title` and `artist` are the words on it; those that are None are not looked at. Raises `Missing` for no file, `Wrong` for one
    that cannot be read.
    """
    from albumen.art.lint import lint_cover

    return tuple(lint_cover(Path(image), title=title, artist=artist))


def film(
    source: str | Path, out: str | Path, *, kinds: Sequence[str] = (), songs: Sequence[str] = (), seconds: float | None = None,
    manner: str = "", job: Job | None = None,
) -> tuple[Path, ...]:  # fmt: skip
    """Write films of an album's songs to the folder `out`, or the making-of of one picture to the MP4 (or into the folder) `out`.

    Of songs: a silent `loop` for players and a `visualiser` with the song's sound where no kind is named, and a `making-of`.
    Raises `Wrong` where the album is not finished, `Missing` for a picture that does not exist.
    """
    path = Path(source)
    if path.is_dir() or not (path.is_file() or tuple(kinds) == ("making-of",)):
        album = AlbumFolder(path)
        return film_songs(album, Path(out), kinds=kinds or USUAL, songs=songs, seconds=seconds, manner=manner, job=job)
    other = [kind for kind in kinds if kind != "making-of"]
    if other or songs:
        what = f"a picture has no {other[0]}" if other else "a picture has no songs"
        raise Wrong(what, where=path, next_step="name the folder of an album, or ask for its making-of")
    return (film_painting(path, Path(out), seconds=seconds, manner=manner, job=job),)
