"""How fast a song becomes sound: stems, one changed part, mix; seconds of song per second of work, and peak memory.

python bench/sound_speed.py SCORE.json [--workers 2]
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from albumen.score.json_score import read_score_json
from albumen.sound.auto_mix import plan_mix
from albumen.sound.mix_song import mix_song
from albumen.sound.stem_source import stem_levels
from albumen.sound.stems import render_stems


def timed(what: str, song_seconds: float, work: Callable[[], Any]) -> Any:
    """Do the work and print its wall and processor time."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"| {what} | {wall:.1f} | {cpu:.1f} | {song_seconds / wall:.0f} | {song_seconds / cpu:.0f} |", flush=True)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("score", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    score = read_score_json(options.score)
    first = next(part for part in score.parts if len(part.notes))
    changed = score.with_part(first.replace(notes=first.notes.shifted(semitones=1)))
    print(f"{score.title or options.score.parent.name}: {score.seconds:.0f} s, {len(score.parts)} parts\n")
    print("| what | wall s | cpu s | x real time (wall) | x real time (cpu) |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        stems = timed("all stems", score.seconds, lambda: render_stems(score, folder, workers=options.workers))
        timed("one part changed", score.seconds, lambda: render_stems(changed, folder, workers=options.workers))
        mix = plan_mix(score, stem_levels(stems))
        timed("mix", score.seconds, lambda: mix_song(stems, mix, folder / "mix.w64"))
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
