"""What a person should know of a poem that was just written: words the poet could not use, a first line that does not
scan, and how much of it is by a language model of theirs."""

from __future__ import annotations

from albumen.models.verse.text import words_of
from albumen.verse.finished import Poem
from albumen.verse.poem import first_line_faults
from albumen.verse.poet import Poet, open_poet
from albumen.verse.subject import subject_of


def remarks_on(poem: Poem, *, poet: Poet | None = None) -> tuple[str, ...]:
    """Sentences on a poem; empty where there is nothing to say."""
    poet = poet or open_poet()
    subject = subject_of(f"{poem.brief.title} {poem.brief.theme}", poet.table)
    told = []
    if subject.unknown:
        names = ", ".join(f"'{word}'" for word in subject.unknown)
        goes_by = "the other words" if subject.words else "its mood alone"
        told.append(f"the poet has no word for {names}: the poem goes by {goes_by}")
    elif not subject.words:
        told.append("title and theme name no thing to write about: the poem goes by its mood alone")
    unread = [word for word in f"{poem.brief.title} {poem.brief.theme}".split() if _is_of_other_script(word)]
    if unread:
        told.append(f"the poet reads Latin letters only and passed over {', '.join(map(repr, unread))}")
    if poem.proposed is not None:
        told.append(share_of_the_model(len(poem.proposed), len(poem.lines)))
    return (*told, *first_line_faults(poem.brief, poem.form, poet))


def share_of_the_model(taken: int, lines: int) -> str:
    """How many of some new lines are by a language model of the user's, in a sentence."""
    if not taken:
        return "no line that your language model proposed fitted: all lines are the poet's own"
    return f"your language model wrote {taken} of {lines} lines" + ("; the others are the poet's own" if taken < lines else "")


def _is_of_other_script(word: str) -> bool:
    return any(letter.isalpha() for letter in word) and not words_of(word)
