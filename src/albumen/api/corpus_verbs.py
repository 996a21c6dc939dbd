"""The verbs of a corpus: build it from songs, report on it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from albumen.corpus.build import Built, build_corpus
from albumen.corpus.report import corpus_report
from albumen.work.job import Job


def corpus_build(
    sources: Sequence[str | Path],
    out: str | Path,
    *,
    genre: str | None = None,
    rights: str | None = None,
    workers: int | None = None,
    job: Job | None = None,
) -> Built:
    """Build the corpus folder `out` from folders, zips and score files; see `albumen.corpus.build.build_corpus`."""
    paths = [Path(source) for source in sources]
    return build_corpus(paths, Path(out), genre=genre, rights=rights, jobs=workers, progress=job)


def corpus_page(corpus: str | Path, page: str | Path | None = None) -> tuple[Path, dict[str, Any]]:
    """Write one HTML page about a corpus, by default `report.html` in it; returns the page and its numbers."""
    target = Path(page) if page else Path(corpus) / "report.html"
    return target, corpus_report(Path(corpus), target)
