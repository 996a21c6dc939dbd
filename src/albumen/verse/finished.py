"""A finished poem as a value: its lines, the form they are in, and all that is needed to write any of them anew."""

from __future__ import annotations

from dataclasses import dataclass, field

from albumen.verse.forms import Form
from albumen.verse.theme import PoemBrief
from albumen.work.seed import Seed


@dataclass(frozen=True, slots=True, kw_only=True)
class Poem:
    """A finished poem: its lines in order, the form they are in, and what is needed to write any of them anew.

    `locked` and `human` are the places that the user keeps, and those that a person wrote; `proposed` those whose lines come
    from a language model of the user's, None where none was asked; `images` the words that were planned for each stanza, empty
    where nobody knows.
    """

    title: str
    form: Form
    brief: PoemBrief
    seed: Seed
    lines: tuple[str, ...]
    radif: str = ""
    acrostic: str = ""
    locked: frozenset[int] = frozenset()
    human: frozenset[int] = frozenset()
    proposed: frozenset[int] | None = None
    images: tuple[tuple[str, ...], ...] = field(default=(), compare=False)

    def stanzas(self) -> list[list[str]]:
        """The lines by stanza."""
        found: dict[int, list[str]] = {}
        for line, slot in zip(self.lines, self.form.slots, strict=True):
            found.setdefault(slot.stanza, []).append(line)
        return list(found.values())

    def text(self) -> str:
        """The poem without its title, stanzas parted by blank lines."""
        return "\n\n".join("\n".join(stanza) for stanza in self.stanzas())

    def markdown(self) -> str:
        """The poem as `poem.md` holds it: title, form, and lines that stay lines."""
        body = "\n\n".join("  \n".join(stanza) for stanza in self.stanzas())
        return f"# {self.title}\n\n{body}\n\n*{self.form.name}*\n"
