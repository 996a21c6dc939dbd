"""`albumen corpus report`: what is in a corpus, on one page."""

from __future__ import annotations

from pathlib import Path

import click

from albumen.api import corpus_page
from albumen.studio.cli.screen import show, show_json


@click.command(short_help="one page about a corpus")
@click.argument("corpus", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="The page; report.html in the corpus where not said.")
@click.option("--json", "as_json", is_flag=True, help="Answer with the numbers as JSON.")
def command(corpus: Path, out: Path | None, as_json: bool) -> None:
    """Write one HTML page about CORPUS: genres, keys, tempi, instruments, rights, duplicates, what was skipped."""
    page, numbers = corpus_page(corpus, out)
    if as_json:
        show_json(numbers)
    else:
        show(str(page))
