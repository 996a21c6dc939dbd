"""`albumen print`: a picture for the wall."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from albumen.api import print_picture
from albumen.api.picture_verbs import PrintWish
from albumen.studio.cli.screen import show, show_json, watched

_MANNERS = ("realist", "impressionist", "expressionist", "wash", "pointillist", "knife", "none")


@click.command("print", short_help="make a picture ready for the wall")
@click.argument("image", type=click.Path(path_type=Path))
@click.option("--size", default="70x70cm", show_default=True, help="Width and height of what is seen.")
@click.option("--wrap", "wrap_cm", type=click.FloatRange(0, 20), help="Cm round the stretcher; 5, or 0 with a border.")
@click.option("--border", "border_cm", default=0.0, type=click.FloatRange(0, 50), help="Cm of white paper, instead of a wrap.")
@click.option("--manner", default="realist", show_default=True, type=click.Choice(_MANNERS), help="How it is painted large.")
@click.option("--title", default="", help="The title on the certificate; the name of the file where not said.")
@click.option("--artist", default="", help="Whose it is.")
@click.option("--number", default=1, show_default=True, type=click.IntRange(1), help="Which print of the edition.")
@click.option("--of", default=1, show_default=True, type=click.IntRange(1), help="How many prints there will be.")
@click.option("--seed", default=0, show_default=True, help="The seed of the brush strokes.")
@click.option("--out", type=click.Path(path_type=Path), help="The folder to write to; beside the picture where not said.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def command(image: Path, manner: str, out: Path | None, as_json: bool, **options: Any) -> None:
    """Make IMAGE ready for print: a PDF and a TIFF at true size (150 dpi), a framed preview and a certificate."""
    wish = PrintWish(manner="" if manner == "none" else manner, **options)
    with watched("print") as job:
        made = print_picture(image, out, wish=wish, job=job)
    if as_json:
        show_json({name: str(path) for name, path in made.items()})
    else:
        show("\n".join(str(path) for path in made.values()))
