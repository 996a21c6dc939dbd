"""Live marks for any text, the user's own too: which syllables are stressed, how each line scans, which lines rhyme.

A stanza is read in one metre, the one that its lines together fit best, each with as many feet as it has. Function words,
secondary stresses and content words of one syllable follow the metre; only the main stress of a longer word stands against it.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from albumen.models.verse.dictionary import Sounds, stresses
from albumen.models.verse.text import TOKEN, stanzas_of, words_of
from albumen.verse.lexicon import Lexicon
from albumen.verse.metre import FUNCTION_WORDS, Measure
from albumen.verse.rhyme import Ending, ending_of, level_of
from albumen.work.errors import Wrong

# The feet a stanza is compared with, the commonest first, and the most feet that a line of each has.
FEET = {"iambic": 8, "trochaic": 8, "anapestic": 5, "dactylic": 6}
LONGEST_TEXT = 20_000
FREE = "free verse"
# What a licence costs, beside what words cost in their slots.
INVERTED_HEAD, INVERTED, HEADLESS, UPBEAT, EXTRA, TRISYLLABLE, SHORT_FOOT, FEMININE = 0.1, 0.8, 0.5, 0.5, 0.3, 0.6, 0.4, 0.3
RUN_TOGETHER = 0.1  # `Assyrian` said in three syllables
ALONE = 0.6  # a number of feet that no other line of the stanza has, while a line's reading is chosen
UNEVEN = 0.4  # the same, while the stanza's metre is chosen
UNREAD = 2.0  # a line that fits a metre in no way
# A line fits at a cost of 1 or less; a stanza is in a metre where its lines cost so much on average.
FITTING, STANZA_FITTING = 1.0, 0.85

_NUMBER = re.compile(r"\d(?:[\d.,:]*\d)?\w*")
_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen"
).split()
_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One line marked: `beats` like `da DUM da DUM`, syllables, its metre, and its rhyme letter within the text.

    `metre` is like `iambic 4`, `free verse` where none fits, empty for a line without a word; `cost` is what the line
    costs in it. `rhyme` ends in `~` where the line rhymes only nearly. `unsure` lists what was skipped and words whose
    sound is a guess. `read` is the line as it was read, numbers in words; `words` are its words with their syllables' beats.
    """

    text: str
    stanza: int
    beats: str
    syllables: int
    metre: str
    cost: float | None
    rhyme: str
    unsure: tuple[str, ...]
    read: str = ""
    words: tuple[tuple[str, str], ...] = ()

    def shown(self) -> tuple[str, str]:
        """Two lines for a poet: `/` for a beat and `x` for none above the syllables, and the words below.

        >>> Mark(text="Upon the hill", stanza=0, beats="", syllables=4, metre="", cost=None, rhyme="", unsure=(),
        ...      read="Upon the hill", words=(("upon", "x/"), ("the", "x"), ("hill", "/"))).shown()
        ('x /    x  /', 'Upon the hill')
        """
        above, start = [" "] * (len(self.read) + 1), 0
        flat = self.read.lower().replace("’", "'")
        for word, beats in self.words:
            start = max(start, flat.find(word, start))
            for place, beat in zip(_vowels(word, len(beats)), beats, strict=True):
                above[min(start + place, len(self.read))] = beat
            start += len(word)
        return "".join(above).rstrip(), self.read


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as lines are made of: its stress patterns with what each costs, whether it bends, whether it is a guess."""

    text: str
    ways: tuple[tuple[str, float], ...]
    bends: bool
    guessed: bool


@dataclass(frozen=True, slots=True)
class _Reading:
    """A line in a metre: what it costs, its feet, and a string of `/` and `x` for each word."""

    cost: float
    feet: int
    beats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """A line before it is marked."""

    text: str
    read: str
    words: tuple[_Word, ...]
    unsure: tuple[str, ...]


def mark_text(text: str, lexicon: Lexicon) -> list[Mark]:
    """Scan and rhyme every line of a text. Raises `Wrong` for texts over 20,000 signs."""
    if len(text) > LONGEST_TEXT:
        raise Wrong(
            f"a text may have up to {LONGEST_TEXT} signs, this one has {len(text)}", next_step="mark it in parts"
        )
    stanzas = [[_line(line, lexicon) for line in stanza] for stanza in stanzas_of(text)]
    letters = iter(_letters([[line.read for line in stanza] for stanza in stanzas], lexicon))
    return [
        _mark(line, number, foot, reading, next(letters))
        for number, stanza in enumerate(stanzas)
        for line, (foot, reading) in zip(stanza, _scanned(stanza), strict=True)
    ]


def best_measure(line: str, lexicon: Lexicon) -> tuple[Measure, float] | None:
    """The metre of a form that a line by itself fits best, and its cost; nothing where none fits at 1 or less."""
    words = _line(line, lexicon).words
    found = [
        (reading.cost, order, reading.feet, foot)
        for order, foot in enumerate(("iambic", "trochaic", "anapestic"))
        for reading in _readings(words, foot).values()
    ]
    if not found or min(found)[0] > FITTING:
        return None
    cost, _, feet, foot = min(found)
    return Measure(foot=foot, feet=feet), cost


def _mark(line: _Line, stanza: int, foot: str, reading: _Reading | None, rhyme: str) -> Mark:
    beats = reading.beats if reading else tuple(_unmetred(word) for word in line.words)
    joined = "".join(beats)
    metre = f"{foot} {reading.feet}" if reading else FREE
    return Mark(
        text=line.text,
        stanza=stanza,
        beats=" ".join("DUM" if beat == "/" else "da" for beat in joined),
        syllables=len(joined),
        metre=metre if joined else "",
        cost=reading.cost if reading and joined else None,
        rhyme=rhyme,
        unsure=line.unsure,
        read=line.read,
        words=tuple((word.text, beat) for word, beat in zip(line.words, beats, strict=True)),
    )


def _line(text: str, lexicon: Lexicon) -> _Line:
    """A line with its numbers in words; what cannot be read is put among the unsure."""
    unsure: list[str] = []

    def said(found: re.Match[str]) -> str:
        words = _number(found.group())
        if not words:
            unsure.append(found.group())
        return words

    read = " ".join(_NUMBER.sub(said, text).split())
    unsure.extend(re.findall(r"[^\W\d_]+", TOKEN.sub(" ", read.replace("’", "'"))))
    words = []
    for word in words_of(read):
        spoken = lexicon.say(word)
        if spoken.ways:
            words.append(_Word(word, _ways(spoken.ways), word in FUNCTION_WORDS, spoken.guessed))
        if spoken.guessed:
            unsure.append(word)
    return _Line(text, read, tuple(words), tuple(dict.fromkeys(unsure)))


def _number(digits: str) -> str:
    """0 to 100 and years in words; empty for other numbers.

    >>> _number("42"), _number("1914"), _number("2004"), _number("1,5"), _number("5th")
    ('forty two', 'nineteen fourteen', 'two thousand four', '', '')
    """
    if not re.fullmatch(r"0|[1-9]\d?|100|1[1-9]\d\d|20\d\d", digits):
        return ""
    number = int(digits)
    if number < 20:
        return _UNITS[number]
    if number < 100:
        return f"{_TENS[number // 10]} {_UNITS[number % 10] if number % 10 else ''}".rstrip()
    if number == 100:
        return "one hundred"
    century, rest = divmod(number, 100)
    if 2000 <= number < 2010:
        return f"two thousand {_UNITS[rest] if rest else ''}".rstrip()
    later = "hundred" if not rest else f"oh {_UNITS[rest]}" if rest < 10 else _number(str(rest))
    return f"{_number(str(century))} {later}"


def _ways(ways: Sequence[Sounds]) -> tuple[tuple[str, float], ...]:
    """The stress patterns of a word, and those with two weak vowels run together."""
    found: dict[str, float] = {}
    for way in ways:
        found.setdefault(stresses(way), 0.0)
    for way in ways:
        for place, (one, other) in enumerate(itertools.pairwise(way)):
            if one in ("IY0", "UW0", "IH0") and other.endswith("0"):
                found.setdefault(stresses(way[:place] + way[place + 1 :]), RUN_TOGETHER)
    return tuple(found.items())


def _unmetred(word: _Word) -> str:
    """A word's beats where no metre says more: its own stresses, and none on a function word of one syllable."""
    stress = word.ways[0][0]
    if len(stress) == 1:
        return "x" if word.bends else "/"
    return "".join("x" if digit == "0" else "/" for digit in stress)


def _scanned(stanza: Sequence[_Line]) -> list[tuple[str, _Reading | None]]:
    """Every line of a stanza in the stanza's metre; without a reading where it, or the whole stanza, is free."""
    spoken = [line for line in stanza if line.words]
    best: tuple[float, str, list[_Reading | None]] = (STANZA_FITTING * len(spoken), FREE, [None] * len(stanza))
    for foot in FEET:
        readings = _agreed([_readings(line.words, foot) for line in stanza])
        given = [reading for line, reading in zip(stanza, readings, strict=True) if line.words]
        costs = [reading.cost if reading else UNREAD for reading in given]
        feet = Counter(reading.feet for reading in readings if reading)
        if len(spoken) > 2:  # prose finds feet too, but another number of them in every line
            costs = [
                cost + UNEVEN * (reading is not None and feet[reading.feet] < 2)
                for cost, reading in zip(costs, given, strict=True)
            ]
        if spoken and sum(costs) < best[0] and sum(cost > FITTING for cost in costs) * 4 <= len(costs):
            best = (sum(costs), foot, readings)
    return [(best[1], reading) for reading in best[2]]


def _agreed(options: Sequence[dict[int, _Reading]]) -> list[_Reading | None]:
    """One reading a line; a number of feet that other lines have too is taken before one that stands alone."""
    first = [min(found.values(), key=lambda reading: reading.cost, default=None) for found in options]
    counts = Counter(reading.feet for reading in first if reading)
    chosen: list[_Reading | None] = []
    for found, own in zip(options, first, strict=True):
        others = counts - Counter([own.feet] if own else [])
        chosen.append(
            min(found.values(), key=lambda reading: reading.cost + ALONE * (not others[reading.feet]), default=None)
        )
    return chosen


def _readings(words: tuple[_Word, ...], foot: str) -> dict[int, _Reading]:
    """The cheapest reading of a line for each number of feet that it can have; none for a line without words."""
    found: dict[int, _Reading] = {}
    sizes = [[len(stress) for stress, _ in word.ways] for word in words]
    least, most = sum(map(min, sizes)), sum(map(max, sizes))
    for size in range(least, min(most, 3 * max(FEET.values()) + 2) + 1) if words else ():
        for dear, feet, pattern in _patterns(foot, size):
            if feet in found and found[feet].cost <= dear:
                continue
            read = _fitted(words, pattern)
            if read is not None and (feet not in found or read[0] + dear < found[feet].cost):
                found[feet] = _Reading(read[0] + dear, feet, read[1])
    return found


@functools.cache
def _patterns(foot: str, size: int) -> tuple[tuple[float, int, str], ...]:
    """All patterns of so many slots that a foot allows: what the licence costs, how many feet, the slots; cheapest first."""
    found: dict[tuple[int, str], float] = {}
    for feet in range(1, FEET[foot] + 1):
        for dear, pattern in _licensed(foot, feet):
            if len(pattern) == size:
                found[feet, pattern] = min(dear, found.get((feet, pattern), dear))
    return tuple(sorted((dear, feet, pattern) for (feet, pattern), dear in found.items()))


def _licensed(foot: str, feet: int) -> Iterator[tuple[float, str]]:
    """What poets allow in a line of so many feet."""
    bodies: list[tuple[float, list[str]]]
    if foot == "iambic":
        plain = ["ws"] * feet
        bodies = [(0.0, plain), (INVERTED_HEAD, ["sw", *plain[1:]]), (HEADLESS, ["s", *plain[1:]])]
        for place, (instead, dear) in itertools.product(range(feet), (("wws", TRISYLLABLE), ("sw", INVERTED))):
            bodies += [(cost + dear, [*body[:place], instead, *body[place + 1 :]]) for cost, body in bodies[:3] if place]
        bodies.append((TRISYLLABLE, ["wws", *plain[1:]]))
        ends = [("", 0.0), ("w", FEMININE)]
    elif foot == "trochaic":
        plain = ["sw"] * (feet - 1)
        bodies = [(0.0, [*plain, "s"]), (UPBEAT, ["w", *plain, "s"])]
        bodies += [(TRISYLLABLE, [*plain[:place], "sww", *plain[place + 1 :], "s"]) for place in range(feet - 1)]
        ends = [("", 0.0), ("w", 0.0)]
    elif foot == "anapestic":
        bodies = []
        for head, short in itertools.product((("ws", 0.0), ("wws", 0.0), ("s", HEADLESS)), _few(range(1, feet))):
            body = [head[0], *("ws" if place in short else "wws" for place in range(1, feet))]
            bodies.append((head[1] + SHORT_FOOT * len(short), body))
        ends = [("", 0.0), ("w", 0.1), ("ww", EXTRA)]
    else:
        bodies = [
            (SHORT_FOOT * len(short), [*("sw" if place in short else "sww" for place in range(feet - 1)), "s"])
            for short in _few(range(feet - 1))
        ]
        ends = [("", 0.1), ("w", 0.0), ("ww", 0.1)]
    for (dear, body), (end, more) in itertools.product(bodies, ends):
        yield dear + more, "".join(body) + end


def _few(places: range) -> Iterator[tuple[int, ...]]:
    """Every choice of at most two of some places, fewer than all."""
    for count in range(3):
        yield from itertools.combinations(places, count) if count < max(1, len(places)) else ()


def _fitted(words: Sequence[_Word], pattern: str) -> tuple[float, tuple[str, ...]] | None:
    """The cheapest way to say the words in these slots, and each word's beats; nothing where the syllables do not fit."""
    triple = "ww" in pattern
    reach: dict[int, tuple[float, tuple[str, ...]]] = {0: (0.0, ())}
    for word in words:
        step: dict[int, tuple[float, tuple[str, ...]]] = {}
        for filled, (so_far, beats) in reach.items():
            for stress, dear in word.ways:
                end = filled + len(stress)
                cost, said = so_far + dear, ""
                if end <= len(pattern):
                    more, said = _spoken(word, stress, pattern[filled:end], triple)
                    if end not in step or cost + more < step[end][0]:
                        step[end] = (cost + more, (*beats, said))
        reach = step
    return reach.get(len(pattern))


@functools.lru_cache(maxsize=20_000)
def _spoken(word: _Word, stress: str, slots: str, triple: bool) -> tuple[float, str]:
    """What a word costs in its slots, and the beats it has there."""
    if len(stress) == 1:
        bent = 0.25 if word.bends else 0.0
        straight = 0.0 if word.bends else (0.25 if triple else 0.5)
        return (bent, "/") if slots == "s" else (straight, "x")
    cost, beats = 0.0, ""
    for place, (digit, slot) in enumerate(zip(stress, slots, strict=True)):
        against = digit == "1" and slot == "w"
        # The beat of `Galilee` moves to the stress at its other end where the metre asks for it.
        moves = against and ("2", "s") in zip(stress, slots, strict=True)
        if against:
            cost += 0.5 if moves else 1.0
        elif digit == "2" and slot == "w":
            cost += 0.25
        elif digit == "0" and slot == "s":
            # The last of two weak syllables is lifted easily: TEM-per-ATE.
            cost += 0.25 if place and stress[place - 1] == "0" else 0.5
        beats += "/" if slot == "s" or (against and not moves and not word.guessed) else "x"
    return (cost / 4 if word.guessed else cost), beats


def _letters(stanzas: Sequence[Sequence[str]], lexicon: Lexicon) -> list[str]:
    """A rhyme letter for each line, empty for lines without words.

    Perfect rhymes (and a word said again) share a letter through the whole text; a line left alone that nearly rhymes with
    another of its stanza takes that one's letter with `~`.
    """
    ends = [(number, "".join(words_of(line)[-1:])) for number, stanza in enumerate(stanzas) for line in stanza]
    endings = {word: tuple(filter(None, map(ending_of, lexicon.say(word).ways))) for _, word in ends if word}
    group = _perfect([word for _, word in ends], endings)
    sizes = Counter(group)
    near: set[int] = set()
    for place, (stanza, word) in enumerate(ends):
        if not word or sizes[group[place]] > 1:
            continue
        others = [other for other, (number, end) in enumerate(ends) if number == stanza and end and other != place]
        others.sort(key=lambda other: (sizes[group[other]] > 1, abs(other - place)))
        for other in others if place not in near else ():
            earlier_or_firm = other < place or sizes[group[other]] > 1
            if earlier_or_firm and other not in near and lexicon.rhyme(word, ends[other][1]) in ("family", "slant"):
                group[place] = group[other]
                near.add(place)
                break
    names: dict[int, str] = {}
    shown = []
    for place, (_, word) in enumerate(ends):
        if word:
            count = len(names)
            names.setdefault(group[place], chr(ord("a") + count % 26) + (str(count // 26) if count >= 26 else ""))
        shown.append(names[group[place]] + "~" * (place in near) if word else "")
    return shown


def _perfect(words: Sequence[str], endings: dict[str, tuple[Ending, ...]]) -> list[int]:
    """The number of the first line that each line rhymes with perfectly, or its own."""
    group = list(range(len(words)))
    by_sound: dict[tuple[tuple[str, ...], int], list[tuple[int, Ending]]] = {}
    firsts: dict[str, int] = {}
    for place, word in enumerate(words):
        if word in firsts:
            group[place] = group[firsts[word]]
            continue
        if word:
            firsts[word] = place
        own = endings.get(word, ())
        partners = [
            other
            for ending in own
            for other, earlier in by_sound.get((ending.key, ending.weak), ())
            if level_of(ending, earlier) == "perfect"
        ]
        if partners:
            group[place] = group[max(partners)]
        for ending in own:
            by_sound.setdefault((ending.key, ending.weak), []).append((place, ending))
    return group


def _vowels(word: str, count: int) -> list[int]:
    """Where the syllables of a written word have their vowels, as near as spelling tells: `count` places in rising order."""
    groups = [found.start() for found in re.finditer(r"[aeiouyà-öø-ÿ]+", word)]
    if len(groups) > count and re.search(r"[^aeiouy]e[ds]?$", word):
        groups = groups[:-1]
    if len(groups) >= count:
        return groups[:count]
    letters = [place for place, letter in enumerate(word) if letter in "aeiouy"]
    places = letters if len(letters) >= count else list(range(len(word)))
    if len(places) < count:
        return list(range(count))
    return [places[round(number * (len(places) - 1) / max(1, count - 1))] for number in range(count)]
