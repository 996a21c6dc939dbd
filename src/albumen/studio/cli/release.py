"""`albumen release`: check everything, build the release folder."""

from __future__ import annotations

from pathlib import Path

import click

from albumen.api import release
from albumen.studio.cli.screen import show, show_json, watched

_MARKS = {"ok": "ok", "note": "note", "fault": "FAULT"}


@click.command(short_help="check everything, build the release folder")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--workers", type=click.IntRange(1), help="How many songs at once; as many as there are cores.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def command(folder: Path, workers: int | None, as_json: bool) -> int:
    """Build the release of FOLDER and check it as a store would. Exit code 2 where something must be mended first."""
    with watched("release") as job:
        findings = release(folder, workers=workers, job=job)
    if as_json:
        show_json([finding.as_mapping() for finding in findings])
    else:
        for finding in findings:
            show(f"{_MARKS[finding.kind]:6}{finding.sentence}")
    return 2 if any(finding.kind == "fault" for finding in findings) else 0
