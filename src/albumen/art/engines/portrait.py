"""Portrait: somebody who never lived, painted by the portrait net in the album's colours. The music's key and tempo call
the sitter, its loudness makes the face bolder.

It takes part only where a trained portrait net is installed.
"""

from __future__ import annotations

import numpy as np

from albumen.art.engines.by_net import PORTRAITS, painting_of
from albumen.art.music_view import MusicView
from albumen.art.painter import paint
from albumen.art.palette import Palette
from albumen.art.picture import Pixels
from albumen.models.portraits.colour import lab_triple
from albumen.models.portraits.condition import Wish
from albumen.work.seed import Seed

WILD = 0.35  # arousal from which strokes are expressive


def draw(music: MusicView, palette: Palette, side: int, seed: Seed) -> Pixels:
    """A face before the palette's ground, dressed in its accent, in strokes."""
    wish = Wish(surroundings=lab_triple(palette.ground), foreground=lab_triple(palette.accent))
    return paint(
        painting_of(PORTRAITS, wish, boldness_of(music), summons(music, seed)),
        side,
        manner="expressionist" if palette.arousal > WILD else "impressionist",
        seed=seed.child("strokes"),
        ground=palette.ground,
    )


def summons(music: MusicView, seed: Seed) -> Seed:
    """Who comes: another key, mode or tempo calls somebody else."""
    return seed.child("sitter", music.key, int(music.minor), round(music.tempo_bpm))


def boldness_of(music: MusicView) -> float:
    """0.6 for quiet music to 1 for loud."""
    return round(0.6 + 0.4 * float(np.clip(music.energy.mean(), 0, 1)), 2)
