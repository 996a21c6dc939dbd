"""Scene: a place nobody has seen, painted by the net of grounds in the album's colours. Calm music calls fields and water, lively
music streets and shapes; key and tempo call the place, loudness makes it bolder.

It takes part only where a trained net of grounds is installed.
"""

from __future__ import annotations

from collections.abc import Callable

from albumen.art.engines.by_net import GROUNDS, painting_of
from albumen.art.engines.portrait import boldness_of, summons
from albumen.art.engines.surface import family_of
from albumen.art.layered import OPEN, QUIET, Nearness, brought_near, upon
from albumen.art.music_view import MusicView
from albumen.art.painter import paint
from albumen.art.palette import Palette
from albumen.art.picture import Pixels
from albumen.models.portraits.colour import lab_triple
from albumen.models.portraits.condition import Wish
from albumen.work.seed import Seed

CALM = ("landscape", "marine")
LIVELY = ("cityscape", "flower", "abstract")
LIVELY_FROM = 0.2  # arousal


def draw(music: MusicView, palette: Palette, side: int, seed: Seed) -> Pixels:
    """The place in strokes; the songs of an album share what kind of place and which brush."""
    return _painted(music, palette, OPEN, side, seed)


def under(figure: Callable[[MusicView, Palette, int, Seed], Pixels]) -> Callable[[MusicView, Palette, int, Seed], Pixels]:
    """An engine that draws `figure` before such a place, kept quiet."""

    def drawn(music: MusicView, palette: Palette, side: int, seed: Seed) -> Pixels:
        return upon(_painted(music, palette, QUIET, side, seed), figure(music, palette, side, seed), palette)

    return drawn


def _painted(music: MusicView, palette: Palette, nearness: Nearness, side: int, seed: Seed) -> Pixels:
    rng = family_of(seed).child("scene").rng()
    genre = str(rng.choice(LIVELY if palette.arousal > LIVELY_FROM else CALM))
    manner = str(rng.choice(("knife", "expressionist") if palette.arousal > LIVELY_FROM else ("impressionist", "wash")))
    wish = Wish(
        genre=genre,
        surroundings=lab_triple(palette.ground),
        middle=lab_triple(palette.second),
        foreground=lab_triple(palette.accent),
    )
    place = brought_near(painting_of(GROUNDS, wish, boldness_of(music), summons(music, seed)), palette, nearness)
    return paint(place, side, manner=manner, seed=seed.child("strokes"), ground=palette.ground)
