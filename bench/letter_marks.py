"""Letter-like marks in the art: what a reader of scenes finds in pictures of every engine before any type is set on them.

    python bench/letter_marks.py [--seeds 2] [--portraits 12] [--paintings 24] [--data FOLDER] [--rows ROWS.jsonl] [--out MD]

Each picture is written to ROWS as soon as it is read; running again with the same ROWS goes on with what is lacking, and
several may run at once with different `--engines`. What the reader needs says `letter_reader.py`. The confidence is chosen on
pictures that hold no letters (phases scrambled; mirrored and laid on the side), never on the art itself.
"""

from __future__ import annotations

import argparse
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from art import brief
from letter_plants import CAPS, RATIOS, planted, scrambled, turned
from letter_reader import letters, readings
from PIL import Image

from albumen.art.engines import ENGINES
from albumen.art.identity import identities, settled
from albumen.art.look import drawn
from albumen.art.manners import MANNERS
from albumen.art.music_view import view_music
from albumen.art.painter import paint
from albumen.art.picture import Pixels, write_png
from albumen.work.seed import Seed

SIDE = 1000
NEGATIVE = ("scrambled", "turned")
MOST_FALSE = 0.02
"""Share of pictures without letters in which something may be read."""
RULES = {"three letters or more": 3, "one letter or more": 1}
Row = dict[str, Any]


def art_of(engine: str, seed: int) -> Pixels:
    """A made-up album's picture without type."""
    facts, notes = brief(seed * len(ENGINES) + list(ENGINES).index(engine))
    root = Seed(seed).child("letters", engine)
    identity = settled(replace(identities(facts, root, 1)[0], engine=engine), facts, root)
    return drawn(identity, view_music(notes), SIDE, root)


def engine_pictures(engine: str, seed: int) -> Iterator[tuple[str, Pixels, list[Row]]]:
    """The art, its two copies without letters, and its two copies with letters planted."""
    art = art_of(engine, seed)
    root = Seed(seed).child("letters", engine)
    yield "art", art, []
    yield "scrambled", scrambled(art, root), []
    yield "turned", turned(art), []
    for contrast in RATIOS:
        picture, plants = planted(art, contrast, root)
        yield contrast, picture, [asdict(plant) for plant in plants]


def portrait(place: int) -> Pixels:
    """A portrait by the net, as `albumen portrait` paints it, each in the next manner."""
    from albumen.models.portraits.condition import Wish
    from albumen.models.portraits.run import CANDIDATES, portrait_model
    from albumen.models.portraits.run_enlarger import Enlarger

    model, seed = portrait_model(), Seed(place).child("letters")
    best = model.choose(model.paint(Wish(), seed, CANDIDATES))[0]
    enlarged = Enlarger(model.folder / "enlarger.onnx").enlarge(best.picture)
    return paint(enlarged, SIDE, manner=list(MANNERS)[place % len(MANNERS)], seed=seed)


def people_paintings(folder: Path, count: int) -> Iterator[tuple[str, Pixels]]:
    """Paintings by people, spread over the collection, enlarged from 256 px."""
    with zipfile.ZipFile(folder / "paintings.zip") as store:
        names = sorted(name for name in store.namelist() if name.endswith(".jpg"))
        for place in np.linspace(0, len(names) - 1, count).astype(int):
            with store.open(names[place]) as file:
                small = Image.open(file).convert("RGB")
            yield names[place], np.asarray(small.resize((SIDE, SIDE), Image.Resampling.BICUBIC), dtype=np.uint8)


def found_in(row: Row, least: int, confidence: float) -> list[Row]:
    """The readings of a row with so many letters and so much confidence."""
    return [each for each in row["readings"] if letters(each["text"]) >= least and each["confidence"] >= confidence]


def confidence_for(rows: list[Row], least: int) -> float:
    """The least confidence at which few pictures without letters are said to hold some."""
    blank = [row for row in rows if row["kind"] in NEGATIVE]
    for confidence in np.arange(0.5, 1.0, 0.01):
        if np.mean([bool(found_in(row, least, confidence)) for row in blank]) <= MOST_FALSE:
            return round(float(confidence), 2)
    return 1.0


def is_found(plant: Row, found: list[Row]) -> bool:
    """Whether the middle of a find lies on the planted letters."""
    left, top, right, bottom = plant["box"]
    middles = (((each["box"][0] + each["box"][2]) / 2, (each["box"][1] + each["box"][3]) / 2) for each in found)
    return any(left - 0.01 <= x <= right + 0.01 and top - 0.01 <= y <= bottom + 0.01 for x, y in middles)


def table(rows: list[Row]) -> Iterator[str]:
    """The page of results."""
    limits = {rule: confidence_for(rows, least) for rule, least in RULES.items()}
    yield "# Letter-like marks in the art\n"
    yield (
        f"Pictures of {SIDE} px without type, read by PP-OCRv4 (detector and recogniser of letters in scenes) in colour and with evened "
        "contrast. Made by `bench/letter_marks.py`. A find is a reading of so many letters at the confidence "
        + ", ".join(f"{limit:.2f} ({rule})" for rule, limit in limits.items())
        + f": the least from 0.50 on at which at most {MOST_FALSE:.0%} of the scrambled and turned copies hold one.\n"
    )
    yield (
        "## Planted letters found\n\nThe middle of a find lies on the letters, whether or not they are read right. Real type of the house, "
        "at random places of every engine's art.\n"
    )
    yield "| planted | contrast | " + " | ".join(f"{cap} px capitals" for cap in CAPS) + " | by the rule |\n" + "|---" * (3 + len(CAPS)) + "|"
    for kind, rule in (("word", "three letters or more"), ("two letters", "one letter or more"), ("one letter", "one letter or more")):
        for contrast in RATIOS:
            cells = (_share_found(rows, kind, contrast, cap, RULES[rule], limits[rule]) for cap in CAPS)
            yield f"| {kind} | {contrast} ({RATIOS[contrast]:.0f} : 1) | {' | '.join(cells)} | {rule} |"
    yield "\n## Finds\n\n| pictures | read | " + " | ".join(f"with {rule}, of 100" for rule in RULES) + " | read as |\n" + "|---" * (3 + len(RULES)) + "|"
    for name, group in _groups(rows):
        yield _finds(name, group, limits)
    yield (
        f"\nNothing found in so few pictures means that, with 95 % odds, fewer than about 300 / n of 100 hold such marks ({_bound(rows):.0f} for all art "
        "together). Lone letters are found too seldom, and too often where none are, for that rule to say much.\n"
    )


def _bound(rows: list[Row]) -> float:
    return 300 / max(3, sum(row["kind"] == "art" for row in rows))


def _share_found(rows: list[Row], kind: str, contrast: str, cap: int, least: int, limit: float) -> str:
    hits = [
        is_found(plant, found_in(row, least, limit))
        for row in rows
        if row["kind"] == contrast
        for plant in row["plants"]
        if (plant["kind"], plant["cap"]) == (kind, cap)
    ]
    return f"{np.mean(hits):.0%} of {len(hits)}" if hits else "-"


def _groups(rows: list[Row]) -> Iterator[tuple[str, list[Row]]]:
    art = [row for row in rows if row["kind"] == "art"]
    for engine in ENGINES:
        yield f"art, {engine}", [row for row in art if row["engine"] == engine]
    yield "**art, all engines**", art
    yield "**portraits of `albumen portrait`**", [row for row in rows if row["kind"] == "portrait"]
    yield "copies, phases scrambled", [row for row in rows if row["kind"] == "scrambled"]
    yield "copies, mirrored and on the side", [row for row in rows if row["kind"] == "turned"]
    yield "paintings by people", [row for row in rows if row["kind"] == "painting"]


def _finds(name: str, group: list[Row], limits: dict[str, float]) -> str:
    if not group:
        return f"| {name} | 0 |" + " - |" * (1 + len(RULES))
    found = {rule: [found_in(row, least, limits[rule]) for row in group] for rule, least in RULES.items()}
    shares = " | ".join(f"{100 * np.mean([bool(each) for each in finds]):.0f}" for finds in found.values())
    texts = dict.fromkeys(each["text"].replace("|", "/") for finds in found.values() for row in finds for each in row)
    return f"| {name} | {len(group)} | {shares} | {', '.join(texts)} |"


def known(path: Path) -> list[Row]:
    """What was read before."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []


def keep_finds(row: Row, picture: Pixels, folder: Path) -> None:
    """The places where something was read, with some air, to be looked at."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, each in enumerate(row["readings"]):
        left, top, right, bottom = (round(share * SIDE) for share in each["box"])
        part = picture[max(0, top - 30) : bottom + 30, max(0, left - 30) : right + 30]
        write_png(folder / f"{row['kind']}-{row['engine']}-{row['seed']}-{number}.png", np.ascontiguousarray(part))


def wanted(given: argparse.Namespace) -> Iterator[tuple[str, int, Callable[[], Iterator[tuple[str, Pixels, list[Row]]]]]]:
    """Every picture or set of pictures to be read: engine, seed, and how it comes about."""
    for seed in range(given.seeds):
        for engine in given.engines:
            yield engine, seed, lambda engine=engine, seed=seed: engine_pictures(engine, seed)  # type: ignore[misc]
    for place in range(given.portraits):
        yield "portrait net", place, lambda place=place: iter([("portrait", portrait(place), [])])  # type: ignore[misc]
    if given.data:
        for name, picture in people_paintings(given.data, given.paintings):
            yield name, 0, lambda picture=picture: iter([("painting", picture, [])])  # type: ignore[misc]


def main() -> None:
    """Read what is lacking and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engines", nargs="*", default=list(ENGINES))
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--portraits", type=int, default=12)
    parser.add_argument("--paintings", type=int, default=24)
    parser.add_argument("--data", type=Path, help="a folder with paintings.zip, for paintings by people")
    parser.add_argument("--rows", type=Path, default=Path("letter-rows.jsonl"), help="where to keep what is read")
    parser.add_argument("--crops", type=Path, help="where to lay what is read in art and portraits, to be looked at")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".md"))
    given = parser.parse_args()
    done = {(row["engine"], row["seed"]) for row in known(given.rows)}
    for engine, seed, pictures in wanted(given):
        if (engine, seed) in done:
            continue
        fresh: list[Row] = []
        for kind, picture, plants in pictures():
            fresh.append({"kind": kind, "engine": engine, "seed": seed, "plants": plants, "readings": readings(picture)})
            if given.crops and kind in ("art", "portrait"):
                keep_finds(fresh[-1], picture, given.crops)
        with given.rows.open("a", encoding="utf-8") as file:
            file.write("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in fresh))
        print(engine, seed, flush=True)
    given.out.write_text("\n".join(table(known(given.rows))) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
