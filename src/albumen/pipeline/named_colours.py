"""Colours that a person named for a place of a portrait (blue eyes, a dark background), and which of them relatives inherit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from albumen.art.facts import AlbumFacts
from albumen.art.palette import Palette, Rgb, palette_for
from albumen.art.words import PLACES_ON_A_SITTER, ColoursHeard, ColourWish, colours_heard
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

_MOVED = ("ground", "face", "dress")
"""Places that the slider of the same name moves: whoever moves it does not want the colour of the parent there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedColour:
    """A colour for a place, and the parent (folder and name) that bequeathed it; "" where it was named for this picture."""

    wish: ColourWish
    ground: Rgb | None = None
    """The bytes that a wish for the ground stands for; None elsewhere."""
    parent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedColours:
    """The colours of one portrait, at most one a place, and a sentence on each that was said or inherited and left out."""

    colours: tuple[NamedColour, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def wishes(self) -> tuple[ColourWish, ...]:
        """The colours as wishes."""
        return tuple(named.wish for named in self.colours)

    @property
    def ground(self) -> Rgb | None:
        """What the wish for the ground stands for; None where there is none."""
        return next((named.ground for named in self.colours if named.wish.place == "ground"), None)

    def as_rows(self) -> list[dict[str, Any]]:
        """For the page of facts; `read_named` reads them."""
        return [
            {"words": named.wish.words, "place": named.wish.place, "lch": list(named.wish.lch),
             "rgb": list(named.ground) if named.ground else None, "parent": named.parent}
            for named in self.colours
        ]  # fmt: skip


def theme_palette(theme: str, seed: Seed) -> Palette:
    """The palette that a theme alone calls for."""
    return palette_for(AlbumFacts(title=theme, artist="", theme=theme), seed)


def names_a_place(theme: str) -> bool:
    """Whether a theme asks for, or forbids, a colour somewhere on a portrait."""
    heard = colours_heard(theme)
    return any(wish.place in PLACES_ON_A_SITTER for wish in heard.wishes + heard.unwanted)


def named_in(theme: str, seed: Seed) -> NamedColours:
    """The colours that a theme names for places of a portrait; `seed` is that of its palette."""
    heard = colours_heard(theme)
    wishes = [wish for wish in heard.wishes if wish.place in PLACES_ON_A_SITTER]
    behind = theme_palette(theme, seed).ground if any(wish.place == "ground" for wish in wishes) else None
    colours = tuple(NamedColour(wish=wish, ground=behind if wish.place == "ground" else None) for wish in wishes)
    return NamedColours(colours=colours, left_out=heard.dropped)


def read_named(facts: Mapping[str, Any], page: Path) -> tuple[NamedColour, ...]:
    """The colours that a page of facts tells; pages from before formats told them name them in their theme.

    Raises `Wrong` for rows that are damaged.
    """
    rows = facts.get("named_colours")
    if rows is None:
        theme = str(facts.get("theme", ""))
        root = str(facts["seed"]).split("/")[0]
        return named_in(theme, portrait_seed(int(root) if root.isdigit() else 0, theme)).colours
    try:
        return tuple(_named(row) for row in rows)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise Wrong("the colours in this page of facts are damaged", where=page, next_step="paint the portrait again") from error


def _named(row: Mapping[str, Any]) -> NamedColour:
    light, chroma, hue = (float(value) for value in row["lch"])
    wish = ColourWish(words=str(row["words"]), lch=(light, chroma, hue), place=str(row["place"]))
    if wish.place not in PLACES_ON_A_SITTER:
        raise ValueError(wish.place)
    if wish.place != "ground":
        return NamedColour(wish=wish, parent=str(row["parent"]))
    red, green, blue = (int(value) for value in row["rgb"])
    return NamedColour(wish=wish, ground=(red, green, blue), parent=str(row["parent"]))


def portrait_seed(root: int, theme: str) -> Seed:
    """The seed of portraits of a theme, and of its palette."""
    return Seed(root).child("portrait", theme)


def inherited(
    parents: Sequence[tuple[str, Sequence[NamedColour]]], own: NamedColours, theme: str, sliders: Mapping[str, float], seed: Seed
) -> NamedColours:
    """The colours of a relative: its own, and those of its parents (what they are called, their colours) for all other places.

    Where both parents have a colour for a place the child has that of one, by `seed`. A colour that the theme forbids, or
    whose place a slider moves, is not inherited.
    """
    heard = colours_heard(theme)
    taken = {named.wish.place for named in own.colours}
    colours, left_out = list(own.colours), list(own.left_out)
    for place in PLACES_ON_A_SITTER:
        offers = [(name, named) for name, has in parents for named in has if named.wish.place == place]
        if not offers or place in taken:
            continue
        chosen = int(seed.child(place).rng().integers(len(offers)))
        name, named = offers[chosen]
        why = _unwelcome(named, heard, sliders)
        if why:
            left_out.append(f"'{named.wish.said}' of {name} was not inherited: {why}")
        else:
            colours.append(NamedColour(wish=named.wish, ground=named.ground, parent=name))
    return NamedColours(colours=tuple(colours), left_out=tuple(left_out))


def _unwelcome(named: NamedColour, heard: ColoursHeard, sliders: Mapping[str, float]) -> str:
    """Why a colour is not inherited; "" where it is."""
    wish = named.wish
    if any(other.words == wish.words and other.place in ("", wish.place) for other in heard.unwanted):
        return "it is not wanted"
    return f"the slider {wish.place} was moved" if wish.place in _MOVED and sliders.get(wish.place) else ""
