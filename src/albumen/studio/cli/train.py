"""`albumen train`: music, verse or portraits."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import click

from albumen.api import train
from albumen.api.model_verbs import Kind
from albumen.studio.cli.screen import say, show


@click.command(short_help="train a model: music, verse or portraits")
@click.argument("kind", type=click.Choice(get_args(Kind)))
@click.option("--data", required=True, type=click.Path(path_type=Path), help="A corpus, a pack or a folder of data.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder of the model.")
@click.option("--size", type=click.Choice(("tiny", "lite", "base")), help="How large a net.")
@click.option("--minutes", type=click.FloatRange(0, min_open=True), help="How long to train, over all resumptions.")
@click.option("--resume", is_flag=True, help="Go on from the last checkpoint.")
@click.option("--seed", default=0, show_default=True, help="The seed of the training.")
def command(kind: Kind, data: Path, out: Path, **options: Any) -> None:
    """Train a model on DATA and export it to OUT. Ctrl-C saves a checkpoint first; --resume goes on from it."""
    show(f"the model is in {train(kind, data, out, report=say, **options)}")
