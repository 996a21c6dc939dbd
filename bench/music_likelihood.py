"""Held-out likelihood, nats per note: the music model against the counting model on the same words, pieces and bars.

    python bench/music_likelihood.py PACK [--model FOLDER]... [--order 8] [--out bench/music_likelihood.md]

200 pieces of the validation split, drawn once and for all, their first 32 bars. `bare`: every word of a stream that tells
meter, tempo, key, instruments and notes, and is told nothing. `planned`: the words of the notes where chords, roles,
sections and genre are told. The counting model is trained once for each of the two.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from albumen.models.music.evaluate import evaluate_music, likelihoods
from albumen.models.music.held_out import BARE, PLANNED, held_out
from albumen.models.music.ngram import pack_streams, train_ngram


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("pack", type=Path)
    parser.add_argument("--model", type=Path, action="append", default=[])
    parser.add_argument("--order", type=int, default=8)
    parser.add_argument("--without-planned", action="store_true", help="count for the bare stream only")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    pieces = held_out(given.pack)
    rows: list[tuple[str, float, float]] = []
    started = time.monotonic()
    found: dict[str, float] = {}
    for name, way in (("bare", BARE), ("planned", PLANNED)):
        if name == "planned" and given.without_planned:
            found[name] = float("nan")
            continue
        counting = train_ngram(
            pack_streams(given.pack / "train.npz", (way,)), given.order, report=lambda line: print(line, flush=True)
        )
        result = likelihoods(counting, pieces)
        found[name] = result["nats_per_note" if name == "bare" else "nats_per_note_planned"]
        print(name, found[name], f"{time.monotonic() - started:.0f} s", flush=True)
    rows.append((f"Kneser-Ney, order {given.order}, all n-grams", found["bare"], found["planned"]))
    for folder in given.model:
        result = evaluate_music(folder, given.pack, threads=given.threads)
        print(json.dumps(result, indent=1), flush=True)
        rows.append((f"{folder.name} ({result['model']})", result["nats_per_note"], result["nats_per_note_planned"]))
    base_bare, base_planned = rows[0][1:]
    lines = [
        f"| {name} | {bare:.3f} | {bare / base_bare - 1:+.0%} | {planned:.3f} | {planned / base_planned - 1:+.0%} |"
        for name, bare, planned in rows
    ]
    head = "| model | bare, nats a note | against counting | planned, nats a note | against counting |\n|---|---|---|---|---|\n"
    print(head + "\n".join(lines))
    if given.out:
        text = f"# Held-out likelihood of music models\n\n{__doc__.split(chr(10) * 2, 2)[2]}\n{head}" + "\n".join(lines) + "\n"
        given.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
