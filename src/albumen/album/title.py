"""What a title may be, wherever it is written: the cover shows it, files are named by it, so it is one line of some length.

The same rule is asked when an album is begun, when its pages are read, and by the cover that sets the title.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

from albumen.work.errors import Wrong

LONGEST_TITLE = 160
_BREAKING = ("Cc", "Cs", "Zl", "Zp")  # control characters, broken halves of characters, line and paragraph separators
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e")
"""Marks that turn the writing direction of whatever follows, out of the title too."""
_UNSEEN = ("Cc", "Cf", "Zs", "Zl", "Zp")


def check_title(title: str, where: str | Path | None = None) -> str:
    """The title with single spaces; raises `Wrong` where it is empty or cannot stand on a cover."""
    if not title.strip():
        raise Wrong("the album has no title", where=where, next_step='give it one: title = "..." in album.toml')
    return check_line(title, where)


def check_line(text: str, where: str | Path | None = None) -> str:
    """A song's title or an artist with single spaces, or nothing at all; raises `Wrong` where a cover could not show it."""
    for place, letter in enumerate(text, start=1):
        if unicodedata.category(letter) in _BREAKING or letter in _TURNING:
            what = f"character {place} (U+{ord(letter):04X}) is a line break, a tab or another control character"
            raise Wrong(what, where=where, next_step="write it as one plain line")
    if text and all(unicodedata.category(letter) in _UNSEEN for letter in text):
        raise Wrong("nothing of this text can be seen", where=where, next_step="write letters or leave it out")
    if len(text) > LONGEST_TITLE:
        raise Wrong(
            f"a title or name of {len(text)} characters cannot be read on a cover",
            where=where,
            next_step=f"shorten it to at most {LONGEST_TITLE}",
        )
    return " ".join(text.split())
