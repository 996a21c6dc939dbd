"""A hundred songs by the rules, all styles, all lengths: none may have a fault. Writes `bench/compose_health.md`.

python bench/compose_health.py [SONGS]
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

from albumen.album.brief import Brief
from albumen.compose.critics.house import house_critics
from albumen.compose.critics.soundness import song_faults
from albumen.compose.rules.writer import RulesWriter
from albumen.compose.song import compose_song
from albumen.compose.song_plan import plan_song
from albumen.compose.style_file import style_names

OUT = Path(__file__).with_suffix(".md")


def main(songs: int, takes: int) -> None:
    critics = house_critics() if takes > 1 else ()
    names = style_names()
    faults: Counter[str] = Counter()
    rows: dict[str, list[float]] = {}
    bad = 0
    for number in range(songs):
        style = names[number % len(names)]
        plan = plan_song(Brief(style=style, seed=1000 + number, title=f"{style} {number}"))
        started = time.perf_counter()
        score, _ = compose_song(plan, {"rules": RulesWriter()}, critics, takes=takes)
        spent = time.perf_counter() - started
        found = song_faults(score, plan)
        faults.update(found)
        bad += bool(found)
        row = rows.setdefault(style, [0.0, 0.0, 0.0, 0.0])
        notes = sum(len(part.notes) for part in score.parts)
        for place, value in enumerate((1.0, score.seconds, float(notes), spent)):
            row[place] += value
    lines = [
        "# Soundness of songs composed by rule",
        "",
        f"{songs} songs, {takes} take(s) a region: {bad} with a fault. Faults counted: notes out of range, too many",
        "voices, keys struck while they sound, notes held over eight bars, silent or uninvited parts, endings that hang,",
        "do not reach the root of the last chord or leave the pedal down. Made by `python bench/compose_health.py`.",
        "",
        "| style | songs | mean length, s | mean notes | seconds to compose |",
        "|---|---|---|---|---|",
    ]
    for style, (count, seconds, total, spent) in sorted(rows.items()):
        lines.append(f"| {style} | {count:.0f} | {seconds / count:.0f} | {total / count:.0f} | {spent / count:.1f} |")
    for fault, count in faults.most_common(20):
        lines.append(f"\n{count} x {fault}")
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
