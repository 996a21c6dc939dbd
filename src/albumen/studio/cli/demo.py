"""`albumen demo`: the album that shows what Albumen is."""

from __future__ import annotations

from pathlib import Path

import click

from albumen.api import demo
from albumen.studio.cli.screen import show, show_json, watched
from albumen.studio.cli.status import as_table


@click.command(short_help="make the demo album")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def command(folder: Path, as_json: bool) -> None:
    """Make "Machine-Made Passion", nine songs by Albumen, in FOLDER; or go on making it."""
    with watched("albumen") as job:
        standing = demo(folder, job=job)
    if as_json:
        show_json(standing.as_mapping())
    else:
        show(as_table(standing))
        show(f"\nListen: {folder / 'release'}")
