"""Count which words written poems hold too often or too seldom, and correct what `leanings.txt` says of them.

Run: `python bench/verse/lean.py POEMS.jsonl PACKED_FOLDER` after `write_poems.py`, once or twice. Human shares are those of the
training poems, dialect and archaic spellings aside; nothing of the held-out half that judges is read.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
from measure_poems import human_poems

from albumen.models.verse.prepare import load_packed
from albumen.models.verse.text import words_of
from albumen.verse import leanings
from albumen.verse.theme import PERSONS, TENSES
from albumen.verse.wordtable import WORN, WordTable

STEP = 0.3  # share of the difference that one round corrects: words push each other aside
LOWEST, HIGHEST = -2.5, 1.2
LEAST_SEEN, LEAST_BRIEFS, LEAST_NATS = 8, 5, 0.15
ROWS = 4000
# Left alone: worn words, and those by which each poem chooses who speaks and when.
CHOSEN = WORN.union(*(words.split() for words in PERSONS.values()), *TENSES)


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
            ours.update(words_of(line))
            for word in words_of(line):
                briefs[word].add(row["brief"])
    rows = np.random.default_rng(3).permutation(len(packed.train))[:ROWS]
    human = Counter(word for poem in human_poems(packed, packed.train[np.sort(rows)]) for line in poem for word in line)
    total, theirs = sum(ours.values()), sum(human.values())
    told = dict(leanings.read_leanings(file.read_text("utf-8"))) if file.is_file() else {}
    for place, word in enumerate(packed.vocabulary.tokens):
        expected = human[word] * total / theirs
        seen = (ours[word] >= LEAST_SEEN and len(briefs[word]) >= LEAST_BRIEFS) or expected >= LEAST_SEEN
        if not seen or word in CHOSEN or table.archaic[place] or table.unfit[place] or table.dialect[place] or not table.is_word[place]:
            continue
        excess = math.log((ours[word] + 1) / (expected + 1))
        told[word] = min(HIGHEST, max(LOWEST, told.get(word, 0.0) - STEP * excess))
    kept = sorted((word, nats) for word, nats in told.items() if abs(nats) >= LEAST_NATS)
    file.write_text("".join(f"{word}\t{nats:.2f}\n" for word, nats in kept), encoding="utf-8")
    print(len(kept), "words; most held down:", sorted(kept, key=lambda row: row[1])[:12])


if __name__ == "__main__":
    main()
