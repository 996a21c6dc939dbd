"""A poem being written: which lines stand, what the next one must be, and where it comes from.

A line comes from our own finder, or from a proposer whose lines are measured first and mended where they fail.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from albumen.models.verse.text import join_tokens, tokens_of, words_of
from albumen.verse.checker import heard_ends, kept_apart
from albumen.verse.decoder import CLOSING_MARKS, Asked, Line
from albumen.verse.finished import Poem
from albumen.verse.forms import Form, Slot
from albumen.verse.likeness import alike, told_by
from albumen.verse.metre import MOST_COST
from albumen.verse.poet import Poet
from albumen.verse.proposals import Proposer, proposed
from albumen.verse.radif import closed_by, patterns_for, radif_for
from albumen.verse.rhyme import LEVELS, Ending, allowed, ending_of
from albumen.verse.rhyme_shortage import require_rhymes
from albumen.verse.syntax import AT_REST, Clause
from albumen.verse.theme import USUAL_STRICTNESS, Plan, PoemBrief, plan_poem
from albumen.verse.wordtable import WordTable
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

ALTERNATES = 3
_BEGUN_SO, _JOINED_SO = 1.5, 0.6  # nats that another line's first word loses, and another line's `and`
_LEAST_COST = 0.25  # what a line may cost at the highest strictness
_RUB = (-1.4, 0.0, 6.0)  # nats that a unit of metrical cost loses at the lowest, the usual and the highest strictness
_STOPS, _STOPS_BEFORE_LAST, _STOPS_IN_SHORT = 0.5, 0.15, 0.6  # how many times as often as the net thinks a sentence ends there
_LONG_STANZA = 4  # lines
_TRIES = 4
# Nats: of words at the subject's very centre, of a stanza's images and of the subject's own words, each beside what it is near;
# and what a word costs that the poem has said.
_NEAR, _IMAGE, _SUBJECT, _SAID = 3.0, 2.0, 1.0, 2.0
_HELD = 6.0  # nats that the words of a line cost in the one that takes its place
_FEWEST_PARTNERS = 6  # rhymes that a word must have before a line is bound to rhyme with it
HEARD = 2  # lines over which a chime is heard where a form has no rhymes
_FEWEST_CLEAR = 60  # words that must be left where near rhymes with other letters are kept out
_SUBJECTLESS = 2.5  # nats that a verb without a subject loses at the head of a sentence


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
    proposals: set[str] = field(default_factory=set)
    """Lines of the proposer that fitted."""

    @classmethod
    def begin(cls, brief: PoemBrief, form: Form, acrostic: str, poet: Poet, seed: Seed) -> Draft:
        stanzas = 1 + max(slot.stanza for slot in form.slots)
        plan = plan_poem(brief, stanzas, poet.table, poet.associations, seed)
        radif = radif_for(brief, form, poet, seed) if any(slot.radif for slot in form.slots) else ""
        _check_letters(brief, acrostic, poet.table)
        return cls(brief=brief, form=form, acrostic=acrostic, poet=poet, plan=plan, seed=seed, radif=radif)

    def give(self, place: int, text: str) -> None:
        """Set a line to the user's own words, and every line of the same refrain with it.

        Raises `Wrong` for a line without words, or one that begins with another letter than an acrostic needs there.
        """
        if not words_of(text):
            raise Wrong("a line of a poem needs words in Latin letters", next_step="write it in them")
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
        texts = self._unlike_the_old(place, proposed(self, place, seed)) if self.proposer else []
        elsewhere = self._elsewhere(self._put_aside(place))
        for attempt in range(_TRIES + 2 * (place in self.replaced)):
            if not texts:
                texts = self._unlike_the_old(place, elsewhere.found(place, seed.child(attempt), attempt))
        if not texts:
            rivals = self.rhymes_with(place)
            require_rhymes(self, rivals)
            rhyme = f", which must rhyme with {', '.join(map(repr, rivals))}" if rivals else ""
            is_loosest = self.brief.rhyme_level == LEVELS[-1]
            way_out = "or choose another form" if is_loosest else "choose a looser rhyme level or another form"
            raise Wrong(f"no line fits as line {place + 1}{rhyme}", next_step=f"change that word, {way_out}")
        name = self.form.slots[place].refrain
        for other, slot in enumerate(self.form.slots):
            if other == place or (name and slot.refrain == name and other not in self.given):
                self.lines[other] = texts[0]

    def others(
        self, place: int, seed: Seed, fits: Callable[[str], bool], *, count: int = ALTERNATES
    ) -> tuple[str, ...]:
        """Up to `count` lines that could stand at a place, unlike the one `replaced` there and unlike each other.

        They end in different words while there are such words, each says something else, and each of them `fits`.
        """
        found: list[str] = []
        taken = {self.end_of(place, self.replaced[place])} if place in self.replaced else set()
        for attempt in range(-1 if self.proposer else 0, 2 * _TRIES):
            spread = attempt < _TRIES
            elsewhere = self._elsewhere([*self._put_aside(place), *found])
            if attempt < 0:
                texts = proposed(self, place, seed.child("proposed"))
            else:
                only = self._ends_but(taken) if spread else None
                texts = elsewhere.found(place, seed.child(attempt), attempt, only=only)
            for text in self._unlike_the_old(place, texts):
                end = self.end_of(place, text)
                is_new = not any(alike(text, other, self.poet.table) for other in found)
                if len(found) < count and is_new and not (spread and end in taken) and fits(text):
                    found.append(text)
                    taken.add(end)
            if len(found) == count:
                break
        return tuple(found)

    def _put_aside(self, place: int) -> list[str]:
        return [self.replaced[place]] if place in self.replaced else []

    def _elsewhere(self, lines: Sequence[str]) -> Draft:
        """This draft with its mind taken off the words of lines that it need not write again."""
        table = self.poet.table
        bonus = self.plan.bonus.copy()
        for line in lines:
            bonus[table.kin(word for word in told_by(line, table) if isinstance(word, int))] -= _HELD
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

    def found(self, place: int, seed: Seed, attempt: int, only: np.ndarray | None = None) -> list[str]:
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
            ends = self.unlike_other_rhymes(slot, ends)
        ends = (table.is_word & ~table.poor_end if ends is None else ends) & ~self.strays(place)
        same_name = [other for other in self.form.slots if other.refrain and other.refrain == slot.refrain]
        clause = self._clause(place)
        return Asked(
            pattern=pattern,
            ends=ends,
            tail=tail,
            initial=self.acrostic[place] if self.acrostic else "",
            banned=self.banned(),
            bonus=self._bonus(slot),
            wishes=self._wishes(slot),
            openers=self._openers(clause),
            closes=any(other.closes_stanza for other in (slot, *same_name)),
            stops=self._stops(slot, place),
            clause=clause,
            licence=min(MOST_COST, _licence(self.brief.strictness) + closed_by(table, pattern, tail)[1]),
            rub=float(np.interp(self.brief.strictness, (0.0, USUAL_STRICTNESS, 1.0), _RUB)),
        )

    def _stops(self, slot: Slot, place: int) -> float:
        """How much more or less often than the generator thinks a sentence may end with a line inside a stanza.

        It does not see how many lines are to come and ends a sentence before a stanza's last line seven times as often as people
        do (27 % against 4 % of quatrains), so that the last line stands there alone.
        """
        size = sum(other.stanza == slot.stanza for other in self.form.slots)
        if size < _LONG_STANZA:
            return _STOPS_IN_SHORT
        is_last_but_one = any(other.closes_stanza for other in self.form.slots[place + 1 : place + 2])
        return _STOPS_BEFORE_LAST if is_last_but_one else _STOPS

    def _clause(self, place: int) -> Clause:
        """Where the sentence stands before a line."""
        grammar, clause = self.poet.finder.grammar, AT_REST
        for other in range(place):
            if other in self.lines:
                clause = grammar.after(clause, self.poet.table.vocabulary.encode(tokens_of(self.lines[other])))
        return clause

    def _pattern(self, slot: Slot, rivals: list[str], rng: np.random.Generator) -> str:
        closing = self.radif.split()[-1:] if slot.radif else rivals[:1]
        patterns = patterns_for(slot, closing, self.poet)
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
        return self.end_of(place, self.lines[place])

    def end_of(self, place: int, line: str) -> str:
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
            endings = self.endings(word)
            if not endings:
                raise Wrong(
                    f"nobody knows how {word!r} is said, so nothing can rhyme with it",
                    next_step="end the line in another word",
                )
            ends &= table.rhyming(endings, self.brief.rhyme_level)
        return ends

    def unlike_other_rhymes(self, slot: Slot, ends: np.ndarray) -> np.ndarray:
        """Of these words those that rhyme with no line of another letter: a scheme is heard only while its rhymes differ.

        A near rhyme (`stands`, `strand`) blurs it too, and may come only where hardly a word would be left.
        """
        others = [
            endings
            for place in self.lines
            if self.form.slots[place].rhyme not in ("", slot.rhyme) and (endings := self.endings(self.end_word(place)))
        ]
        none = np.zeros(len(ends), dtype=bool)
        clear = ends & ~functools.reduce(np.logical_or, map(self.poet.table.blurring, others), none)
        if clear.sum() >= _FEWEST_CLEAR:
            return clear
        return ends & ~functools.reduce(
            np.logical_or, (self.poet.table.rhyming(endings, "perfect") for endings in others), none
        )

    def has_scheme(self) -> bool:
        """True for a form with rhymes: there a line without one may not chime with any of its stanza."""
        return any(slot.rhyme for slot in self.form.slots)

    def strays(self, place: int) -> np.ndarray:
        """Words that would chime with a line from which the form keeps this one apart: bool `[words]`.

        That is with lines of its own stanza (of every stanza in which it stands, where it is a refrain) and with rhymes that
        will come in it, however they or the word may be said; and for a line without rhyme the words in which others such end.
        In a form without rhymes it is the lines next to it, since nobody hears a chime from farther off as one.
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
            if not self.has_scheme():
                is_near = abs(standing - place) <= HEARD
            for word in heard_ends(line, other, self.radif):
                if is_near:
                    for sound in self.poet.lexicon.sounds(word):
                        taken[_chiming(table).get(sound, [])] = True
                if is_near or not (slot.rhyme or other.rhyme):
                    taken[table.vocabulary.number(word)] = True
        return taken

    def endings(self, word: str) -> tuple[Ending, ...]:
        number = self.poet.table.vocabulary.number(word)
        if self.poet.table.endings[number]:
            return self.poet.table.endings[number]
        return tuple(ending for ending in map(ending_of, self.poet.lexicon.say(word).ways) if ending is not None)

    def banned(self) -> np.ndarray:
        table = self.poet.table
        banned = table.unfit.copy()
        if self.brief.archaic < 0.5:
            banned |= table.archaic | table.dialect
        return banned

    def _openers(self, clause: Clause) -> np.ndarray:
        """What each word is worth at the head of a line: as people begin lines, less for every line that began so already,
        and for verbs that would lack a subject."""
        worth = self.poet.table.opener_leanings[clause.follows].copy()
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
        """The plan's bonus, less for content words already used."""
        table = self.poet.table
        bonus = self.plan.bonus.copy()
        said = self._said()
        bonus[said] = np.minimum(bonus[said], 0) - _SAID
        if self.brief.alliteration > 0 and self.plan.images[slot.stanza]:
            letter = table.first_letter[self.plan.images[slot.stanza][0]]
            bonus[table.content & (table.first_letter == letter)] += 0.6 * self.brief.alliteration
        return bonus

    def _wishes(self, slot: Slot) -> np.ndarray:
        """What words are worth to the subject: those near it, more for this stanza's images, nothing for what was said."""
        wishes = _NEAR * self.plan.nearness
        wishes[list(self.plan.images[slot.stanza])] += _IMAGE
        wishes[list(self.plan.subject)] += _SUBJECT
        wishes[self._said()] = 0.0
        return wishes

    def _said(self) -> np.ndarray:
        """The content words of the lines that stand, and their kin."""
        table = self.poet.table
        said = [table.vocabulary.number(word) for line in self.lines.values() for word in words_of(line)]
        return np.unique(table.kin(word for word in said if table.lexical[word]))

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
            proposed=frozenset(place for place, line in self.lines.items() if line in self.proposals) if self.proposer else None,
            images=tuple(tuple(self.poet.table.vocabulary.shown[word] for word in words) for words in self.plan.images),
        )  # fmt: skip


def _licence(strictness: float) -> float:
    """What a line may cost: all that the checker lets pass, and beyond the usual strictness less and less."""
    return MOST_COST - (MOST_COST - _LEAST_COST) * max(0.0, strictness - USUAL_STRICTNESS) / (1 - USUAL_STRICTNESS)


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
