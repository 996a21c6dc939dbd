"""`albumen export`: songs for other programs."""

from __future__ import annotations

from pathlib import Path

import click

from albumen.api import export
from albumen.studio.cli.screen import show, show_json, watched

_FORMS = ("midi", "musicxml", "stems", "dawproject", "reaper")


@click.command(short_help="songs for other programs: MIDI, MusicXML, stems, DAW projects")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--to", required=True, type=click.Choice(_FORMS), help="Which form.")
@click.option("--song", "songs", multiple=True, metavar="NAME", help="Only this song (may be given several times).")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder to write to.")
@click.option("--workers", type=click.IntRange(1), help="How many stems at once; as many as there are cores.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def command(folder: Path, to: str, songs: tuple[str, ...], out: Path, workers: int | None, as_json: bool) -> None:
    """Write the songs of FOLDER for other programs. Stems stand as in the mix and sum to mix.wav beside them."""
    with watched("export") as job:
        written = export(folder, to, out, songs=songs, workers=workers, job=job)
    if as_json:
        show_json([str(path) for path in written])
    else:
        show("\n".join(str(path) for path in written))
