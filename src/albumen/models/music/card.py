"""The card of a music model: what it learned from and under which licences, how, how well, and the digest of its file."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit

from albumen.work.errors import Wrong
from albumen.work.files import write_text

LICENCE = "CC0-1.0"


def write_card(
    folder: Path, *, facts: Mapping[str, Any], metrics: Mapping[str, Any], command: str, ledger: Path | None
) -> Path:
    """Write `card.toml` beside a model's graph. `ledger` is the corpus's table of collections and licences."""
    card = tomlkit.document()
    card.add("format", tomlkit.item(1))
    card.add("name", tomlkit.item(f"music {facts.get('size', '')}".strip()))
    card.add("licence", tomlkit.item(LICENCE))
    card.add("command", tomlkit.item(command))
    if ledger is not None:
        card.add("ledger_sha256", tomlkit.item(_digest(ledger)))
    card.add("training", tomlkit.item(dict(facts)))
    if metrics:
        card.add("metrics", tomlkit.item(dict(metrics)))
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name != "card.toml")
    card.add("sha256", tomlkit.item({path.name: _digest(path) for path in files}))
    if ledger is not None:
        card.add("data", tomlkit.item(data_rows(ledger)))
    path = folder / "card.toml"
    write_text(path, tomlkit.dumps(card))
    return path


def data_rows(ledger: Path) -> list[dict[str, Any]]:
    """The collections that were learned from. Raises `Wrong` where a licence is not stated."""
    if not ledger.is_file():
        raise Wrong("the ledger of rights is not here", where=ledger, next_step="name the ledger.csv of the corpus")
    with ledger.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if int(row["train"]) > 0]
    for row in rows:
        if not row["licence"].strip():
            raise Wrong(f"the ledger states no licence for {row['corpus']}", where=ledger, next_step="state it, or leave it out")
    return [
        {
            "name": row["corpus"], "licence": row["licence"], "status": row["status"], "source": row["source"],
            "pieces": int(row["train"]),
        }
        for row in rows
    ]  # fmt: skip


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
