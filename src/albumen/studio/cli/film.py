"""`albumen film`: moving pictures of a finished album."""

from __future__ import annotations

from pathlib import Path

import click

from albumen.api import film
from albumen.pipeline.filming import KINDS
from albumen.studio.cli.screen import show, show_json, watched


@click.command(short_help="a loop for players, a video of a song")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="Only this kind (both where not said).")
@click.option("--song", "songs", multiple=True, metavar="NAME", help="Only this song (may be given several times).")
@click.option("--seconds", default=5.0, show_default=True, type=click.FloatRange(3, 8), help="How long a loop is.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder to write to.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def command(
    folder: Path, kinds: tuple[str, ...], songs: tuple[str, ...], seconds: float, out: Path, as_json: bool
) -> None:
    """Film the songs of FOLDER: a seamless loop without sound (1080 x 1920), and a video with the song itself (1280 x 720)."""
    with watched("film") as job:
        written = film(folder, out, kinds=kinds or KINDS, songs=songs, seconds=seconds, job=job)
    if as_json:
        show_json([str(path) for path in written])
    else:
        show("\n".join(str(path) for path in written))
