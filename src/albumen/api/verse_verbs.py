"""The verbs of verse: a poem on a theme, the poet's desk, and marks for any text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from albumen.album.folder import PAGE, AlbumFolder
from albumen.pipeline.poems import POEM, brief_of_poem, poem_name
from albumen.verse.desk_file import Desk, new_desk, open_desk, read_text_page, require_new, save_desk
from albumen.verse.desk_words import Told, carry_out, marks_of, parse
from albumen.verse.page import read_page
from albumen.verse.poem import Poem, write_poem
from albumen.verse.server import LineServer
from albumen.verse.theme import PoemBrief
from albumen.work.errors import Wrong
from albumen.work.job import Job
from albumen.work.lock import only_writer
from albumen.work.seed import Seed


def poem(
    title: str = "",
    *,
    theme: str = "",
    form: str = "",
    seed: int = 0,
    first_line: str = "",
    mood: float | None = None,
    concreteness: float | None = None,
    archaic: float | None = None,
    alliteration: float | None = None,
    strictness: float | None = None,
    rhyme: str = "perfect",
    server: str = "",
    server_model: str = "",
    server_key: str = "",
    out: str | Path | None = None,
    job: Job | None = None,
) -> Poem:
    """A poem by the shipped model; `form` is one of the forms (`sonnet-shakespearean`, `haiku` ...), empty: what suits.

    The sliders go from 0 to 1, None: as the poet likes. `rhyme` is perfect, family or slant. A language model of your own that
    speaks OpenAI's protocol proposes lines where `server` and `server_model` name one; `server_key` is for one that asks for a
    key, and is written nowhere. With `out` the page and its desk are written there. Raises `Wrong` where neither title nor theme
    is given, the form is not known or `out` is there already.
    """
    sliders = {"mood": mood, "concreteness": concreteness, "archaic": archaic, "alliteration": alliteration}
    sliders["strictness"] = strictness
    told = {name: value for name, value in sliders.items() if value is not None}
    first = "\n".join(" ".join(line.split()) for line in first_line.strip().splitlines())  # more than one the brief refuses
    brief = PoemBrief(title=title, theme=theme, form=form, first_line=first, rhyme_level=rhyme)
    brief = replace(brief, **told)  # type: ignore[arg-type]
    proposer = _proposer(server, server_model, server_key)
    page = None if out is None else Path(out)
    if page is not None:
        require_new(page)
    own = Seed(seed).child("poem", title, theme)
    job = job or Job(name="poem")
    written = write_poem(brief, own, title=title, proposer=proposer, say=lambda line: job.check())
    if page is not None:
        new_desk(page, written)
    return written


def _proposer(server: str, model: str, key: str) -> LineServer | None:
    """The user's own language model; None where none is named."""
    if bool(server) != bool(model):
        raise Wrong("a server of lines needs an address and the name of a model", next_step="give --server and --server-model")
    return LineServer(url=server, model=model, key=key) if server else None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedPoem:
    """What came of edits at the poet's desk: the poem as it stands, and what each edit told."""

    path: Path
    poem: Poem
    told: tuple[Told, ...]

    def as_mapping(self) -> dict[str, Any]:
        """Plain values for JSON; lines count from 1."""
        lines = [
            {"line": place + 1, "text": line, "locked": place in self.poem.locked, "human": place in self.poem.human}
            for place, line in enumerate(self.poem.lines)
        ]
        told = [one.as_mapping() for one in self.told]
        return {"file": str(self.path), "title": self.poem.title, "form": self.poem.form.id, "lines": lines, "done": told} | (
            {"images": [list(words) for words in self.poem.images]} if self.poem.images else {}
        )


def edit_poem(
    page: str | Path,
    *edits: str,
    form: str = "",
    server: str = "",
    server_model: str = "",
    server_key: str = "",
    job: Job | None = None,
) -> EditedPoem:
    """Work on a poem in words: `again`, `line 3`, `stanza 2`, `alternates 3`, `take 3 2`, `set 3 Her own words`, `undo` ...

    All of them or none. `form` is the id of a form for a page that names none. With `server` and `server_model` a language model
    of your own proposes what is written anew, and alternates, as in `poem`. Raises `Wrong` with an example for words that are
    no edit; then nothing is changed.
    """
    if not edits:
        raise Wrong("there is nothing to do", next_step="say an edit, such as again or undo")
    for text in edits:
        parse(text)
    proposer = _proposer(server, server_model, server_key)
    path, job = Path(page), job or Job(name="verse")
    with _alone(path) as home:
        desk: Desk = open_desk(path, form=form, by_the_poet=home.by_the_poet, brief=home.brief)
        told = []
        for number, text in enumerate(edits):
            job.check()
            desk, one = carry_out(desk, text, proposer)
            told.append(one)
            job.reach((number + 1) / len(edits))
        desk = save_desk(desk)
    return EditedPoem(path=path, poem=desk.poem, told=tuple(told))


def mark_poem(page: str | Path) -> Told:
    """How a text of any kind scans and rhymes, line by line: a poem's page, or whatever else is in that file."""
    return marks_of(read_text_page(Path(page)))


def mark_text(text: str) -> Told:
    """The same for a text that is in no file."""
    return marks_of(read_page(text))


@dataclass(frozen=True, slots=True)
class _Home:
    """What the album of a page knows of it: whether it is as the poet left it, and what it is about. Nothing without an album."""

    by_the_poet: bool = False
    brief: PoemBrief | None = None


@contextmanager
def _alone(page: Path) -> Iterator[_Home]:
    """Be the one writer of a page."""
    found = _album_of(page)
    if found is None:
        if not page.is_file():
            read_text_page(page)  # says what is amiss before a folder is made for the lock
        with only_writer(page.resolve().parent / ".cache" / f"{page.stem}.writer"):
            yield _Home()
        return
    folder, slug = found
    name = poem_name(slug)
    with folder.writing():
        untouched = name in folder.made() and folder.is_untouched(name, {POEM: page})
        yield _Home(untouched, brief_of_poem(folder, slug))


def _album_of(page: Path) -> tuple[AlbumFolder, str] | None:
    """The album that a page is a poem of, and its song (empty: the closing poem); None for a page of nobody's album."""
    whole = page.resolve()
    if whole.name != POEM:
        return None
    if (whole.parent / PAGE).is_file():
        return AlbumFolder(whole.parent), ""
    if len(whole.parents) > 2 and whole.parents[1].name == "songs" and (whole.parents[2] / PAGE).is_file():
        return AlbumFolder(whole.parents[2]), whole.parent.name
    return None
