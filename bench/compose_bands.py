"""Measures the human bands of the critics on a built corpus and writes `compose/critics/bands.toml`.

    python bench/compose_bands.py CORPUS

Training pieces only, at most 200 a genre, spread over the corpus; machine-arranged pieces give only their (human) melody.
Each band holds the 5th, 25th, 50th, 75th and 95th percentile.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import tomlkit

from albumen.compose.critics import measures
from albumen.score.score import Score
from albumen.score.shelf import Shelf
from albumen.work.files import write_text

A_GENRE = 200
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
FEWEST = 12  # pieces that make a band
OUT = Path(__file__).parents[1] / "src/albumen/compose/critics/bands.toml"

Found = dict[str, dict[str, list[float]]]


def main(corpus: Path) -> None:
    found: dict[str, Found] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    pieces: dict[str, int] = defaultdict(int)
    for meta, score in _sample(corpus):
        genre = str(meta["genre"])
        pieces[genre] += 1
        for kind, values in _measured(score, bool(meta.get("arranged"))):
            for name, value in values.items():
                if np.isfinite(value):
                    found[genre][kind][name].append(value)
                    found["any"][kind][name].append(value)
    page = tomlkit.document()
    page.add(
        tomlkit.comment(
            "Percentiles 5, 25, 50, 75, 95 of measures of human music, by genre; made by bench/compose_bands.py."
        )
    )
    page.add(
        tomlkit.comment(f"Corpus: training split of {corpus.name}, at most {A_GENRE} pieces a genre; {date.today()}.")
    )
    for genre in sorted(found):
        table = tomlkit.table()
        table["pieces"] = pieces.get(genre, sum(pieces.values()))
        for kind in sorted(found[genre]):
            rows = tomlkit.table()
            for name, values in sorted(found[genre][kind].items()):
                if len(values) >= FEWEST:
                    rows[name] = [round(float(q), 4) for q in np.quantile(values, QUANTILES)]
            if len(rows):
                table[kind] = rows
        page[genre] = table
    write_text(OUT, tomlkit.dumps(page))
    print(f"{sum(pieces.values())} pieces, {len(pieces)} genres -> {OUT}")


def _sample(corpus: Path) -> Iterator[tuple[dict[str, object], Score]]:
    taken: dict[str, int] = defaultdict(int)
    rng = np.random.default_rng(0)
    shelves = sorted(corpus.glob("shard-*.npz"))
    for path in [shelves[i] for i in rng.permutation(len(shelves))]:
        shelf = Shelf(path)
        for index in rng.permutation(len(shelf)):
            meta = shelf.meta(int(index))
            genre = str(meta.get("genre", ""))
            if meta.get("split") == "train" and taken[genre] < A_GENRE:
                taken[genre] += 1
                yield shelf[int(index)]


def _measured(score: Score, is_arranged: bool) -> Iterator[tuple[str, dict[str, float]]]:
    melodies = [part for part in score.parts if part.role == "melody" and not part.is_drum]
    if melodies:
        lead = max(melodies, key=lambda part: len(part.notes))
        yield "melody", {**measures.line_measures(lead.notes, score), "groove": measures.part_groove(lead.notes, score)}
    if is_arranged:
        return
    for part in score.parts:
        if part.role in ("bass", "counter", "chords", "pad") and len(part.notes) >= 16:
            found = measures.harmony_measures(part.notes, score)
            yield part.role, {**found, "groove": measures.part_groove(part.notes, score)}
        if part.is_drum and len(part.notes) >= 16:
            yield "drums", {"groove": measures.part_groove(part.notes, score)}
    yield (
        "song",
        {
            "entropy": measures.pitch_class_entropy(score),
            "scale": measures.scale_consistency(score),
            "groove": measures.groove_consistency(score),
        },
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
