"""Songs: the items of an album."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass

from albumen.album.brief import Brief

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_SLUG = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Song:
    """A song of the album. `slug` names its folder, its seed and its files; `brief` says what is wanted of it."""

    slug: str
    brief: Brief

    def __post_init__(self) -> None:
        if not is_slug(self.slug):
            raise ValueError(f"a song's folder is named with a-z, 0-9 and single hyphens, got {self.slug!r}")

    @property
    def title(self) -> str:
        """The title, or the slug in words where there is none."""
        return self.brief.title or self.slug.replace("-", " ").capitalize()


def is_slug(text: str) -> bool:
    """Whether `text` can name a song's folder."""
    return len(text) <= LONGEST_SLUG and bool(_SLUG.fullmatch(text))


def slug_of(title: str, taken: Container[str] = ()) -> str:
    """A folder name for a title, none of those taken.

    >>> slug_of("Härbour Lights!"), slug_of("夜"), slug_of("Dawn", taken={"dawn"})
    ('harbour-lights', 'song', 'dawn-2')
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    base = "-".join(words)[: LONGEST_SLUG - 4].strip("-") or "song"
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug
