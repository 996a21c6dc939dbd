"""Whose words a poem is made of: a person's or a machine's, told from the page, its desk and its log. Nothing is guessed.

Words that a machine is known to have written are its own: those of the page as it was made, those that the desk does not
call a person's, and those that the log says were not when they came or went. Whatever else stands on the page is a person's,
also where it was changed in a text editor and no command has seen it yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from albumen.models.verse.text import words_of
from albumen.verse.desk import VerseEdit
from albumen.verse.desk_file import read_history
from albumen.verse.desk_words import REDO, UNDO
from albumen.verse.page import PoemPage

# A line that keeps no more than this of a machine's line is not that line any more, but a person's own.
MOST_KEPT = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorship:
    """Whose a poem is: its lines and words, how many a person wrote, and how often people and the poet changed it.

    `own_lines` are a person's whole lines; `own_words` are their words, and those that a person changed in other lines.
    `from_page` and `from_desk` say whether a line keeps words of the page as it was made, and of the poet at the desk.
    """

    lines: int
    words: int
    own_lines: int
    own_words: int
    edits: int = 0
    asked: int = 0
    from_page: bool = False
    from_desk: bool = False

    @property
    def is_shared(self) -> bool:
        """Whether a person and a machine both wrote words of it."""
        return self.own_lines < self.lines and self.own_lines + self.own_words > 0

    def in_words(self) -> str:
        """The same for the credits; empty where no person had a hand in it and nothing was asked."""
        told = []
        if self.is_shared:
            told.append(f"{_counted(self.own_lines, self.lines, 'line')} and {self.own_words} of {self.words} words by a person")
        told += [f"{self.edits} edit{'s' if self.edits > 1 else ''} by people"] if self.edits else []
        told += [f"{self.asked} passage{'s' if self.asked > 1 else ''} written anew when asked"] if self.asked else []
        return ", ".join(told)


def authorship_of(page: PoemPage, path: Path, made: PoemPage | None = None) -> Authorship:
    """Whose the words of a page are that lies at `path`; `made` is the page as it was first made, where that is known.

    Only reads. Raises `Broken` or `Wrong` where the desk or the log beside it cannot be read.
    """
    stands, log = read_history(path)
    edits = [VerseEdit.of(line) for line in log]
    seen = [*stands, *(stand for edit in edits for stand in (*edit.before, *edit.after))]
    at_desk = {stand.text for edit in edits if edit.what == "alternate" or edit.who == "poet" for stand in edit.after}
    first = set(made.lines) if made else {stand.text for stand in seen if not stand.human} - at_desk
    machine = {*first, *(stand.text for stand in seen if not stand.human)}
    kept = {line: _nearest(line, machine) for line in page.lines}
    own = [_own_words(line, kept[line]) for line in page.lines]
    changes = [edit for edit in edits if _changes_words(edit)]
    return Authorship(
        lines=len(page.lines),
        words=sum(len(words_of(line)) for line in page.lines),
        own_lines=sum(not kept[line] for line in page.lines),
        own_words=sum(own),
        edits=sum(edit.who == "person" for edit in changes),
        asked=sum(edit.who == "poet" for edit in changes),
        from_page=any(text in first for text in kept.values()),
        from_desk=any(text and text not in first for text in kept.values()),
    )


def _changes_words(edit: VerseEdit) -> bool:
    """True for an edit that counts: not a lock, and no step back or forth, as with the edits of the music."""
    texts = [[stand.text for stand in stands] for stands in (edit.before, edit.after)]
    return edit.what not in (UNDO, REDO) and texts[0] != texts[1]


def _nearest(line: str, machine: set[str]) -> str:
    """The machine's line of which most stands in this one; empty where it keeps half of none."""
    if line in machine:
        return line
    words = words_of(line)
    kept = {other: _kept(words, words_of(other)) for other in sorted(machine)}
    best = max(kept, key=kept.__getitem__, default="")
    return best if best and kept[best] > MOST_KEPT * len(words) else ""


def _own_words(line: str, other: str) -> int:
    words = words_of(line)
    return len(words) - _kept(words, words_of(other))


def _kept(words: Sequence[str], others: Sequence[str]) -> int:
    """How many words of a line stand in another, in the same order."""
    return sum(block.size for block in SequenceMatcher(None, words, others, autojunk=False).get_matching_blocks())


def _counted(some: int, total: int, what: str) -> str:
    return f"{some} of {total} {what}{'s' if total != 1 else ''}"
