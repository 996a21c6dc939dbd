"""`albumen cover-lint`: what stores would say of a cover."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from albumen.api import cover_lint
from albumen.studio.cli.screen import show, show_json


@click.command("cover-lint", short_help="check a cover as stores do")
@click.argument("image", type=click.Path(path_type=Path))
@click.option("--title", help="The title on it; its words are checked too.")
@click.option("--artist", help="The artist on it.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def command(image: Path, title: str | None, artist: str | None, as_json: bool) -> int:
    """Check the cover in IMAGE against every rule of the stores. Exit code 2 where something must be mended first."""
    faults = cover_lint(image, title=title, artist=artist)
    if as_json:
        show_json([asdict(fault) for fault in faults])
    else:
        show("\n".join(fault.sentence for fault in faults) or "The cover keeps every rule of the stores.")
    return 2 if faults else 0
