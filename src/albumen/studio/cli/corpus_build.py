"""`albumen corpus build`: songs to learn from."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from albumen.api import corpus_build
from albumen.studio.cli.screen import show, show_json, watched


@click.command(short_help="build a corpus from folders, zips and score files")
@click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder of the corpus.")
@click.option("--genre", help="The genre of songs of which no manifest says it.")
@click.option("--rights", help="Under which right songs are used of which no licence is stated.")
@click.option("--workers", type=click.IntRange(1), help="How many processes; as many as there are cores.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def command(
    sources: tuple[Path, ...], out: Path, genre: str | None, rights: str | None, workers: int | None, as_json: bool
) -> None:
    """Read MIDI, MusicXML, ABC and kern from SOURCES, analyse and deduplicate them. Run again to go on after a stop."""
    with watched("corpus") as job:
        built = corpus_build(sources, out, genre=genre, rights=rights, workers=workers, job=job)
    if as_json:
        show_json({**asdict(built), "folder": str(built.folder)})
    else:
        show(
            f"{built.folder}: {built.pieces} songs with {built.notes} notes ({built.seconds / 3600:.1f} hours); "
            f"{built.skipped} skipped, {built.duplicates} duplicates. Next: albumen corpus report {built.folder}"
        )
