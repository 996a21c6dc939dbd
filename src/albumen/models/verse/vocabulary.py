"""The closed vocabulary of a verse model: control tokens, marks and words that can all be said.

One token is one word, so stress and rhyme are table look-ups and no line can hold a word without a pronunciation.
The table travels with the model as `words.tsv`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from albumen.models.verse.dictionary import Sounds
from albumen.models.verse.text import MARKS, is_mark
from albumen.work.errors import Broken
from albumen.work.files import write_text

VOICES = ("old", "mid", "new", "prose")
FEET = ("iambic", "trochaic", "anapestic", "dactylic", "free")
LONGEST_LINE = 20

CONTROLS: tuple[str, ...] = (
    "<pad>", "<poem>", "<theme>", "<body>", "<stanza>", "<end>",
    *(f"<{voice}>" for voice in VOICES), *(f"<{foot}>" for foot in FEET), "<rhymed>", "<unrhymed>",
    "<s?>", *(f"<s{count}>" for count in range(1, LONGEST_LINE + 1)),
)  # fmt: skip
UNKNOWN = "<unk>"


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """Every token of a model, in order of its number: controls, `<unk>`, marks, then words by falling frequency.

    `ways` holds each word's pronunciations and `shown` how it is written in the middle of a line (`I`, `Sunday`);
    both are aligned with `tokens` and empty for what is no word.
    """

    tokens: tuple[str, ...]
    ways: tuple[tuple[Sounds, ...], ...]
    shown: tuple[str, ...]
    counts: tuple[int, ...]

    def __post_init__(self) -> None:
        if not len(self.tokens) == len(self.ways) == len(self.shown) == len(self.counts) <= 65536:
            raise Broken("the vocabulary's columns do not have one length")
        if self.tokens[: len(CONTROLS)] != CONTROLS:
            raise Broken("the vocabulary does not begin with the control tokens", next_step="prepare the data again")

    def __len__(self) -> int:
        return len(self.tokens)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """From token to number."""
        return {token: number for number, token in enumerate(self.tokens)}

    @property
    def unknown(self) -> int:
        """The number of `<unk>`; it and everything after it is ordinary text, everything before it is a control."""
        return len(CONTROLS)

    @property
    def first_word(self) -> int:
        """The number of the first word; everything from here on has a pronunciation."""
        return len(CONTROLS) + 1 + len(MARKS)

    def number(self, token: str) -> int:
        """The number of a token; `<unk>` where it is not in the vocabulary."""
        return self.numbers.get(token, self.unknown)

    def encode(self, tokens: Iterable[str]) -> list[int]:
        """Numbers of tokens of text, lower-cased."""
        return [self.number(token.lower()) for token in tokens]

    def syllables_tag(self, syllables: int | None) -> int:
        """The control that opens a line of so many syllables; `<s?>` where the number is not known."""
        known = syllables is not None and 1 <= syllables <= LONGEST_LINE
        return self.numbers[f"<s{syllables}>" if known else "<s?>"]

    def save(self, path: Path) -> None:
        """Write `words.tsv`: token, count, form shown, ways (sounds by spaces, ways by `|`)."""
        rows = zip(self.tokens, self.counts, self.shown, self.ways, strict=True)
        lines = [
            f"{token}\t{count}\t{shown}\t{'|'.join(' '.join(way) for way in ways)}"
            for token, count, shown, ways in rows
        ]
        write_text(path, "\n".join(lines) + "\n")


def load_vocabulary(path: Path) -> Vocabulary:
    """Read `words.tsv`. Raises `Broken` where a row is damaged."""
    tokens, counts, shown, ways = [], [], [], []
    for place, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        cells = line.split("\t")
        if len(cells) != 4 or not cells[1].isdigit():
            raise Broken(f"line {place} is not a row of four columns", where=path, next_step="install the model again")
        tokens.append(cells[0])
        counts.append(int(cells[1]))
        shown.append(cells[2])
        ways.append(tuple(tuple(way.split()) for way in cells[3].split("|") if way))
    return Vocabulary(tokens=tuple(tokens), counts=tuple(counts), shown=tuple(shown), ways=tuple(ways))


def make_vocabulary(words: Sequence[tuple[str, int, str, tuple[Sounds, ...]]]) -> Vocabulary:
    """A vocabulary of `words`: (word, count, form shown, ways), already in their final order."""
    empty: tuple[Sounds, ...] = ()
    fixed = [(token, 0, token, empty) for token in (*CONTROLS, UNKNOWN, *MARKS)]
    rows = [*fixed, *words]
    if any(is_mark(word) or not ways for word, _, _, ways in words):
        raise Broken("a word of the vocabulary has no pronunciation")
    return Vocabulary(
        tokens=tuple(row[0] for row in rows),
        counts=tuple(row[1] for row in rows),
        shown=tuple(row[2] for row in rows),
        ways=tuple(row[3] for row in rows),
    )


def reverse_lines(rows: np.ndarray, unknown: int) -> np.ndarray:
    """Turn every run of ordinary tokens round, leaving the controls in place: `[rows, length]` in and out.

    This is all that separates the generator's data (lines from their end, rhyme word first) from the reranker's.
    """
    width = rows.shape[1]
    flat = rows.reshape(-1)
    ordinary = flat >= unknown
    place = np.arange(flat.size)
    starts = ordinary & (np.concatenate(([False], ~ordinary[:-1])) | (place % width == 0) | (place == 0))
    ends = ordinary & (np.concatenate((~ordinary[1:], [True])) | (place % width == width - 1))
    run = np.cumsum(starts) - 1
    first, last = np.flatnonzero(starts), np.flatnonzero(ends)
    source = place.copy()
    inside = run[ordinary]
    source[ordinary] = first[inside] + last[inside] - place[ordinary]
    return flat[source].reshape(rows.shape)
