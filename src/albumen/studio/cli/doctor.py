"""`albumen doctor`: is everything here that an album needs?"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from albumen.api import doctor
from albumen.studio.cli.screen import show, show_json


@click.command(short_help="is everything here that an album needs?")
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def command(folder: Path, as_json: bool) -> int:
    """Look at this machine, and at the disk that FOLDER is on. Exit code 3 where something needed is missing."""
    findings = doctor(folder)
    if as_json:
        show_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            mark = "ok" if finding.is_well else "MISSING" if finding.is_needed else "not here"
            show(f"{mark:9}{finding.what}: {finding.detail}")
            if finding.help and not finding.is_well:
                show(f"         -> {finding.help}")
    return 3 if any(finding.is_needed and not finding.is_well for finding in findings) else 0
