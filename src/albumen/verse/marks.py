"""Live marks for any text, the user's own too: which syllables are stressed, how each line scans, which lines rhyme.

Feet are found in `feet.py`, the metre of a stanza in `stanza_metre.py`, rhymes in `rhyme_letters.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from albumen.models.verse.text import TOKEN, stanzas_of, words_of
from albumen.verse.feet import Reading, Word, unmetred, ways_of
from albumen.verse.lexicon import Lexicon
from albumen.verse.metre import FUNCTION_WORDS
from albumen.verse.rhyme_letters import is_rhymed, rhyme_letters
from albumen.verse.stanza_metre import FREE, scanned
from albumen.work.errors import Wrong

LONGEST_TEXT = 20_000
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
class _Line:
    """A line before it is marked."""

    text: str
    read: str
    words: tuple[Word, ...]
    unsure: tuple[str, ...]


def mark_text(text: str, lexicon: Lexicon) -> list[Mark]:
    """Scan and rhyme every line of a text. Raises `Wrong` for texts over 20,000 signs."""
    if len(text) > LONGEST_TEXT:
        raise Wrong(
            f"a text may have up to {LONGEST_TEXT} signs, this one has {len(text)}", next_step="mark it in parts"
        )
    stanzas = [[_line(line, lexicon) for line in stanza] for stanza in stanzas_of(text)]
    letters = iter(rhyme_letters([[line.read for line in stanza] for stanza in stanzas], lexicon))
    marks = []
    for number, stanza in enumerate(stanzas):
        own = [next(letters) for _ in stanza]
        rhymed = is_rhymed([line.read for line in stanza], own)
        readings = scanned([line.words for line in stanza], is_rhymed=rhymed)
        marks += [_mark(line, number, *told, letter) for line, told, letter in zip(stanza, readings, own, strict=True)]
    return marks


def _mark(line: _Line, stanza: int, foot: str, reading: Reading | None, rhyme: str) -> Mark:
    beats = reading.beats if reading else tuple(unmetred(word) for word in line.words)
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
            words.append(Word(word, ways_of(spoken.ways), word in FUNCTION_WORDS, spoken.guessed))
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
