"""The verbs of pictures: portraits by the net, prints for the wall, films for players."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from albumen.album.folder import AlbumFolder
from albumen.pipeline.filming import USUAL, film_painting, film_songs
from albumen.pipeline.portraying import PortraitWish, facts_of, paint_portraits
from albumen.work.errors import Wrong
from albumen.work.job import Job
from albumen.work.seed import Seed

_NO_MODEL = "none: drawn or photographed, not painted by a net"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintWish:
    """How a print is to be: `wrap_cm` round the stretcher or a paper `border_cm`, painted in a `manner` ("" only enlarged)."""

    size: str = "70x70cm"
    wrap_cm: float = 5.0
    border_cm: float = 0.0
    manner: str = "realist"
    title: str = ""
    artist: str = ""
    number: int = 1
    of: int = 1
    seed: int = 0


def portrait(out: str | Path, *, count: int = 12, wish: PortraitWish | None = None, job: Job | None = None) -> tuple[Path, ...]:
    """Paint portraits with the shipped net into the folder `out`, best first, each with its facts beside it.

    Raises `Missing` where no trained net is shipped, `Wrong` for wishes that cannot be met.
    """
    return paint_portraits(Path(out), wish or PortraitWish(), count=count, job=job)


def print_picture(
    image: str | Path, out: str | Path | None = None, *, wish: PrintWish | None = None, job: Job | None = None
) -> dict[str, Path]:
    """Make a picture ready for the wall: `print.pdf`, `print.tif`, a framed preview and a certificate, by name.

    Without `out` they go into a folder beside the picture, named after it. Raises `Wrong` for sizes and pictures that cannot be
    printed.
    """
    from albumen.art.picture import read_picture, write_png
    from albumen.art.prints import Edition, framed, print_pixels, size_in_cm, write_certificate, write_print

    wish, job, source = wish or PrintWish(), job or Job(name="print"), Path(image)
    if not 1 <= wish.number <= wish.of:
        raise Wrong(f"number {wish.number} of {wish.of} is no edition", next_step="number prints from 1 upwards")
    size = size_in_cm(wish.size)
    picture, facts = read_picture(source), facts_of(source) or {}
    folder = Path(out) if out else source.with_name(f"{source.stem} print")
    seed = Seed(wish.seed).child("print", source.stem)
    manner = wish.manner or None
    pixels = print_pixels(picture, size, wrap_cm=wish.wrap_cm, border_cm=wish.border_cm, manner=manner, seed=seed)
    job.reach(0.6)
    names = ("print.pdf", "print.tif", "framed.png", "certificate.pdf")
    paths = {name: folder / name for name in names}
    write_print(paths["print.pdf"], pixels)
    job.reach(0.75)
    write_print(paths["print.tif"], pixels)
    job.reach(0.9)
    front = print_pixels(picture, size, wrap_cm=0.0, border_cm=wish.border_cm, manner=None, seed=seed, dpi=40)
    write_png(paths["framed.png"], framed(front))
    edition = Edition(
        title=wish.title or source.stem.replace("-", " ").replace("_", " ").capitalize(),
        artist=wish.artist or "Unknown artist",
        number=wish.number,
        of=wish.of,
        seed=str(facts.get("seed", seed)),
        model=str(facts.get("net", _NO_MODEL)),
        data=str(facts.get("data", "not stated")),
        objective=str(facts.get("objective", "")),
    )
    write_certificate(paths["certificate.pdf"], edition, pixels)
    job.reach(1.0)
    return paths


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
