"""What lies on the poet's desk, on disk: the page that people read and rewrite, and what the page cannot say beside it.

    poem.md  the page        poem.desk.json  form, brief, seed, locks, whose lines        poem.edits.jsonl  who changed what

A page without a desk is taken up as it is; lines that a person changed in it since are known by comparing. A change is written
to the desk first (with what was before), then to the page, then to the log: killed in between, it is either done or was not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from albumen.album.edits_file import LoggedEdit, append_edit, read_edits
from albumen.verse.desk import Stand, VerseEdit, by_hand
from albumen.verse.finished import Poem
from albumen.verse.form_of_page import form_of_page, poem_of_page
from albumen.verse.page import PoemPage, read_page
from albumen.verse.theme import PoemBrief
from albumen.work.errors import Broken, Wrong
from albumen.work.files import write_text
from albumen.work.seed import Seed

FORMAT = 1
PAGE_CHANGED, BY_HAND = "page", "by hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A poem on the desk.

    `page` is the text as it lies on disk; `offered` the alternates that were shown last, by place; `turn` counts what was asked
    of the poet, so that asking again brings something else; `log` is what was logged, `new` what has not been yet.
    """

    path: Path
    poem: Poem
    page: PoemPage
    offered: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    turn: int = 0
    log: tuple[LoggedEdit, ...] = ()
    new: tuple[LoggedEdit, ...] = ()

    @property
    def seed(self) -> Seed:
        """The seed of what the poet is asked next."""
        return self.poem.seed.child("desk", self.turn)

    def with_edit(self, poem: Poem, edit: VerseEdit) -> Desk:
        """The desk after a change, which is logged when the desk is saved."""
        return replace(self, poem=poem, new=(*self.new, edit.logged(datetime.now(UTC))))


def desk_path(page: Path) -> Path:
    """Where the desk of a page lies: `poem.desk.json` beside `poem.md`."""
    return page.with_name(f"{page.stem}.desk.json")


def log_path(page: Path) -> Path:
    """Where the log of a page lies: `poem.edits.jsonl` beside `poem.md`."""
    return page.with_name(f"{page.stem}.edits.jsonl")


def read_text_page(path: Path) -> PoemPage:
    """The page as it lies on disk. Raises `Wrong` where it cannot be read."""
    try:
        return read_page(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Wrong("there is no such page", where=path, next_step="name the file of a poem") from error
    except (OSError, UnicodeDecodeError) as error:
        raise Wrong("this poem cannot be read", where=path, next_step="name a text in UTF-8") from error


def require_new(path: Path) -> None:
    """Raise `Wrong` where no page can begin: where one, or its log, is there already."""
    _require_page(path)
    for file in (path, log_path(path)):
        if file.exists():
            raise Wrong("this file is there already", where=file, next_step="choose another name")


def new_desk(path: Path, poem: Poem) -> Desk:
    """Begin a page and its desk. Raises `Wrong` where one of their files is there already."""
    require_new(path)
    page = PoemPage(title=poem.title, stanzas=tuple(map(tuple, poem.stanzas())), form=poem.form.name)
    desk = Desk(path=path, poem=poem, page=page)
    # A desk without a page is nobody's: it may be left by a machine that stopped just here.
    _write_desk(desk, {})
    write_text(path, page.markdown())
    return desk


def open_desk(path: Path, *, form: str = "", by_the_poet: bool = False, brief: PoemBrief | None = None) -> Desk:
    """Take up a page: with its desk, or without one from the page alone.

    `form` is an id for a page that names none, or another form than it names. Lines of a page without a desk count as a
    person's, and are locked, unless they are known to be `by_the_poet`; `brief` is what such a page is about, where more than
    its title is known. Raises `Wrong` where the page and the form disagree.
    """
    _require_page(path)
    page = read_text_page(path)
    if not page.lines:
        raise Wrong("there is no poem on this page", where=path, next_step="write one, or name another file")
    try:
        log = tuple(read_edits(log_path(path)))
        if not desk_path(path).exists():
            return Desk(path=path, poem=_taken_up(page, form, brief, human=not by_the_poet), page=page, log=log)
        known = _last_known(path, page, log)
        if by_the_poet and page.lines != known.poem.lines:
            # The page was written anew by `make` since: nothing of it is a person's.
            return Desk(path=path, poem=_taken_up(page, form, brief, human=False), page=page, log=log)
        return _with_hand_edits(known, page, form)
    except Wrong as error:
        raise Wrong(error.what, where=error.where or path, next_step=error.next_step) from error


def _taken_up(page: PoemPage, form: str, brief: PoemBrief | None, *, human: bool) -> Poem:
    """A page without a desk as a poem on what `brief` says; its form and how closely it rhymes are the page's own."""
    poem = poem_of_page(page, form=form, human=human)
    return replace(poem, brief=replace(brief, form=poem.brief.form, rhyme_level=poem.brief.rhyme_level)) if brief else poem


def read_history(path: Path) -> tuple[tuple[Stand, ...], tuple[LoggedEdit, ...]]:
    """How the lines of a page stand on its desk, and what was changed so far; nothing where it has neither desk nor log.

    A change that was being saved when the machine stopped is among them. Writes nothing.
    """
    log = tuple(read_edits(log_path(path)))
    file = desk_path(path)
    if not file.exists():
        return (), log
    with _readable(file):
        told = _told(file)
        stands = tuple(map(Stand.of_row, told["lines"]))
        rows = tuple(_logged_of(row) for row in told.get("saving", {}).get("rows", ()))
    return stands, (*log, *(row for row in rows if row not in log))


def save_desk(desk: Desk) -> Desk:
    """Write desk, page and log, in this order; what was logged before is not touched."""
    before = read_text_page(desk.path)
    lines = iter(desk.poem.lines)
    stanzas = tuple(tuple(next(lines) for _ in stanza) for stanza in desk.page.stanzas)
    page = replace(desk.page, stanzas=stanzas)
    saved = replace(desk, page=page, log=(*desk.log, *desk.new), new=())
    if page == before:
        _write_desk(saved, {"rows": [_row(logged) for logged in desk.new]} if desk.new else {})
    else:
        _write_desk(saved, {"rows": [_row(logged) for logged in desk.new], "before": list(before.lines)})
        write_text(desk.path, page.markdown())
    _log(desk.path, desk.log, desk.new)
    if desk.new:
        _write_desk(saved, {})
    return saved


def _require_page(path: Path) -> None:
    if path.suffix != ".md":
        raise Wrong("the page of a poem is a file that ends in .md", where=path, next_step="name it like poem.md")


def _log(path: Path, known: Sequence[LoggedEdit], rows: Sequence[LoggedEdit]) -> None:
    for logged in rows:
        if logged not in known:
            append_edit(log_path(path), logged)


def _last_known(path: Path, page: PoemPage, log: tuple[LoggedEdit, ...]) -> Desk:
    """The desk as it was saved last; a change that was being saved when the machine stopped is done now, or was never."""
    file = desk_path(path)
    with _readable(file):
        told = _told(file)
        desk, saving = _desk_of(path, page, log, told), told.get("saving", {})
        rows = tuple(_logged_of(row) for row in saving.get("rows", ()))
        before = tuple(map(str, saving.get("before", desk.poem.lines)))
    if not rows:
        return desk
    stays = len(rows)
    if _unlike(page.lines, before) < _unlike(page.lines, desk.poem.lines):
        # The page was not reached: only that it had other lines than the poem (which is how it was found) stays.
        stays = 1 + max((place for place, row in enumerate(rows) if row.edit.get("do") == PAGE_CHANGED), default=-1)
    desk = replace(desk, poem=_taken_back(desk.poem, rows[stays:]))
    _log(path, log, rows[:stays])
    return replace(desk, log=(*log, *(row for row in rows[:stays] if row not in log)))


@contextmanager
def _readable(file: Path) -> Iterator[None]:
    """Say in one sentence that a desk is none, whatever the trouble with it."""
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        what = f"the desk of this poem cannot be read ({type(error).__name__}: {error})"
        raise Broken(what, where=file, next_step="take that file away: the poem itself is in the .md") from error


def _told(file: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    if told["format"] != FORMAT:
        raise ValueError(f"format {told['format']}")
    return told


def _taken_back(poem: Poem, rows: Sequence[LoggedEdit]) -> Poem:
    stands = {place: (line, place in poem.locked, place in poem.human) for place, line in enumerate(poem.lines)}
    for row in reversed(rows):
        for stand in VerseEdit.of(row).before:
            stands[stand.place] = (stand.text, stand.locked, stand.human)
    return _with_stands(poem, [stands[place] for place in range(len(poem.lines))])


def _with_stands(poem: Poem, stands: Sequence[tuple[str, bool, bool]]) -> Poem:
    return replace(
        poem,
        lines=tuple(text for text, _, _ in stands),
        locked=frozenset(place for place, (_, locked, _) in enumerate(stands) if locked),
        human=frozenset(place for place, (_, _, human) in enumerate(stands) if human),
    )


def _unlike(lines: Sequence[str], others: Sequence[str]) -> int:
    return abs(len(lines) - len(others)) + sum(one != other for one, other in zip(lines, others, strict=False))


def _with_hand_edits(desk: Desk, page: PoemPage, form: str) -> Desk:
    """The desk with the page as it is now: what a person changed in it is that person's."""
    old = replace(desk.poem, title=page.title or desk.poem.title)
    if len(page.lines) == len(old.lines) and not form:
        texts = {place: line for place, line in enumerate(page.lines) if line != old.lines[place]}
        desk = replace(desk, poem=old, page=page)
        return desk.with_edit(*by_hand(old, texts, what=BY_HAND)) if texts else desk
    marks = {line: (place in old.locked, place in old.human) for place, line in enumerate(old.lines)}
    new = poem_of_page(page, form=form or old.form.id, human=True)
    new = _with_stands(new, [(line, *marks.get(line, (True, True))) for line in new.lines])
    new = replace(new, brief=replace(old.brief, form=new.form.id), seed=old.seed)
    if page.lines == old.lines:
        return replace(desk, poem=new, page=page, offered={})
    edit = VerseEdit(who="person", what=PAGE_CHANGED, before=_all_stands(old), after=_all_stands(new))
    return replace(desk, page=page, offered={}).with_edit(new, edit)


def _all_stands(poem: Poem) -> tuple[Stand, ...]:
    return tuple(
        Stand(place=place, text=line, locked=place in poem.locked, human=place in poem.human)
        for place, line in enumerate(poem.lines)
    )


def _write_desk(desk: Desk, saving: Mapping[str, Any]) -> None:
    poem = desk.poem
    told = {
        "format": FORMAT,
        "title": poem.title,
        "form": poem.form.id,
        "brief": asdict(poem.brief),
        "seed": {"root": poem.seed.root, "path": list(poem.seed.path)},
        "radif": poem.radif,
        "acrostic": poem.acrostic,
        "images": [list(words) for words in poem.images],
        "lines": [stand.as_row() for stand in _all_stands(poem)],
        "offered": {str(place + 1): list(lines) for place, lines in sorted(desk.offered.items())},
        "turn": desk.turn,
    } | ({"saving": saving} if saving else {})
    write_text(desk_path(desk.path), json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def _desk_of(path: Path, page: PoemPage, log: tuple[LoggedEdit, ...], told: Mapping[str, Any]) -> Desk:
    rows = [Stand.of_row(row) for row in told["lines"]]
    brief = told["brief"]
    lines, acrostic = tuple(row.text for row in rows), str(told["acrostic"])
    poem = Poem(
        title=str(told["title"]),
        form=form_of_page(str(told["form"]), lines, acrostic),
        brief=PoemBrief(**{**brief, "energy": tuple(brief["energy"])}),
        seed=Seed(int(told["seed"]["root"]), tuple(map(str, told["seed"]["path"]))),
        lines=lines,
        radif=str(told["radif"]),
        acrostic=acrostic,
        locked=frozenset(row.place for row in rows if row.locked),
        human=frozenset(row.place for row in rows if row.human),
        images=tuple(tuple(map(str, words)) for words in told.get("images", ())),
    )
    offered = {int(place) - 1: tuple(map(str, lines)) for place, lines in told["offered"].items()}
    return Desk(path=path, poem=poem, page=page, offered=offered, turn=int(told["turn"]), log=log)


def _row(logged: LoggedEdit) -> dict[str, Any]:
    return {"who": logged.who, "when": logged.when.isoformat(), "edit": dict(logged.edit), "inverse": dict(logged.inverse)}


def _logged_of(row: Mapping[str, Any]) -> LoggedEdit:
    return LoggedEdit(who=row["who"], when=datetime.fromisoformat(row["when"]), edit=row["edit"], inverse=row["inverse"])
