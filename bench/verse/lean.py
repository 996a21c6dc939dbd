"""Count which words, which two neighbours, which heads and ends of lines written poems hold too often or too seldom, and correct
what `leanings.txt` says.

Run: `python bench/verse/lean.py POEMS.jsonl PACKED_FOLDER` after `write_poems.py --briefs bench/verse/briefs-lean.txt`, once or
twice. Human shares are those of the training poems, dialect and archaic spellings aside; neither the poems that are measured nor
the held-out half that judges is read.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from measure_poems import human_poems

from albumen.models.verse.prepare import Packed, load_packed
from albumen.models.verse.text import tokens_of
from albumen.verse import leanings
from albumen.verse.decoder import CLOSING_MARKS
from albumen.verse.theme import PERSONS, TENSES
from albumen.verse.wordtable import WORN, WordTable

STEP = 0.3  # share of the difference that one round corrects: words push each other aside
PLACED_STEP = 0.6  # pairs and ends do less
HEAD_STEP = 0.2  # heads do more: a nat there is four in the share of lines that begin so
LOWEST, HIGHEST = -2.5, 1.2
LEAST_SEEN, LEAST_PAIRS, LEAST_BRIEFS, LEAST_NATS = 8, 4, 4, 0.15
ROWS = 12_000
# Left alone: worn words, and those by which each poem chooses who speaks and when.
CHOSEN = WORN.union(*(words.split() for words in PERSONS.values()), *TENSES)


def said(poem: Sequence[Sequence[str]]) -> Iterator[list[str]]:
    """Of every line (tokens with marks) its words, its pairs of neighbours, and its first and last words as such.

    Lines with unknown words and refrains said again are passed over.
    """
    seen = set()
    for before, line in pairwise([[leanings.AT_START], *poem]):
        words = [token for token in line if is_word(token)]
        if tuple(line) in seen or "<unk>" in line:
            continue
        seen.add(tuple(line))
        yield [
            *words,
            *map(" ".join, pairwise(words)),
            *(f"{head_after(before)} {word}" for word in words[:1]),
            *(f"{word} {leanings.LINE_END}" for word in words[-1:]),
        ]


def is_word(token: str) -> bool:
    """Whether a token is no mark."""
    return any(letter.isalpha() for letter in token)


def head_after(line: Sequence[str]) -> str:
    """Which head a line has that comes after this one."""
    last = line[-1]
    if last in CLOSING_MARKS:
        return leanings.AT_START
    return leanings.AFTER_NONE if is_word(last) else leanings.AFTER_MARK


def counted_poems(poems: Path) -> tuple[Counter[str], dict[str, set[int]]]:
    """How often written poems hold each word and pair, and in poems to which briefs; a refrain counts once a poem."""
    counts: Counter[str] = Counter()
    briefs: dict[str, set[int]] = defaultdict(set)
    for row in map(json.loads, poems.read_text(encoding="utf-8").splitlines()):
        for found in said([tokens_of(line.lower()) for line in row["lines"]]):
            counts.update(found)
            for words in found:
                briefs[words].add(row["brief"])
    return counts, briefs


def counted_people(packed: Packed) -> Counter[str]:
    """How often human poems hold each word and pair, by a share of the training rows."""
    rows = np.random.default_rng(3).permutation(len(packed.train))[:ROWS]
    poems = human_poems(packed, packed.train[np.sort(rows)], whole=True)
    return Counter(words for poem in poems for line in said(poem) for words in line)


def left_alone(packed: Packed) -> set[str]:
    """Words that are not corrected: those each poem chooses itself, and those it may not hold."""
    table = WordTable(packed.vocabulary)
    barred = table.archaic | table.unfit | table.dialect | ~table.is_word
    return CHOSEN.union(packed.vocabulary.tokens[place] for place in np.flatnonzero(barred))


def corrected(
    told: Mapping[str, float], ours: Counter[str], briefs: Mapping[str, set[int]], human: Counter[str], skipped: set[str]
) -> dict[str, float]:
    """The leanings after one round: every share moved some way towards the human one."""
    share = singles(ours) / singles(human)
    after = dict(told)
    for words in {*ours, *told, *human} - skipped - {f"{head} {word}" for head in leanings.HEADS for word in skipped}:
        expected = human[words] * share
        opens = words.split(" ")[0] in leanings.HEADS
        placed = " " in words and not opens  # beside another word, or at a line's end
        often = ours[words] >= (LEAST_PAIRS if placed else LEAST_SEEN) and len(briefs.get(words, ())) >= LEAST_BRIEFS
        if often or words in told or (expected >= LEAST_SEEN and not placed):
            excess = math.log((ours[words] + 1) / (expected + 1))
            step = HEAD_STEP if opens else PLACED_STEP if placed else STEP
            nats = told.get(words, 0.0) - step * excess
            after[words] = min(0.0 if placed else HIGHEST, max(LOWEST, nats))
    return after


def singles(counts: Counter[str]) -> int:
    """How many words were counted, pairs aside."""
    return sum(count for words, count in counts.items() if " " not in words)


def main() -> None:
    """Read, correct, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("poems", type=Path)
    parser.add_argument("packed", type=Path)
    given = parser.parse_args()
    file = Path(leanings.__file__).with_name(leanings.FILE)
    packed = load_packed(given.packed)
    ours, briefs = counted_poems(given.poems)
    told = leanings.read_leanings(file.read_text("utf-8")) if file.is_file() else {}
    after = corrected(told, ours, briefs, counted_people(packed), left_alone(packed))
    kept = sorted((word, nats) for word, nats in after.items() if abs(nats) >= LEAST_NATS)
    file.write_text("".join(f"{word}\t{nats:.2f}\n" for word, nats in kept), encoding="utf-8")
    print(len(kept), "words and pairs; most held down:", sorted(kept, key=lambda row: row[1])[:12])


if __name__ == "__main__":
    main()
