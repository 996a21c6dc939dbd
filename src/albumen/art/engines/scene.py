"""Scene: a place nobody has seen, painted by the net of grounds in the album's colours. Calm music calls fields and water, lively
music streets and shapes; key and tempo call the place, loudness makes it bolder.

It takes part only where a trained net of grounds is installed.
"""

from __future__ import annotations

from collections.abc import Callable

from albumen.art.direction import FREE, Direction
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


def draw(music: MusicView, palette: Palette, side: int, seed: Seed, direction: Direction = FREE) -> Pixels:
    """The place in strokes; the songs of an album share what kind of place and which brush."""
    return _painted(music, palette, OPEN, side, seed, direction)


def subject_by_mood(palette: Palette, seed: Seed) -> str:
    """What kind of place it is where neither a person nor the album's words say so."""
    return _by_mood(palette, seed)[0]


def brush(palette: Palette, seed: Seed) -> str:
    """The manner of its strokes where nobody chose one."""
    return _by_mood(palette, seed)[1]


def under(
    figure: Callable[[MusicView, Palette, int, Seed], Pixels],
) -> Callable[[MusicView, Palette, int, Seed, Direction], Pixels]:
    """An engine that draws `figure` before such a place, kept quiet."""

    def drawn(music: MusicView, palette: Palette, side: int, seed: Seed, direction: Direction = FREE) -> Pixels:
        return upon(_painted(music, palette, QUIET, side, seed, direction), figure(music, palette, side, seed), palette)

    return drawn


def _by_mood(palette: Palette, seed: Seed) -> tuple[str, str]:
    rng = family_of(seed).child("scene").rng()
    genre = str(rng.choice(LIVELY if palette.arousal > LIVELY_FROM else CALM))
    return genre, str(rng.choice(("knife", "expressionist") if palette.arousal > LIVELY_FROM else ("impressionist", "wash")))


def _painted(
    music: MusicView, palette: Palette, nearness: Nearness, side: int, seed: Seed, direction: Direction
) -> Pixels:
    genre, manner = _by_mood(palette, seed)
    wish = Wish(
        genre=direction.motif or genre,
        era=direction.era or None,
        style=direction.style or None,
        surroundings=lab_triple(palette.ground),
        middle=lab_triple(palette.second),
        foreground=lab_triple(palette.accent),
    )
    place = brought_near(painting_of(GROUNDS, wish, boldness_of(music), summons(music, seed)), palette, nearness)
    return paint(place, side, manner=direction.manner or manner, seed=seed.child("strokes"), ground=palette.ground)
