"""`albumen explain`: why something is as it is."""

from __future__ import annotations

from pathlib import Path

import click

from albumen.api import explain
from albumen.studio.cli.screen import show, show_json


@click.command(short_help="where a result came from")
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("what", default="")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def command(folder: Path, what: str, as_json: bool) -> None:
    """Tell where WHAT in FOLDER came from: a song's name, a step like compose/harbour-lights, or a path like
    songs/harbour-lights/poem.md. Without WHAT: every step, or what FOLDER is where it is the path of a song or poem."""
    told = explain(folder, what)
    if as_json:
        show_json([each.as_mapping() for each in told])
    else:
        show("\n\n".join(each.in_words() for each in told))
