"""Who sits: of what the net painted, those come first on whom the face, the eyes and the lips that are asked for can be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from albumen.art.features import features_of
from albumen.art.picture import Pixels
from albumen.models.portraits.colour import oklab_of_bytes
from albumen.models.portraits.faces import face_box
from albumen.models.portraits.run import Painting

Asked = Callable[[Painting], frozenset[str]]
"""What must be seen of a painting: some of `face`, `eyes`, `lips`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitter:
    """A painting by the net, and what was asked for and is not seen in it."""

    painting: Painting
    missing: frozenset[str]


def seated(paintings: Iterable[Painting], asked: Asked, enlarge: Callable[[Pixels], Pixels], count: int) -> list[Sitter]:
    """At most `count` sitters, those first that lack least of what is asked for, and of equals those that come first.

    Paintings are taken and looked at one by one, and no more once so many lack nothing.
    """
    known, whole = list[Sitter](), 0
    for painting in paintings:
        known.append(_sitter(painting, asked(painting), enlarge))
        whole += not known[-1].missing
        if whole == count:
            break
    return sorted(known, key=lambda one: len(one.missing))[:count]


def _sitter(painting: Painting, asked: frozenset[str], enlarge: Callable[[Pixels], Pixels]) -> Sitter:
    seen = frozenset(("face",)) if painting.shows_face else frozenset[str]()
    box = face_box(painting.picture) if seen and asked - seen else None
    if box is not None:
        # Colours are laid on the enlarged picture, so it is there that eyes and lips must be seen.
        seen |= features_of(oklab_of_bytes(enlarge(painting.picture)), box).seen
    return Sitter(painting=painting, missing=asked - seen)
