"""What to say where a line's word has no rhyme that a poem may use, or hardly one: `orange`, `month`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from albumen.verse.rhyme import LEVELS
from albumen.work.errors import Wrong

if TYPE_CHECKING:
    from albumen.verse.draft import Draft

_MOST_NAMED = 8
_PLENTY = 6  # rhymes: with so many the word is not to blame


def require_rhymes(draft: Draft, rivals: Sequence[str]) -> None:
    """Raise `Wrong` where few words rhyme with all of `rivals` as the poem is asked to.

    It names them, and those of the next looser level that has more.
    """
    if not rivals:
        return
    asked = LEVELS.index(draft.brief.rhyme_level)
    known = {level: _rhymes(draft, rivals, level) for level in LEVELS[asked:]}
    own = known[LEVELS[asked]]
    if len(own) >= _PLENTY:
        return
    said = " and ".join(map(repr, rivals))
    has = f"only {_named(own)} {'rhymes' if len(own) == 1 else 'rhyme'}" if own else "no word here rhymes"
    what = f"{has} with {said} at the rhyme level {draft.brief.rhyme_level}"
    for level in LEVELS[asked + 1 :]:
        more = [word for word in known[level] if word not in own]
        if more:
            next_step = f"choose {level} (--rhyme {level}) or change that word"
            raise Wrong(f"{what}; at {level} there is more: {_named(more)}", next_step=next_step)
    raise Wrong(what if own else f"{what}, nor more loosely", next_step="end the line in another word")


def _rhymes(draft: Draft, rivals: Sequence[str], level: str) -> list[str]:
    """Words that may end a line and rhyme with all of these, the commonest first."""
    table = draft.poet.table
    good = table.is_word & ~table.poor_end & ~draft.banned()
    for word in rivals:
        good &= table.rhyming(draft.endings(word), level)
        good[table.vocabulary.number(word)] = False
    return [table.vocabulary.shown[int(word)] for word in np.flatnonzero(good)]


def _named(words: Sequence[str]) -> str:
    shown = ", ".join(words[:_MOST_NAMED])
    return f"{shown} and {len(words) - _MOST_NAMED} more" if len(words) > _MOST_NAMED else shown
