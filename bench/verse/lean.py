"""Count which words, and which two neighbours, written poems hold too often or too seldom, and correct what `leanings.txt` says.

Run: `python bench/verse/lean.py POEMS.jsonl PACKED_FOLDER` after `write_poems.py --briefs bench/verse/briefs-lean.txt`, once or
twice. Human shares are those of the training poems, dialect and archaic spellings aside; neither the poems that are measured nor
the held-out half that judges is read.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from measure_poems import human_poems

from albumen.models.verse.prepare import load_packed
from albumen.models.verse.text import words_of
from albumen.verse import leanings
from albumen.verse.theme import PERSONS, TENSES
from albumen.verse.wordtable import WORN, WordTable

STEP = 0.3  # share of the difference that one round corrects: words push each other aside
PAIR_STEP = 0.6  # pairs do less
LOWEST, HIGHEST = -2.5, 1.2
LEAST_SEEN, LEAST_PAIRS, LEAST_BRIEFS, LEAST_NATS = 8, 4, 4, 0.15
ROWS = 12_000
# Left alone: worn words, and those by which each poem chooses who speaks and when.
CHOSEN = WORN.union(*(words.split() for words in PERSONS.values()), *TENSES)


def said(line: Sequence[str]) -> list[str]:
    """The words of a line and its pairs of neighbours."""
    return [*line, *map(" ".join, pairwise(line))]


def main() -> None:
    """Read, correct, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("poems", type=Path)
    parser.add_argument("packed", type=Path)
    given = parser.parse_args()
    file = Path(leanings.__file__).with_name(leanings.FILE)
    packed = load_packed(given.packed)
    table = WordTable(packed.vocabulary)
    ours: Counter[str] = Counter()
    briefs: dict[str, set[int]] = defaultdict(set)
    for row in map(json.loads, given.poems.read_text(encoding="utf-8").splitlines()):
        for line in dict.fromkeys(row["lines"]):
            found = said(words_of(line))
            ours.update(found)
            for words in found:
                briefs[words].add(row["brief"])
    rows = np.random.default_rng(3).permutation(len(packed.train))[:ROWS]
    human = Counter(
        words for poem in human_poems(packed, packed.train[np.sort(rows)]) for line in poem for words in said(line)
    )
    singles = [sum(count for words, count in counted.items() if " " not in words) for counted in (ours, human)]
    told = dict(leanings.read_leanings(file.read_text("utf-8"))) if file.is_file() else {}
    left_alone = CHOSEN.union(
        token for place, token in enumerate(packed.vocabulary.tokens)
        if table.archaic[place] or table.unfit[place] or table.dialect[place] or not table.is_word[place]
    )  # fmt: skip
    for words in {*ours, *told, *packed.vocabulary.tokens}:
        expected = human[words] * singles[0] / singles[1]
        is_pair = " " in words
        often = ours[words] >= (LEAST_PAIRS if is_pair else LEAST_SEEN) and len(briefs[words]) >= LEAST_BRIEFS
        if words in left_alone or not (often or words in told or (expected >= LEAST_SEEN and not is_pair)):
            continue
        excess = math.log((ours[words] + 1) / (expected + 1))
        nats = told.get(words, 0.0) - (PAIR_STEP if is_pair else STEP) * excess
        told[words] = min(0.0 if is_pair else HIGHEST, max(LOWEST, nats))
    kept = sorted((word, nats) for word, nats in told.items() if abs(nats) >= LEAST_NATS)
    file.write_text("".join(f"{word}\t{nats:.2f}\n" for word, nats in kept), encoding="utf-8")
    print(len(kept), "words and pairs; most held down:", sorted(kept, key=lambda row: row[1])[:12])


if __name__ == "__main__":
    main()
