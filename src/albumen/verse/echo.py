"""Echo: the poet without weights. It says the title again and again, so that whole albums are made in seconds in a test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from albumen.verse.page import PoemPage
from albumen.verse.theme import PoemBrief
from albumen.work.job import Job
from albumen.work.seed import Seed


class EchoPoet:
    """Two lines a poem: the title and what is left of it."""

    id = "echo"
    version = "1"

    def materials(self) -> Mapping[str, str]:
        """Nothing but air."""
        return {}

    def titles(self, theme: str, styles: Sequence[str], taken: Sequence[str], seed: Seed, job: Job) -> tuple[str, ...]:
        """The theme, again and again."""
        word = (theme.split() or ["echo"])[0].capitalize()
        return tuple(f"{word} {number}" for number in range(len(taken) + 1, len(taken) + len(styles) + 1))

    def poem(self, brief: PoemBrief, seed: Seed, avoid: Sequence[str], job: Job) -> PoemPage:
        """The title, called and answered."""
        job.check()
        call = brief.title or brief.theme
        return PoemPage(title=call, stanzas=((f"{call}, {call}!", f"and back comes {call.split()[-1].lower()}."),), form="Echo")

    def closing(self, pages: Sequence[PoemPage], brief: PoemBrief, seed: Seed, job: Job) -> PoemPage:
        """The first line of every poem."""
        job.check()
        return PoemPage(title=brief.title, stanzas=(tuple(page.lines[0] for page in pages if page.lines),), form="Echo")
