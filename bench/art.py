"""The picture studio measured: candidates, title read back by OCR at 300, 150 and 80 px, contrast, lint, likeness.

    python bench/art.py [--albums 20] [--paint impressionist]

Writes bench/art.md. OCR needs `rapidocr-onnxruntime`, which is used nowhere else.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

import numpy as np

from albumen.art.cover import candidates, finish, likeness, shortlist
from albumen.art.facts import AlbumFacts, SongFacts
from albumen.art.formats import STORE_BYTES
from albumen.art.lint import lint_cover
from albumen.art.music_view import view_music
from albumen.art.painter import paint
from albumen.art.picture import Pixels, resized, write_jpeg
from albumen.work.seed import Seed

TITLES = (
    "Io",
    "Harbour Lights",
    "Ça va être été",
    "The Long Way Round to a Place That Nobody Calls Summer Yet",
    "Burn",
)
THEMES = (
    "a harbour at night",
    "joy in a summer garden",
    "fire and rage in the city",
    "snow, silence",
    "blue eyes, dark background",
)
GENRES = ("folk", "pop", "electronic", "classical", "jazz")


def brief(place: int) -> tuple[AlbumFacts, np.ndarray]:
    rng = Seed(place).child("brief").rng()
    song = SongFacts(
        title="s", minor=bool(rng.random() < 0.5), tempo_bpm=float(rng.uniform(60, 170)), energy=float(rng.random())
    )
    facts = AlbumFacts(
        title=TITLES[place % 5],
        artist="Ada Quill",
        theme=THEMES[int(rng.integers(5))],
        genre=GENRES[int(rng.integers(5))],
        songs=(song,),
    )
    count = int(rng.integers(60, 300))
    notes = np.stack(
        [
            np.arange(count) * 0.5,
            np.full(count, 0.5),
            48 + rng.integers(0, 30, count),
            rng.random(count),
            np.zeros(count),
        ],
        1,
    )
    return facts, notes


def character_errors(wanted: str, read: str) -> float:
    """Edit distance over length, letters and digits only, without case."""
    a, b = ("".join(letter for letter in text.lower() if letter.isalnum()) for text in (wanted, read))
    row = list(range(len(b) + 1))
    for i, one in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (one != other))
    return min(1.0, row[-1] / max(1, len(a)))


def title_errors(reader: object, pixels: Pixels, facts: AlbumFacts, side: int) -> float:
    """Errors of the title in what is read; shown to the reader at twice the thumbnail's size, as a screen does."""
    small = resized(resized(pixels, side, side), 3 * side, 3 * side)
    found, _ = reader(small)  # type: ignore[operator]
    lines = [text for _, text, _ in found or []]
    joined = "".join(lines)
    artist = facts.artist.replace(" ", "")
    choices = [joined, joined.replace(facts.artist, "").replace(artist, ""), *(line for line in lines)]
    without = "".join(line for line in lines if character_errors(artist, line) > 0.4)
    return min(character_errors(facts.title, text) for text in [*choices, without])


def main() -> None:
    from rapidocr_onnxruntime import RapidOCR

    parser = argparse.ArgumentParser()
    parser.add_argument("--albums", type=int, default=10)
    parser.add_argument("--looks", type=int, default=14)
    parser.add_argument("--paint", default="")
    given = parser.parse_args()
    reader = RapidOCR()
    errors: dict[int, list[float]] = {300: [], 150: [], 80: []}
    contrasts, faults, covers, seconds = [], 0, [], []
    with tempfile.TemporaryDirectory() as folder:
        for place in range(given.albums):
            facts, notes = brief(place)
            music = view_music(notes)
            start = time.process_time()
            chosen = shortlist(candidates(facts, music, Seed(place), looks=given.looks))
            seconds.append(time.process_time() - start)
            page = finish(chosen[0], facts, music)
            path = Path(folder) / "cover.jpg"
            write_jpeg(path, page.pixels, most_bytes=STORE_BYTES)
            found = lint_cover(path, title=facts.title, artist=facts.artist, page=page)
            faults += bool(found)
            contrasts.append(page.contrast)
            covers.append(resized(page.pixels, 64, 64))
            for side, values in errors.items():
                values.append(title_errors(reader, page.pixels, facts, side))
            print(
                place,
                facts.title,
                page.template,
                found,
                [round(values[-1], 2) for values in errors.values()],
                flush=True,
            )
    alike = [likeness(one, other) for place, one in enumerate(covers) for other in covers[:place]]
    lines = [
        "# Covers",
        "",
        f"{given.albums} made-up albums, the first cover of each shortlist.",
        "",
        "| measure | value |",
        "|---|---|",
    ]
    lines += [
        f"| title read back at {side} px, character errors | {np.mean(values):.1%} |" for side, values in errors.items()
    ]
    lines += [
        f"| least contrast of type | {min(contrasts):.1f} |",
        f"| covers with a fault of cover-lint | {faults} |",
        f"| likeness of two albums, mean and highest (1 = equal) | {np.mean(alike):.2f}, {max(alike):.2f} |",
        f"| candidates and sheet of 12, processor seconds, mean | {np.mean(seconds):.1f} |",
    ]
    if given.paint:
        start, processor = time.perf_counter(), time.process_time()
        paint(resized(covers[0], 256, 256), 4700, manner=given.paint, seed=Seed(1))
        lines.append(
            f"| 4,700 px {given.paint} painting | {time.perf_counter() - start:.0f} s wall, "
            f"{time.process_time() - processor:.0f} s processor, {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB |"
        )
    Path(__file__).with_suffix(".md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
