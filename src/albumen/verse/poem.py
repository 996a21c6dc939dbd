"""A whole poem from a brief: form, plan, then line by line, each from the best of many.

`write_poem` is the one call most users need; `finished.py` holds what it gives, `draft.py` how a line is come by.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace

from albumen.models.verse.text import words_of
from albumen.verse.checker import Fault, judge_measure
from albumen.verse.draft import Draft, Proposer, title_of
from albumen.verse.finished import Poem
from albumen.verse.forms import Form, load_form
from albumen.verse.poet import Poet, open_poet
from albumen.verse.theme import PoemBrief, form_for
from albumen.work.errors import Wrong
from albumen.work.seed import Seed


def write_poem(
    brief: PoemBrief,
    seed: Seed,
    *,
    poet: Poet | None = None,
    title: str = "",
    proposer: Proposer | None = None,
    avoid: Iterable[str] = (),
    say: Callable[[str], None] = lambda line: None,
) -> Poem:
    """Write a poem; with a `proposer`, from its lines where they fit the form.

    `avoid` are lines that may not come again, such as those of the album's other poems.
    The brief's first line stands as it is; what the form has against it, `first_line_faults` tells.
    Raises `Wrong` where the brief asks for what no words can do (a first line that nothing rhymes with).
    """
    poet = poet or open_poet()
    form, acrostic = choose_form(brief, seed)
    draft = Draft.begin(brief, form, acrostic, poet, seed)
    draft.proposer = proposer
    draft.refused = frozenset(tuple(words_of(line)) for line in avoid)
    if brief.first_line.strip():
        draft.give(0, brief.first_line)
    return complete(draft, title or brief.title, say)


def complete(draft: Draft, title: str, say: Callable[[str], None] = lambda line: None) -> Poem:
    """Write every line that does not stand yet, in order."""
    for place in range(len(draft.form.slots)):
        if place not in draft.lines:
            draft.write(place, draft.seed.child("line", place))
            say(draft.lines[place])
    return draft.finish(title or title_of(draft))


def first_line_faults(brief: PoemBrief, form: Form, poet: Poet) -> tuple[str, ...]:
    """What to tell the user of their own first line: a sentence where it does not scan in the form; empty where all is well."""
    if not brief.first_line.strip():
        return ()
    faults: list[Fault] = []
    judge_measure(0, brief.first_line, form.slots[0].measure, poet.lexicon, faults)
    return tuple(f"your first line stands as you wrote it, but it does not scan: {fault.what}" for fault in faults)


def choose_form(brief: PoemBrief, seed: Seed) -> tuple[Form, str]:
    """The form of a brief and, for an acrostic, the letters its lines begin with."""
    form = load_form(form_for(brief, seed))
    if not form.acrostic:
        return form, ""
    # The letters below accents count: `Été` is spelled e, t, e.
    plain = unicodedata.normalize("NFKD", brief.title or brief.theme).lower()
    letters = "".join(letter for letter in plain if "a" <= letter <= "z")
    if not 2 <= len(letters) <= 30:
        raise Wrong(
            f"an acrostic needs a title of 2 to 30 letters from a to z, this has {len(letters)}",
            next_step="choose another title or form",
        )
    # Couplets carry the acrostic, so that it is heard as verse; an odd last line stands free.
    slots = [
        replace(
            form.slots[0],
            rhyme=f"p{place // 2}" if place // 2 * 2 + 1 < len(letters) else "",
            stanza=place // 8,
            closes_stanza=last,
        )
        for place, last in ((place, place % 8 == 7 or place == len(letters) - 1) for place in range(len(letters)))
    ]
    return replace(form, slots=tuple(slots)), letters
