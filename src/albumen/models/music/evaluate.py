"""How well a music model foretells held-out music: nats per note and per word, in all and by genre. Needs no torch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from albumen.models.music.held_out import BARE, BARS, IN_CELL, IS_NOTE, PIECES, PLANNED, HeldOut, held_out
from albumen.models.music.run import Engine


class Foreteller(Protocol):
    """Anything that puts a price on words."""

    context: int

    def nats(self, words: NDArray[np.uint16]) -> NDArray[np.float32]:
        """-log p of each word given those before it, shape [len(words) - 1]."""
        ...


def evaluate_music(
    model: Path, data: Path, *, pieces: int | None = PIECES, bars: int | None = BARS, threads: int = 2,
    report: Callable[[str], None] = lambda line: None, stop: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:  # fmt: skip
    """Likelihood of the model folder `model` on `data` (a pack, a corpus or a folder of songs); see `likelihoods`."""
    engine = Engine(model, threads=threads)
    found = likelihoods(engine, held_out(data, pieces=pieces, bars=bars), report=report, stop=stop)
    return {"model": engine.version, **found}


def likelihoods(
    model: Foreteller, pieces: list[HeldOut], *, report: Callable[[str], None] = lambda line: None,
    stop: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:  # fmt: skip
    """`nats_per_note`: all words of the bare score (no chords, roles, sections, genre told or asked), by notes.
    `nats_per_note_planned`: the notes' own words where the whole plan is told. `nats_per_word` belongs to the first.
    """
    sums: dict[str, NDArray[np.float64]] = defaultdict(lambda: np.zeros(5))
    for number, one in enumerate(pieces):
        if stop():
            break
        row = np.zeros(5)
        for passage in one.passages(BARE, model.context):
            nats = model.nats(passage.words)[max(0, passage.counted_from - 1) :]
            targets = passage.words[max(1, passage.counted_from) :]
            row[:3] += nats.sum(), len(targets), IS_NOTE[targets].sum()
        for passage in one.passages(PLANNED, model.context):
            nats = model.nats(passage.words)[max(0, passage.counted_from - 1) :]
            targets = passage.words[max(1, passage.counted_from) :]
            row[3:] += nats[IN_CELL[targets]].sum(), IS_NOTE[targets].sum()
        for name in ("", one.genre):
            sums[name] += row
        report(f"{number + 1} of {len(pieces)}: {one.name}  {row[0] / max(1, row[2]):.3f} nats a note")
    total = sums.pop("", np.zeros(5))
    genres = {name: {**_means(row), "notes": int(row[2])} for name, row in sorted(sums.items())}
    return {**_means(total), "notes": int(total[2]), "words": int(total[1]), "pieces": len(pieces), "genres": genres}


def _means(row: NDArray[np.float64]) -> dict[str, float]:
    return {
        "nats_per_note": round(float(row[0] / max(1, row[2])), 4),
        "nats_per_word": round(float(row[0] / max(1, row[1])), 4),
        "nats_per_note_planned": round(float(row[3] / max(1, row[4])), 4),
    }
