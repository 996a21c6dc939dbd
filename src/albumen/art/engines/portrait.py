"""Portrait: somebody who never lived, painted by the portrait net in the album's colours. The music's key and tempo call
the sitter, its loudness makes the face bolder.

It takes part only where a trained portrait net is installed.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from albumen.art.music_view import MusicView
from albumen.art.painter import paint
from albumen.art.palette import Palette, Rgb
from albumen.art.picture import Pixels
from albumen.models.portraits import run
from albumen.models.portraits.colour import lab_triple
from albumen.models.portraits.condition import Wish
from albumen.models.portraits.run_enlarger import Enlarger
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

SITTERS = 6  # faces that are tried at once; the most finished one that is original is painted
SITTINGS = 4
WILD = 0.35  # arousal from which strokes are expressive


def is_there() -> bool:
    """Whether a trained portrait net is installed."""
    return (run.WEIGHTS / "portraits" / "card.toml").is_file()


def draw(music: MusicView, palette: Palette, side: int, seed: Seed) -> Pixels:
    """A face before the palette's ground, dressed in its accent, in strokes."""
    return paint(
        _sitter(run.WEIGHTS / "portraits", _boldness(music), palette.ground, palette.accent, _summons(music, seed)),
        side,
        manner="expressionist" if palette.arousal > WILD else "impressionist",
        seed=seed.child("strokes"),
        ground=palette.ground,
    )


def _summons(music: MusicView, seed: Seed) -> Seed:
    """Who comes: another key, mode or tempo calls somebody else."""
    return seed.child("sitter", music.key, int(music.minor), round(music.tempo_bpm))


def _boldness(music: MusicView) -> float:
    """0.6 for quiet music to 1 for loud."""
    return round(0.6 + 0.4 * float(np.clip(music.energy.mean(), 0, 1)), 2)


@cache
def _model(folder: Path) -> run.PaintingModel:
    return run.PaintingModel(folder)


@cache
def _sitter(folder: Path, boldness: float, ground: Rgb, accent: Rgb, seed: Seed) -> Pixels:
    # Kept, because the same picture is asked for at many sizes.
    model = _model(folder)
    wish = Wish(surroundings=lab_triple(ground), foreground=lab_triple(accent))
    for sitting in range(SITTINGS):
        for painting in model.choose(model.paint(wish, seed.child("sitting", sitting), SITTERS, boldness=boldness))[:1]:
            return Enlarger(folder / "enlarger.onnx").enlarge(painting.picture)
    raise Wrong("every face was too near to a painting that the net learned from", next_step="choose another engine or seed")
