"""Is one machine's collection as various as one poet's? Fifty poems of ours against fifty poems of each of many poets.

Run: `python bench/verse/one_poet.py POEMS.jsonl DATA/poetry [--out bench/verse/one_poet.md]`. DATA is the folder of
`poems-*.jsonl.gz`. A table over many authors at once (`results.md`) asks more of one writer than people give: each has own
words and rhymes. Poets born from 1800 on with fifty poems or more; of every poem as many lines as ours has at that place,
refrains once. Ours: one poem a brief.

distinct words, pairs   of the first words of the collection, as many for all
pairs again             share of a poem's word pairs that another poem of the collection has
self-BLEU               mean BLEU-2 of a poem against all others of the collection
rhymes again            share of rhyme pairs (perfect, neighbouring or alternate lines) that another poem has
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from albumen.models.verse.prepare import read_poems
from albumen.models.verse.text import words_of
from albumen.verse.poet import open_poet
from albumen.verse.rhyme import allowed, level_of
from albumen.verse.wordtable import WordTable

POEMS, WORDS, LEAST_LINES = 50, 3000, 4
Poem = list[list[str]]
MEASURES = ("distinct words, %", "distinct pairs, %", "pairs again, %", "self-BLEU-2", "rhymes again, %")


def pairs_of(poem: Poem) -> Counter[tuple[str, str]]:
    """Word pairs within lines."""
    return Counter(pair for line in poem for pair in zip(line, line[1:], strict=False))


def rhymes_of(poem: Poem, table: WordTable) -> set[frozenset[str]]:
    """Pairs of different end words of lines one or two apart that rhyme perfectly."""
    ends = [line[-1] for line in poem]
    found = set()
    for one, other in [*zip(ends, ends[1:], strict=False), *zip(ends, ends[2:], strict=False)]:
        first, second = (table.endings[table.vocabulary.number(word)] for word in (one, other))
        if one != other and first and second and allowed(level_of(first[0], second[0]), "perfect"):
            found.add(frozenset((one, other)))
    return found


def measured(poems: Sequence[Poem], table: WordTable) -> tuple[float, ...]:
    """The measures of one collection."""
    words = [word for poem in poems for line in poem for word in line][:WORDS]
    pairs = list(zip(words, words[1:], strict=False))
    bags = [pairs_of(poem) for poem in poems]
    singles = [Counter(word for line in poem for word in line) for poem in poems]
    spread = Counter(pair for bag in bags for pair in bag)
    heard = Counter(word for bag in singles for word in bag)
    again, bleu = [], []
    for bag, single in zip(bags, singles, strict=True):
        if not bag:
            continue
        kept = sum(count for pair, count in bag.items() if spread[pair] > 1) / sum(bag.values())
        known = sum(count for word, count in single.items() if heard[word] > 1) / sum(single.values())
        again.append(kept)
        bleu.append(np.sqrt(kept * known))
    rhymes = [rhymes_of(poem, table) for poem in poems]
    counts = Counter(pair for found in rhymes for pair in found)
    total = sum(counts.values())
    repeated = sum(count for count in counts.values() if count > 1) / total if total >= 20 else float("nan")
    return (
        100 * len(set(words)) / len(words), 100 * len(set(pairs)) / len(pairs), 100 * float(np.mean(again)),
        float(np.mean(bleu)), 100 * repeated,
    )  # fmt: skip


def lines_of(text: Sequence[str], most: int) -> Poem:
    """Different lines as words, at most so many."""
    return [words for line in list(dict.fromkeys(text))[:most] if (words := words_of(line))]


def main() -> None:
    """Measure ours and every poet's, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("poems", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    table = open_poet().table
    ours: dict[int, Poem] = {}
    for row in map(json.loads, given.poems.read_text(encoding="utf-8").splitlines()):
        ours.setdefault(row["brief"], lines_of(row["lines"], 99))
    mine = list(ours.values())[:POEMS]
    books: dict[str, list[list[str]]] = defaultdict(list)
    for poem in read_poems(given.data):
        if (poem.get("born") or 0) >= 1800 and poem.get("author") not in (None, "", "Various", "Anonymous") and poem["lines"] >= LEAST_LINES:
            books[poem["author"]].append([line for line in poem["text"].splitlines() if line.strip()])
    rng = np.random.default_rng(5)
    rows = []
    for author in sorted(books):
        if len(books[author]) < POEMS:
            continue
        chosen = [books[author][place] for place in rng.permutation(len(books[author]))[:POEMS]]
        poems = [lines_of(text, max(LEAST_LINES, len(own))) for text, own in zip(chosen, mine, strict=True)]
        if sum(len(line) for poem in poems for line in poem) >= WORDS:
            rows.append(measured(poems, table))
    theirs, own = np.array(rows), measured(mine, table)
    lines = [
        f"{POEMS} poems of ours, one a brief, against {POEMS} each of {len(rows)} poets born from 1800 on (`one_poet.py`).",
        "", "| what | ours | poets: 5 %, median, 95 % | poets less various than ours, % |", "|---|---|---|---|",
    ]  # fmt: skip
    for place, name in enumerate(MEASURES):
        column = theirs[:, place][~np.isnan(theirs[:, place])]
        worse = column < own[place] if name.startswith("distinct") else column > own[place]
        low, middle, high = np.percentile(column, (5, 50, 95))
        lines.append(f"| {name} | {own[place]:.3g} | {low:.3g}, {middle:.3g}, {high:.3g} | {100 * worse.mean():.0f} |")
    text = "\n".join(lines) + "\n"
    print(text)
    if given.out:
        given.out.write_text("# As various as one poet?\n\n" + text, encoding="utf-8")


if __name__ == "__main__":
    main()
