"""Ask a second referee from outside about metre: prosodic, which shares no code and no dictionary with Albumen.

Run: `python bench/verse/second_referee.py POEMS.jsonl PACKED_FOLDER` in an environment that has Albumen, prosodic (from PyPI) and
espeak-ng. For each line in iambs, trochees or anapests it asks whether prosodic hears as many syllables as the form wants, and
whether the parse that prosodic likes best is one of the form's patterns; beside it the same words shuffled within each line,
and human lines of ten syllables from poems in iambs.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from pathlib import Path

import nltk
import numpy as np
from measure_poems import form_of, human_lines
from write_poems import read_briefs

from albumen.models.verse.prepare import load_packed
from albumen.verse.metre import Measure, measure_of


def _split_words(text: str, *_: object, **__: object) -> list[str]:
    return re.findall(r"[\w'’]+|[^\w\s]", text)


def _split_sentences(text: str, *_: object, **__: object) -> list[str]:
    return [text]


# prosodic cuts words with a table that NLTK would have to download; one verse line needs none.
nltk.word_tokenize, nltk.sent_tokenize = _split_words, _split_sentences
import prosodic  # noqa: E402

CHUNK = 100  # lines that are given to prosodic at once


def heard(lines: Sequence[str]) -> list[str]:
    """prosodic's best parse of each line as `w` and `s`; empty where it finds none."""
    found = []
    for start in range(0, len(lines), CHUNK):
        text = prosodic.Text("\n".join(lines[start : start + CHUNK]))
        text.parse()
        best = {line.txt.strip(): line.best_parse for line in text.lines}
        for line in lines[start : start + CHUNK]:
            parse = best.get(line.strip())
            found.append(parse.meter_str.replace("-", "w").replace("+", "s") if parse is not None else "")
    return found


def judged(lines: Sequence[str], measures: Sequence[tuple[Measure, bool]]) -> tuple[float, float]:
    """Shares, in percent: as many syllables as a pattern has; the best parse is a pattern."""
    counts, patterns, known = 0, 0, 0
    for parse, (measure, feminine) in zip(heard(lines), measures, strict=True):
        if not parse:
            continue
        known += 1
        licensed = {pattern for way in {feminine, False} for pattern, _ in measure.patterns(way)}
        counts += len(parse) in {len(pattern) for pattern in licensed}
        patterns += parse in licensed
    return 100 * counts / max(1, known), 100 * patterns / max(1, known)


def shuffled(lines: Sequence[str], rng: np.random.Generator) -> list[str]:
    """The same words of each line in another order."""
    return [" ".join(rng.permutation(line.split())) for line in lines]


def main() -> None:
    """Judge and print table lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("poems", type=Path)
    parser.add_argument("packed", type=Path)
    given = parser.parse_args()
    rng = np.random.default_rng(3)
    briefs = read_briefs()
    lines, measures = [], []
    for row in map(json.loads, given.poems.read_text(encoding="utf-8").splitlines()):
        for line, slot in zip(row["lines"], form_of(row, briefs).slots, strict=True):
            if slot.measure.foot != "syllabic":
                lines.append(line)
                measures.append((slot.measure, True))
    human = [" ".join(words) for words in human_lines(load_packed(given.packed))]
    ten = [(measure_of("iambic 5"), True)] * len(human)
    print("| lines | as many syllables, % | best parse is the form's, % |\n| --- | --- | --- |")
    for name, chosen, asked in (
        (f"written ({len(lines)})", lines, measures),
        ("written, words shuffled", shuffled(lines, rng), measures),
        (f"human, iambic 5 ({len(human)})", human, ten),
        ("human, words shuffled", shuffled(human, rng), ten),
    ):
        counts, patterns = judged(chosen, asked)
        print(f"| {name} | {counts:.1f} | {patterns:.1f} |", flush=True)


if __name__ == "__main__":
    main()
