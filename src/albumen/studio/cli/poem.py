"""`albumen poem`: a poem on a theme."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from albumen.api import poem
from albumen.studio.cli.screen import say, show, show_json, watched
from albumen.verse.forms import form_ids
from albumen.verse.remarks import remarks_on
from albumen.verse.rhyme import LEVELS
from albumen.verse.server import KEY_VARIABLE

_SLIDER = click.FloatRange(0, 1)
_EPILOG = (
    f"Forms: {', '.join(form_ids())}. A server that asks for a key finds it in the environment variable {KEY_VARIABLE}, "
    "never in an argument; it is written nowhere."
)


@click.command(short_help="write a poem", epilog=_EPILOG)
@click.argument("title", default="")
@click.option("--theme", default="", help="What it is about.")
@click.option("--form", default="", metavar="FORM", help="One of the forms named below; what suits where not said.")
@click.option("--seed", default=0, show_default=True, help="Another seed, another poem.")
@click.option("--first-line", default="", metavar="WORDS", help="Your own first line; it stands as it is.")
@click.option("--mood", type=_SLIDER, help="From 0, dark, to 1, glad.")
@click.option("--concreteness", type=_SLIDER, help="From 0, thoughts, to 1, things.")
@click.option("--archaic", type=_SLIDER, help="From 0, today's words, to 1; from 0.5 on `thou` and its kin may come.")
@click.option("--alliteration", type=_SLIDER, help="From 0 to 1: how gladly words of a stanza begin alike.")
@click.option("--strictness", type=_SLIDER, help="From 0 to 1: how strictly lines keep to the beat.")
@click.option("--rhyme", default="perfect", show_default=True, type=click.Choice(LEVELS), help="How close rhymes must be.")
@click.option("--server", default="", metavar="URL", help="A language model of yours that proposes lines: http://.../v1.")
@click.option("--server-model", default="", metavar="NAME", help="The model's name on that server.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE.md", help="Write the page there, for `albumen verse`.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def command(title: str, out: Path | None, as_json: bool, **options: Any) -> None:
    """Write a poem called TITLE, in a true form: metre and rhyme are exact."""
    with watched("poem") as job:
        key = os.environ.get(KEY_VARIABLE, "").strip() if options["server"] else ""
        written = poem(title, out=out, job=job, server_key=key, **options)
    if as_json:
        answer = {"title": written.title, "form": written.form.name, "form_id": written.form.id, "seed": options["seed"]}
        answer |= {"lines": list(written.lines), "stanzas": written.stanzas()}
        answer |= {"images": [list(words) for words in written.images], "remarks": list(remarks_on(written))}
        show_json(answer | ({"file": str(out)} if out else {}))
        return
    show(f"{written.title}\n\n{written.text()}")
    for number, words in enumerate(written.images, start=1):
        say(f"images of stanza {number}: {', '.join(words)}")
    for remark in remarks_on(written):
        say(f"note: {remark}")
    if out:
        show(f"\nIt is in {out}. Next: albumen verse {out} 'alternates 1'")
