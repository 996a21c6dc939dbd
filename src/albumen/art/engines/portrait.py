"""Portrait: somebody who never lived, painted by the portrait net in the album's colours. The music's key and tempo call
the sitter, its loudness makes the face bolder.

It takes part only where a trained portrait net is installed.
"""

from __future__ import annotations

import numpy as np

from albumen.art.direction import FREE, Direction
from albumen.art.engines.by_net import portrait_of
from albumen.art.music_view import MusicView
from albumen.art.painter import paint
from albumen.art.palette import Palette
from albumen.art.picture import Pixels
from albumen.art.recolour import Coloured, coloured, features_asked, lab_of_wish
from albumen.models.portraits.colour import lab_triple
from albumen.models.portraits.condition import Wish
from albumen.work.seed import Seed

SITTERS = ("sitter-1", "sitter-2", "sitter-3", "sitter-4")
WILD = 0.35  # arousal from which strokes are expressive


def draw(music: MusicView, palette: Palette, side: int, seed: Seed, direction: Direction = FREE) -> Pixels:
    """A face before the palette's ground, dressed in its accent, in strokes. Colours asked for in words are laid on it."""
    made = _coloured(music, palette, seed, direction)
    return paint(
        made.picture,
        side,
        manner=direction.manner or brush(palette, seed),
        seed=seed.child("strokes"),
        ground=palette.ground,
        fine=made.fine,
    )


def told(music: MusicView, palette: Palette, seed: Seed, direction: Direction = FREE) -> tuple[str, ...]:
    """A sentence on each colour that was asked for in words: where it lies, or why it cannot."""
    return _coloured(music, palette, seed, direction).told


def brush(palette: Palette, seed: Seed) -> str:
    """The manner of its strokes where nobody chose one."""
    return "expressionist" if palette.arousal > WILD else "impressionist"


def summons(music: MusicView, seed: Seed, sitter: str = "") -> Seed:
    """Who comes: another key, mode or tempo calls somebody else, and so does another sitter's name."""
    called = seed.child("sitter", music.key, int(music.minor), round(music.tempo_bpm))
    return called.child(sitter) if sitter not in ("", SITTERS[0]) else called


def _coloured(music: MusicView, palette: Palette, seed: Seed, direction: Direction) -> Coloured:
    dress = next((wish.lch for wish in palette.wishes if wish.place == "dress"), None)
    wish = Wish(
        surroundings=lab_triple(palette.ground),
        foreground=lab_triple(palette.accent) if dress is None else lab_of_wish(dress),
        era=direction.era or None,
        style=direction.style or None,
    )
    asked = features_asked(palette.wishes)
    large, small = portrait_of(wish, boldness_of(music), summons(music, seed, direction.motif), asked)
    return coloured(large, palette.wishes, ground=palette.ground, seen=small)


def boldness_of(music: MusicView) -> float:
    """0.6 for quiet music to 1 for loud."""
    return round(0.6 + 0.4 * float(np.clip(music.energy.mean(), 0, 1)), 2)
