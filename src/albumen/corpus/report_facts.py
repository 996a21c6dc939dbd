"""The numbers of a corpus report: counted from the corpus tables and, for what cells are like, from a spread sample of songs."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from albumen.corpus.ledger import DUPLICATE_COLUMNS, LEDGER_COLUMNS, MANIFEST_COLUMNS, SKIPPED_COLUMNS
from albumen.score.cell_features import DENSITY_EDGES, POLYPHONY_EDGES, REGISTER_EDGES, controls_of
from albumen.score.key import Key
from albumen.score.part import ROLES
from albumen.score.score import Score
from albumen.score.shelf import Shelf
from albumen.work.errors import Broken, Wrong

Row = dict[str, str]
SAMPLED_SONGS = 240  # songs whose cells are measured
TEMPO_EDGES = tuple(range(30, 251, 10))
BARS_EDGES = (4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024)
MINUTE_EDGES = (0, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 60)


def corpus_facts(corpus: Path) -> dict[str, Any]:
    """All numbers of the report as JSON values. Raises `Wrong` where the folder holds no corpus, `Broken` for torn tables."""
    corpus = Path(corpus)
    if not (corpus / "manifest.csv").exists() or not (corpus / "ledger.csv").exists():
        raise Wrong("this folder holds no corpus", where=corpus, next_step="build one with `albumen corpus build`")
    pieces = _table(corpus / "manifest.csv", MANIFEST_COLUMNS)
    skipped = _table(corpus / "skipped.csv", SKIPPED_COLUMNS)
    duplicates = _table(corpus / "duplicates.csv", DUPLICATE_COLUMNS)
    return {
        "totals": _totals(pieces, skipped, duplicates),
        "ledger": _table(corpus / "ledger.csv", LEDGER_COLUMNS),
        "genres": _genres(pieces),
        "keys": _keys(pieces),
        "tempi": histogram([float(piece["tempo"]) for piece in pieces], TEMPO_EDGES),
        "bars": histogram([float(piece["bars"]) for piece in pieces], BARS_EDGES),
        "minutes": histogram([float(piece["seconds"]) / 60 for piece in pieces], MINUTE_EDGES),
        "meters": dict(Counter(piece["meter"] for piece in pieces).most_common(16)),
        "instruments": _songs_with(pieces, "instruments"),
        "roles": _songs_with(pieces, "roles"),
        "parts": _counted(str(min(16, len(piece["instruments"].split(";")))) for piece in pieces),
        "section_lengths": _section_lengths(pieces),
        "rights": _rights(pieces),
        "duplicates": _duplicates(duplicates),
        "skipped": _skipped(skipped),
        "cells": _cells(corpus, pieces),
    }


def histogram(values: Sequence[float], edges: Sequence[float]) -> dict[str, list[float]]:
    """Counts between edges; what lies outside is counted in the outermost bins."""
    inside = np.clip(np.asarray(values, dtype=float), edges[0], np.nextafter(edges[-1], 0))
    counts, _ = np.histogram(inside, bins=np.asarray(edges, dtype=float))
    return {"edges": [float(edge) for edge in edges], "counts": [int(count) for count in counts]}


def reason_kind(reason: str) -> str:
    """A reason without its numbers and names, so that like reasons can be counted together."""
    plain = re.sub(r"\(.*?\)|'[^']*'", "", reason)
    return re.sub(r"\s+", " ", re.sub(r"\d[\d.,]*", "…", plain)).strip()[:90]


def _table(path: Path, columns: Sequence[str]) -> list[Row]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, csv.Error, UnicodeDecodeError) as error:
        raise Broken(
            f"this table is missing or damaged ({error})", where=path, next_step="build the corpus again"
        ) from error
    if rows and any(rows[0].get(column) is None for column in columns):
        missing = ", ".join(column for column in columns if rows[0].get(column) is None)
        raise Broken(f"this table has no column {missing}", where=path, next_step="build the corpus again")
    return rows


def _totals(pieces: Sequence[Row], skipped: Sequence[Row], duplicates: Sequence[Row]) -> dict[str, Any]:
    arranged = [piece for piece in pieces if piece["arranged"] == "True"]
    return {
        "pieces": len(pieces),
        "notes": sum(int(piece["notes"]) for piece in pieces),
        "bars": sum(int(piece["bars"]) for piece in pieces),
        "hours": round(sum(float(piece["seconds"]) for piece in pieces) / 3600, 1),
        "train": sum(piece["split"] == "train" for piece in pieces),
        "valid": sum(piece["split"] == "valid" for piece in pieces),
        "machine_arranged_pieces": len(arranged),
        "machine_arranged_hours": round(sum(float(piece["seconds"]) for piece in arranged) / 3600, 1),
        "families": len({piece["group"] for piece in pieces}),
        "skipped": len(skipped),
        "duplicates": len(duplicates),
    }


def _genres(pieces: Sequence[Row]) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = defaultdict(lambda: {"pieces": 0, "hours": 0.0, "machine_arranged_hours": 0.0})
    for piece in pieces:
        row = found[piece["genre"] or "unknown"]
        hours = float(piece["seconds"]) / 3600
        row["pieces"] += 1
        row["hours"] += hours
        row["machine_arranged_hours"] += hours * (piece["arranged"] == "True")
    ordered = sorted(found.items(), key=lambda item: -item[1]["hours"])
    return {genre: {name: round(value, 2) for name, value in row.items()} for genre, row in ordered}


def _keys(pieces: Sequence[Row]) -> dict[str, dict[str, int]]:
    """Songs per key, majors and minors, tonics in the order of fifths from Db to F#."""
    keys = [Key.parse(piece["key"]) for piece in pieces if piece["key"]]
    wheel = [(7 * step) % 12 for step in range(-5, 7)]
    return {
        mode: {
            str(Key.of(tonic, is_minor)): sum(key.tonic == tonic and key.is_minor == is_minor for key in keys)
            for tonic in wheel
        }
        for mode, is_minor in (("major", False), ("minor", True))
    }


def _songs_with(pieces: Sequence[Row], column: str) -> dict[str, int]:
    """How many songs have each instrument or role."""
    return _counted(name for piece in pieces for name in set(piece[column].split(";")) if name)


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(Counter(names).most_common())


def _section_lengths(pieces: Sequence[Row]) -> dict[str, int]:
    lengths = Counter(int(length) for piece in pieces for length in re.findall(r"[A-Z]+(\d+)", piece["form"]))
    return {str(length): lengths[length] for length in range(1, 25)}


def _rights(pieces: Sequence[Row]) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = defaultdict(lambda: {"pieces": 0, "hours": 0.0})
    for piece in pieces:
        row = found[licence_family(piece["licence"], piece["rights"])]
        row["pieces"] += 1
        row["hours"] += float(piece["seconds"]) / 3600
    ordered = sorted(found.items(), key=lambda item: -item[1]["hours"])
    return {name: {key: round(value, 2) for key, value in row.items()} for name, row in ordered}


def licence_family(licence: str, rights: str) -> str:
    """The licence in a word or two, without names and notes; `right stated by the user` where the source states none."""
    if rights != licence:
        return "right stated by the user"
    short = re.split(r"[(/;,]| melody| progression", licence)[0].strip()
    return re.sub(r"(?i)^public[- ]domain$", "Public domain", short) or "unknown"


def _duplicates(rows: Sequence[Row]) -> dict[str, Any]:
    return {
        "by_reason": _counted(row["why"] for row in rows),
        "by_corpora": dict(Counter(f"{row['corpus']} = {row['of_corpus']}" for row in rows).most_common(20)),
    }


def _skipped(rows: Sequence[Row]) -> dict[str, Any]:
    return {
        "by_reason": dict(Counter(reason_kind(row["reason"]) for row in rows).most_common(20)),
        "by_corpus": _counted(row["corpus"] for row in rows),
    }


def _cells(corpus: Path, pieces: Sequence[Row]) -> dict[str, Any]:
    """Shares of density, polyphony and register bins per role, over the cells of up to `SAMPLED_SONGS` songs."""
    chosen = pieces[:: max(1, len(pieces) // SAMPLED_SONGS)]
    by_shard: dict[str, list[int]] = defaultdict(list)
    for piece in chosen:
        by_shard[piece["shard"]].append(int(piece["index"]))
    sizes = {
        "density": len(DENSITY_EDGES) + 1,
        "polyphony": len(POLYPHONY_EDGES) + 1,
        "register": len(REGISTER_EDGES) + 1,
    }
    counts = {name: {role: [0] * size for role in ROLES} for name, size in sizes.items()}

    def count(role: str, bins: dict[str, int | None]) -> None:
        for name, place in bins.items():
            if place is not None:
                counts[name][role][place] += 1

    for shard, indexes in by_shard.items():
        shelf = Shelf(corpus / shard)
        for index in indexes:
            _measure(shelf[index][1], count)
    edges = {"density": DENSITY_EDGES, "polyphony": POLYPHONY_EDGES, "register": REGISTER_EDGES}
    return {"songs": len(chosen), "edges": {name: list(values) for name, values in edges.items()}, "counts": counts}


def _measure(score: Score, count: Callable[[str, dict[str, int | None]], None]) -> None:
    for part in score.parts:
        for bar in score.bars():
            controls = controls_of(part.notes.between(bar.start, bar.end), bar.length, score.resolution)
            count(part.role, controls._asdict())
