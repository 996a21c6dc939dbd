"""The verbs of an album: new, make, status, planned, release, explain, doctor, demo."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from albumen.album.album import Album
from albumen.album.brief import AlbumBrief
from albumen.album.folder import AlbumFolder, start_album
from albumen.album.rights import Rights
from albumen.album.title import check_line, check_title
from albumen.pipeline.checking import Checked, check_release
from albumen.pipeline.doctor import Finding, examine
from albumen.pipeline.editing import song_called
from albumen.pipeline.explain import Told, album_of_path, explain_steps
from albumen.pipeline.pictures import require_type
from albumen.pipeline.plan import album_standing, album_steps, make_album
from albumen.pipeline.status import Standing
from albumen.pipeline.step import STAGES
from albumen.work.errors import Wrong
from albumen.work.job import Job
from albumen.work.plugins import load
from albumen.work.seed import Seed

DEMO = Album(
    title="Machine-Made Passion",
    artist="Albumen",
    theme=(
        "a sleek metallic woman with blue eyes and purple lips against the dark; "
        "passion made by a machine; machine and human hand in hand"
    ),
    seed=9,
    wanted=9,
    rights=Rights(holder="Albumen", licence="CC0-1.0"),
)


def new(
    folder: str | Path,
    *,
    title: str,
    artist: str = "",
    theme: str = "",
    songs: int = 9,
    styles: Sequence[str] = (),
    seed: int | None = None,
    composer: str = "albumen",
    sound: str = "fluidsynth",
    poet: str = "albumen",
    painter: str = "albumen",
) -> AlbumFolder:
    """Start an album in `folder`, which must be new or empty. Without a seed, title, artist and theme make one.

    Raises `Wrong` for an unknown style or plug-in, or where the folder is taken.
    """
    if not title.strip():
        raise Wrong("an album needs a title", where="title")
    check_title(title, "title")
    check_line(artist, "artist")
    root = seed if seed is not None else Seed(0).child(title, artist, theme).number() % 2**31
    album = Album(
        title=title,
        artist=artist,
        theme=theme,
        seed=root,
        wanted=songs,
        styles=tuple(styles),
        composer=composer,
        sound=sound,
        poet=poet,
        painter=painter,
        rights=Rights(holder=artist),
    )
    _check(album)
    return start_album(Path(folder), album)


def make(
    folder: str | Path,
    *,
    until: str = STAGES[-1],
    songs: Sequence[str] = (),
    rewrite: bool = False,
    workers: int | None = None,
    job: Job | None = None,
) -> Standing:
    """Do what is missing in the album `folder` and return how it stands; see `albumen.pipeline.plan.make_album`."""
    if until not in STAGES:
        raise Wrong(f"there is no stage called {until!r}", next_step=f"choose one of {', '.join(STAGES)}")
    return make_album(AlbumFolder(Path(folder)), until=until, songs=songs, rewrite=rewrite, workers=workers, job=job)


def status(folder: str | Path) -> Standing:
    """How far the album in `folder` is; changes nothing."""
    return album_standing(AlbumFolder(Path(folder)))


def explain(folder: str | Path, what: str = "") -> tuple[Told, ...]:
    """Where `what` came from: a song, a stage, a step such as `compose/harbour-lights`, or the path of a song or of its poem;
    empty: everything. The path alone will do as `folder`."""
    home, named = (Path(folder), what) if what else album_of_path(Path(folder))
    album, what = AlbumFolder(home), named
    return explain_steps(album, album_steps(album), what)


def release(folder: str | Path, *, workers: int | None = None, job: Job | None = None) -> tuple[Checked, ...]:
    """Make what is missing, build `release/` and check it as a store would; see `albumen.pipeline.checking`."""
    make(folder, workers=workers, job=job)
    return check_release(AlbumFolder(Path(folder)))


def planned(folder: str | Path, *, until: str = STAGES[-1], songs: Sequence[str] = ()) -> Standing:
    """What `make` with the same limits would look at, and how it stands; changes nothing."""
    album = AlbumFolder(Path(folder))
    for slug in songs:
        song_called(album.read(), slug)
    if until in STAGES[STAGES.index("pictures") :]:
        require_type(album, album.read())
    return status(folder).limited(until, songs)


def doctor(folder: str | Path = ".") -> tuple[Finding, ...]:
    """What an album in `folder` needs from this machine, and whether it is there."""
    return examine(Path(folder))


def demo(folder: str | Path, *, job: Job | None = None) -> Standing:
    """Make the demo album in `folder`, or go on making it."""
    path = Path(folder)
    if not (path / "album.toml").exists():
        start_album(path, DEMO)
    return make(path, job=job)


def _check(album: Album) -> None:
    """Raise `Wrong` now rather than in the middle of making."""
    from albumen.compose.style_file import style_named

    _ = album.brief
    assert isinstance(album.brief, AlbumBrief)
    for style in album.styles:
        style_named(style)
    if album.composer != "albumen":
        load("composers", album.composer)
    if album.sound != "fluidsynth":
        load("instruments", album.sound)
    if album.poet != "albumen":
        load("poets", album.poet)
    if album.painter != "albumen":
        load("painters", album.painter)
