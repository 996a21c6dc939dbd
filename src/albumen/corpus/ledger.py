"""The tables of a corpus: every song taken, every one skipped and why, every duplicate, and the ledger of rights."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from albumen.corpus.duplicates import Fate
from albumen.corpus.listing import has_licence
from albumen.work.digest import digest_of
from albumen.work.files import write_text

MANIFEST_COLUMNS = (
    "corpus", "path", "title", "composer", "genre", "key", "meter", "tempo", "bars", "notes", "seconds", "split", "group",
    "licence", "rights", "source", "arranged", "weight", "instruments", "roles", "form", "chord_changes", "shard", "index",
)  # fmt: skip
SKIPPED_COLUMNS = ("corpus", "path", "reason")
DUPLICATE_COLUMNS = ("corpus", "path", "why", "of_corpus", "of_path", "texture", "tune")
LEDGER_COLUMNS = ("corpus", "licence", "status", "pieces", "train", "valid", "notes", "hours", "source", "digest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was decided about the songs read, in order; and what was skipped, as corpus, path, reason."""

    pieces: list[dict[str, Any]]
    fates: list[Fate]
    splits: list[str]
    skipped: list[tuple[str, ...]]


def write_tables(
    out: Path, pieces: Sequence[dict[str, Any]], skipped: Sequence[tuple[str, ...]], outcome: Outcome
) -> None:
    """Write manifest.csv, skipped.csv, duplicates.csv and ledger.csv into the corpus folder."""
    write_table(out / "skipped.csv", SKIPPED_COLUMNS, (dict(zip(SKIPPED_COLUMNS, row, strict=True)) for row in skipped))
    write_table(out / "duplicates.csv", DUPLICATE_COLUMNS, _duplicate_rows(outcome))
    write_table(out / "ledger.csv", LEDGER_COLUMNS, ledger_rows(pieces))
    write_table(out / "manifest.csv", MANIFEST_COLUMNS, pieces)


def write_table(path: Path, columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> None:
    """Rows as CSV with a head line; columns that a row has beside `columns` are left out."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_text(path, text.getvalue())


def ledger_rows(pieces: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row for each collection and licence."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for piece in pieces:
        groups[piece["corpus"], piece["licence"] or piece["rights"]].append(piece)
    return [
        {
            "corpus": corpus,
            "licence": licence,
            "status": _status(some),
            "pieces": len(some),
            "train": sum(piece["split"] == "train" for piece in some),
            "valid": sum(piece["split"] == "valid" for piece in some),
            "notes": sum(piece["notes"] for piece in some),
            "hours": round(sum(piece["seconds"] for piece in some) / 3600, 2),
            "source": some[0]["source"],
            "digest": digest_of([[piece["path"], piece["digest"]] for piece in some]),
        }
        for (corpus, licence), some in sorted(groups.items())
    ]


def _status(pieces: Sequence[dict[str, Any]]) -> str:
    first = pieces[0]
    made = "; accompaniment machine-made" if first["arranged"] else ""
    if has_licence(first["licence"]):
        return f"licence stated{made}"
    return f"right stated by the user: {first['rights']}{made}"


def _duplicate_rows(outcome: Outcome) -> list[dict[str, Any]]:
    rows = []
    for piece, fate in zip(outcome.pieces, outcome.fates, strict=True):
        if fate.dropped:
            other = outcome.pieces[fate.because_of]
            rows.append(
                {
                    "corpus": piece["corpus"],
                    "path": piece["path"],
                    "why": fate.dropped,
                    "of_corpus": other["corpus"],
                    "of_path": other["path"],
                    "texture": round(fate.texture, 3),
                    "tune": round(fate.tune, 3),
                }
            )
    return rows
