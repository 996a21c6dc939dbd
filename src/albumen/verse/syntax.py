"""A little grammar: does a line have a verb, does a sentence close on one, is a head left hanging?

No parser: finite verbs are the words that the left-to-right model expects after `she` or `they` far more often than elsewhere.
Prices are in nats a token; they choose among lines that all scan, and forbid none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from albumen.models.verse.lines import LineModel
from albumen.models.verse.vocabulary import Vocabulary
from albumen.verse.leanings import AFTER_MARK, AFTER_NONE, AT_START

_SUBJECTS = "i he she it they we you who".split()
_AUXILIARIES = (
    "am is are was were have has had do does did can could may might must shall should will would "
    "i'm i'll i've i'd you're you'll he's he'll he'd she's she'll she'd it's it'll we're we'll we've we'd "
    "they're they'll they've they'd don't won't can't didn't isn't aren't wasn't weren't that's there's what's "
    "couldn't wouldn't shouldn't hasn't haven't hadn't let cannot"
).split()
_PREPOSITIONS = (
    "about above across after against along amid among around as at before behind below beneath beside between beyond by "
    "down during for from in inside into like near of off on out over past round since through throughout till to toward "
    "towards under until unto up upon with within without amongst amidst"
).split()
_CLAUSE_OPENERS = "which that who whom whose when where while because though if till until since as than".split()
_LEANING = "which that than whom whose".split()  # they need a sentence before them
_BEFORE_NOUNS = "a an the my your his its our their no of in on at by for from with into this these those".split()
_ADVERBS = (
    "two always quite often also else almost sometimes neither ne'er scarce myself themselves herself himself even never ever "
    "only both all once soon too alone awake there here then thus yet now still so first three late together"
).split()
_ADVERB_ENDINGS = ("ly", "self", "selves")
_JOINERS = "and but or nor yet so".split()
# Past forms that no participle shares: at the head of a sentence they have lost their subject. Regular ones in -ed, which
# participles share, and the third person in -s are asked of the model.
_PAST = (
    "arose ate awoke became befell began beheld blew bore broke came chose crept did drank drew drove dwelt fell fled flew "
    "forbade forgot forsook froze gave grew had has hung is kept knew knelt lay leapt left met ran rang rode rose sang sank "
    "sat saw shone shook shrank slept slew slid smote spoke sprang stole stood strode strove swam swept swore swung threw "
    "told took tore trod was were went wept woke wore wove wrote are"
).split()
# Two phrases of time side by side say one time twice or two at once (`at dawn, from the break of night`); but from morning until
# night.
_TIMES = (
    "dawn day daybreak daylight dusk evening eve midnight morn morning night nightfall noon noonday noontide sunrise sunset "
    "twilight gloaming midday"
).split()
_SPANS = "till to until unto into since between".split()
# What a question has and a statement seldom: a question word or a verb at the head of a clause, or a verb before its subject
# (81 % of the questions of modern poems, 11 % of their statements). `who` and its kin ask at the head of a sentence only.
_ASKING = "what why how whence whither".split()
_ASKING_FIRST = "who whom whose where which".split()
_INVERTED = (
    "am is are was were have has had do does did can could may might must shall should will would isn't aren't wasn't don't "
    "won't can't didn't couldn't wouldn't shouldn't haven't hasn't cannot need"
).split()
_BEFORE_QUESTIONS = "and but or oh o ah so then yet for now nay well alas say tell".split()
_PERSONS = "i you he she it we they there".split()
_UNASKED = 0.8  # nats a token, of a question mark where nothing asks
_SURPLUS = 1.6  # how much likelier after a subject than anywhere, to count as a verb
_HUMAN = "i he she they".split()
_USUAL, _SURE = 0.2, 0.8  # nats over chance after them: as a verb would, and as only a verb would
# Where subjects are looked for: at the head of a line of a modern poem, alone and joined.
_HEAD = ("<poem>", "<new>", "<iambic>", "<rhymed>", "<theme>", "<body>", "<s8>")
_LEADS: tuple[tuple[str, ...], ...] = ((), ("and",), ("when",))
_CLOSERS = (".", "!", "?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """Where the sentence stands before a line: verbs less clause openers so far, whether one is open, whether the line before
    ended on a mark, and how lines began."""

    verbs: int = 0
    is_open: bool = False
    paused: bool = False
    was_bare: bool = False
    began_with_place: bool = False
    asks: bool = False

    @property
    def follows(self) -> str:
        """What the next line stands after: one of `leanings.HEADS`."""
        if not self.is_open:
            return AT_START
        return AFTER_MARK if self.paused else AFTER_NONE

    @property
    def wants_subject(self) -> bool:
        """True where a verb at the head of the next line would have none, for no clause is open or it has its verb: people begin
        with one in 1 line of 80 after a mark, in 1 of 170 after such a clause."""
        return not self.is_open or self.paused or self.verbs >= 1


AT_REST = Clause()
"""Before the first line."""


class Grammar:
    """Word classes of a vocabulary, found once with its left-to-right model."""

    def __init__(self, vocabulary: Vocabulary, reader: LineModel | None) -> None:
        self.vocabulary = vocabulary
        self.verb = _mask(vocabulary, _AUXILIARIES)
        self.preposition = _mask(vocabulary, _PREPOSITIONS)
        self.opener = _mask(vocabulary, _CLAUSE_OPENERS)
        self.leaning = _mask(vocabulary, _LEANING)
        self.before_noun = _mask(vocabulary, _BEFORE_NOUNS)
        if reader is not None and reader.direction == "l2r":
            others = self.preposition | self.opener | self.before_noun | _mask(vocabulary, _ADVERBS)
            others |= np.array([token.endswith(_ADVERB_ENDINGS) for token in vocabulary.tokens])
            self.verb |= _expected_after_subjects(vocabulary, reader) & ~others
        self.joiner = _mask(vocabulary, _JOINERS)
        self.finite = _mask(vocabulary, _PAST)
        """Verbs that need a subject before them."""
        if reader is not None and reader.direction == "l2r":
            self.finite |= _finite(vocabulary, reader)
        self.time = _mask(vocabulary, [*_TIMES, *(f"{time}'s" for time in _TIMES)])
        self.span = _mask(vocabulary, _SPANS)
        self._inverted, self._persons = _mask(vocabulary, _INVERTED), _mask(vocabulary, _PERSONS)
        self._asking = _mask(vocabulary, _ASKING) | self._inverted
        self._asking_first = _mask(vocabulary, _ASKING_FIRST) | self._asking
        self._before_questions = _mask(vocabulary, _BEFORE_QUESTIONS)
        self._closers = {vocabulary.number(mark) for mark in _CLOSERS}
        self._of = vocabulary.number("of")
        self._comma = vocabulary.number(",")
        self._question = vocabulary.number("?")

    def price(self, before: Clause, tokens: Sequence[int]) -> float:
        """What a line (tokens in reading order) costs after what stands before it."""
        words = [token for token in tokens if token >= self.vocabulary.first_word]
        verbs, openers = self._verbs(words), int(self.opener[words].sum())
        cost = 0.0
        if not verbs:
            cost += 0.45 if before.was_bare else 0.15
        if tokens[-1] in self._closers and before.verbs + verbs - openers < 1:
            cost += 1.0
        if tokens[-1] == self._question and not (before.asks or self._asks(before, tokens)):
            cost += _UNASKED
        if not before.is_open and self.leaning[words[0]]:
            cost += 0.6
        if not before.is_open and self._lacks_subject(words):
            cost += 0.5
        if before.is_open and before.wants_subject and self.finite[words[0]]:
            cost += 0.4
        if before.began_with_place and self.preposition[words[0]]:
            cost += 0.25
        if self._tells_time_twice(words):
            cost += 0.5
        heads = self.preposition | self.opener | self.before_noun
        if len(tokens) > 1 and tokens[1] == self._comma and heads[tokens[0]]:
            cost += 0.5
        return cost

    def after(self, before: Clause, tokens: Sequence[int]) -> Clause:
        """Where the sentence stands when a line has been said."""
        words = [token for token in tokens if token >= self.vocabulary.first_word]
        verbs = self._verbs(words)
        place = bool(words) and bool(self.preposition[words[0]])
        if tokens and tokens[-1] in self._closers:
            return Clause(was_bare=not verbs, began_with_place=place)
        balance = before.verbs + verbs - int(self.opener[words].sum())
        paused = bool(tokens) and tokens[-1] < self.vocabulary.first_word
        asks = before.asks or self._asks(before, tokens)
        return Clause(verbs=balance, is_open=True, paused=paused, was_bare=not verbs, began_with_place=place, asks=asks)

    def _asks(self, before: Clause, tokens: Sequence[int]) -> bool:
        """Whether a line begins a question, after what stands before it."""
        heads = [place + 1 for place, token in enumerate(tokens[:-1]) if token < self.vocabulary.first_word]
        leads = [self._lead(tokens[head:]) for head in ([0, *heads] if before.paused else heads)]
        is_inverted = any(self._inverted[first] and self._persons[second] for first, second in pairwise(tokens))
        is_new = not before.is_open and bool(self._asking_first[self._lead(tokens)])
        return is_new or is_inverted or any(bool(self._asking[lead]) for lead in leads)

    def _lead(self, tokens: Sequence[int]) -> int:
        """The first token that does not only lead to what is said."""
        return next((token for token in tokens if not self._before_questions[token]), tokens[-1])

    def _lacks_subject(self, words: Sequence[int]) -> bool:
        first = words[1:2] if self.joiner[words[0]] else words[:1]
        return any(bool(self.finite[word]) for word in first)

    def _tells_time_twice(self, words: Sequence[int]) -> bool:
        """True where two phrases in a row name a time, and no word spans from the one to the other."""
        heads = [place for place, word in enumerate(words) if self.preposition[word] and word != self._of]
        phrases = [words[head:end] for head, end in pairwise([*heads, len(words)])]
        return any(
            bool(self.time[first[-1]] and self.time[second].any() and not self.span[second[0]])
            for first, second in pairwise(phrases)
        )

    def _verbs(self, words: Sequence[int]) -> int:
        return sum(
            bool(self.verb[word]) and not (place and self.before_noun[words[place - 1]]) for place, word in enumerate(words)
        )


def _mask(vocabulary: Vocabulary, words: Sequence[str]) -> np.ndarray:
    mask = np.zeros(len(vocabulary), dtype=bool)
    mask[[vocabulary.number(word) for word in words]] = True
    mask[: vocabulary.first_word] = False
    return mask


def _expected_after_subjects(vocabulary: Vocabulary, reader: LineModel) -> np.ndarray:
    return np.asarray(_surplus(vocabulary, reader, _SUBJECTS).max(axis=0) > np.log(_SURPLUS))


def _finite(vocabulary: Vocabulary, reader: LineModel) -> np.ndarray:
    """Words in -ed that come after a person as verbs do, and words in -s that come after `he` and `she` as only verbs do."""
    regular = np.array([token.endswith("ed") for token in vocabulary.tokens])
    third = np.array([token.endswith("s") and "'" not in token and token != "hers" for token in vocabulary.tokens])
    surplus = dict(zip(_HUMAN, _surplus(vocabulary, reader, _HUMAN), strict=True))
    alone = (surplus["he"] + surplus["she"]) / 2
    found = regular & (np.mean(list(surplus.values()), axis=0) > _USUAL) | third & (alone > _SURE)
    found[: vocabulary.first_word] = False
    return np.asarray(found)


def _surplus(vocabulary: Vocabulary, reader: LineModel, subjects: Sequence[str]) -> np.ndarray:
    """How much likelier each word is after each of these than anywhere, in nats `[subjects, words]`."""
    counts = np.array(vocabulary.counts, dtype=np.float64)
    anywhere = np.log((counts + 1.0) / (counts.sum() + len(counts)))
    head = [vocabulary.number(name) for name in _HEAD]
    rows = [
        [reader.foretell(reader.read([*head, *vocabulary.encode([*lead, subject])]))[0] for lead in _LEADS]
        for subject in subjects
    ]
    return np.asarray(np.mean(rows, axis=1) - anywhere)
