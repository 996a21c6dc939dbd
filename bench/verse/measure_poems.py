"""Measure a file of written poems against held-out human ones and write the table.

Run: `python bench/verse/measure_poems.py POEMS.jsonl PACKED_FOLDER --out bench/verse/results.md`. The packed folder (see
`albumen.models.verse.prepare`) gives the human lines and the training text for the copy check; nothing here is used
when writing.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from write_poems import read_briefs

from albumen.models.verse.ngram import NgramModel, count_ngrams
from albumen.models.verse.prepare import ROW, Packed, load_packed
from albumen.models.verse.text import tokens_of, words_of
from albumen.models.verse.train_batches import targets_of
from albumen.verse.checker import check_poem, scansion_cost
from albumen.verse.forms import Form, load_form
from albumen.verse.lexicon import load_lexicon
from albumen.verse.metre import measure_of
from albumen.verse.poem import choose_form
from albumen.verse.theme import PoemBrief
from albumen.verse.wordtable import WORN
from albumen.work.seed import Seed

Poem = list[list[str]]  # lines of lower-case words


def form_of(row: dict, briefs: Sequence[PoemBrief]) -> Form:
    """The form a written poem was asked in."""
    if row["form"] == "acrostic":
        return choose_form(PoemBrief(title=briefs[row["brief"]].title, theme="x", form="acrostic"), Seed(0))[0]
    return load_form(row["form"])


def judge_forms(rows: Sequence[dict], briefs: Sequence[PoemBrief]) -> dict[str, float]:
    """Shares of poems and lines without fault, and the control: the same lines with their words shuffled."""
    lexicon, rng = load_lexicon(), np.random.default_rng(1)
    faults: Counter[str] = Counter()
    passed, lines, fit, shuffled_fit, measured = 0, 0, 0, 0, 0
    for row in rows:
        form = form_of(row, briefs)
        verdict = check_poem(row["lines"], form, lexicon, radif=row["radif"], acrostic=row["acrostic"])
        passed += verdict.passes
        faults.update(fault.kind for fault in verdict.faults)
        for line, slot, cost in zip(row["lines"], form.slots, verdict.costs, strict=True):
            lines += 1
            if slot.measure.foot != "syllabic":
                measured += 1
                fit += cost is not None and cost <= 1.0
                mixed = scansion_cost(" ".join(rng.permutation(words_of(line))), slot.measure, lexicon)
                shuffled_fit += mixed is not None and mixed <= 1.0
    return {
        "poems": len(rows),
        "forms": len({row["form"] for row in rows}),
        "lines": lines,
        "poems without any fault, %": 100 * passed / len(rows),
        "metrical lines that scan at cost <= 1, %": 100 * fit / max(1, measured),
        "the same lines, words shuffled, %": 100 * shuffled_fit / max(1, measured),
        "rhymes missed": faults["rhyme"],
        "words rhymed with themselves": faults["identical"],
        "refrains changed": faults["refrain"],
        "syllable counts missed": faults["syllables"],
    }


def human_poems(packed: Packed, rows: np.ndarray, *, whole: bool = False) -> list[Poem]:
    """The poems of packed rows as lines of words; prose and lines with unknown words left out.

    With `whole` marks and lines with unknown words (`<unk>`) stay.
    """
    vocabulary, found = packed.vocabulary, []
    for row in rows:
        poem: Poem | None = None
        prose = False
        for token in row:
            name = vocabulary.tokens[token]
            if name in ("<poem>", "<prose>"):
                poem, prose = None, name == "<prose>"
            elif name == "<body>" and not prose:
                poem = []
                found.append(poem)
            elif poem is not None and name.startswith("<s") and name != "<stanza>":
                poem.append([])
            elif (
                poem
                and token >= vocabulary.unknown
                and (whole or token not in range(vocabulary.unknown + 1, vocabulary.first_word))
            ):
                poem[-1].append(name)
    return [[line for line in poem if line and (whole or "<unk>" not in line)] for poem in found]


def human_lines(packed: Packed, most: int = 300) -> list[list[str]]:
    """Some human lines of ten syllables from iambic poems, as words."""
    vocabulary, rng = packed.vocabulary, np.random.default_rng(2)
    wanted, iambic = vocabulary.number("<s10>"), vocabulary.number("<iambic>")
    feet = [vocabulary.number(f"<{foot}>") for foot in ("iambic", "trochaic", "anapestic", "dactylic", "free")]
    lines: list[list[str]] = []
    for row in packed.valid:
        foot, collecting = 0, False
        for token in row:
            if token in feet:
                foot = token
            if token < vocabulary.unknown:
                collecting = token == wanted and foot == iambic
                if collecting:
                    lines.append([])
            elif collecting and (token >= vocabulary.first_word or token == vocabulary.unknown):
                lines[-1].append(vocabulary.tokens[token])
    known = [line for line in lines if "<unk>" not in line]
    return [known[place] for place in rng.permutation(len(known))[:most]]


def human_metre(packed: Packed) -> tuple[float, float]:
    """Shares of human lines of ten syllables in iambic poems that scan at a cost of 1 or less, as written and shuffled."""
    chosen, lexicon, rng = human_lines(packed), load_lexicon(), np.random.default_rng(2)
    measure = measure_of("iambic 5")
    passed = [0, 0]
    for line in chosen:
        for place, words in enumerate((line, rng.permutation(line))):
            cost = scansion_cost(" ".join(words), measure, lexicon)
            passed[place] += cost is not None and cost <= 1.0
    return 100 * passed[0] / max(1, len(chosen)), 100 * passed[1] / max(1, len(chosen))


def copies(poems: Sequence[Poem], packed: Packed) -> dict[str, float]:
    """Shares of lines that hold six, and seven, words in a row of the training text (over line ends, marks left out)."""
    vocabulary = packed.vocabulary
    flat = packed.train.reshape(-1)
    # Controls are dropped so that runs go over line ends; a text's head stays as one barrier token.
    barrier = np.isin(flat, [vocabulary.number(name) for name in ("<poem>", "<body>", "<pad>")]) | (
        flat == vocabulary.unknown
    )
    flat = np.where(barrier, 0, flat)[barrier | (flat >= vocabulary.first_word)]
    results = {}
    lines = [np.array(vocabulary.encode(line), dtype=np.uint64) for poem in poems for line in poem]
    for size in (6, 7):
        runs = [_hashes(line, size) if len(line) >= size else np.zeros(0, np.uint64) for line in lines]
        wanted = np.unique(np.concatenate([*runs, np.zeros(1, np.uint64)]))
        learned = _hashes(flat.astype(np.uint64), size)
        place = np.minimum(np.searchsorted(wanted, learned), len(wanted) - 1)
        copied = np.unique(learned[wanted[place] == learned])
        hits = sum(bool(np.isin(run, copied).any()) for run in runs)
        results[f"lines with {size} consecutive training words, %"] = 100 * hits / max(1, len(lines))
    return results


def _hashes(numbers: np.ndarray, size: int) -> np.ndarray:
    total = np.zeros(len(numbers) - size + 1, dtype=np.uint64)
    for place in range(size):
        total = (total ^ numbers[place : len(numbers) - size + 1 + place]) * np.uint64(0x9E3779B97F4A7C15)
        total ^= total >> np.uint64(29)
    return total


def perplexity(model: NgramModel, poems: Iterable[Sequence[str]]) -> float:
    """Perplexity a word of poems (lists of printed lines) under a model of other people's poems; each line alone."""
    vocabulary, nats, words = model.vocabulary, 0.0, 0
    for poem in poems:
        for line in poem:
            numbers = np.array([[0, 0, vocabulary.number("<s?>"), *vocabulary.encode(tokens_of(line))]])
            logs = model.word_logs(numbers, np.where(numbers >= vocabulary.first_word, numbers, -100))
            nats, words = nats - float(logs.sum()), words + len(logs)
    return math.exp(nats / max(1, words))


def judge_model(packed: Packed) -> tuple[NgramModel, np.ndarray]:
    """An n-gram model of half of the held-out poems, lines opened alike, and the other half's rows."""
    rows = packed.valid.astype(np.int64).copy()
    vocabulary = packed.vocabulary
    opens = [vocabulary.number("<s?>"), *(vocabulary.number(f"<s{count}>") for count in range(1, 21))]
    rows[np.isin(rows, opens)] = vocabulary.number("<s?>")
    halves = np.arange(len(rows)) % 2 == 0
    learned = rows[halves]
    return count_ngrams(learned, targets_of(learned, vocabulary), vocabulary, "l2r"), packed.valid[~halves]


def variety(poems: Sequence[Poem], sample_words: int, rng: np.random.Generator) -> dict[str, float]:
    """Distinct single words and pairs in a sample of equal size, and mean self-BLEU-2 of poems against the others."""
    order = rng.permutation(len(poems))
    words: list[str] = []
    for place in order:
        words.extend(word for line in poems[place] for word in line)
    words = words[:sample_words]
    pairs = list(zip(words, words[1:], strict=False))
    bags = [
        Counter(pair for line in poems[place] for pair in zip(line, line[1:], strict=False)) for place in order[:80]
    ]
    overlaps = []
    for place, bag in enumerate(bags):
        others = set().union(*(set(other) for number, other in enumerate(bags) if number != place))
        overlaps.append(sum(count for pair, count in bag.items() if pair in others) / max(1, sum(bag.values())))
    return {
        "distinct words, %": 100 * len(set(words)) / max(1, len(words)),
        "distinct pairs, %": 100 * len(set(pairs)) / max(1, len(pairs)),
        "pairs found in another poem, %": 100 * float(np.mean(overlaps)) if overlaps else 0.0,
        "worn words, per 1000": 1000 * sum(word in WORN for word in words) / max(1, len(words)),
    }


def rhyme_repetition(rows: Sequence[dict], briefs: Sequence[PoemBrief]) -> float:
    """The share of rhyme pairs that another poem has too, in percent."""
    pairs: list[frozenset[str]] = []
    for row in rows:
        groups: dict[str, list[str]] = {}
        for line, slot in zip(row["lines"], form_of(row, briefs).slots, strict=True):
            if slot.rhyme and not slot.radif:
                groups.setdefault(slot.rhyme, []).append(words_of(line)[-1])
        pairs.extend(
            {
                frozenset(pair)
                for ends in groups.values()
                for pair in zip(ends, ends[1:], strict=False)
                if pair[0] != pair[1]
            }
        )
    counts = Counter(pairs)
    return 100 * sum(count for count in counts.values() if count > 1) / max(1, len(pairs))


def theme_rank(rows: Sequence[dict], briefs: Sequence[PoemBrief]) -> float:
    """Mean reciprocal rank of a poem's own brief among all briefs, by TF-IDF cosine over stems of five letters."""
    asked = [Counter(word[:5] for word in words_of(f"{brief.title} {brief.theme}")) for brief in briefs]
    spread = Counter(stem for bag in asked for stem in bag)
    weight = {stem: math.log((1 + len(briefs)) / count) for stem, count in spread.items()}
    ranks = []
    for row in rows:
        poem = Counter(word[:5] for line in row["lines"] for word in words_of(line))
        scores = []
        for bag in asked:
            dot = sum(min(2, poem[stem]) * weight[stem] ** 2 for stem in bag)
            scores.append(dot / math.sqrt(sum(weight[stem] ** 2 for stem in bag)))
        own = scores[row["brief"]]
        # Ties count against the poem: half of the tied briefs are taken to come first.
        ranks.append(1 + sum(score > own for score in scores) + 0.5 * (sum(score == own for score in scores) - 1))
    return float(np.mean([1 / rank for rank in ranks]))


def table(rows: Sequence[dict], packed: Packed) -> list[tuple[str, str, str]]:
    """Rows of the report: what, ours, human."""
    briefs, rng = read_briefs(), np.random.default_rng(7)
    ours = [[words_of(line) for line in dict.fromkeys(row["lines"])] for row in rows]
    model, other_half = judge_model(packed)
    human = [poem for poem in human_poems(packed, other_half) if len(poem) >= 4]
    report = [(name, f"{value:.4g}", "") for name, value in judge_forms(rows, briefs).items()]
    straight, shuffled = human_metre(packed)
    for place, (name, ours_share, _) in enumerate(report):
        if name.startswith(("metrical lines", "the same lines, words")):
            human_share = straight if name.startswith("metrical") else shuffled
            report[place] = (name, ours_share, f"{human_share:.4g} (iambic 5)")
    report += [(name, f"{value:.3g}", "") for name, value in copies(ours, packed).items()]
    # The same number of lines a poem for both, so that length does not decide.
    matched = [poem[: len(ours[place % len(ours)])] for place, poem in enumerate(human)]
    size = min(sum(len(line) for poem in poems for line in poem) for poems in (ours, matched))
    mine, theirs = variety(ours, size, rng), variety(matched, size, rng)
    report += [(name, f"{mine[name]:.3g}", f"{theirs[name]:.3g}") for name in mine]
    printed = [[" ".join(line) for line in poem] for poem in human[:150]]
    bare = [[" ".join(line) for line in poem] for poem in ours]
    scores = perplexity(model, bare), perplexity(model, printed)
    report.append(
        ("perplexity under an n-gram model of held-out poems (words alone)", f"{scores[0]:.0f}", f"{scores[1]:.0f}")
    )
    report.append(("rhyme pairs that another poem has too, %", f"{rhyme_repetition(rows, briefs):.3g}", ""))
    report.append(("own brief among 50, mean reciprocal rank", f"{theme_rank(rows, briefs):.3f}", ""))
    for name, kinds in (
        ("quatrain", [f for f in {r["form"] for r in rows} if "quatrain" in f]),
        ("sonnet", ["sonnet-shakespearean", "sonnet-petrarchan"]),
    ):
        chosen = [row["cpu_seconds"] / (3 if name == "quatrain" else 1) for row in rows if row["form"] in kinds]
        if chosen:
            report.append((f"seconds of one core for a {name}, median", f"{np.median(chosen):.1f}", ""))
    return report


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("poems", type=Path)
    parser.add_argument("packed", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    rows = [json.loads(line) for line in given.poems.read_text(encoding="utf-8").splitlines()]
    packed = load_packed(given.packed)
    assert packed.valid.shape[1] == ROW
    lines = ["| what | written | human, held out |", "| --- | --- | --- |"]
    lines += [f"| {name} | {ours} | {human} |" for name, ours, human in table(rows, packed)]
    given.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
