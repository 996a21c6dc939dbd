"""A poem being written: which lines stand, what the next one must be, and where it comes from.

A line comes from our own finder, or from a proposer whose lines are measured first and mended where they fail.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from albumen.models.verse.text import join_tokens, tokens_of, words_of
from albumen.verse.checker import heard_ends, kept_apart, scansion_cost
from albumen.verse.decoder import CLOSING_MARKS, Asked, Line
from albumen.verse.finished import Poem
from albumen.verse.forms import Form, Slot
from albumen.verse.likeness import alike, told_by
from albumen.verse.metre import MOST_COST
from albumen.verse.poet import Poet
from albumen.verse.rhyme import Ending, allowed, ending_of
from albumen.verse.syntax import AT_REST, Clause
from albumen.verse.theme import USUAL_STRICTNESS, Plan, PoemBrief, plan_poem
from albumen.verse.wordtable import WordTable
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

# Closing phrases of a ghazal: a weak syllable and a strong one. Written for this project.
RADIFS = (
    "tonight",
    "again",
    "at last",
    "once more",
    "by day",
    "at sea",
    "in rain",
    "for me",
    "below",
    "at home",
    "in snow",
    "by night",
)
ALTERNATES = 3
_BEGUN_SO, _JOINED_SO = 1.5, 0.6  # nats that another line's first word loses, and another line's `and`
# A proposed line that shares this much of its content words with a standing one says the same again.
MOST_SHARED = 0.75
# A word opens a rhyme where so many more words than the form needs rhyme with it.
MORE_RHYMES = 6
_LEAST_COST = 0.25  # what a line may cost at the highest strictness
_RUB = (-1.4, 0.0, 6.0)  # nats that a unit of metrical cost loses at the lowest, the usual and the highest strictness
_TRIES = 4
_HELD = 6.0  # nats that the words of a line cost in the one that takes its place
_FEWEST_PARTNERS = 6  # rhymes that a word must have before a line is bound to rhyme with it
_SUBJECTLESS = 2.5  # nats that a verb without a subject loses at the head of a sentence


class Proposer(Protocol):
    """Something that suggests lines in words, such as a user's own language model."""

    def propose(self, wish: str, *, count: int = 8, temperature: float = 0.9, seed: int = 0) -> list[str]:
        """Up to `count` lines for a wish."""
        ...


@dataclass
class Draft:
    """A poem being written: which lines stand, and the state every next line starts from."""

    brief: PoemBrief
    form: Form
    acrostic: str
    poet: Poet
    plan: Plan
    seed: Seed
    radif: str
    lines: dict[int, str] = field(default_factory=dict)
    given: frozenset[int] = frozenset()
    refused: frozenset[tuple[str, ...]] = frozenset()
    anchors: dict[int, str] = field(default_factory=dict)
    replaced: Mapping[int, str] = field(default_factory=dict)
    proposer: Proposer | None = None

    @classmethod
    def begin(cls, brief: PoemBrief, form: Form, acrostic: str, poet: Poet, seed: Seed) -> Draft:
        stanzas = 1 + max(slot.stanza for slot in form.slots)
        plan = plan_poem(brief, stanzas, poet.table, poet.associations, seed)
        radif = _radif(brief, form, poet, seed) if any(slot.radif for slot in form.slots) else ""
        _check_letters(brief, acrostic, poet.table)
        return cls(brief=brief, form=form, acrostic=acrostic, poet=poet, plan=plan, seed=seed, radif=radif)

    def give(self, place: int, text: str) -> None:
        """Set a line to the user's own words, and every line of the same refrain with it.

        Raises `Wrong` for a line without words, or one that begins with another letter than an acrostic needs there.
        """
        if not words_of(text):
            raise Wrong("a line of a poem needs words", next_step="write it in letters")
        letter = self.acrostic[place] if self.acrostic else ""
        if not text.strip().lower().lstrip("'\"").startswith(letter):
            raise Wrong(
                f"line {place + 1} of this acrostic must begin with {letter.upper()}, and {text.strip()!r} does not",
                next_step="change its first word, the title or the form",
            )
        name = self.form.slots[place].refrain
        places = [
            other for other, slot in enumerate(self.form.slots) if other == place or (name and slot.refrain == name)
        ]
        for other in places:
            self.lines[other] = text.strip()
        self.given = self.given | frozenset(places)

    def write(self, place: int, seed: Seed) -> None:
        """Find a line for a place; lines of one refrain are set together. Raises `Wrong` where none fits.

        A line that takes another's place (`replaced`) says something else.
        """
        texts = self._unlike_the_old(place, self._proposed(place, seed)) if self.proposer else []
        elsewhere = self._elsewhere(place)
        for attempt in range(_TRIES + 2 * (place in self.replaced)):
            if not texts:
                texts = self._unlike_the_old(place, elsewhere._found(place, seed.child(attempt), attempt))
        if not texts:
            rivals = self.rhymes_with(place)
            rhyme = f", which must rhyme with {', '.join(map(repr, rivals))}" if rivals else ""
            raise Wrong(
                f"no line fits as line {place + 1}{rhyme}",
                next_step="change that word, choose a looser rhyme level or another form",
            )
        name = self.form.slots[place].refrain
        for other, slot in enumerate(self.form.slots):
            if other == place or (name and slot.refrain == name and other not in self.given):
                self.lines[other] = texts[0]

    def others(
        self, place: int, seed: Seed, fits: Callable[[str], bool], *, count: int = ALTERNATES
    ) -> tuple[str, ...]:
        """Up to `count` lines that could stand at a place, unlike the one `replaced` there and unlike each other.

        They end in different words while there are such words, and each of them `fits`.
        """
        elsewhere = self._elsewhere(place)
        found: list[str] = []
        taken = {self._end_of(place, self.replaced[place])} if place in self.replaced else set()
        for attempt in range(2 * _TRIES):
            spread = attempt < _TRIES
            only = self._ends_but(taken) if spread else None
            for text in self._unlike_the_old(place, elsewhere._found(place, seed.child(attempt), attempt, only=only)):
                end = self._end_of(place, text)
                is_new = not any(alike(text, other, self.poet.table) for other in found)
                if len(found) < count and is_new and not (spread and end in taken) and fits(text):
                    found.append(text)
                    taken.add(end)
            if len(found) == count:
                break
        return tuple(found)

    def _elsewhere(self, place: int) -> Draft:
        """This draft with its mind taken off the words of the line that was at a place."""
        if place not in self.replaced:
            return self
        table = self.poet.table
        bonus = self.plan.bonus.copy()
        bonus[table.kin(word for word in told_by(self.replaced[place], table) if isinstance(word, int))] -= _HELD
        return replace(self, plan=replace(self.plan, bonus=bonus))

    def _unlike_the_old(self, place: int, texts: list[str]) -> list[str]:
        old = self.replaced.get(place)
        return [text for text in texts if old is None or not alike(text, old, self.poet.table)]

    def _ends_but(self, taken: set[str]) -> np.ndarray:
        """All words that may end a line but these: bool `[words]`."""
        table = self.poet.table
        ends = table.is_word & ~table.poor_end
        ends[[table.vocabulary.number(word) for word in taken]] = False
        return ends

    def _found(self, place: int, seed: Seed, attempt: int, only: np.ndarray | None = None) -> list[str]:
        """Lines of our own models, best first; `only` narrows the words a line may end in."""
        asked = self.ask(place, seed, patient=attempt > 0)
        if only is not None:
            asked = replace(asked, ends=only if asked.ends is None else asked.ends & only)
        head, before = self.context(place)
        beam = 32 if attempt < 2 else 160
        texts = [
            self.shown(line) for line in self.poet.finder.find(asked, head, before, seed.child("beam").rng(), beam=beam)
        ]
        barred = self.refused | {tuple(words_of(text)) for text in self.lines.values()}
        return [text for text in texts if tuple(words_of(text)) not in barred]

    def _proposed(self, place: int, seed: Seed) -> list[str]:
        """Lines of the proposer that obey the form, best first; where none does, lines of our own that end as one of them."""
        assert self.proposer is not None
        lines = self.proposer.propose(self.wish(place), seed=seed.number())
        good = [line for line in lines if not self._says_again(place, line) and self.obeys(place, line)]
        if good:
            mark = "." if self.form.slots[place].closes_stanza else ""
            closed = [line if line[-1:] in CLOSING_MARKS or not mark else line.rstrip(",;:-–—… ") + mark for line in good]
            return self._by_worth(place, seed, closed)
        ends = self._mending_ends(place, lines)
        return self._found(place, seed.child("mended"), 2, only=ends) if ends.any() else []

    def _by_worth(self, place: int, seed: Seed, lines: list[str]) -> list[str]:
        """Lines by another hand in the order in which our own reader and grammar would take them."""
        head, before = self.context(place)
        encoded = [tuple(self.poet.table.vocabulary.encode(tokens_of(line))) for line in lines]
        read = self.poet.finder.read_lines(self.ask(place, seed, patient=True), head, before, encoded)
        worth = {line.tokens: line.worth for line in read}
        return [line for _, line in sorted(zip(encoded, lines, strict=True), key=lambda pair: -worth[pair[0]])]

    def _mending_ends(self, place: int, lines: list[str]) -> np.ndarray:
        """The words that a line of our own may end in, so that it ends as one of these does: bool `[words]`.

        A word on which a line of the poem already ends is none of them, else one proposal would end every line.
        """
        table, ends = self.poet.table, np.zeros(len(self.poet.table.vocabulary), dtype=bool)
        ends[[table.vocabulary.number(word) for word in map(functools.partial(self._end_of, place), lines) if word]] = True
        ends[[table.vocabulary.number(self.end_word(other)) for other in self.lines]] = False
        return ends & table.is_word & ~table.poor_end & ~self._banned()

    def _says_again(self, place: int, line: str) -> bool:
        """True where a line is, or nearly is, one that stands in the poem or may not come again; refrains are meant to be."""
        name = self.form.slots[place].refrain
        standing = [
            tuple(words_of(text))
            for other, text in self.lines.items()
            if not (name and self.form.slots[other].refrain == name)
        ]
        said = told_by(line, self.poet.table)
        for other in {*standing, *self.refused}:
            told = told_by(" ".join(other), self.poet.table)
            if other == tuple(words_of(line)) or len(said & told) >= max(2, MOST_SHARED * min(len(said), len(told))):
                return True
        return False

    def obeys(self, place: int, line: str) -> bool:
        """True where a line by another hand fits: its metre, its rhymes, its first letter, and no word of it banned.

        Every word of it can be said, and it ends on a word on which none of ours would be refused for ending.
        """
        slot, words = self.form.slots[place], words_of(line)
        lexicon, table = self.poet.lexicon, self.poet.table
        cost = scansion_cost(line, slot.measure, lexicon)
        tail = self.radif.split() if slot.radif else []
        if cost is None or cost > 1.0 or (tail and words[-len(tail) :] != tail) or len(words) <= len(tail):
            return False
        end = words[-1 - len(tail)]
        rivals = self.rhymes_with(place)
        used = {self.end_word(other) for other in self.lines}
        numbers = [number for number in table.vocabulary.encode(words) if table.is_word[number]]
        return (
            bool(numbers)
            and all(lexicon.say(word).ways or lexicon.dictionary.ways(word) for word in words)
            and self._may_end(slot, rivals, end)
            and end not in used
            and not (self._has_scheme() and self._strays(place)[table.vocabulary.number(end)])
            and all(allowed(lexicon.rhyme(rival, end), self.brief.rhyme_level) for rival in rivals)
            and (not self.acrostic or words[0].startswith(self.acrostic[place]))
            and not self._banned()[numbers].any()
            and not (self.poet.finder.sieve is not None and self.poet.finder.sieve.holds(numbers))
        )

    def _may_end(self, slot: Slot, rivals: list[str], end: str) -> bool:
        """True where a line may end on this word: it has a sound, one alone, and the lines to come can rhyme with it."""
        table, endings = self.poet.table, self._endings(end)
        if not endings or table.poor_end[table.vocabulary.number(end)]:
            return False
        if not slot.rhyme or rivals:
            return True
        # The word opens a rhyme: words enough must be left for its group, and it must not sound like another group.
        partners = table.rhyming(endings, self.brief.rhyme_level) & table.is_word & ~table.poor_end & ~self._banned()
        others = [place for place in self.lines if self.form.slots[place].rhyme not in ("", slot.rhyme)]
        return int(partners.sum()) >= self.form.group_sizes()[slot.rhyme] + MORE_RHYMES and not any(
            self.poet.lexicon.rhyme(self.end_word(place), end) == "perfect" for place in others
        )

    def wish(self, place: int) -> str:
        """What the line at a place must be, in words, for a proposer."""
        slot, vocabulary = self.form.slots[place], self.poet.table.vocabulary
        images = ", ".join(vocabulary.shown[word] for word in self.plan.images[slot.stanza])
        size = len(slot.measure.patterns()[0][0])
        parts = [
            f"The next line of a poem about {self.brief.title} {self.brief.theme}".rstrip() + f", {size} syllables"
        ]
        if slot.measure.foot != "syllabic":
            parts.append(f"in {slot.measure.foot} metre")
        if self.rhymes_with(place):
            parts.append(f"ending in a word that rhymes with {' and '.join(self.rhymes_with(place))}")
        if slot.radif:
            parts.append(f"{'followed by' if self.rhymes_with(place) else 'ending in'} the words {self.radif!r}")
        if self.acrostic:
            parts.append(f"beginning with the letter {self.acrostic[place].upper()}")
        so_far = "\n".join(self.lines[other] for other in range(place) if other in self.lines)
        again = " Repeat no line and no last word of these:" if so_far else ""
        return ", ".join(parts) + f". Images: {images}.{again}\n{so_far}"

    def ask(self, place: int, seed: Seed, *, patient: bool) -> Asked:
        """What the line at a place must be, given all lines that stand."""
        slot, table = self.form.slots[place], self.poet.table
        rng = seed.child("pattern").rng()
        tail = tuple(table.vocabulary.encode(self.radif.split())) if slot.radif else ()
        rivals = self.rhymes_with(place)
        pattern = self._pattern(slot, rivals, rng)
        used_ends = {self.end_word(other) for other in self.lines}
        ends = self._ends(slot, rivals, used_ends, patient) if rivals or slot.rhyme else None
        if ends is not None and not rivals:
            ends &= ~self._sounds_of_others(slot)
        if self._has_scheme():
            ends = table.is_word & ~table.poor_end if ends is None else ends
            ends &= ~self._strays(place)
        same_name = [other for other in self.form.slots if other.refrain and other.refrain == slot.refrain]
        clause = self._clause(place)
        return Asked(
            pattern=pattern,
            ends=ends,
            tail=tail,
            initial=self.acrostic[place] if self.acrostic else "",
            banned=self._banned(),
            bonus=self._bonus(slot),
            openers=self._openers(clause),
            closes=any(other.closes_stanza for other in (slot, *same_name)),
            clause=clause,
            licence=min(MOST_COST, _licence(self.brief.strictness) + _closed(table, pattern, tail)[1]),
            rub=float(np.interp(self.brief.strictness, (0.0, USUAL_STRICTNESS, 1.0), _RUB)),
        )

    def _clause(self, place: int) -> Clause:
        """Where the sentence stands before a line."""
        grammar, clause = self.poet.finder.grammar, AT_REST
        for other in range(place):
            if other in self.lines:
                clause = grammar.after(clause, self.poet.table.vocabulary.encode(tokens_of(self.lines[other])))
        return clause

    def _pattern(self, slot: Slot, rivals: list[str], rng: np.random.Generator) -> str:
        closing = self.radif.split()[-1:] if slot.radif else rivals[:1]
        patterns = _patterns(slot, closing, self.poet)
        # The first pattern is the metre as the books have it; the looser the poem, the more often another comes.
        looser = (1 - self.brief.strictness) / (1 - USUAL_STRICTNESS)
        shares = np.array([share * (looser if place else 1.0) for place, (_, share) in enumerate(patterns)])
        return patterns[int(rng.choice(len(patterns), p=shares / shares.sum()))][0]

    def rhymes_with(self, place: int) -> list[str]:
        """The end words that a line must rhyme with.

        A user's own line may break the rhyme of its group; then the larger party that rhymes within itself is followed.
        """
        slot = self.form.slots[place]
        if place in self.anchors:
            return [self.anchors[place]]
        if not slot.rhyme:
            return []
        words = [
            self.end_word(other)
            for other in self.lines
            if other != place
            and self.form.slots[other].rhyme == slot.rhyme
            and not (slot.refrain and self.form.slots[other].refrain == slot.refrain)
        ]
        return self._agreeing(list(dict.fromkeys(words)))

    def _agreeing(self, words: list[str]) -> list[str]:
        if len(words) < 2 or not self.given:
            return words
        lexicon, level = self.poet.lexicon, self.brief.rhyme_level
        parties = [[word for word in words if word == one or allowed(lexicon.rhyme(one, word), level)] for one in words]
        return max(parties, key=len)

    def end_word(self, place: int) -> str:
        """The word of a standing line that takes part in rhyme; the one before the radif where there is one."""
        return self._end_of(place, self.lines[place])

    def _end_of(self, place: int, line: str) -> str:
        """The word of a line that takes part in rhyme; empty for a line without words."""
        words = words_of(line)
        skip = len(self.radif.split()) if self.form.slots[place].radif else 0
        return "".join(words[-1 - skip :][:1] if len(words) > skip else words[-1:])

    def _ends(self, slot: Slot, rivals: list[str], used: set[str], patient: bool) -> np.ndarray:
        table = self.poet.table
        ends = table.is_word & ~table.poor_end & ~table.unfit
        if not patient:
            ends &= ~table.rare
        for word in used:
            ends[table.vocabulary.number(word)] = False
        if not rivals:
            need = self.form.group_sizes()[slot.rhyme]
            masculine = np.array([bool(found) and found[0].weak == 0 for found in table.endings])
            return ends & (table.family_sizes >= need + 6) & masculine
        for word in rivals:
            endings = self._endings(word)
            if not endings:
                raise Wrong(
                    f"nobody knows how {word!r} is said, so nothing can rhyme with it",
                    next_step="end the line in another word",
                )
            ends &= table.rhyming(endings, self.brief.rhyme_level)
        return ends

    def _sounds_of_others(self, slot: Slot) -> np.ndarray:
        """Words that would rhyme with lines of another letter: a scheme is heard only while its rhymes differ."""
        taken = np.zeros(len(self.poet.table.vocabulary), dtype=bool)
        for place in self.lines:
            endings = self._endings(self.end_word(place))
            if self.form.slots[place].rhyme not in ("", slot.rhyme) and endings:
                taken |= self.poet.table.rhyming(endings, "perfect")
        return taken

    def _has_scheme(self) -> bool:
        """True for a form with rhymes: there a line without one may not chime."""
        return any(slot.rhyme for slot in self.form.slots)

    def _strays(self, place: int) -> np.ndarray:
        """Words that would chime with a line from which the form keeps this one apart: bool `[words]`.

        That is with lines of its own stanza (of every stanza in which it stands, where it is a refrain) and with rhymes that
        will come in it, however they or the word may be said; and for a line without rhyme the words in which others such end.
        """
        slot, table = self.form.slots[place], self.poet.table
        stanzas = {other.stanza for other in self.form.slots if other.refrain and other.refrain == slot.refrain} | {slot.stanza}
        rhymes = {other.rhyme for other in self.form.slots if other.rhyme and other.stanza in stanzas}
        taken = np.zeros(len(table.vocabulary), dtype=bool)
        for standing, line in self.lines.items():
            other = self.form.slots[standing]
            if standing == place or not kept_apart(slot, other):
                continue
            is_near = other.stanza in stanzas or other.rhyme in rhymes
            for word in heard_ends(line, other, self.radif):
                if is_near:
                    for sound in self.poet.lexicon.sounds(word):
                        taken[_chiming(table).get(sound, [])] = True
                if is_near or not (slot.rhyme or other.rhyme):
                    taken[table.vocabulary.number(word)] = True
        return taken

    def _endings(self, word: str) -> tuple[Ending, ...]:
        number = self.poet.table.vocabulary.number(word)
        if self.poet.table.endings[number]:
            return self.poet.table.endings[number]
        return tuple(ending for ending in map(ending_of, self.poet.lexicon.say(word).ways) if ending is not None)

    def _banned(self) -> np.ndarray:
        table = self.poet.table
        banned = table.unfit.copy()
        if self.brief.archaic < 0.5:
            banned |= table.archaic | table.dialect
        return banned

    def _openers(self, clause: Clause) -> np.ndarray:
        """What each word is worth at the head of a line: as people begin lines, less for every line that began so already,
        and for verbs that would lack a subject."""
        worth = self.poet.table.opener_leaning.copy()
        numbers = [self.poet.table.vocabulary.number(words_of(line)[0]) for line in dict.fromkeys(self.lines.values())]
        for number in numbers:
            worth[number] = max(-5.0, worth[number] - (_BEGUN_SO if number not in self._joiners() else _JOINED_SO))
        if clause.wants_subject:
            worth[self.poet.finder.grammar.finite] -= _SUBJECTLESS
        return worth

    def _joiners(self) -> set[int]:
        """Words that begin line after line in any poem."""
        return {self.poet.table.vocabulary.number(word) for word in ("and", "the")}

    def _bonus(self, slot: Slot) -> np.ndarray:
        """The plan's bonus, more for this stanza's images while unused, less for content words already used."""
        table = self.poet.table
        bonus = self.plan.bonus.copy()
        said = [table.vocabulary.number(word) for line in self.lines.values() for word in words_of(line)]
        bonus[list(self.plan.images[slot.stanza])] += 3.0
        bonus[list(self.plan.subject)] += 1.5
        content = np.unique(table.kin(word for word in said if table.lexical[word]))
        bonus[content] = np.minimum(bonus[content], 0) - 2.0
        if self.brief.alliteration > 0 and self.plan.images[slot.stanza]:
            letter = table.first_letter[self.plan.images[slot.stanza][0]]
            bonus[table.content & (table.first_letter == letter)] += 0.6 * self.brief.alliteration
        return bonus

    def context(self, place: int) -> tuple[list[int], list[list[int]]]:
        """The control tokens of the poem, and the lines before a place as token numbers."""
        vocabulary = self.poet.table.vocabulary
        slot = self.form.slots[place]
        foot = slot.measure.foot if slot.measure.foot in ("iambic", "trochaic", "anapestic") else "free"
        voice = "old" if self.brief.archaic >= 0.5 else "new"
        rhymed = "<rhymed>" if any(slot.rhyme for slot in self.form.slots) else "<unrhymed>"
        names = ("<poem>", f"<{voice}>", f"<{foot}>", rhymed, "<theme>")
        head = [
            *(vocabulary.number(name) for name in names),
            *self.plan.images[slot.stanza][:4],
            vocabulary.number("<body>"),
        ]
        before = []
        for other in range(place):
            if other in self.lines:
                text = self.lines[other]
                tokens = vocabulary.encode(tokens_of(text))
                close = [vocabulary.number("<stanza>")] if self.form.slots[other].closes_stanza else []
                before.append([vocabulary.syllables_tag(self.poet.lexicon.syllables(text)), *tokens, *close])
        return head, before

    def shown(self, line: Line) -> str:
        """A line as it is printed: shown forms of its words, a capital at its head."""
        vocabulary = self.poet.table.vocabulary
        text = join_tokens([vocabulary.shown[token] for token in line.tokens])
        first = next((place for place, letter in enumerate(text) if letter.isalpha()), 0)
        return text[:first] + text[first].upper() + text[first + 1 :]

    def finish(self, title: str) -> Poem:
        """The poem as a value."""
        places = range(len(self.form.slots))
        lines = [self.lines[place] for place in places]
        if lines and lines[-1][-1:] not in CLOSING_MARKS and len(self.form.slots) - 1 not in self.given:
            lines[-1] = lines[-1].rstrip(",;:-") + "."
        return Poem(
            title=title, form=self.form, brief=self.brief, seed=self.seed, lines=tuple(lines),
            radif=self.radif, acrostic=self.acrostic, locked=self.given, human=self.given,
        )  # fmt: skip


def _patterns(slot: Slot, closing: Sequence[str], poet: Poet) -> tuple[tuple[str, float], ...]:
    """The patterns of a line that ends in the word of `closing` (or in none yet): a weak syllable more where that ends weak."""
    said = [spoken.stresses[0] for spoken in map(poet.lexicon.say, closing) if spoken.stresses]
    feminine = any(len(stress) > 1 and stress.endswith("0") for stress in said)
    return slot.measure.patterns(feminine and slot.measure.foot != "syllabic")


def _licence(strictness: float) -> float:
    """What a line may cost: all that the checker lets pass, and beyond the usual strictness less and less."""
    return MOST_COST - (MOST_COST - _LEAST_COST) * max(0.0, strictness - USUAL_STRICTNESS) / (1 - USUAL_STRICTNESS)


def _closed(table: WordTable, pattern: str, tail: Sequence[int]) -> tuple[int, float]:
    """The slots that a closing phrase fills from the end of a pattern, and its cost there; infinite where it does not fit."""
    filled, cost = 0, 0.0
    for word in reversed(tail):
        if filled >= len(pattern):
            return filled, np.inf
        fit = table.fits(pattern)[filled]
        filled, cost = filled + int(fit.lengths[word]), cost + float(fit.costs[word])
    return filled, cost


def _radif(brief: PoemBrief, form: Form, poet: Poet, seed: Seed) -> str:
    """The closing phrase of a ghazal: of the user's own first line, where there is one, its last word or two.

    Raises `Wrong` where too few words rhyme with the one before it.
    """
    words = words_of(brief.first_line)
    if not words or not form.slots[0].radif:
        return RADIFS[int(seed.child("radif").rng().integers(len(RADIFS)))]
    needed = sum(slot.radif for slot in form.slots)
    for size in (1, 2):
        if len(words) > size and _answers(words[-1 - size], words[-size:], brief, form.slots[0], poet) >= needed:
            return " ".join(words[-size:])
    raise Wrong(
        f"no closing phrase can be drawn from {brief.first_line.strip()!r}: too few words rhyme with the one before its end",
        next_step="end the line in a word that has rhymes and a word or two after it, such as 'the light again'",
    )


def _answers(word: str, radif: Sequence[str], brief: PoemBrief, slot: Slot, poet: Poet) -> int:
    """How many words rhyme with one and fit before a closing phrase."""
    table = poet.table
    tail = [table.vocabulary.number(part) for part in radif]
    endings = table.endings[table.vocabulary.number(word)]
    if not endings or not table.is_word[tail].all():
        return 0
    pattern = _patterns(slot, radif[-1:], poet)[0][0]
    filled, cost = _closed(table, pattern, tail)
    if filled >= len(pattern):
        return 0
    fits = table.fits(pattern)[filled].costs + cost <= MOST_COST
    usable = table.is_word & ~table.poor_end & ~table.unfit & ~table.rare & ~table.archaic
    return int((fits & usable & table.rhyming(endings, brief.rhyme_level)).sum())


def _check_letters(brief: PoemBrief, acrostic: str, table: WordTable) -> None:
    """Raise `Wrong` for a letter of an acrostic with which no line can begin."""
    usable = table.is_word & ~table.unfit & (brief.archaic >= 0.5 or ~table.archaic)
    known = set(table.first_letter[usable])
    written = 1 if words_of(brief.first_line) else 0  # the user's own line may begin as no other does
    missing = sorted(set(acrostic[written:]) - known)
    if missing:
        raise Wrong(
            f"no line here begins with {' or '.join(missing).upper()}, which this acrostic needs",
            next_step="choose another title or another form",
        )


@functools.lru_cache(maxsize=2)
def _chiming(table: WordTable) -> Mapping[tuple[str, ...], list[int]]:
    """The words of every rhyme sound, each word under all ways to say it."""
    words: dict[tuple[str, ...], list[int]] = {}
    for word, endings in enumerate(table.endings):
        for ending in endings:
            words.setdefault(ending.key, []).append(word)
    return words


def title_of(draft: Draft) -> str:
    """A title from the poem itself: its first image with the article poems give it."""
    vocabulary = draft.poet.table.vocabulary
    words = [vocabulary.shown[word] for word in (*draft.plan.subject, *draft.plan.images[0])][:1]
    return f"The {words[0].capitalize()}" if words else "Untitled"


def draft_of(poem: Poem, poet: Poet, *, keep: Mapping[int, str], plan_seed: Seed | None = None) -> Draft:
    """A draft of an existing poem in which only the lines of `keep` stand; what is written now is unlike what it replaces.

    With `plan_seed` it looks for other images than the poem has.
    """
    draft = Draft.begin(poem.brief, poem.form, poem.acrostic, poet, plan_seed or poem.seed)
    draft.radif = poem.radif
    draft.lines = dict(keep)
    draft.given = poem.human & frozenset(keep)
    draft.replaced = {place: line for place, line in enumerate(poem.lines) if place not in keep}
    draft.refused = frozenset(tuple(words_of(line)) for line in draft.replaced.values())
    if poem.form.id == "closing":
        draft.anchors = {place: end for place in draft.replaced if (end := _answering(draft, place))}
    return draft


def _answering(draft: Draft, place: int) -> str:
    """The word that a line of a closing poem goes on rhyming with, since it answers a song's poem; empty where it stands free."""
    words = words_of(draft.replaced[place])
    number = draft.poet.table.vocabulary.number(words[-1]) if words else 0
    return words[-1] if words and draft.poet.table.family_sizes[number] >= _FEWEST_PARTNERS else ""
