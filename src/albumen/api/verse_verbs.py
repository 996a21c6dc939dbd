"""The verb of verse: a poem on a theme."""

from __future__ import annotations

from albumen.verse.poem import Poem, write_poem
from albumen.verse.theme import PoemBrief
from albumen.work.seed import Seed


def poem(title: str = "", *, theme: str = "", form: str = "", seed: int = 0) -> Poem:
    """A poem by the shipped model; `form` is one of the forms (`sonnet-shakespearean`, `haiku` ...), empty: what suits.

    Raises `Wrong` where neither title nor theme is given, or the form is not known.
    """
    return write_poem(PoemBrief(title=title, theme=theme, form=form), Seed(seed).child("poem", title, theme), title=title)
