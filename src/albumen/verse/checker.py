"""An independent judge of finished poems: it reads text and a form, and trusts nothing that the decoder computed.

It knows the words only by how they are said, tries every way of saying each, and finds the cheapest reading of a line in any
licensed pattern of its metre. A line passes at a cost of 1 or less; of held-out human lines of ten
syllables 92 % do, with their words shuffled 27 %.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from albumen.models.verse.text import words_of
from albumen.verse.forms import Form, Slot
from albumen.verse.lexicon import Lexicon
from albumen.verse.metre import FUNCTION_WORDS, Measure
from albumen.verse.rhyme import LEVELS

PASSING = 1.0

# What a stress costs in a slot: rows are slots, columns stress digits; for words of more than one syllable.
SLOT_COST: Mapping[str, Mapping[str, float]] = {
    "w": {"0": 0.0, "1": 1.0, "2": 0.25},
    "s": {"0": 0.5, "1": 0.0, "2": 0.0},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with a poem.

    `kind` is lines, metre, syllables, rhyme, identical, stray (the lines chime that are kept apart), refrain, radif, acrostic.
    """

    kind: str
    line: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the judge found: faults, and how each line scanned (its cost; None where only syllables count)."""

    faults: tuple[Fault, ...]
    costs: tuple[float | None, ...]

    @property
    def passes(self) -> bool:
        """True for a poem without fault."""
        return not self.faults


def check_poem(
    lines: Sequence[str],
    form: Form,
    lexicon: Lexicon,
    *,
    rhyme_level: str = "perfect",
    radif: str = "",
    acrostic: str = "",
) -> Verdict:
    """Judge the lines of a poem against its form."""
    if len(lines) != len(form.slots):
        count = Fault(kind="lines", line=0, what=f"{len(lines)} lines where the form has {len(form.slots)}")
        return Verdict(faults=(count,), costs=())
    faults: list[Fault] = []
    costs = [
        judge_measure(place, line, slot.measure, lexicon, faults)
        for place, (line, slot) in enumerate(zip(lines, form.slots, strict=True))
    ]
    _judge_rhymes(lines, form.slots, lexicon, rhyme_level, radif, faults)
    _judge_strays(lines, form.slots, lexicon, radif, faults)
    _judge_refrains(lines, form.slots, faults)
    for place, letter in enumerate(acrostic.lower()):
        if not lines[place].lower().lstrip("'\"").startswith(letter):
            faults.append(Fault(kind="acrostic", line=place, what=f"should begin with {letter!r}"))
    return Verdict(faults=tuple(faults), costs=tuple(costs))


def scansion_cost(line: str, measure: Measure, lexicon: Lexicon) -> float | None:
    """The cheapest reading of a line in its metre, over all licensed patterns; None where the syllables never fit."""
    words = [(spoken.word.lower(), spoken.stresses) for spoken in lexicon.line(line)]
    found = [
        cost
        for feminine in (False, True)
        for pattern, _ in measure.patterns(feminine)
        if (cost := _cheapest(words, pattern)) is not None
    ]
    return min(found, default=None)


def _cheapest(words: Sequence[tuple[str, Sequence[str]]], pattern: str) -> float | None:
    """Dynamic programming left to right: the least cost of filling the first n slots with the words so far."""
    triple = "ww" in pattern
    reach: dict[int, float] = {0: 0.0}
    for word, options in words:
        step: dict[int, float] = {}
        for filled, so_far in reach.items():
            for stress in options:
                end = filled + len(stress)
                if end <= len(pattern):
                    cost = so_far + _price(word, stress, pattern[filled:end], triple)
                    step[end] = min(cost, step.get(end, cost))
        reach = step
    return reach.get(len(pattern))


def _price(word: str, stress: str, slots: str, triple: bool) -> float:
    if len(stress) > 1:
        return sum(SLOT_COST.get(slot, {}).get(digit, 0.0) for digit, slot in zip(stress, slots, strict=True))
    if word in FUNCTION_WORDS:
        return 0.25 if slots == "s" else 0.0
    return (0.25 if triple else 0.5) if slots == "w" else 0.0


def judge_measure(place: int, line: str, measure: Measure, lexicon: Lexicon, faults: list[Fault]) -> float | None:
    """The cost of one line in its metre (None where the syllables never fit); what is wrong with it is added to `faults`."""
    cost = scansion_cost(line, measure, lexicon)
    if cost is None:
        kind = "syllables" if measure.foot == "syllabic" else "metre"
        faults.append(
            Fault(
                kind=kind,
                line=place,
                what=f"{lexicon.syllables(line)} syllables do not fit {measure.foot} {measure.feet}",
            )
        )
    elif cost > PASSING:
        faults.append(
            Fault(kind="metre", line=place, what=f"scans at a cost of {cost:.2f} as {measure.foot} {measure.feet}")
        )
    return cost


def _judge_rhymes(
    lines: Sequence[str], slots: Sequence[Slot], lexicon: Lexicon, level: str, radif: str, faults: list[Fault]
) -> None:
    groups: dict[str, list[tuple[int, str]]] = {}
    for place, (line, slot) in enumerate(zip(lines, slots, strict=True)):
        words = words_of(line)
        if slot.radif:
            phrase = words_of(radif)
            if not phrase or words[-len(phrase) :] != phrase:
                faults.append(Fault(kind="radif", line=place, what=f"does not end in {radif!r}"))
                continue
            words = words[: -len(phrase)]
        if slot.rhyme:
            groups.setdefault(slot.rhyme, []).append((place, words[-1] if words else ""))
    for members in groups.values():
        for number, (place, word) in enumerate(members):
            for earlier_place, earlier in members[:number]:
                same_refrain = slots[place].refrain and slots[place].refrain == slots[earlier_place].refrain
                if same_refrain:
                    continue
                found = lexicon.rhyme(earlier, word)
                if earlier == word:
                    faults.append(Fault(kind="identical", line=place, what=f"{word!r} stands for a rhyme with itself"))
                elif found is None or LEVELS.index(found) > LEVELS.index(level):
                    faults.append(Fault(kind="rhyme", line=place, what=f"{word!r} does not rhyme with {earlier!r}"))


def _judge_strays(lines: Sequence[str], slots: Sequence[Slot], lexicon: Lexicon, radif: str, faults: list[Fault]) -> None:
    """Lines of one stanza that chime though the scheme keeps them apart, and unrhymed lines anywhere that end in one word.

    A form without any rhyme has no scheme to break.
    """
    if not any(slot.rhyme for slot in slots):
        return
    ends = [heard_ends(line, slot, radif) for line, slot in zip(lines, slots, strict=True)]
    sounds = [{sound for word in words for sound in lexicon.sounds(word)} for words in ends]
    for place, slot in enumerate(slots):
        for other, earlier in enumerate(slots[:place]):
            if not kept_apart(slot, earlier):
                continue
            same = ends[place] & ends[other]
            near = slot.stanza == earlier.stanza
            if (same and (near or not (slot.rhyme or earlier.rhyme))) or (near and sounds[place] & sounds[other]):
                last = words_of(lines[place])[-1]
                what = f"{last!r} chimes with line {other + 1}, from which the form keeps it apart"
                faults.append(Fault(kind="stray", line=place, what=what))


def kept_apart(slot: Slot, other: Slot) -> bool:
    """True for two lines that may not chime: neither the same refrain nor of one rhyme."""
    same_refrain = bool(slot.refrain) and slot.refrain == other.refrain
    return not same_refrain and not (slot.rhyme and slot.rhyme == other.rhyme)


def heard_ends(line: str, slot: Slot, radif: str) -> frozenset[str]:
    """The words at whose sound a line ends: its last one and, where a radif follows the rhyme, the one before that too."""
    words = words_of(line)
    skip = len(words_of(radif)) if slot.radif else 0
    return frozenset(words[-1:] + (words[-1 - skip :][:1] if len(words) > skip else []))


def _judge_refrains(lines: Sequence[str], slots: Sequence[Slot], faults: list[Fault]) -> None:
    first: dict[str, str] = {}
    for place, (line, slot) in enumerate(zip(lines, slots, strict=True)):
        if slot.refrain and words_of(first.setdefault(slot.refrain, line)) != words_of(line):
            faults.append(Fault(kind="refrain", line=place, what=f"differs from the refrain {first[slot.refrain]!r}"))
