"""Marks as people read them: the beats over the syllables, `/` strong and `x` weak, and the rhyme letters at the side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from albumen.models.verse.text import TOKEN, is_mark
from albumen.verse.lexicon import Lexicon
from albumen.verse.marks import Mark

_SIGNS = {"da": "x", "DUM": "/"}
_VOWELS = re.compile(r"[aeiouyà-öø-ÿ]+", re.IGNORECASE)


def marks_shown(marks: Sequence[Mark], lexicon: Lexicon) -> str:
    """The marked text: two rows a line, beats over the words; rhyme letter, metre and syllables in front.

    Words whose sound is a guess are listed below.
    """
    rows: list[str] = []
    stanza = 0
    for mark in marks:
        if mark.stanza != stanza:
            rows.append("")
            stanza = mark.stanza
        metre = mark.metre or "-"
        rows.append(f"{'':20}{beats_over(mark, lexicon)}".rstrip())
        rows.append(f"{mark.rhyme or '-':3}{metre:13}{mark.syllables:2}  {mark.text}")
    unsure = dict.fromkeys(word for mark in marks for word in mark.unsure)
    guessed = [word for word in unsure if lexicon.say(word).ways]
    unread = [word for word in unsure if word not in guessed]
    if guessed:
        rows.extend(["", f"A guess, since no dictionary here has it: {', '.join(guessed)}."])
    if unread:
        rows.extend(["", f"Not read, since nobody here knows these letters: {', '.join(unread)}."])
    return "\n".join(rows)


def marks_as_rows(marks: Sequence[Mark]) -> list[dict[str, Any]]:
    """The same as plain values for JSON; lines and stanzas count from 1."""
    return [
        {
            "line": number,
            "text": mark.text,
            "stanza": mark.stanza + 1,
            "beats": mark.beats,
            "syllables": mark.syllables,
            "metre": mark.metre,
            "cost": mark.cost,
            "rhyme": mark.rhyme,
            "unsure": list(mark.unsure),
        }
        for number, mark in enumerate(marks, start=1)
    ]


def beats_over(mark: Mark, lexicon: Lexicon) -> str:
    """The beats of a line, each above its syllable; where words and beats disagree in number, spread over the line."""
    signs = [_SIGNS.get(beat, beat[:1]) for beat in mark.beats.split()]
    places = [place for word in TOKEN.finditer(mark.text) if not is_mark(word[0]) for place in _syllables(word, lexicon)]
    if len(places) != len(signs):
        places = [len(mark.text) * number // max(1, len(signs)) for number in range(len(signs))]
    row = [" "] * (max(places, default=0) + 1)
    for place, sign in zip(places, signs, strict=True):
        row[place] = sign
    return "".join(row)


def _syllables(word: re.Match[str], lexicon: Lexicon) -> list[int]:
    """Where the syllables of a word have their vowels, as places in the line; evenly spread where letters do not tell."""
    stresses = lexicon.say(word[0].replace("’", "'")).stresses
    count = len(stresses[0]) if stresses else 0
    vowels = [found.start() for found in _VOWELS.finditer(word[0])]
    if len(vowels) < count:
        vowels = [len(word[0]) * number // count for number in range(count)]
    return [word.start() + place for place in vowels[:count]]
