"""Finding a line that a model likes and a form allows.

Lines grow from their end: first the closing mark, then the rhyme word, then word by word to the left, a beam of many
at once.
A machine of slots stands beside each: a word may come only where its stresses fit what is left of the pattern and
what is left
of the line's allowance, so every finished line scans. The reranker then reads the finished lines the way people do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from albumen.models.verse.copies import CopySieve
from albumen.models.verse.lines import LineModel
from albumen.models.verse.vocabulary import Vocabulary
from albumen.verse.metre import MOST_COST
from albumen.verse.syntax import AT_REST, Clause, Grammar
from albumen.verse.wordtable import WordTable

INNER_MARKS = (",", ";", "--")
CLOSING_MARKS = (".", "!", "?")
END_MARKS = (*CLOSING_MARKS, ",", ";", ":", "--")
IMPOSSIBLE = -1e9
# A word that little else could follow is a stock phrase, not a find: sureness beyond this counts nothing. With -1.2 nets write
# "there is the shadow of the" again and again (44 % of the word pairs in 21 poems came in another of them too). With this,
# fifty poems are as various as fifty of one poet (`bench/verse/one_poet.md`); with -3 they were a little less so.
SUREST = -3.4
# What a small word costs that its line has already: "or love or hope or pain".
SAID_AGAIN = 1.5
# How much rarer than the generator thinks a question mark is where a sentence has begun that asks nothing: it does not see how
# a sentence began as well as people do, who end 2 % of such in one.
UNASKED = 0.15
# The most that a line's words together can be worth to the plan, in nats: the first word of a theme counts nearly whole, each
# further one less, so that a line says something of its subject and does not list it ("noon and daylight and evening").
FULFILLED = 30.0
# So many of a beam's lines are read again by the reranker; the rest are too far behind to win.
MOST_READ = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What one line must be.

    `pattern` of slots; `ends`: words it may end in (bool `[words]`), None for any; `tail`: fixed words after the rhyme word, in
    reading order; `initial`: the letter it must begin with; `banned`: words it may not hold; `bonus`: what each word is worth
    beyond its likelihood, in nats, `wishes` what each is worth to the subject (0 or more; together no more than `FULFILLED`),
    and `openers` what it is worth as the first word; `closes`: whether a sentence must end with it; `stops`: how many times as
    often as the generator thinks a sentence may end with it where it need not; `clause`: where the sentence stands before it;
    `licence`: the most it may cost in its metre, and `rub`: what each unit of that cost takes from a line's worth, in nats
    (below 0: bent lines are liked).
    """

    pattern: str
    bonus: np.ndarray
    wishes: np.ndarray
    openers: np.ndarray
    banned: np.ndarray
    ends: np.ndarray | None = None
    tail: tuple[int, ...] = ()
    initial: str = ""
    closes: bool = False
    stops: float = 1.0
    clause: Clause = AT_REST
    licence: float = MOST_COST
    rub: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A finished line: token numbers in reading order, its word numbers, and what it was thought to be worth a token."""

    tokens: tuple[int, ...]
    words: tuple[int, ...]
    worth: float


@dataclass(slots=True)
class _Growing:
    """The beam as columns: one entry a line."""

    filled: np.ndarray
    cost: np.ndarray
    total: np.ndarray
    tokens: list[tuple[int, ...]] = field(default_factory=list)


class LineFinder:
    """Finds lines with a generator (from the end) and, where there is one, a reranker (from the start)."""

    def __init__(
        self, generator: LineModel, reranker: LineModel | None, table: WordTable, sieve: CopySieve | None
    ) -> None:
        self.generator = generator
        self.reranker = reranker
        self.table = table
        self.sieve = sieve
        self.grammar = Grammar(generator.vocabulary, reranker)

    @property
    def vocabulary(self) -> Vocabulary:
        """The tokens lines are made of."""
        return self.generator.vocabulary

    def find(
        self,
        asked: Asked,
        head: Sequence[int],
        before: Sequence[Sequence[int]],
        rng: np.random.Generator,
        *,
        beam: int = 48,
        most: int = 12,
    ) -> list[Line]:
        """Lines that obey `asked`, best first, at most `most`; empty where none was found.

        `head` are the poem's control tokens, `before` its lines so far in reading order (each with its own control tokens).
        """
        opening = self.vocabulary.syllables_tag(len(asked.pattern))
        context = [*head]
        for line in before:
            context.extend(self._turned(line))
        state = self.generator.read([*context, opening])
        finished = self._grow(asked, state, rng, beam)
        lines = self._distinct(finished)[:MOST_READ]
        return self._rank(lines, head, before, opening, asked)[:most]

    def read_lines(
        self, asked: Asked, head: Sequence[int], before: Sequence[Sequence[int]], lines: Sequence[Sequence[int]]
    ) -> list[Line]:
        """Lines by another hand, read as our own are: `lines` of token numbers in reading order, each with one word or more
        that the vocabulary knows; the same lines come back with their worth, best first, doubles once."""
        opening = self.vocabulary.syllables_tag(len(asked.pattern))
        state = self.generator.read([*head, *(token for line in before for token in self._turned(line)), opening])
        distinct = list(dict.fromkeys(map(tuple, lines)))
        scores = self.generator.score(state, [line[::-1] for line in distinct])
        given = [
            Line(
                tokens=line,
                words=tuple(token for token in line if token >= self.vocabulary.first_word),
                worth=float(score) / (len(line) + 1),
            )
            for line, score in zip(distinct, scores, strict=True)
        ]
        return self._rank(given, head, before, opening, asked)

    def _turned(self, line: Sequence[int]) -> list[int]:
        """A line with its controls, as the generator reads it."""
        ordinary = [token for token in line if token >= self.vocabulary.unknown]
        opening = [token for token in line[:1] if token < self.vocabulary.unknown]
        closing = [token for token in line[1:] if token < self.vocabulary.unknown]
        return [*opening, *ordinary[::-1], *closing]

    def _grow(
        self, asked: Asked, state: object, rng: np.random.Generator, beam: int
    ) -> list[tuple[float, tuple[int, ...]]]:
        """All lines the beam finished, each with its worth and its tokens from the end."""
        size = len(asked.pattern)
        growing = _Growing(filled=np.zeros(1, int), cost=np.zeros(1), total=np.zeros(1), tokens=[()])
        finished: list[tuple[float, tuple[int, ...]]] = []
        mark = self._drawn_mark(asked, self.generator.foretell(state)[0], rng)
        for step in range(2 * size + 2 + len(asked.tail)):
            scores = self.generator.foretell(state)
            self._collect(growing, scores, size, finished)
            worths, costs, lengths = self._worths(asked, growing, scores, size, mark)
            # Noise spreads the first choices wide (end marks and rhyme words) and lets the later ones be nearly greedy.
            early = step < 2
            rows, tokens = self._choose(
                growing,
                worths,
                rng,
                beam=beam,
                widest=beam if early else 4,
                pool=600 if early else 48,
                warmth=1.0 if early else 0.35,
            )
            if not len(rows):
                break
            growing = _Growing(
                filled=growing.filled[rows] + lengths[rows, tokens],
                cost=growing.cost[rows] + costs[rows, tokens],
                total=growing.total[rows] + worths[rows, tokens],
                tokens=[(*growing.tokens[row], int(token)) for row, token in zip(rows, tokens, strict=True)],
            )
            state = self.generator.advance(state, rows, tokens)
        return finished

    def _drawn_mark(self, asked: Asked, scores: np.ndarray, rng: np.random.Generator) -> int | None:
        """The mark a line ends on, or None, as often as the generator expects each here.

        Drawn and not searched for: nearly everything can stand before a comma, so a search ends every other line on one and runs
        on over few line ends, and verbs lose the subjects that stand beyond.
        """
        marks = [self.vocabulary.number(mark) for mark in (CLOSING_MARKS if asked.closes else END_MARKS)]
        odds = np.exp(scores[marks])
        if asked.clause.is_open and not asked.clause.asks:
            odds[CLOSING_MARKS.index("?")] *= UNASKED
        if not asked.closes:
            odds[: len(CLOSING_MARKS)] *= asked.stops
            odds = np.append(odds, np.exp(scores[self.vocabulary.first_word :]).sum())
        chosen = int(rng.choice(len(odds), p=odds / odds.sum()))
        return marks[chosen] if chosen < len(marks) else None

    def _collect(
        self, growing: _Growing, scores: np.ndarray, size: int, finished: list[tuple[float, tuple[int, ...]]]
    ) -> None:
        """Take the lines that are full, and add how likely each is to begin where it begins."""
        begins = np.logaddexp.reduce(scores[:, : self.vocabulary.unknown], axis=1)
        for place in np.flatnonzero(growing.filled == size):
            line = growing.tokens[place]
            finished.append(((growing.total[place] + begins[place]) / (len(line) + 1), line))

    def _worths(
        self, asked: Asked, growing: _Growing, scores: np.ndarray, size: int, mark: int | None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Worth, metrical cost and syllables of every token after every growing line."""
        fits = self.table.fits(asked.pattern)
        wished = FULFILLED * (1 - np.exp(-asked.wishes / FULFILLED))
        worths = np.full(scores.shape, IMPOSSIBLE, dtype=np.float64)
        costs = np.zeros(scores.shape, dtype=np.float32)
        lengths = np.zeros(scores.shape, dtype=np.int64)
        for row, line in enumerate(growing.tokens):
            filled = int(growing.filled[row])
            if filled == size:
                continue
            fit = fits[filled]
            fitting = growing.cost[row] + fit.costs <= asked.licence
            words = sum(token >= self.vocabulary.first_word for token in line)
            if words < len(asked.tail):
                wanted = asked.tail[len(asked.tail) - 1 - words]
                allowed = fitting & (np.arange(len(fitting)) == wanted)
            else:
                allowed = fitting & ~asked.banned
                if words == len(asked.tail):
                    allowed &= ~self.table.poor_end if asked.ends is None else asked.ends
                allowed[self.table.echoes(token for token in line if self.table.lexical[token])] = False
                if line:
                    allowed[line[-1]] = False
                    allowed[self._wrong_article(line[-1])] = False
                if asked.initial:
                    ends_line = filled + fit.lengths == size
                    allowed &= ~ends_line | (self.table.first_letter == asked.initial)
            opening = np.where(filled + fit.lengths == size, asked.openers, 0.0)
            likely = np.minimum(scores[row], SUREST)
            likely[[token for token in line if self.table.said_again_oddly[token]]] -= SAID_AGAIN
            if words == len(asked.tail):
                likely += self.table.end_leaning
            held = self.table.pair_leanings.get(line[-1]) if line else None
            if held is not None:
                likely[held.words] += held.nats
            costs[row] = np.where(allowed, fit.costs, 0)
            bonus = asked.bonus + wished * _unfulfilled(asked, line)
            worths[row] = np.where(allowed, likely + bonus + opening - asked.rub * costs[row], IMPOSSIBLE)
            lengths[row] = fit.lengths
            self._allow_marks(asked, line, words, scores[row], worths[row], mark)
            lengths[row, : self.vocabulary.first_word] = 0
        return worths, costs, lengths

    def _wrong_article(self, word: int) -> int:
        """The article that cannot stand before this word."""
        return self.vocabulary.number("a" if self.table.begins_on_vowel[word] else "an")

    def _allow_marks(
        self, asked: Asked, line: tuple[int, ...], words: int, scores: np.ndarray, worths: np.ndarray, mark: int | None
    ) -> None:
        number = self.vocabulary.number
        if not line:
            if mark is not None:
                worths[:] = IMPOSSIBLE
                worths[mark] = scores[mark]
        elif line[-1] >= self.vocabulary.first_word and words > len(asked.tail) + 1:
            used = sum(token < self.vocabulary.first_word for token in line[1:])
            for inner in INNER_MARKS if used == 0 else ():
                worths[number(inner)] = scores[number(inner)] - (0.0 if inner == "," else 1.0)

    def _choose(
        self,
        growing: _Growing,
        worths: np.ndarray,
        rng: np.random.Generator,
        *,
        beam: int,
        widest: int,
        pool: int,
        warmth: float,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Continuations of the whole beam: of each line's `pool` best tokens the `widest` luckiest, of all these `beam`."""
        pool = min(pool, worths.shape[1])
        best = np.argpartition(-worths, pool - 1, axis=1)[:, :pool]
        noisy = np.take_along_axis(worths, best, axis=1)
        noisy = np.where(noisy > IMPOSSIBLE / 2, noisy + warmth * rng.gumbel(size=noisy.shape), IMPOSSIBLE)
        keep = min(widest, pool)
        places = np.argpartition(-noisy, keep - 1, axis=1)[:, :keep]
        rows = np.repeat(np.arange(len(worths)), keep)
        tokens = np.take_along_axis(best, places, axis=1).reshape(-1)
        lucky = np.take_along_axis(noisy, places, axis=1).reshape(-1)
        # Lines that are further along have paid for more words; they are compared by worth a slot.
        totals = (growing.total[rows] + lucky) / (growing.filled[rows] + 3.0)
        real = lucky > IMPOSSIBLE / 2
        order = np.argsort(-totals[real], kind="stable")[:beam]
        return rows[real][order], tokens[real][order]

    def _distinct(self, finished: list[tuple[float, tuple[int, ...]]]) -> list[Line]:
        """Finished lines in reading order without doubles and without copies of what was learned, best first."""
        lines: dict[tuple[int, ...], Line] = {}
        for worth, turned in sorted(finished, reverse=True):
            tokens = turned[::-1]
            words = tuple(token for token in tokens if token >= self.vocabulary.first_word)
            if words not in lines and not (self.sieve and self.sieve.holds(words)):
                lines[words] = Line(tokens=tokens, words=words, worth=worth)
        return list(lines.values())

    def _rank(
        self, lines: list[Line], head: Sequence[int], before: Sequence[Sequence[int]], opening: int, asked: Asked
    ) -> list[Line]:
        prices = [self.grammar.price(asked.clause, line.tokens) for line in lines]
        if self.reranker is None or not lines:
            worths = [line.worth - price for line, price in zip(lines, prices, strict=True)]
            return [lines[place] for place in np.argsort([-worth for worth in worths], kind="stable")]
        context = [*head, *(token for line in before for token in line), opening]
        ends = [self.vocabulary.number("<stanza>") if asked.closes else opening]
        read = self.reranker.score(self.reranker.read(context), [[*line.tokens, *ends] for line in lines])
        gains = np.array([self._gain(asked, line) for line in lines])
        judged = [
            Line(
                tokens=line.tokens,
                words=line.words,
                worth=0.5 * line.worth + 0.5 * (score / (len(line.tokens) + 1) + gain) - price,
            )
            for line, score, gain, price in zip(lines, read, gains, prices, strict=True)
        ]
        return sorted(judged, key=lambda line: -line.worth)

    def _gain(self, asked: Asked, line: Line) -> float:
        """What the poem's plan gives a line, a token: its words' bonus, its opener's, and a price for saying too little."""
        content = int(self.table.content[list(line.words)].sum())
        thin = 1.5 * max(0, len(asked.pattern) // 4 - content)
        wished = FULFILLED * (1 - _unfulfilled(asked, line.words))
        total = wished + float(asked.bonus[list(line.words)].sum()) + float(asked.openers[line.words[0]]) - thin
        total += self.table.leaning_of_pairs(line.words)
        return total / (len(line.tokens) + 1)


def _unfulfilled(asked: Asked, words: Sequence[int]) -> float:
    """The share of what a plan wishes for that words leave open, from 1 (all) to 0."""
    return float(np.exp(-asked.wishes[list(words)].sum() / FULFILLED))
