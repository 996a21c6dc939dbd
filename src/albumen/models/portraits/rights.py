"""Which pictures may teach a model that we ship: made before 1930, or by an artist dead before 1955.

A row that proves neither is left out: an unnamed painter without a year is no proof.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from albumen.work.errors import Missing, Wrong

MADE_BEFORE = 1930
DEAD_BEFORE = 1955

_DIED = re.compile(r"\bdied (\d{4})\b")
_YEAR = re.compile(r"\b(1[0-9]{3}|20[0-9]{2})\b")
_CENTURY = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th) c\.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One picture of the data set, as its table describes it."""

    file: str
    artist: str
    title: str
    genre: str
    style: str
    source: str
    year: int | None
    """Year of making; the last year of the century where only that is known."""
    died: int | None

    @property
    def allowed(self) -> bool:
        """Whether the table proves that the work may teach a shipped model."""
        old = self.year is not None and self.year < MADE_BEFORE
        return old or (self.died is not None and self.died < DEAD_BEFORE)


def read_works(table: Path) -> list[Work]:
    """All rows of `portraits.csv` or `paintings.csv`; a table without genres holds portraits."""
    if not table.is_file():
        raise Missing("this table of pictures does not exist", where=table, next_step="name the folder that holds it")
    with table.open(newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    needed = {"file", "artist", "title", "style", "source_repo", "licence_note"}
    if not rows or not needed <= rows[0].keys():
        raise Wrong(f"expected a table with the columns {', '.join(sorted(needed))}", where=table)
    return [_work(row) for row in rows]


def allowed_works(works: Iterable[Work]) -> list[Work]:
    """The works that may teach, in their order."""
    return [work for work in works if work.allowed]


def _work(row: dict[str, str]) -> Work:
    died = _DIED.search(row["licence_note"])
    return Work(
        file=row["file"],
        artist=row["artist"],
        title=row["title"],
        genre=row.get("genre", "portrait") or "portrait",
        style=row["style"],
        source=row["source_repo"],
        year=_year(row.get("year") or row.get("year_or_century") or ""),
        died=int(died.group(1)) if died else None,
    )


def _year(text: str) -> int | None:
    years = [int(found) for found in _YEAR.findall(text)]
    if years:
        return max(years)
    century = _CENTURY.search(text)
    return int(century.group(1)) * 100 if century else None
