"""What a person should know of a poem that was just written: words the poet could not use, a first line that does not scan."""

from __future__ import annotations

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
    return (*told, *first_line_faults(poem.brief, poem.form, poet))
