"""Titles for songs that have none: they come from the poet, out of the images that the poems will speak of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from albumen.album.album import Album
from albumen.album.brief import AlbumBrief
from albumen.album.folder import AlbumFolder
from albumen.compose.album_plan import styles_of
from albumen.work.job import Job
from albumen.work.plugins import load
from albumen.work.seed import Seed
from albumen.work.stage import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class TitlesAsked:
    """Titles to be found, one for each of `styles`, unlike those `taken`."""

    theme: str
    styles: tuple[str, ...]
    taken: tuple[str, ...]
    seed: Seed
    poet: str
    poet_version: str
    materials: Mapping[str, str]


def _name(asked: TitlesAsked, folder: Path, job: Job) -> Mapping[str, Any]:
    poet = load("poets", asked.poet)()
    return {"titles": list(poet.titles(asked.theme, asked.styles, asked.taken, asked.seed, job))}


TITLES: Stage[TitlesAsked] = Stage("titles", 1, _name)


def titled(folder: AlbumFolder, album: Album, job: Job) -> AlbumBrief:
    """The album's brief with a title for every song; those that a person gave stay."""
    brief = album.brief
    styles = tuple(style.name for style in styles_of(brief))
    if len(brief.titles) >= len(styles):
        return brief
    poet = load("poets", album.poet)()
    asked = TitlesAsked(
        theme=brief.theme or brief.title,
        styles=styles[len(brief.titles) :],
        taken=brief.titles,
        seed=Seed(brief.seed).child("titles"),
        poet=album.poet,
        poet_version=poet.version,
        materials=poet.materials(),
    )
    record = folder.workshop.carry_out(TITLES, asked, job)
    return replace(brief, titles=(*brief.titles, *record.facts["titles"]))
