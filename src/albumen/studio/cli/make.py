"""`albumen make`: do what is missing."""

from __future__ import annotations

from pathlib import Path

import click

from albumen.api import make, planned
from albumen.pipeline.step import STAGES
from albumen.studio.cli.screen import show, show_json, watched
from albumen.studio.cli.status import as_table


@click.command(short_help="do what is missing; safe to stop and repeat")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--until", type=click.Choice(STAGES), default=STAGES[-1], show_default=True, help="Stop after this stage.")
@click.option("--song", "songs", multiple=True, metavar="NAME", help="Only this song (may be given several times).")
@click.option("--rewrite", is_flag=True, help="Compose the named songs anew, even what you changed by hand.")
@click.option("--workers", type=click.IntRange(1), help="How many songs at once; as many as there are cores.")
@click.option("--plan", "only_plan", is_flag=True, help="Show what would be done, and do nothing.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def command(
    folder: Path, until: str, songs: tuple[str, ...], rewrite: bool, workers: int | None, only_plan: bool, as_json: bool
) -> None:
    """Make the album in FOLDER, stage by stage up to the release. What is there already is not made again."""
    if only_plan:
        standing = planned(folder, until=until, songs=songs)
    else:
        with watched("albumen") as job:
            standing = make(folder, until=until, songs=songs, rewrite=rewrite, workers=workers, job=job)
    if as_json:
        show_json(standing.as_mapping())
    else:
        show(as_table(standing))
