"""Rhyme letters of any text: which of its lines rhyme with which, perfectly or nearly, and whether they are meant to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from albumen.models.verse.text import words_of
from albumen.verse.lexicon import Lexicon
from albumen.verse.metre import FUNCTION_WORDS
from albumen.verse.rhyme import Ending, ending_of, level_of


def rhyme_letters(stanzas: Sequence[Sequence[str]], lexicon: Lexicon) -> list[str]:
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


def is_rhymed(lines: Sequence[str], letters: Sequence[str]) -> bool:
    """True where half of a stanza's lines, or more, rhyme perfectly on different words that say something.

    A word said again is no rhyme by art, nor are `be` and `me`: of prose in four short lines one bit in six has so many of those.
    """
    ends = [("".join(words_of(line)[-1:]), letter) for line, letter in zip(lines, letters, strict=True) if letter]
    ends_well = [(word, letter) for word, letter in ends if word not in FUNCTION_WORDS and not letter.endswith("~")]
    rhyming = [one for one in ends_well if any(one[1] == letter and one[0] != word for word, letter in ends_well)]
    return 2 * len(rhyming) >= max(1, len(ends))
