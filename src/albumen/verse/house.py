"""The poet that comes with Albumen, as a back-end of `albumen.poets`.

A poet answers three questions: titles for an album's songs, a poem for a brief, and the album's closing poem for all of them;
`echo.py` is the shortest one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Protocol

from albumen.verse.closing import write_closing
from albumen.verse.desk import judge
from albumen.verse.finished import Poem
from albumen.verse.page import PoemPage
from albumen.verse.poem import write_poem
from albumen.verse.poet import weights_folder
from albumen.verse.theme import PoemBrief
from albumen.verse.titles import titles_for
from albumen.work.digest import digest_file
from albumen.work.errors import Broken, Wrong
from albumen.work.job import Job
from albumen.work.seed import Seed

_ATTEMPTS = 3
_WEIGHTS = ("*.ngram", "*.onnx", "associations.npy", "words.tsv", "copies.npy")


class PoemWriter(Protocol):
    """A back-end of `albumen.poets`."""

    id: str
    version: str

    def materials(self) -> Mapping[str, str]:
        """Digests of what it writes with, by name; poems are written anew when they change."""
        ...

    def titles(self, theme: str, styles: Sequence[str], taken: Sequence[str], seed: Seed, job: Job) -> tuple[str, ...]:
        """A title for a song of each style, unlike each other and those `taken`."""
        ...

    def poem(self, brief: PoemBrief, seed: Seed, avoid: Sequence[str], job: Job) -> PoemPage:
        """A poem for a song, without the lines to `avoid`."""
        ...

    def closing(self, pages: Sequence[PoemPage], brief: PoemBrief, seed: Seed, job: Job) -> PoemPage:
        """The album's last poem."""
        ...


class HousePoet:
    """Writes with the shipped models. Every poem is checked by `checker.py`, which reads only the text.

    It measures and compares for itself; what it shares with the writer are the patterns that a metre may take and the list of
    function words.
    """

    id = "albumen"
    version = "3"

    def materials(self) -> Mapping[str, str]:
        """Digests of the shipped models."""
        return _digests()

    def titles(self, theme: str, styles: Sequence[str], taken: Sequence[str], seed: Seed, job: Job) -> tuple[str, ...]:
        """Titles out of the images that the poems will speak of."""
        job.check()
        return titles_for(theme, styles, seed, taken=taken)

    def poem(self, brief: PoemBrief, seed: Seed, avoid: Sequence[str], job: Job) -> PoemPage:
        """A poem in the brief's form, or in one that suits."""
        for attempt in range(_ATTEMPTS - 1):
            try:
                return self._written(brief, seed.child(attempt), avoid, job)
            except Wrong:
                # A form may run out of words for one plan; another plan has others.
                continue
        return self._written(brief, seed.child(_ATTEMPTS - 1), avoid, job)

    def _written(self, brief: PoemBrief, seed: Seed, avoid: Sequence[str], job: Job) -> PoemPage:
        return _page(write_poem(brief, seed, title=brief.title, avoid=avoid, say=lambda line: job.check()))

    def closing(self, pages: Sequence[PoemPage], brief: PoemBrief, seed: Seed, job: Job) -> PoemPage:
        """One line a song, each in rhyme with a line of that song's poem."""
        job.check()
        return _page(write_closing(pages, brief, seed).poem)


@cache
def _digests() -> Mapping[str, str]:
    found = sorted(path for pattern in _WEIGHTS for path in weights_folder().glob(pattern))
    return {path.name: digest_file(path) for path in found}


def _page(poem: Poem) -> PoemPage:
    verdict = judge(poem)
    if not verdict.passes:
        what = f"the poem {poem.title!r} broke its form ({verdict.faults[0].what})"
        raise Broken(what, next_step="name another form, or write the poem yourself")
    stanzas = tuple(tuple(stanza) for stanza in poem.stanzas())
    return PoemPage(title=poem.title, stanzas=stanzas, form=poem.form.name, images=poem.images)
