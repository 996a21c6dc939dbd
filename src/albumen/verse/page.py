"""Poems as pages: `poem.md`, which people read and rewrite, in and out of plain values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_FORM = re.compile(r"^\*([^*]+)\*$")
_ESCAPED = ("\\# ", "\\*", "\\\\")


@dataclass(frozen=True, slots=True, kw_only=True)
class PoemPage:
    """A poem as it stands on a page. `form` is empty where a person's own poem names none; `images` are the words that a poet
    planned for each stanza, which no page says."""

    title: str
    stanzas: tuple[tuple[str, ...], ...]
    form: str = ""
    images: tuple[tuple[str, ...], ...] = field(default=(), compare=False)

    @property
    def lines(self) -> tuple[str, ...]:
        """All lines in order."""
        return tuple(line for stanza in self.stanzas for line in stanza)

    def text(self) -> str:
        """The poem as plain text with its title, stanzas parted by blank lines."""
        body = "\n\n".join("\n".join(stanza) for stanza in self.stanzas)
        return f"{self.title}\n\n{body}\n"

    def markdown(self) -> str:
        """The poem as `poem.md` holds it: title, lines that stay lines, form."""
        body = "\n\n".join("  \n".join(map(_kept, stanza)) for stanza in self.stanzas)
        heading = f"# {self.title}\n\n" if self.title else ""
        return f"{heading}{body}\n" + (f"\n*{self.form}*\n" if self.form else "")


def read_page(markdown: str, title: str = "") -> PoemPage:
    """The poem of a page, however a person wrote it; `title` where the page has no heading.

    >>> read_page("# Dawn\\n\\nOne line,\\nand one.\\n\\n*Couplet*\\n")
    PoemPage(title='Dawn', stanzas=(('One line,', 'and one.'),), form='Couplet', images=())
    """
    stanzas: list[list[str]] = [[]]
    form = ""
    for raw in markdown.splitlines():
        line = raw.strip().rstrip("\\").strip()
        said_form = _FORM.match(line)
        if line.startswith("# "):
            title = line[2:].strip()
        elif said_form:
            form = said_form[1]
        elif line:
            stanzas[-1].append(line[1:] if line.startswith(_ESCAPED) else line)
        elif stanzas[-1]:
            stanzas.append([])
    return PoemPage(title=title, stanzas=tuple(tuple(stanza) for stanza in stanzas if stanza), form=form)


def _kept(line: str) -> str:
    """A line as it is written down: one that looks like a heading or the name of a form is kept from being taken for it."""
    return f"\\{line}" if line.startswith(("# ", *_ESCAPED)) or _FORM.match(line) else line
