"""A blind reading: thirty written quatrains, ten human ones and ten of the bare counting model, shuffled and stripped alike.

`python bench/verse/readability.py make POEMS.jsonl PACKED SEED` writes `blind.txt` (texts by number) and `key.json` (another seed for every
reading, so that nobody knows the human stanzas from the last one);
`... score [FOLDER]` reads every `scores*.txt` there (number and mark 1-5 a line, a file a reader) and prints the means. Marks: 1 word salad, 2 phrases but no sense,
3 lines make sense and the stanza half does, 4 reads well with a stumble, 5 could be printed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from albumen.models.verse.ngram import load_ngram
from albumen.models.verse.prepare import load_packed
from albumen.models.verse.text import words_of
from albumen.verse.decoder import Asked, LineFinder
from albumen.verse.forms import load_form
from albumen.verse.poet import open_poet, weights_folder
from albumen.work.seed import Seed

HERE = Path(__file__).parent
QUATRAINS = (
    "quatrains-abab",
    "quatrains-abba",
    "quatrains-aabb",
    "quatrains-abcb",
    "common-metre",
    "ballad",
    "sonnet-shakespearean",
)


def written(poems: Path, rng: np.random.Generator, count: int = 30) -> list[str]:
    """Opening stanzas of four lines, as evenly from all poems as there are."""
    rows = [json.loads(line) for line in poems.read_text(encoding="utf-8").splitlines()]
    stanzas = [row["lines"][start : start + 4] for row in rows if row["form"] in QUATRAINS for start in (0, 4, 8)]
    return [bare(stanzas[int(place)]) for place in rng.permutation(len(stanzas))[:count]]


def bare(lines: list[str]) -> str:
    """Lower-case words alone: punctuation and capitals would tell the hands apart."""
    return "\n".join(" ".join(words_of(line)) for line in lines)


def human(packed_folder: Path, rng: np.random.Generator, count: int = 10) -> list[str]:
    """Four lines in a row from held-out rhymed poems in modern voices, with no unknown word."""
    packed = load_packed(packed_folder)
    vocabulary = packed.vocabulary
    found: list[str] = []
    for place in rng.permutation(len(packed.valid)):
        text = " ".join(vocabulary.tokens[token] for token in packed.valid[place])
        for chunk in text.split("<poem>")[1:]:
            head, _, body = chunk.partition("<body>")
            if "<rhymed>" not in head or not ("<new>" in head or "<mid>" in head):
                continue
            stanza = body.split("<stanza>")[0]
            lines = [
                part
                for part in "".join(f"\n{p}" if p.startswith("<s") else f" {p}" for p in stanza.split()).split("\n")
                if part
            ]
            if len(lines) >= 4 and "<unk>" not in stanza and len(found) < count:
                found.append(bare([line.partition(">")[2] for line in lines[:4]]))
                break
        if len(found) == count:
            break
    return found


def baseline(seed: Seed, count: int = 10) -> list[str]:
    """Quatrains of the counting model alone: no images, no second reader, rhyme and metre as ever."""
    poet = open_poet()
    counts = load_ngram(weights_folder() / "r2l.ngram", poet.table.vocabulary)
    finder = LineFinder(counts, None, poet.table, poet.finder.sieve)
    number = poet.table.vocabulary.number
    head = [number(name) for name in ("<poem>", "<new>", "<iambic>", "<rhymed>", "<theme>", "<body>")]
    nothing, banned = np.zeros(len(poet.table.vocabulary)), poet.table.unfit | poet.table.archaic | poet.table.dialect
    slots = load_form("quatrains-abab", repeat=1).slots
    found = []
    for poem in range(count):
        lines: list[tuple[int, ...]] = []
        for place in range(len(slots)):
            ends = (
                poet.table.partners(next_end(lines[place - 2], poet), "perfect")
                if place >= 2
                else poet.table.family_sizes >= 8
            )
            asked = Asked(
                pattern="wswswsws",
                bonus=nothing,
                wishes=nothing,
                openers=nothing,
                banned=banned,
                ends=ends & ~poet.table.poor_end,
            )
            choice = finder.find(
                asked, head, [[number("<s8>"), *line] for line in lines], seed.child(poem, place).rng(), beam=32
            )
            lines.append(choice[0].tokens)
        found.append(
            "\n".join(
                " ".join(poet.table.vocabulary.tokens[t] for t in line if poet.table.is_word[t]) for line in lines
            )
        )
    return found


def next_end(line: tuple[int, ...], poet: object) -> int:
    """The last word of a line of tokens."""
    return next(token for token in reversed(line) if poet.table.is_word[token])  # type: ignore[attr-defined]


def make(poems: Path, packed: Path, seed: int) -> None:
    """Shuffle all hands and write the texts and, apart, the key."""
    rng = np.random.default_rng(seed)
    texts = [("written", text) for text in written(poems, rng)] + [("human", text) for text in human(packed, rng)]
    texts += [("counts alone", text) for text in baseline(Seed(seed))]
    order = rng.permutation(len(texts))
    blind = "\n\n".join(f"[{number}]\n{texts[place][1]}" for number, place in enumerate(order, start=1))
    (HERE / "blind.txt").write_text(blind + "\n", encoding="utf-8")
    key = {str(number): texts[place][0] for number, place in enumerate(order, start=1)}
    (HERE / "key.json").write_text(json.dumps(key, indent=0) + "\n", encoding="utf-8")


def score(folder: Path) -> None:
    """Mean marks by reader and hand."""
    key = json.loads((folder / "key.json").read_text(encoding="utf-8"))
    for reader in sorted(folder.glob("scores*.txt")):
        marks: dict[str, list[float]] = {}
        for line in reader.read_text(encoding="utf-8").splitlines():
            number, mark = line.split()
            marks.setdefault(key[number], []).append(float(mark))
        for hand, given in sorted(marks.items()):
            print(f"{reader.stem}, {hand}: mean {np.mean(given):.2f} of {len(given)}, from {min(given):g} to {max(given):g}")


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
    else:
        score(Path(sys.argv[2]) if len(sys.argv) > 2 else HERE)
