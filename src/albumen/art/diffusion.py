"""The painter with a diffusion model of the user's own: its picture lies as a quiet ground under the drawing of the music.

One ground serves the whole album, imagined once from the theme and kept, since a processor needs minutes for it. It is
brought near the palette's ground, painted with brush strokes where it is large, and the engine's drawing stands on it; look,
layout and type are those of the house. The model comes from a folder; nothing is ever fetched.
"""

from __future__ import annotations

import os
from pathlib import Path

from albumen.art.engines import engine_named
from albumen.art.house import HousePainter
from albumen.art.identity import Identity, direction_of
from albumen.art.layered import OPEN, QUIET, brought_near, upon
from albumen.art.music_view import MusicView
from albumen.art.painter import paint
from albumen.art.picture import Pixels, covering, read_picture, write_png
from albumen.models.diffusion.folder import folder_digest, model_folder
from albumen.work.digest import digest_of
from albumen.work.errors import Missing
from albumen.work.seed import Seed

_ALONE = ("horizon", "scene")  # engines that paint a land, and give way to the ground
_LARGE = 600  # pixels from which a ground is painted with strokes


class DiffusionPainter(HousePainter):
    """The house's covers on grounds that a diffusion model imagined."""

    id = "diffusion"
    version = "3"

    @staticmethod
    def weights_digest() -> str:
        """The digest of the user's model. Raises `Missing` or `Wrong` in a sentence where there is none to read."""
        return folder_digest(model_folder())

    def draw(self, identity: Identity, music: MusicView, side: int, seed: Seed) -> Pixels:
        """The engine's drawing on the imagined ground; a painted land gives way to it altogether."""
        ground = _laid(_imagined(identity.words, seed), identity, side, seed)
        if identity.engine in _ALONE:
            return ground
        engine = engine_named(identity.engine)
        if engine.figure:
            return upon(ground, engine.figure(music, identity.palette, side, seed), identity.palette)
        drawing = engine.draw(music, identity.palette, side, seed, direction_of(identity))
        return upon(ground, drawing, identity.palette)


def _imagined(words: str, seed: Seed) -> Pixels:
    """The album's ground, from the kept pictures or imagined now."""
    folder = model_folder()
    number = Seed(seed.root).child("ground").number() % 2**63
    name = digest_of({"model": folder_digest(folder), "words": words, "seed": number})
    kept = _kept_pictures() / f"{name}.png"
    if not kept.is_file():
        try:
            from albumen.models.diffusion.net import imagined
        except ImportError as error:
            what = f"the diffusion painter needs packages that are not installed ({error})"
            raise Missing(what, next_step="pip install 'albumen[diffusion]'") from error
        picture = imagined(folder, f"{words}, oil painting, no letters", number)
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_png(kept, picture)
    return read_picture(kept)


def _kept_pictures() -> Path:
    home = os.environ.get("XDG_CACHE_HOME", "") or "~/.cache"
    return Path(home).expanduser() / "albumen" / "grounds"


def _laid(picture: Pixels, identity: Identity, side: int, seed: Seed) -> Pixels:
    """The ground at its size, near the palette's own."""
    small = covering(picture, min(side, _LARGE), min(side, _LARGE))
    quiet = brought_near(small, identity.palette, OPEN if identity.engine in _ALONE else QUIET)
    return quiet if side <= _LARGE else paint(quiet, side, manner=identity.manner, seed=Seed(seed.root).child("ground"))
