"""`albumen eval`: measure a model on held-out data."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import click

from albumen.api import evaluate
from albumen.api.model_verbs import Kind
from albumen.studio.cli.screen import say, show, show_json


@click.command(short_help="measure a model on held-out data")
@click.argument("kind", type=click.Choice(get_args(Kind)))
@click.option("--model", type=click.Path(path_type=Path), help="The folder of the model; the one that ships where not said.")
@click.option("--data", type=click.Path(path_type=Path), help="A corpus, a pack or a folder; verse can do without.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def command(kind: Kind, model: Path | None, data: Path | None, as_json: bool) -> None:
    """Measure MODEL on DATA: likelihoods of music and verse, distances of portraits. Verse also, or without DATA only,
    writes a poem in every form and judges metre, rhyme, variety and time."""
    numbers = evaluate(kind, model, data, report=say)
    if as_json:
        show_json(numbers)
    else:
        show("\n".join(_lines(numbers)))


def _lines(numbers: dict[str, Any], indent: str = "") -> list[str]:
    lines: list[str] = []
    for name, value in numbers.items():
        if isinstance(value, dict):
            lines += [f"{indent}{name}", *_lines(value, indent + "  ")]
        else:
            lines.append(f"{indent}{name}: {value:.4g}" if isinstance(value, float) else f"{indent}{name}: {value}")
    return lines
