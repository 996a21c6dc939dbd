"""`albumen status`: how far the album is."""

from __future__ import annotations

from pathlib import Path

import click

from albumen.api import status
from albumen.pipeline.status import Standing
from albumen.pipeline.step import STAGES
from albumen.studio.cli.screen import show, show_json

_MARKS = {"done": "done", "to do": "-", "yours": "yours"}


@click.command(short_help="how far the album is")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def command(folder: Path, as_json: bool) -> None:
    """Show for each song in FOLDER what is done, what is to do and what is yours."""
    standing = status(folder)
    if as_json:
        show_json(standing.as_mapping())
    else:
        show(as_table(standing))


def as_table(standing: Standing) -> str:
    """The standing as a table of text."""
    of_songs = [stage for stage in STAGES if any(stage in song.stages for song in standing.songs)]
    width = max([len(song.slug) for song in standing.songs] + [4])
    rows = [f"{standing.title}: {len(standing.songs)} of {standing.wanted} songs", ""]
    rows.append("  ".join(["song".ljust(width), *(stage.ljust(8) for stage in of_songs)]).rstrip())
    for song in standing.songs:
        marks = [_MARKS[song.stages[stage]].ljust(8) for stage in of_songs]
        rows.append("  ".join([song.slug.ljust(width), *marks]).rstrip())
    rows.append("")
    rows += [f"{name}: {state}" for name, state in standing.stages.items()]
    rows += [f"  {line}" for line in standing.notes]
    return "\n".join(rows)
