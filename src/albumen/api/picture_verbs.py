"""The verbs of pictures: portraits by the net and their family, prints for the wall, covers checked, films for players."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from albumen.album.folder import AlbumFolder
from albumen.pipeline.ancestry import draw_family
from albumen.pipeline.filming import KINDS, film_songs
from albumen.pipeline.portraying import PortraitWish, paint_portraits
from albumen.pipeline.printing import PrintWish, make_print
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
    folder: str | Path, out: str | Path, *, kinds: Sequence[str] = KINDS, songs: Sequence[str] = (), seconds: float = 5.0,
    job: Job | None = None,
) -> tuple[Path, ...]:  # fmt: skip
    """Write films of an album's songs to the folder `out`: a silent `loop` for players, a `visualiser` with the song's sound.

    Raises `Wrong` where the album is not finished.
    """
    return film_songs(AlbumFolder(Path(folder)), Path(out), kinds=kinds, songs=songs, seconds=seconds, job=job)
