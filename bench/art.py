"""Covers measured: 100 made-up albums; titles read back by OCR at 300, 150 and 80 px, contrast, lint, likeness, repetition.

    python bench/art.py [--albums 100] [--looks 4] [--rows ROWS.jsonl] [--out bench/art.md]

Each album is written to ROWS as soon as it is measured; running again with the same ROWS goes on where it stopped.
OCR is Tesseract (apt-get install tesseract-ocr tesseract-ocr-{fra,deu,rus,ell,jpn,heb} and the extra `bench`); nothing else uses it.
"""

from __future__ import annotations

import argparse
import base64
import json
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pytesseract
from PIL import Image

from albumen.art.cover import candidates, finish, likeness
from albumen.art.facts import AlbumFacts, SongFacts
from albumen.art.formats import STORE_BYTES
from albumen.art.layout import Page
from albumen.art.lint import lint_cover
from albumen.art.music_view import view_music
from albumen.art.picture import Pixels, resized, write_jpeg
from albumen.art.shortlist import shortlist
from albumen.work.digest import digest_bytes
from albumen.work.seed import Seed

SIZES = (300, 150, 80)
_CAPITAL = 40  # pixels, as the reader likes it
MOST_ERRORS, LEAST_CONTRAST = 0.10, 4.5
# (kind, language of Tesseract, title)
TITLES = (
    ("short", "eng", "Io"),
    ("short", "eng", "Burn"),
    ("short", "eng", "Night Bus"),
    ("short", "eng", "Harbour Lights"),
    ("short", "eng", "Machine-Made Passion"),
    ("short", "eng", "Paper Boats"),
    ("short", "eng", "Everything After Rain"),
    ("long", "eng", "Letters I Never Sent from the Northern Line"),
    ("long", "eng", "Songs for People Who Have Stopped Listening"),
    ("long", "eng", "What the River Said to the Old Stone Bridge"),
    ("60 letters", "eng", "The Long Way Round to a Place That Nobody Calls a Summer Yet"),
    ("60 letters", "eng", "Nine Small Arguments with the Sea and One Quiet Apology Too"),
    ("60 letters", "eng", "Everything That the Machine Remembers about the Human Hands"),
    ("accented", "fra", "Ça va être été"),
    ("accented", "fra", "Forêt décidée"),
    ("accented", "deu", "Über den Dächern"),
    ("accented", "deu", "Grüße aus Köln"),
    ("other script", "rus", "Ночной порт"),
    ("other script", "ell", "Φώτα στο λιμάνι"),
    ("other script", "jpn", "夜の港"),
    ("other script", "heb", "אורות הנמל"),
)
THEMES = (
    "a harbour at night",
    "joy in a summer garden",
    "fire and rage in the city",
    "snow, silence",
    "blue eyes, dark background",
    "a red background",
    "old machines that dream",
)
GENRES = ("folk", "pop", "electronic", "classical", "jazz", "rock", "ambient")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One cover, measured."""

    kind: str
    title: str
    engine: str
    template: str
    person: str
    errors: tuple[float, ...]
    contrast: float
    faults: tuple[str, ...]
    choose_seconds: float
    finish_seconds: float
    looks: int
    thumb: str
    """The cover at 64 px: RGB bytes in base 64."""

    def pixels(self) -> Pixels:
        """The thumbnail."""
        return np.frombuffer(base64.b64decode(self.thumb), dtype=np.uint8).reshape(64, 64, 3)


def brief(place: int) -> tuple[AlbumFacts, np.ndarray]:
    """A made-up album and the notes of its song."""
    rng = Seed(place).child("brief").rng()
    song = SongFacts(
        title="s", minor=bool(rng.random() < 0.5), tempo_bpm=float(rng.uniform(60, 170)), energy=float(rng.random())
    )
    facts = AlbumFacts(
        title=TITLES[place % len(TITLES)][2],
        artist="Ada Quill",
        theme=THEMES[int(rng.integers(len(THEMES)))],
        genre=GENRES[int(rng.integers(len(GENRES)))],
        songs=(song,),
    )
    count = int(rng.integers(60, 300))
    start, pitch = np.arange(count) * 0.5, 48 + rng.integers(0, 30, count)
    notes = np.stack([start, np.full(count, 0.5), pitch, rng.random(count), np.zeros(count)], 1)
    return facts, notes


def character_errors(wanted: str, read: str) -> float:
    """Edit distance over length: letters and digits only, without case, accents kept."""
    a, b = (_letters(text) for text in (wanted, read))
    row = list(range(len(b) + 1))
    for i, one in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (one != other))
    return min(1.0, row[-1] / max(1, len(a)))


def _letters(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFC", text).casefold() if letter.isalnum())


def title_errors(page: Page, title: str, language: str, side: int) -> float:
    """Errors in what is read of the title on a cover of `side` pixels.

    The reader gets the title's part of the thumbnail with some air, its capitals brought to the height that it was made for,
    once as it is and once reversed, since it was taught on dark letters; where to look is told, for the question is whether
    the letters can be read. The better reading counts.
    """
    small = resized(page.pixels, side, side)
    share, air = side / page.pixels.shape[0], max(3, round(0.03 * side))
    left, top, right, bottom = (round(value * share) for value in page.title_box)
    part = small[max(0, top - air) : bottom + air, max(0, left - air) : right + air]
    if bottom - top > 2.2 * (right - left):  # set upwards
        part = np.ascontiguousarray(np.rot90(part, -1))
    scale = _CAPITAL / (page.cap_share * side)
    size = (round(part.shape[1] * scale), round(part.shape[0] * scale))
    grey = Image.fromarray(part).convert("L").resize(size, Image.Resampling.BICUBIC)
    readings = []
    for picture in (grey, Image.eval(grey, lambda value: 255 - value)):
        read = pytesseract.image_to_string(picture, lang=language, config="--psm 6")
        readings.append(character_errors(title, read))
    return min(readings)


def measured(place: int, looks: int, folder: Path) -> Row:
    """One album's cover."""
    facts, notes = brief(place)
    kind, language, title = TITLES[place % len(TITLES)]
    music = view_music(notes)
    start = time.process_time()
    chosen = shortlist(candidates(facts, music, Seed(place), looks=looks))[0]
    middle = time.process_time()
    page = finish(chosen, facts, music)
    end = time.process_time()
    path = folder / "cover.jpg"
    write_jpeg(path, page.pixels, most_bytes=STORE_BYTES)
    return Row(
        kind=kind,
        title=title,
        engine=chosen.identity.engine,
        template=page.template,
        person=chosen.identity.person,
        errors=tuple(title_errors(page, title, language, side) for side in SIZES),
        contrast=page.contrast,
        faults=tuple(fault.rule for fault in lint_cover(path, title=title, artist=facts.artist, page=page)),
        choose_seconds=middle - start,
        finish_seconds=end - middle,
        looks=looks,
        thumb=base64.b64encode(resized(page.pixels, 64, 64).tobytes()).decode(),
    )


def known(rows: Path) -> list[Row]:
    """The albums that were measured before."""
    if not rows.is_file():
        return []
    return [Row(**json.loads(line)) for line in rows.read_text(encoding="utf-8").splitlines()]


def repeats(place: int) -> bool:
    """Whether the same seed gives the same bytes, candidates and finished cover alike."""
    facts, notes = brief(place)

    def digest() -> str:
        music = view_music(notes)
        chosen = candidates(facts, music, Seed(place), looks=2)[0]
        return digest_bytes(chosen.page.pixels.tobytes() + finish(chosen, facts, music, side=600).pixels.tobytes())

    return digest() == digest()


def table(rows: list[Row], again: list[bool]) -> Iterator[str]:
    """The page of results."""
    thumbs = [row.pixels() for row in rows]
    alike = np.array([likeness(one, other) for place, one in enumerate(thumbs) for other in thumbs[:place]])
    distance = 1 - alike
    yield f"# Covers\n\n{len(rows)} made-up albums, the first cover of each shortlist, out of {min(row.looks for row in rows)} looks in all templates, painted at 3000 px. Made by `bench/art.py`.\n"
    yield "## Titles read back\n\nShare of wrong characters (edit distance, letters and digits, without case), mean over the covers.\n"
    yield "| title | covers | 300 px | 150 px | 80 px | without an error at 150 px |\n|---|---|---|---|---|---|"
    for kind in [*dict.fromkeys(row.kind for row in rows), "all"]:
        chosen = [row for row in rows if kind in (row.kind, "all")]
        means = " | ".join(f"{np.mean([row.errors[size] for row in chosen]):.1%}" for size in range(len(SIZES)))
        clean = np.mean([row.errors[1] == 0 for row in chosen])
        yield f"| {kind} | {len(chosen)} | {means} | {clean:.0%} |"
    worst = sorted(rows, key=lambda row: -row.errors[1])[:6]
    told = "; ".join(f"{row.errors[1]:.0%} {row.title!r} ({row.person}, {row.template}, {row.engine})" for row in worst)
    yield f"\nThe worst at 150 px: {told}.\n"
    yield "## What else was asked\n\n| measure | asked | measured |\n|---|---|---|"
    mean = np.mean([row.errors[1] for row in rows])
    yield f"| character errors at 150 px, mean | at most {MOST_ERRORS:.0%} | {mean:.1%} |"
    contrasts = [row.contrast for row in rows]
    yield f"| contrast of type, least and mean | at least {LEAST_CONTRAST} | {min(contrasts):.1f}, {np.mean(contrasts):.1f} |"
    faults = Counter(fault for row in rows for fault in row.faults)
    yield f"| covers with a fault of cover-lint | 0 | {sum(bool(row.faults) for row in rows)} {dict(faults) or ''} |"
    spread = f"{distance.min():.2f}, {np.quantile(distance, 0.01):.2f}, {np.median(distance):.2f}"
    yield f"| distance of two albums (0 equal, 1 nothing in common), least, lowest 1 %, median of {len(alike)} pairs | above 0 | {spread} |"
    yield f"| same seed, same bytes | always | {sum(again)} of {len(again)} |"
    finish_times = [row.finish_seconds for row in rows]
    yield f"| the cover at 3000 px, processor seconds | - | mean {np.mean(finish_times):.1f}, most {max(finish_times):.1f} |"
    for name in ("engine", "template", "person"):
        counts = Counter(getattr(row, name) for row in rows).most_common()
        yield f"\n{name}s chosen: {', '.join(f'{each} {count}' for each, count in counts)}"


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--albums", type=int, default=100)
    parser.add_argument("--looks", type=int, default=4, help="looks a cover is chosen from, each in all templates")
    parser.add_argument("--rows", type=Path, default=Path("art-rows.jsonl"), help="where to keep what is measured")
    parser.add_argument("--repeats", type=int, default=5, help="albums made twice to compare the bytes")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".md"))
    given = parser.parse_args()
    rows = known(given.rows)
    with tempfile.TemporaryDirectory() as folder:
        for place in range(len(rows), given.albums):
            rows.append(measured(place, given.looks, Path(folder)))
            with given.rows.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(rows[-1]), ensure_ascii=False) + "\n")
            print(place, rows[-1].title, rows[-1].engine, rows[-1].template, rows[-1].errors, rows[-1].faults, flush=True)
    lines = table(rows, [repeats(place) for place in range(given.repeats)])
    given.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
