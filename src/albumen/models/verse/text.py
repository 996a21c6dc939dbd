"""Lines as a model reads them: lower-case words and the few marks of punctuation that shape verse.

Double quotes, brackets and other marks are dropped: they come in pairs, and a line written from its end cannot pair them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

MARKS = (",", ".", ";", ":", "!", "?", "--", "-")

# A word may carry inner apostrophes, and the known elisions begin with one.
WORD = (
    r"'(?:tis|twas|twere|twould|twill|mid|neath|gainst|til|till|tween|round|em|bout|cause)\b"
    r"|[a-zà-öø-ÿ]+(?:'[a-zà-öø-ÿ]+)*(?:(?<=o)'|(?<=in)'(?!\w)|(?<=th)')?"
)
TOKEN = re.compile(rf"{WORD}|--|[,.;:!?-]", re.IGNORECASE)


def tokens_of(line: str) -> list[str]:
    """Words and marks of one line in reading order, case kept.

    >>> tokens_of("'Tis late--the moon-lit harbour sleeps.")
    ["'Tis", 'late', '--', 'the', 'moon', '-', 'lit', 'harbour', 'sleeps', '.']
    """
    return TOKEN.findall(line.replace("’", "'").replace("—", "--"))


def is_mark(token: str) -> bool:
    """True for punctuation, false for a word."""
    return token in MARKS


def words_of(line: str) -> list[str]:
    """The lower-case words of one line, without punctuation."""
    return [token.lower() for token in tokens_of(line) if not is_mark(token)]


def phrases_of(prose: str, shortest: int = 4, longest: int = 11) -> Iterator[list[str]]:
    """Prose cut into line-like phrases, as tokens: at punctuation where it can be, else at the longest length."""
    phrase: list[str] = []
    count = 0
    for token in tokens_of(prose):
        phrase.append(token)
        count += not is_mark(token)
        at_mark = is_mark(token) and token != "-"
        if (at_mark and count >= shortest) or count >= longest:
            yield phrase
            phrase, count = [], 0
    if count:
        yield phrase


def stanzas_of(text: str) -> list[list[str]]:
    """A poem's text as stanzas of lines; blank lines part stanzas."""
    stanzas: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.strip():
            stanzas[-1].append(line.strip())
        elif stanzas[-1]:
            stanzas.append([])
    return [stanza for stanza in stanzas if stanza]


def join_tokens(tokens: Sequence[str]) -> str:
    """Tokens back to a line: no space before a mark, none around a dash or hyphen.

    >>> join_tokens(["late", "--", "the", "moon", "-", "lit", "harbour", "."])
    'late--the moon-lit harbour.'
    """
    text = ""
    for token in tokens:
        glued = is_mark(token) or not text or text.endswith("-")
        text += token if glued else " " + token
    return text
