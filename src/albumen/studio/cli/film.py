"""`albumen film`: moving pictures of a finished album, and of how a picture is painted."""

from __future__ import annotations

from pathlib import Path

import click

from albumen.api import film
from albumen.pipeline.filming import KINDS
from albumen.studio.cli.screen import show, show_json, watched


@click.command(short_help="a loop for players, a video of a song, a making-of")
@click.argument("source", metavar="ALBUM_OR_PICTURE", type=click.Path(path_type=Path))
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS),
              help="Only this kind (of an album loop and visualiser where not said, of a picture its making-of).")  # fmt: skip
@click.option("--song", "songs", multiple=True, metavar="NAME", help="Only this song (may be given several times).")
@click.option("--seconds", type=float, help="How long a loop (3 to 8, else 5) or a making-of (10 to 20, else 14) is.")
@click.option("--manner", default="", help="The strokes of a making-of; the album's or the portrait's own where not said.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder to write to; of a picture also FILE.mp4.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def command(
    source: Path, kinds: tuple[str, ...], songs: tuple[str, ...], seconds: float | None, manner: str, out: Path, as_json: bool
) -> None:
    """Film the songs of an album, or how a picture is painted.

    Of a song: a seamless loop without sound (1080 x 1920), a video with the song itself (1280 x 720), and the making-of of its
    picture (1080 x 1080). Of a picture or portrait: its making-of, stroke by stroke.
    """
    with watched("film") as job:
        written = film(source, out, kinds=kinds, songs=songs, seconds=seconds, manner=manner, job=job)
    if as_json:
        show_json([str(path) for path in written])
    else:
        show("\n".join(str(path) for path in written))
