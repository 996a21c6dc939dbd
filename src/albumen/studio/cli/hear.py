"""`albumen hear`: a song as it is now, through the loudspeakers."""

from __future__ import annotations

from pathlib import Path

import click

from albumen.api import hear
from albumen.studio.cli.screen import show, show_json, watched


@click.command(short_help="listen to a song, a few bars or a take")
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("song")
@click.option("--bars", default="", metavar="9-16", help="Which bars; all where not said.")
@click.option("--take", default="", metavar="ID", help="With this proposed take put in; the song stays as it is.")
@click.option("--out", type=click.Path(path_type=Path), help="Write a .wav or .flac instead of playing.")
@click.option("--workers", type=click.IntRange(1), help="How many parts at once; as many as there are cores.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def command(
    folder: Path, song: str, bars: str, take: str, out: Path | None, workers: int | None, as_json: bool
) -> None:
    """Listen to SONG in FOLDER as its notes and its mix are now. Only parts that changed are played anew."""
    with watched("hear") as job:
        heard = hear(folder, song, bars=bars, take=take, out=out, workers=workers, job=job)
    if as_json:
        show_json(heard.as_mapping())
    elif heard.file:
        show(f"{heard.file}: {heard.seconds:.1f} s")
