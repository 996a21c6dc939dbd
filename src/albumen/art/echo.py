"""Echo: the painter without a hand. Stripes in the colours of the album, so that whole albums are made in seconds in a test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from albumen.art.facts import AlbumFacts
from albumen.art.formats import FORMATS, Format
from albumen.art.house import Chosen
from albumen.art.identity import identities, overridden, settled
from albumen.art.look import Look
from albumen.art.music_view import MusicView
from albumen.art.picture import Pixels
from albumen.art.templates import TEMPLATES
from albumen.work.job import Job
from albumen.work.seed import Seed

_SIDE, _STRIPE = 3000, 50


class EchoPainter:
    """The album's own palette and no picture."""

    id = "echo"
    version = "2"

    def choose(self, facts: AlbumFacts, music: MusicView, seed: Seed, wishes: Mapping[str, Any], job: Job) -> Chosen:
        """The first look that comes to mind."""
        job.check()
        identity = settled(overridden(identities(facts, seed, 1)[0], wishes), facts, seed)
        look = Look(identity=identity, template=TEMPLATES[0], picture_seed=seed)
        return Chosen(look=look, sheet=_striped(look, 64, 64))

    def cover(self, look: Look, facts: AlbumFacts, music: MusicView) -> Pixels:
        """Stripes at the size that stores ask for."""
        return _striped(look, _SIDE, _SIDE)

    def song_cover(self, place: int, look: Look, facts: AlbumFacts, music: MusicView) -> Pixels:
        """Stripes at the size that stores ask for; a song is told by how broad they are."""
        return _striped(look, _SIDE, _SIDE, stripe=_STRIPE * (place + 2))

    def film_picture(self, place: int, look: Look, music: MusicView) -> Pixels:
        """The stripes of the song's cover."""
        return _striped(look, 100 * (place + 1), 100 * (place + 1))

    def promo(self, look: Look, facts: AlbumFacts, music: MusicView, job: Job) -> Iterator[tuple[Format, Pixels]]:
        """One format will do."""
        form = FORMATS["link-card"]
        yield form, _striped(look, form.height, form.width)


def _striped(look: Look, height: int, width: int, *, stripe: int = _STRIPE) -> Pixels:
    palette = look.identity.palette
    pixels = np.empty((height, width, 3), dtype=np.uint8)
    pixels[:] = palette.ground
    pixels[np.arange(height) // stripe % 2 == 1] = palette.accent
    return pixels
