"""`albumen new`: start an album."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from albumen.api import new
from albumen.studio.cli.screen import show, show_json


@click.command(short_help="start an album in a new folder")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--title", required=True, help="The album's title.")
@click.option("--artist", default="", help="Whose album it is.")
@click.option("--theme", default="", help="What it is about, in your words; titles, keys and colours follow.")
@click.option("--songs", default=9, show_default=True, type=click.IntRange(1, 40), help="How many songs.")
@click.option("--genres", "styles", default="", metavar="A,B", help="Styles to spread over the songs; else all sorts.")
@click.option("--seed", type=int, help="The root of all chance; the same seed gives the same album.")
@click.option("--composer", default="albumen", show_default=True, help="Who writes the notes (a plug-in).")
@click.option("--sound", default="fluidsynth", show_default=True, help="What plays them (a plug-in).")
@click.option("--poet", default="albumen", show_default=True, help="Who writes the poems (a plug-in).")
@click.option("--painter", default="albumen", show_default=True, help="Who paints the pictures (a plug-in).")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def command(folder: Path, styles: str, as_json: bool, **wishes: Any) -> None:
    """Start an album in FOLDER. Nothing is composed yet: look at album.toml, then `albumen make`."""
    names = tuple(name.strip() for name in styles.split(",") if name.strip())
    started = new(folder, styles=names, **wishes)
    if as_json:
        show_json({"folder": str(started.path), "seed": started.read().seed})
    else:
        show(f"{started.page} is yours to change. Next: albumen make {folder}")
