"""Distance to human music: pitch-class entropy, scale and groove consistency at 12 ticks a beat, per genre.

    python bench/compose_distribution.py CORPUS [--songs 6] [--writer model] [--takes 2]

Our songs of each style against the valid pieces of its genre: means and the gap between them, over the first 64 beats,
bars of four beats, as published for multi-track systems. The same songs are searched for faults (notes that cannot be
played, stuck or hanging, parts silent or out of range) and for bars copied from training music. Writes
`bench/compose_distribution.md`.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np

from albumen.album.brief import Brief
from albumen.compose.critics.house import house_critics
from albumen.compose.critics.measures import groove_consistency, pitch_class_entropy, scale_consistency
from albumen.compose.critics.soundness import song_faults
from albumen.compose.rules.writer import RulesWriter
from albumen.compose.song import compose_song
from albumen.compose.song_plan import plan_song
from albumen.compose.style_file import style_named, style_names
from albumen.score.score import Score
from albumen.score.shelf import Shelf
from albumen.score.writing import CellWriter
from albumen.work.plugins import load

OUT = Path(__file__).with_suffix(".md")
MEASURES = (pitch_class_entropy, scale_consistency, groove_consistency)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("corpus", type=Path)
    options.add_argument("--songs", type=int, default=6, help="songs of each style")
    options.add_argument("--takes", type=int, default=2)
    options.add_argument("--writer", default="model")
    options.add_argument("--workers", type=int, default=2)
    asked = options.parse_args()
    tasks = [(name, number, asked.writer, asked.takes) for number in range(asked.songs) for name in style_names()]
    ours: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    found: list[Made] = []
    with ProcessPoolExecutor(asked.workers, mp_context=get_context("spawn")) as pool:
        for made in pool.map(_made, tasks):
            found.append(made)
            ours[made.genre].append(made.measured)
            print(f"{len(found)} of {len(tasks)}", made, flush=True)
    humans = _humans(asked.corpus, frozenset(style_named(name).genre for name in style_names()))
    text = _markdown(ours, humans, asked.writer) + _health(found, asked.takes)
    OUT.write_text(text, encoding="utf-8")
    print(text)


class Made(NamedTuple):
    """What was found in one of our songs."""

    style: str
    genre: str
    measured: tuple[float, ...]
    faults: tuple[str, ...]
    copied: int  # pairs of bars as in training music
    longest: int  # notes of the longest figure as in training music
    seconds: float
    processor: float  # seconds it took to compose


def _made(task: tuple[str, int, str, int]) -> Made:
    name, number, writer, takes = task
    writers: dict[str, CellWriter] = {"rules": RulesWriter()}
    if writer != "rules":
        writers["model"] = load("composers", writer)()
    plan = plan_song(Brief(style=name, seed=3000 + number, title=f"{name} {number}"))
    started = time.process_time()
    score, report = compose_song(plan, writers, house_critics() if takes > 1 else (), takes=takes)
    spent = time.process_time() - started
    copied = report["originality"] or {}
    return Made(
        name, plan.genre, _measured(score), tuple(song_faults(score, plan)), int(copied.get("copied_bar_pairs", 0)),
        int(copied.get("longest_match_notes", 0)), score.seconds, spent,
    )  # fmt: skip


def _health(found: Sequence[Made], takes: int) -> str:
    """How sound and how original the songs are."""
    faults = Counter(fault for made in found for fault in made.faults)
    copied = sum(bool(made.copied) for made in found)
    spent = sum(made.processor for made in found) / len(found)
    lines = [
        "",
        f"The same {len(found)} songs, best of {takes}: {sum(bool(made.faults) for made in found)} with a fault (unplayable,",
        "stuck or hanging notes, silent or uninvited parts, out of range), "
        f"{copied} with two bars in a row as in training music;",
        f"longest figure shared with training music: median {np.median([made.longest for made in found]):.0f} notes, "
        f"at most {max(made.longest for made in found)}.",
        f"Processor seconds to compose one: {spent:.0f} on average for {np.mean([made.seconds for made in found]):.0f} s of music.",
    ]
    return "\n".join([*lines, *(f"\n{count} x {fault}" for fault, count in faults.most_common())]) + "\n"


def _measured(score: Score) -> tuple[float, ...]:
    return tuple(measure(score) for measure in MEASURES)


def _humans(corpus: Path, genres: frozenset[str]) -> dict[str, list[tuple[float, ...]]]:
    found: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    for path in sorted(corpus.glob("shard-*.npz")):
        shelf = Shelf(path)
        for i in range(len(shelf)):
            meta = shelf.meta(i)
            if meta.get("split") == "valid" and meta.get("genre") in genres:
                values = _measured(shelf[i][1])
                if np.isfinite(values).all():
                    found[str(meta["genre"])].append(values)
    return found


def _markdown(ours: dict[str, list[tuple[float, ...]]], humans: dict[str, list[tuple[float, ...]]], writer: str) -> str:
    total = sum(len(songs) for songs in ours.values())
    lines = [
        "# Distance to human music",
        "",
        f"{total} songs (writer: {writer}) against the valid pieces of their genres; first 64 beats, 12 ticks a beat.",
        "Published gaps of multi-track systems to their own ground truth (other data): REMI+ 0.077 / 0.86 / 0.15 points,",
        "MMM 0.090 / 0.87 / 1.15, MMT 0.172 / 2.48 / 0.96. Machine-arranged (`-band`) pieces count as they are.",
        "Made by `python bench/compose_distribution.py CORPUS`.",
        "",
        "| genre | ours | human | entropy ours / human / gap | scale % | groove % |",
        "|---|---|---|---|---|---|",
    ]
    gaps = []
    for genre in sorted(ours):
        if not humans.get(genre):
            lines.append(f"| {genre} | {len(ours[genre])} | 0 | no valid pieces | | |")
            continue
        mine, theirs = np.mean(ours[genre], axis=0), np.mean(humans[genre], axis=0)
        gap = abs(mine - theirs)
        gaps.append((mine, theirs))
        cells = [f"{mine[0]:.3f} / {theirs[0]:.3f} / {gap[0]:.3f}"]
        cells += [f"{100 * mine[i]:.2f} / {100 * theirs[i]:.2f} / {100 * gap[i]:.2f}" for i in (1, 2)]
        lines.append(f"| {genre} | {len(ours[genre])} | {len(humans[genre])} | " + " | ".join(cells) + " |")
    mine, theirs = (np.mean([pair[i] for pair in gaps], axis=0) for i in (0, 1))
    gap = abs(mine - theirs)
    lines.append(
        f"| **all genres, equal weight** | {total} | | **{mine[0]:.3f} / {theirs[0]:.3f} / {gap[0]:.3f}** | "
        f"**{100 * mine[1]:.2f} / {100 * theirs[1]:.2f} / {100 * gap[1]:.2f}** | "
        f"**{100 * mine[2]:.2f} / {100 * theirs[2]:.2f} / {100 * gap[2]:.2f}** |"
    )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
