"""What can be measured of a verse model without a single poem of anybody's: a fresh poem in every form, judged.

The judge of form is `checker.py`, which reads only text. What needs poems by people is left out by name, with the reason.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from albumen.models.verse.copies import RUN, runs_of
from albumen.models.verse.evaluate import FILES
from albumen.models.verse.ngram import load_ngram
from albumen.models.verse.prepare import Packed, lay_rows
from albumen.models.verse.text import tokens_of, words_of
from albumen.models.verse.train_batches import targets_of
from albumen.verse.checker import PASSING, scansion_cost
from albumen.verse.desk import judge
from albumen.verse.finished import Poem
from albumen.verse.forms import form_ids
from albumen.verse.poem import write_poem
from albumen.verse.poet import Poet, open_poet
from albumen.verse.theme import PoemBrief
from albumen.verse.wordtable import WORN
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

_TITLES = "Harbour Lights, Iron Weather, Paper Lanterns, Slow Orchard, Night Train, Snow on the Pier, The Mill Wheel".split(", ")
HELD_OUT = "nats_a_word of held-out poems"
_BLOCK = 4000  # rows of training text at a time
_COUNTS = FILES["l2r"][1]


def evaluate_poems(
    model: Path,
    packed: Packed | None = None,
    *,
    forms: Sequence[str] | None = None,
    report: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:
    """Write a poem in each form (None: all) with the model in a folder, and measure metre, rhyme, variety, time and, with the
    packed training text, copies. `left_out` says what was not measured, and why. The words are counted in nats by the counting
    model of that folder; since it belongs to the poet, that is a check of fluency, no comparison with people."""
    poet = open_poet(model)
    poems, seconds, failed = _written(poet, form_ids() if forms is None else forms, report)
    if not poems:
        raise Wrong("this model finished no poem in any form", where=model, next_step="train it longer, or name another")
    left_out = {
        HELD_OUT: "needs poems by people: name them with --data",
        "theme, readability and comparison with people": "need human poems and readers: see bench/verse/README.md",
    }
    results = {"poems": len(poems), "forms": len(poems) + len(failed), "forms_unfinished": failed}
    results |= _forms_of(poems, poet) | _words_of(poems) | {"seconds_a_poem": round(seconds / len(poems), 2)}
    if (model / _COUNTS).is_file():
        results["l2r_ngram_nats_a_word_of_these_poems"] = _nats(poems, poet, model)
    else:
        left_out["l2r_ngram_nats_a_word_of_these_poems"] = f"the model has no {_COUNTS}"
    if packed is not None:
        results |= {f"lines_with_{size}_words_of_the_training_text": _copies(poems, packed, size) for size in (RUN, RUN + 1)}
    else:
        left_out["copies"] = "needs the packed training text: name its folder with --data"
    return {**results, "left_out": left_out}


def _written(poet: Poet, forms: Sequence[str], report: Callable[[str], None]) -> tuple[list[Poem], float, dict[str, str]]:
    """Poems, the processor's seconds, and why a form came to nothing."""
    poems, failed, began = [], {}, time.process_time()
    for number, form in enumerate(forms):
        report(f"writing poem {number + 1} of {len(forms)}: {form}")
        title = _TITLES[number % len(_TITLES)]
        try:
            poems.append(write_poem(PoemBrief(title=title, form=form), Seed(number).child("poem", title), poet=poet))
        except Wrong as error:
            failed[form] = error.what
    return poems, time.process_time() - began, failed


def _forms_of(poems: Sequence[Poem], poet: Poet) -> dict[str, Any]:
    """Poems and lines without fault, faults by kind, and the control: the same lines with their words in another order."""
    rng, faults = Seed(0).child("shuffled").rng(), Counter[str]()
    scan = shuffled = metrical = sound = 0
    for poem in poems:
        verdict = judge(poem, poet=poet)
        sound += verdict.passes
        faults.update(fault.kind for fault in verdict.faults)
        for line, slot, cost in zip(poem.lines, poem.form.slots, verdict.costs, strict=True):
            if slot.measure.foot == "syllabic":
                continue
            metrical += 1
            scan += cost is not None and cost <= PASSING
            other = scansion_cost(" ".join(rng.permutation(words_of(line))), slot.measure, poet.lexicon)
            shuffled += other is not None and other <= PASSING
    return {
        "lines": sum(len(poem.lines) for poem in poems),
        "poems_without_fault_percent": round(100 * sound / len(poems), 1),
        "faults": dict(faults),
        "metrical_lines_that_scan_percent": round(100 * scan / max(1, metrical), 1),
        "same_lines_shuffled_that_scan_percent": round(100 * shuffled / max(1, metrical), 1),
    }


def _words_of(poems: Sequence[Poem]) -> dict[str, float]:
    """Variety, refrains counted once, and the words that mark machine verse."""
    lines = [words_of(line) for poem in poems for line in dict.fromkeys(poem.lines)]
    words = [word for line in lines for word in line]
    pairs = [pair for line in lines for pair in pairwise(line)]
    return {
        "distinct_1": round(len(set(words)) / max(1, len(words)), 3),
        "distinct_2": round(len(set(pairs)) / max(1, len(pairs)), 3),
        "worn_words_per_1000": round(1000 * sum(word in WORN for word in words) / max(1, len(words)), 2),
    }


def _nats(poems: Sequence[Poem], poet: Poet, model: Path) -> float:
    vocabulary = poet.table.vocabulary
    head = [vocabulary.number(name) for name in ("<poem>", "<new>", "<free>", "<rhymed>", "<theme>", "<body>")]
    rows = lay_rows([[*head, *_encoded(stanza, poet)] for poem in poems for stanza in poem.stanzas()]).astype(np.int64)
    return round(float(-load_ngram(model / _COUNTS, vocabulary).word_logs(rows, targets_of(rows, vocabulary)).mean()), 4)


def _encoded(stanza: Sequence[str], poet: Poet) -> list[int]:
    """Lines as a row holds them: how many syllables, the tokens, and at the end that the stanza ends."""
    vocabulary = poet.table.vocabulary
    lines = ([vocabulary.syllables_tag(poet.lexicon.syllables(line)), *vocabulary.encode(tokens_of(line))] for line in stanza)
    return [*(token for line in lines for token in line), vocabulary.number("<stanza>")]


def _copies(poems: Sequence[Poem], packed: Packed, size: int) -> int:
    """Lines that share so many words in a row with a line of the training text."""
    vocabulary = packed.vocabulary
    lines = [vocabulary.encode(words_of(line)) for poem in poems for line in dict.fromkeys(poem.lines)]
    runs = [{tuple(line[start : start + size]) for start in range(len(line) - size + 1)} for line in lines]
    wanted = np.unique(np.array(sorted(set().union(*runs)), dtype=np.uint64).reshape(-1, size)[:, 0])
    found: set[tuple[int, ...]] = set()
    for start in range(0, len(packed.train), _BLOCK):
        told = runs_of(packed.train[start : start + _BLOCK], vocabulary, size)
        found.update(map(tuple, told[np.isin(told[:, 0], wanted)].tolist()))
    return sum(bool(own & found) for own in runs)
