"""`albumen edit`: change a song in words."""

from __future__ import annotations

from pathlib import Path

import click

from albumen.api import edit
from albumen.score.edit import EXAMPLES
from albumen.studio.cli.screen import show, show_json, watched

_EPILOG = "Edits: " + "; ".join([*EXAMPLES.values(), "undo", "redo"]) + ". Bars count from 1."


@click.command(short_help="change a song: tempo, parts, bars, undo", epilog=_EPILOG)
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("song")
@click.argument("edits", nargs=-1, required=True, metavar="EDIT...")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def command(folder: Path, song: str, edits: tuple[str, ...], as_json: bool) -> None:
    """Change SONG in FOLDER by one EDIT or several, all or none: tempo=96 'add violin' 'remove drums 1-8' undo."""
    with watched(song) as job:
        edited = edit(folder, song, *edits, job=job)
    if as_json:
        show_json(edited.as_mapping())
    else:
        show(f"{edited.song}: {', '.join(edited.done)}. Now {edited.bars} bars for {', '.join(edited.parts)}.")
        show(f"`albumen edit {folder} {song} undo` takes it back; `albumen make {folder}` makes what follows from it.")
