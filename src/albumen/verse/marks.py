"""Live marks for any text, the user's own too: which syllables are stressed, how each line scans, which lines rhyme."""

from __future__ import annotations

from dataclasses import dataclass

from albumen.models.verse.dictionary import stresses
from albumen.models.verse.text import stanzas_of, words_of
from albumen.verse.checker import scansion_cost
from albumen.verse.lexicon import Lexicon
from albumen.verse.metre import Measure
from albumen.work.errors import Wrong

# The metres a line is compared with, the commonest first.
MEASURES = tuple(
    Measure(foot=foot, feet=feet)
    for foot, most in (("iambic", 7), ("trochaic", 7), ("anapestic", 4))
    for feet in range(1, most + 1)
)
LONGEST_TEXT = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One line marked: `beats` like `da DUM da DUM`, syllables, the metre it fits best, and its rhyme letter within the text.

    `unsure` lists words whose sound is a guess; `metre` is empty where no metre fits at a cost of 1 or less.
    """

    text: str
    stanza: int
    beats: str
    syllables: int
    metre: str
    cost: float | None
    rhyme: str
    unsure: tuple[str, ...]


def mark_text(text: str, lexicon: Lexicon) -> list[Mark]:
    """Scan and rhyme every line of a text. Raises `Wrong` for texts over 20,000 signs."""
    if len(text) > LONGEST_TEXT:
        raise Wrong(
            f"a text may have up to {LONGEST_TEXT} signs, this one has {len(text)}", next_step="mark it in parts"
        )
    marks = []
    ends: list[tuple[str, str]] = []
    for number, stanza in enumerate(stanzas_of(text)):
        for line in stanza:
            spoken = lexicon.line(line)
            best = best_measure(line, lexicon)
            marks.append(
                Mark(
                    text=line,
                    stanza=number,
                    beats=" ".join(
                        "da" if digit == "0" else "DUM" for word in spoken for digit in stresses(word.ways[0])
                    ),
                    syllables=lexicon.syllables(line),
                    metre=f"{best[0].foot} {best[0].feet}" if best else "",
                    cost=best[1] if best else None,
                    rhyme=_letter(line, ends, lexicon),
                    unsure=tuple(word.word for word in spoken if word.guessed),
                )
            )
    return marks


def best_measure(line: str, lexicon: Lexicon) -> tuple[Measure, float] | None:
    """The metre a line fits best, and its cost; nothing where none fits at 1 or less."""
    found = [
        (cost, order)
        for order, measure in enumerate(MEASURES)
        if (cost := scansion_cost(line, measure, lexicon)) is not None
    ]
    if not found or min(found)[0] > 1.0:
        return None
    cost, order = min(found)
    return MEASURES[order], cost


def _letter(line: str, ends: list[tuple[str, str]], lexicon: Lexicon) -> str:
    """The letter of the latest earlier line that this one rhymes with, else the next free one."""
    words = words_of(line)
    if not words:
        return ""
    for word, letter in reversed(ends[-12:]):
        if word == words[-1] or lexicon.rhyme(word, words[-1]) in ("perfect", "family"):
            ends.append((words[-1], letter))
            return letter
    place = len({letter for _, letter in ends})
    letter = chr(ord("a") + place % 26) + (str(place // 26) if place >= 26 else "")
    ends.append((words[-1], letter))
    return letter
