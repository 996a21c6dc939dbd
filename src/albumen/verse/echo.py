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

    def poem(self, brief: PoemBrief, seed: Seed, avoid: Sequence[str], job: Job) -> PoemPage:
        """The title, called and answered."""
        job.check()
        call = brief.title or brief.theme
        return PoemPage(title=call, stanzas=((f"{call}, {call}!", f"and back comes {call.split()[-1].lower()}."),), form="Echo")

    def closing(self, pages: Sequence[PoemPage], brief: PoemBrief, seed: Seed, job: Job) -> PoemPage:
        """The first line of every poem."""
        job.check()
        return PoemPage(title=brief.title, stanzas=(tuple(page.lines[0] for page in pages if page.lines),), form="Echo")
