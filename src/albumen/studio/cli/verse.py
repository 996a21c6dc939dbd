"""`albumen verse`: the poet's desk."""

from __future__ import annotations

import os
from pathlib import Path

import click

from albumen.api import edit_poem, mark_poem
from albumen.studio.cli.screen import show, show_json, watched
from albumen.verse.desk_words import EXAMPLES, MARKS
from albumen.verse.server import KEY_VARIABLE

_EPILOG = (
    f"Edits: {'; '.join(EXAMPLES.values())}. Lines and stanzas count from 1. "
    f"A server that asks for a key finds it in the environment variable {KEY_VARIABLE}."
)


@click.command(short_help="work on a poem: lines anew, alternates, your own words, marks", epilog=_EPILOG)
@click.argument("page", type=click.Path(path_type=Path), metavar="POEM.md")
@click.argument("edits", nargs=-1, required=True, metavar="EDIT...")
@click.option("--form", default="", metavar="FORM", help="The form of a page that does not name it, such as haiku.")
@click.option("--server", default="", metavar="URL", help="A language model of yours that proposes new lines: http://.../v1.")
@click.option("--server-model", default="", metavar="NAME", help="The model's name on that server.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def command(page: Path, edits: tuple[str, ...], form: str, server: str, server_model: str, as_json: bool) -> None:
    """Change POEM.md by one EDIT or several, all or none; `marks` shows how any text scans and rhymes."""
    if set(edits) == {MARKS}:
        told = mark_poem(page)
        show_json({"file": str(page), **told.facts}) if as_json else show(told.shown)
        return
    with watched("verse") as job:
        key = os.environ.get(KEY_VARIABLE, "").strip() if server else ""
        edited = edit_poem(page, *edits, form=form, server=server, server_model=server_model, server_key=key, job=job)
    if as_json:
        show_json(edited.as_mapping())
        return
    show("\n\n".join(one.shown for one in edited.told))
