"""The infill suite: six tasks on held-out music, for any composer that answers `score/writing.py`.

    python bench/compose_infill.py CORPUS [--pieces 60] [--writers copy,rules,model]

Tasks: one bar of one part; four bars of one part; a whole part; all parts of two bars (a bridge); the drums of a band;
the last eight bars of everybody (a continuation). Each asks for cells of a 24-bar window of a valid piece and compares
what is written with what a human wrote. Writes `bench/compose_infill.md`.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from albumen.compose.rules.writer import RulesWriter
from albumen.score.cell_features import controls_of
from albumen.score.notes import Notes
from albumen.score.score import STEPS_PER_QUARTER, ChordChange, KeyChange, Score
from albumen.score.section import Section
from albumen.score.shelf import Shelf
from albumen.score.time_map import Bar, MeterChange, TempoChange
from albumen.score.writing import CellAt, CellWriter, WriteRequest, Written
from albumen.work.plugins import load, names
from albumen.work.seed import Seed

WINDOW = 24  # bars
TASKS = (
    "1 bar x 1 part",
    "4 bars x 1 part",
    "whole part",
    "bridge, all parts x 2",
    "drums of a band",
    "continuation x 8",
)
OUT = Path(__file__).with_suffix(".md")


class CopyWriter:
    """The baseline to beat: each cell is a copy of the nearest written bar of the same part."""

    id = "copy"
    version = "1"

    def write(self, request: WriteRequest, *, stop: Callable[[], bool] = lambda: False) -> list[Written]:
        """One take, whatever was asked."""
        score, bars = request.score, request.score.bars()
        for part in request.score.parts:
            asked = {cell.bar for cell in request.cells if cell.part_id == part.id}
            for number in sorted(asked):
                order = sorted(
                    (i for i in range(len(bars)) if i not in asked), key=lambda i, n=number: (abs(i - n), i > n)
                )
                for other in order:
                    cell = part.notes.between(bars[other].start, bars[other].end)
                    if len(cell) and bars[other].length == bars[number].length:
                        shifted = cell.shifted(bars[number].start - bars[other].start)
                        score = score.with_part(
                            score.part(part.id).replace(notes=score.part(part.id).notes.joined(shifted))
                        )
                        break
        return [Written(score, float("nan"))]


def windows(corpus: Path, count: int) -> Iterator[Score]:
    """Windows of valid pieces with two parts or more, genres mixed, a third of them with drums; the same ones every time."""
    rng = np.random.default_rng(0)
    per_genre: dict[str, int] = defaultdict(int)
    left = {True: count // 3, False: count - count // 3}  # with and without drums
    shelves = sorted(corpus.glob("shard-*.npz"))
    for path in [shelves[i] for i in rng.permutation(len(shelves))]:
        shelf = Shelf(path)
        for i in range(len(shelf)):
            meta = shelf.meta(i)
            genre = str(meta.get("genre"))
            if meta.get("split") != "valid" or per_genre[genre] >= max(2, count // 12):
                continue
            score = shelf[i][1]
            bars = score.bars()
            if len(bars) < WINDOW or len([p for p in score.parts if len(p.notes) >= WINDOW]) < 2:
                continue
            has_drums = any(part.is_drum and len(part.notes) >= WINDOW for part in score.parts)
            if not left[has_drums]:
                continue
            left[has_drums] -= 1
            first = int(rng.integers(0, len(bars) - WINDOW + 1))
            per_genre[genre] += 1
            yield window(score, first, WINDOW).replace(title=genre)
            if not any(left.values()):
                return


def window(score: Score, first: int, count: int) -> Score:
    """Bars `first` .. `first + count - 1` as a score of their own."""
    bars = score.bars()[first : first + count]
    start, stop = bars[0].start, bars[-1].end

    def clipped(notes: Notes) -> Notes:
        inside = notes.between(start, stop)
        return (
            inside.shifted(-start).replace(length=np.minimum(inside.length, stop - inside.onset))
            if len(inside)
            else inside
        )

    parts = tuple(part.replace(notes=clipped(part.notes), controls=(), bends=()) for part in score.parts)
    before = [change for change in score.tempos if change.tick <= start]
    meters = [change for change in score.meters if change.tick <= start]
    keys = [change for change in score.keys if change.tick <= start]
    chords = [change for change in score.chords if change.tick <= start]
    return Score(
        resolution=score.resolution,
        parts=tuple(part for part in parts if len(part.notes)),
        tempos=(TempoChange(0, before[-1].quarter_us), *_later(score.tempos, start, stop)),
        meters=(MeterChange(0, meters[-1].meter), *_later(score.meters, start, stop)),
        keys=(*((KeyChange(0, keys[-1].key),) if keys else ()), *_later(score.keys, start, stop)),
        chords=(*((ChordChange(0, chords[-1].chord),) if chords else ()), *_later(score.chords, start, stop)),
        sections=tuple(_sections(score, first, count)),
        length=stop - start,
    )


def _later(changes: tuple, start: int, stop: int) -> tuple:
    return tuple(change._replace(tick=change.tick - start) for change in changes if start < change.tick < stop)


def _sections(score: Score, first: int, count: int) -> Iterator[Section]:
    for section in score.sections:
        low, high = max(section.start_bar, first), min(section.end_bar, first + count)
        if low < high:
            yield Section(label=section.label, start_bar=low - first, bars=high - low, name=section.name)


def cells_of(task: str, score: Score, rng: np.random.Generator) -> tuple[CellAt, ...]:
    """The cells that a task asks of a window; empty where the window does not suit."""
    bars = score.bars()
    middle = len(bars) // 2

    def busy(part_id: str, first: int, count: int) -> bool:
        return all(len(score.cell(part_id, bars[i])) for i in range(first, first + count))

    pitched = [part.id for part in score.parts if not part.is_drum]
    if task in TASKS[:2]:
        count = 1 if task == TASKS[0] else 4
        fit = [part_id for part_id in pitched if busy(part_id, middle, count)]
        return tuple(CellAt(fit[int(rng.integers(len(fit)))], middle + i) for i in range(count)) if fit else ()
    if task == TASKS[2]:
        part_id = pitched[int(rng.integers(len(pitched)))] if pitched else ""
        return tuple(CellAt(part_id, i) for i in range(len(bars))) if part_id else ()
    if task == TASKS[3]:
        return tuple(CellAt(part.id, middle + i) for part in score.parts for i in range(2))
    if task == TASKS[4]:
        drums = [part.id for part in score.parts if part.is_drum]
        return tuple(CellAt(drums[0], i) for i in range(middle, middle + 8)) if drums and pitched else ()
    return tuple(CellAt(part.id, i) for part in score.parts for i in range(len(bars) - 8, len(bars)))


def holed(score: Score, cells: tuple[CellAt, ...]) -> Score:
    """The score without the notes of `cells`."""
    bars = score.bars()
    for part in score.parts:
        notes = part.notes
        for cell in cells:
            if cell.part_id == part.id:
                notes = notes.outside(bars[cell.bar].start, bars[cell.bar].end)
        score = score.with_part(part.replace(notes=notes))
    return score.replace(length=bars[-1].end)


def compared(truth: Score, written: Score, cells: tuple[CellAt, ...]) -> dict[str, float]:
    """Note F1 (sixteenth and pitch, per part), chroma and groove likeness, bins of density missed."""
    bars = truth.bars()
    hits = asked = made = 0
    chroma, groove, density = [], [], []
    for cell in cells:
        bar = bars[cell.bar]
        one, other = truth.cell(cell.part_id, bar), written.cell(cell.part_id, bar)
        a, b = _events(one, bar, truth.resolution), _events(other, bar, truth.resolution)
        hits, asked, made = hits + len(a & b), asked + len(a), made + len(b)
        if len(one) and not truth.part(cell.part_id).is_drum:
            chroma.append(_cosine(_chroma(one), _chroma(other)))
        if len(one):
            groove.append(_cosine(_onsets(one, bar, truth.resolution), _onsets(other, bar, truth.resolution)))
            bins = [controls_of(notes, bar.length, truth.resolution).density for notes in (one, other)]
            density.append(abs((bins[0] or 0) - (bins[1] if bins[1] is not None else -1)))
    found = {"note F1": 2 * hits / max(1, asked + made)}
    found.update(
        {
            name: float(np.mean(v))
            for name, v in (("chroma", chroma), ("groove", groove), ("density error", density))
            if v
        }
    )
    return found


def _events(notes: Notes, bar: Bar, resolution: int) -> set[tuple[int, int]]:
    sixteenths = np.round((notes.onset - bar.start) * 4 / resolution).astype(int)
    return set(zip(sixteenths.tolist(), notes.pitch.tolist(), strict=True))


def _chroma(notes: Notes) -> NDArray[np.float64]:
    return np.bincount(notes.pitch % 12, weights=notes.length, minlength=12).astype(float)


def _onsets(notes: Notes, bar: Bar, resolution: int) -> NDArray[np.float64]:
    steps = np.round((notes.onset - bar.start) * STEPS_PER_QUARTER / resolution).astype(int)
    return np.bincount(np.clip(steps, 0, 191), minlength=192).astype(float)


def _cosine(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    size = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / size if size else 0.0


def evaluate(writers: Mapping[str, CellWriter], scores: list[Score]) -> dict[str, dict[str, dict[str, float]]]:
    """Means by task and writer; `seconds` is the time a request took."""
    table: dict[str, dict[str, dict[str, float]]] = {}
    for task in TASKS:
        sums: dict[str, dict[str, list[float]]] = {name: defaultdict(list) for name in writers}
        for number, truth in enumerate(scores):
            cells = cells_of(task, truth, np.random.default_rng(number))
            if not cells:
                continue
            request = WriteRequest(
                score=holed(truth, cells), cells=cells, seed=Seed(number).child(task), genre=truth.title
            )
            for name, writer in writers.items():
                started = time.perf_counter()
                take = writer.write(request)[0]
                sums[name]["seconds"].append(time.perf_counter() - started)
                for measure, value in compared(truth, take.score, cells).items():
                    sums[name][measure].append(value)
        table[task] = {
            name: {m: float(np.mean(v)) for m, v in found.items()} | {"windows": len(found["seconds"])}
            for name, found in sums.items()
        }
    return table


def markdown(table: dict[str, dict[str, dict[str, float]]], pieces: int) -> str:
    """The table as committed."""
    columns = ("note F1", "chroma", "groove", "density error", "seconds")
    lines = [
        "# Infill suite",
        "",
        f"{pieces} windows of {WINDOW} bars from valid pieces, genres mixed. Note F1: sixteenth and pitch, per part; chroma and",
        "groove: cosine per cell; density error: bins missed. `copy` repeats the nearest bar of the part.",
        "Made by `python bench/compose_infill.py CORPUS`.",
        "",
        "| task | windows | writer | " + " | ".join(columns) + " |",
        "|---" * (3 + len(columns)) + "|",
    ]
    for task, rows in table.items():
        for name, row in rows.items():
            cells = " | ".join(f"{row[c]:.3f}" if c in row else "" for c in columns)
            lines.append(f"| {task} | {row['windows']:.0f} | {name} | {cells} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("corpus", type=Path)
    options.add_argument("--pieces", type=int, default=60)
    options.add_argument("--writers", default="copy,rules")
    asked = options.parse_args()
    known: dict[str, CellWriter] = {"copy": CopyWriter(), "rules": RulesWriter()}
    for name in names("composers"):
        if name in asked.writers.split(",") and name not in known:
            known[name] = load("composers", name)()
    scores = list(windows(asked.corpus, asked.pieces))
    text = markdown(evaluate({name: known[name] for name in asked.writers.split(",")}, scores), len(scores))
    OUT.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
