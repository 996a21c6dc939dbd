"""`albumen portrait`: new portraits by the trained net."""

from __future__ import annotations

from pathlib import Path

import click

from albumen.api import portrait
from albumen.studio.cli.screen import show, show_json, watched


@click.command(short_help="paint portraits with the trained net")
@click.option("-n", "count", default=12, show_default=True, type=click.IntRange(1, 100), help="How many.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder to write to.")
@click.option("--theme", default="", help="What they are about; colours follow.")
@click.option("--seed", default=0, show_default=True, help="Another seed, other portraits.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def command(count: int, out: Path, theme: str, seed: int, as_json: bool) -> None:
    """Paint portraits, best first, each with what it came from beside it. Exit code 3 where no trained net is shipped."""
    with watched("portraits") as job:
        painted = portrait(out, count=count, theme=theme, seed=seed, job=job)
    if as_json:
        show_json([str(path) for path in painted])
    else:
        show("\n".join(str(path) for path in painted))
