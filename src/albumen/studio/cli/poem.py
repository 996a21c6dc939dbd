"""`albumen poem`: a poem on a theme."""

from __future__ import annotations

import click

from albumen.api import poem
from albumen.studio.cli.screen import show, show_json


@click.command(short_help="write a poem")
@click.argument("title", default="")
@click.option("--theme", default="", help="What it is about.")
@click.option("--form", default="", help="Its form, such as haiku or sonnet-shakespearean; else what suits.")
@click.option("--seed", default=0, show_default=True, help="Another seed, another poem.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def command(title: str, theme: str, form: str, seed: int, as_json: bool) -> None:
    """Write a poem called TITLE, in a true form: metre and rhyme are exact."""
    written = poem(title, theme=theme, form=form, seed=seed)
    if as_json:
        show_json({"title": written.title, "form": written.form.name, "stanzas": written.stanzas()})
    else:
        show(f"{written.title}\n\n{written.text()}")
