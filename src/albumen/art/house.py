"""The painter that comes with Albumen, as a back-end of `albumen.painters`: engines driven by the music, and real type.

A painter chooses one look for the album; cover, song covers and promotional pictures follow from it. A portrait net
takes part where one is installed; none is needed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from albumen.art.cover import COVER_SIDE, candidates, finish, picture_of
from albumen.art.facts import AlbumFacts
from albumen.art.formats import FORMATS, Format, promo_picture, song_cover, song_page, song_picture
from albumen.art.identity import WHERE, YOURS, Identity, overridden
from albumen.art.look import Look, drawn
from albumen.art.music_view import MusicView
from albumen.art.picture import Pixels
from albumen.art.sheet import contact_sheet
from albumen.art.shortlist import shortlist
from albumen.models.portraits import run
from albumen.work.errors import Wrong
from albumen.work.job import Job
from albumen.work.seed import Seed

PROMO_SIDE = 2160  # the largest picture a promotional format shows whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The look of the album, and the covers it was chosen from (best first, in rows of four)."""

    look: Look
    sheet: Pixels


class Painter(Protocol):
    """A back-end of `albumen.painters`. `music` is the album's or the song's; equal questions give equal pixels."""

    id: str
    version: str

    def choose(self, facts: AlbumFacts, music: MusicView, seed: Seed, wishes: Mapping[str, Any], job: Job) -> Chosen:
        """The look of the album; `wishes` are those of `cover.toml`."""
        ...

    def cover(self, look: Look, facts: AlbumFacts, music: MusicView) -> Pixels:
        """The cover, 3000 pixels square."""
        ...

    def song_cover(self, place: int, look: Look, facts: AlbumFacts, music: MusicView) -> Pixels:
        """The cover of the song at `place` (from 0)."""
        ...

    def film_picture(self, place: int, look: Look, music: MusicView) -> Pixels:
        """What films of the song at `place` show: its picture without letters, square."""
        ...

    def promo(self, look: Look, facts: AlbumFacts, music: MusicView, job: Job) -> Iterator[tuple[Format, Pixels]]:
        """The promotional pictures, one after the other."""
        ...


class HousePainter:
    """Two hundred and more covers are sketched and judged small; the best one is painted large."""

    id = "albumen"
    version = "5"

    @staticmethod
    def weights_digest() -> str:
        """Of the portrait net's card, so that pictures are painted anew when the net changes; empty where there is none."""
        card = run.WEIGHTS / "portraits" / "card.toml"
        return hashlib.sha256(card.read_bytes()).hexdigest()[:16] if card.is_file() else ""

    def draw(self, identity: Identity, music: MusicView, side: int, seed: Seed) -> Pixels:
        """The engine's drawing, without type."""
        return drawn(identity, music, side, seed)

    def choose(self, facts: AlbumFacts, music: MusicView, seed: Seed, wishes: Mapping[str, Any], job: Job) -> Chosen:
        """The best look, or the one that `choice` names by its place on the contact sheet."""
        ranked = candidates(
            facts, music, seed, change=lambda identity: overridden(identity, wishes), cancelled=_asks(job), draw=self.draw
        )
        shown = shortlist(ranked)
        number = int(wishes.get("choice", 1))
        if not 1 <= number <= len(shown):
            raise Wrong(f"choice = {number}, but the contact sheet shows {len(shown)} covers", where=WHERE)
        look = shown[number - 1].as_look()
        if "choice" in wishes:
            reasons = (*look.identity.reasons, f"choice {number} of the contact sheet: {YOURS}")
            look = replace(look, identity=replace(look.identity, reasons=reasons))
        return Chosen(look=look, sheet=contact_sheet(shown, facts))

    def cover(self, look: Look, facts: AlbumFacts, music: MusicView) -> Pixels:
        """The look at full size, drawn anew."""
        return finish(look, facts, music, draw=self.draw).pixels

    def song_cover(self, place: int, look: Look, facts: AlbumFacts, music: MusicView) -> Pixels:
        """The look drawn by the song's own music."""
        return song_cover(place, look, facts, music, draw=self.draw).pixels

    def song_pair(self, place: int, look: Look, facts: AlbumFacts, music: MusicView) -> tuple[Pixels, Pixels]:
        """The cover of the song, and the picture below its type, which so need not be painted twice."""
        picture = song_picture(place, look, music, COVER_SIDE, self.draw)
        return song_page(place, look, facts, picture).pixels, picture

    def film_picture(self, place: int, look: Look, music: MusicView) -> Pixels:
        """The engine's drawing of the song."""
        return song_picture(place, look, music, PROMO_SIDE, self.draw)

    def promo(self, look: Look, facts: AlbumFacts, music: MusicView, job: Job) -> Iterator[tuple[Format, Pixels]]:
        """Every format of `formats.py` from one drawing."""
        picture = picture_of(look, music, PROMO_SIDE, self.draw)
        for form in job.each(list(FORMATS.values())):
            yield form, promo_picture(form, look, facts, picture)


def _asks(job: Job) -> Any:
    def cancelled() -> bool:
        job.check()
        return False

    return cancelled
