"""`albumen takes`: proposals for some bars."""

from __future__ import annotations

from pathlib import Path

import click

from albumen.api import takes
from albumen.studio.cli.screen import show, show_json, watched


@click.command(short_help="propose new notes for some bars")
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("song")
@click.option("--bars", default="", metavar="9-16", help="Which bars; all where not said.")
@click.option("--parts", default="", metavar="A,B", help="Which parts; all where not said.")
@click.option("-n", "count", default=4, show_default=True, type=click.IntRange(1, 20), help="How many takes.")
@click.option("--seed", default=0, show_default=True, help="Another seed, other takes.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def command(folder: Path, song: str, bars: str, parts: str, count: int, seed: int, as_json: bool) -> None:
    """Propose new notes for bars and parts of SONG in FOLDER. Nothing changes until you `albumen keep` one."""
    names = tuple(name.strip() for name in parts.split(",") if name.strip())
    with watched("takes") as job:
        found = takes(folder, song, bars=bars, parts=names, count=count, seed=seed, job=job)
    if as_json:
        show_json([take.as_mapping() for take in found])
        return
    for take in found:
        verdicts = ", ".join(f"{name} {value:.2f}" for name, value in take.verdicts.items())
        where = f"bars {take.bars[0] + 1}-{take.bars[1]} of {', '.join(take.parts)}"
        show(f"{take.id}  {where}: {take.notes} notes" + (f"  ({verdicts})" if verdicts else ""))
    show(f"Next: albumen keep {folder} {song} {found[0].id}")
