"""`albumen keep`: put a take into its song."""

from __future__ import annotations

from pathlib import Path

import click

from albumen.api import keep
from albumen.studio.cli.screen import show, show_json


@click.command(short_help="put a take into its song")
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("song")
@click.argument("take")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def command(folder: Path, song: str, take: str, as_json: bool) -> None:
    """Put TAKE into SONG in FOLDER and keep it in songs/SONG/takes; `albumen edit FOLDER SONG undo` takes it out again."""
    edited = keep(folder, song, take)
    if as_json:
        show_json(edited.as_mapping())
    else:
        show(f"{edited.song}: {', '.join(edited.done)}. Next: albumen make {folder}")
