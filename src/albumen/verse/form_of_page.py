"""From a page back to a poem: which form it is in, its closing phrase, its acrostic, and how closely it rhymes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from albumen.models.verse.text import words_of
from albumen.verse.checker import check_poem
from albumen.verse.closing import closing_form
from albumen.verse.finished import Poem
from albumen.verse.forms import Form, form_ids, load_form
from albumen.verse.lexicon import load_lexicon
from albumen.verse.page import PoemPage
from albumen.verse.poem import choose_form
from albumen.verse.rhyme import LEVELS
from albumen.verse.theme import PoemBrief
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

CLOSING = "closing"
_MOST_REPEATS = 30


def poem_of_page(page: PoemPage, *, form: str = "", human: bool) -> Poem:
    """The poem of a page; `form` is an id where the page names none. With `human` all of it is a person's, and locked.

    Raises `Wrong` where no form is named, or where the page has not as many lines as it.
    """
    name = form or form_id(page.form)
    letters = _acrostic(page) if name == "acrostic" else ""
    found = form_of_page(name, page.lines, letters)
    radif = _radif([line for line, slot in zip(page.lines, found.slots, strict=True) if slot.radif])
    places = frozenset(range(len(page.lines))) if human else frozenset[int]()
    return Poem(
        title=page.title,
        form=found,
        brief=_brief(page, found, radif, letters),
        seed=Seed(0).child("poem", page.title),
        lines=page.lines,
        radif=radif,
        acrostic=letters,
        locked=places,
        human=places,
    )


def form_id(name: str) -> str:
    """The id of the form that a page names. Raises `Wrong` where it names none that is known."""
    if not name:
        raise Wrong("this page does not say what form it is in", next_step=f"name it with --form: {', '.join(form_ids())}")
    names = {load_form(one).name.casefold(): one for one in form_ids()}
    names |= {one: one for one in form_ids()} | {closing_form(1).name.casefold(): CLOSING}
    if name.casefold() not in names:
        raise Wrong(f"there is no form called {name!r}", next_step=f"name one with --form: {', '.join(form_ids())}")
    return names[name.casefold()]


def form_of_page(name: str, lines: Sequence[str], acrostic: str = "") -> Form:
    """A form by its id, as long as these lines. Raises `Wrong` where it cannot be so long."""
    if name == CLOSING:
        return closing_form(len(lines))
    form = load_form(name)
    if form.acrostic and acrostic:
        form = choose_form(PoemBrief(title=acrostic, form=name), Seed(0))[0]
    for repeat in range(1, _MOST_REPEATS + 1):
        if len(form.slots) == len(lines):
            return form
        if form.acrostic or len(load_form(name, repeat=repeat).slots) > len(lines):
            break
        form = load_form(name, repeat=repeat)
    if len(form.slots) == len(lines):
        return form
    what = f"the page has {len(lines)} lines, which {form.name} has not"
    raise Wrong(what, next_step="mend the page, or name another form with --form")


def _acrostic(page: PoemPage) -> str:
    """What the first letters of the lines spell: the title where it is as long, else what they do spell."""
    letters = "".join(letter for letter in page.title.lower() if "a" <= letter <= "z")
    if len(letters) == len(page.lines):
        return letters
    first = [(words_of(line) or [""])[0].lstrip("'")[:1] for line in page.lines]
    if not all("a" <= letter <= "z" for letter in first if letter) or "" in first:
        raise Wrong("some line of this acrostic begins with no letter from a to z", next_step="name another form with --form")
    return "".join(first)


def _radif(lines: Sequence[str]) -> str:
    """The phrase on which these lines end: all that they share, else the last word of most."""
    told = [words_of(line) for line in lines]
    told = [words for words in told if len(words) > 1]
    if not told:
        return ""
    size = 0
    while all(len(words) > size + 1 and words[-1 - size] == told[0][-1 - size] for words in told):
        size += 1
    return " ".join(told[0][-size:]) if size else Counter(words[-1] for words in told).most_common(1)[0][0]


def _brief(page: PoemPage, form: Form, radif: str, acrostic: str) -> PoemBrief:
    """What the page says of its theme; the closest level at which its lines rhyme, perfect where they do not."""
    level = next((level for level in LEVELS if _rhymes(page, form, level, radif, acrostic)), LEVELS[0])
    for title, genre in ((page.title, ""), (" ".join(page.lines[0].split()), ""), ("", "poem")):
        try:
            return PoemBrief(title=title, genre=genre, form=form.id, rhyme_level=level)
        except Wrong:
            # Words that no poem here will use, or none: then the first line, or nothing, says what it is about.
            continue
    raise AssertionError("a genre is enough for a poem")


def _rhymes(page: PoemPage, form: Form, level: str, radif: str, acrostic: str) -> bool:
    verdict = check_poem(page.lines, form, load_lexicon(), rhyme_level=level, radif=radif, acrostic=acrostic)
    return not any(fault.kind in ("rhyme", "radif") for fault in verdict.faults)
