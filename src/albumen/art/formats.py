"""Every size the world asks for, all in one identity: stores, platforms, sleeves, avatar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from albumen.art.engines import ENGINES
from albumen.art.facts import AlbumFacts
from albumen.art.fonts import PERSONALITIES
from albumen.art.layout import Page, lay_out, lay_out_clear, title_em
from albumen.art.look import Drawing, Look, drawn
from albumen.art.music_view import MusicView
from albumen.art.picture import Pixels, covering, resized, write_jpeg, write_png
from albumen.art.templates import Template
from albumen.work.errors import Wrong

STORE_BYTES = 4_000_000
_LEAST_SONG_EM = 0.085  # of the side, where the album's title is long and small


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A size with its place of use. `bleed` pixels on each side are cut off in print."""

    name: str
    width: int
    height: int
    dpi: int = 72
    bleed: int = 0
    typed: bool = True


FORMATS = {
    each.name: each
    for each in (
        Format(name="instagram-portrait", width=1080, height=1350),
        Format(name="instagram-story", width=1080, height=1920),
        Format(name="x-post", width=1600, height=900),
        Format(name="x-header", width=1500, height=500),
        Format(name="youtube-thumbnail", width=1280, height=720),
        Format(name="youtube-banner", width=2560, height=1440),
        Format(name="link-card", width=1200, height=630),
        Format(name="avatar", width=1000, height=1000, typed=False),
        Format(name="vinyl-sleeve", width=3792, height=3792, dpi=300, bleed=36),
        Format(name="cd-front", width=1490, height=1490, dpi=300, bleed=36),
        Format(name="canvas-still", width=1080, height=1920, typed=False),
    )
}


def promo_picture(form: Format, look: Look, facts: AlbumFacts, picture: Pixels) -> Pixels:
    """One format of the chosen look; `picture` is the look's engine picture, square, at any size."""
    palette = look.identity.palette
    if not form.typed:
        return whole_picture(look, picture, form.width, form.height)
    is_square = form.width == form.height
    template = look.template if is_square else template_for(form)
    person = PERSONALITIES[look.identity.person]
    set_page = lay_out_clear if is_square and look.identity.template is not None else lay_out
    return set_page(picture, facts.title, facts.artist, palette, person, template, form.width, form.height).pixels


def template_for(form: Format) -> Template:
    """Where picture and type stand in a wide or tall format."""
    shape = form.width / form.height
    if form.name == "youtube-banner":
        # Only the middle 1546 x 423 pixels are seen on every device.
        return Template(
            name="banner",
            title=(0.205, 0.36, 0.49, 0.57),
            artist=(0.205, 0.595, 0.49, 0.63),
            picture=(0.5, 0.0556, 1.0, 0.9444),
            rise="middle",
            largest=0.12,
        )
    if shape > 1.2:
        part = 1 / shape
        edge = 1 - part - 0.03
        return Template(
            name="wide",
            title=(0.05, 0.16, edge, 0.68),
            artist=(0.05, 0.76, edge, 0.86),
            picture=(1 - part, 0.0, 1.0, 1.0),
            rise="middle",
            largest=0.20,
        )
    if shape < 0.7:
        return Template(
            name="tall",
            title=(0.08, 0.10, 0.92, 0.235),
            artist=(0.08, 0.845, 0.92, 0.875),
            picture=(0.0, 0.26, 1.0, 0.26 + shape),
            rise="middle",
            largest=0.17,
            align="center",
            artist_align="center",
        )
    return Template(
        name="portrait",
        title=(0.06, 0.045, 0.94, 0.145),
        artist=(0.06, 0.945, 0.94, 0.972),
        picture=(0.0, 0.16, 1.0, 0.16 + shape * 0.97),
        rise="middle",
        largest=0.14,
    )


def write_family(
    look: Look,
    cover: Page,
    picture: Pixels,
    facts: AlbumFacts,
    out: Path,
    *,
    only: tuple[str, ...] | None = None,
) -> list[Path]:
    """The cover as JPEG and PNG and all promotional formats, written to a folder; returns the files."""
    names = only if only is not None else tuple(FORMATS)
    unknown = [name for name in names if name not in FORMATS]
    if unknown:
        raise Wrong(f"there is no format '{unknown[0]}'", next_step=f"choose from: {', '.join(FORMATS)}")
    written = [out / "cover.jpg", out / "cover.png"]
    write_jpeg(written[0], cover.pixels, most_bytes=STORE_BYTES)
    write_png(written[1], cover.pixels)
    for name in names:
        form = FORMATS[name]
        path = out / f"{name}.jpg"
        write_jpeg(path, promo_picture(form, look, facts, picture), dpi=form.dpi, most_bytes=8_000_000)
        written.append(path)
    return written


def song_cover(
    place: int, look: Look, facts: AlbumFacts, music: MusicView, *, side: int = 3000, draw: Drawing = drawn
) -> Page:
    """The cover of one song: the album's engine, type and template, its own music and a turn of the palette."""
    return song_page(place, look, facts, song_picture(place, look, music, side, draw))


def song_page(place: int, look: Look, facts: AlbumFacts, picture: Pixels) -> Page:
    """The cover of one song on its picture, as large as that is."""
    own, turned, side = facts.for_song(place), _turned(look, place), len(picture)
    person = PERSONALITIES[turned.identity.person]
    # A short title of a song stands no larger than the album's own, and so keeps off the picture.
    largest = min(turned.template.largest, max(_LEAST_SONG_EM, title_em(facts.title, person, turned.template)))
    template = replace(turned.template, largest=largest)
    set_page = lay_out if turned.identity.template is None else lay_out_clear
    return set_page(picture, own.title, own.artist, turned.identity.palette, person, template, side, side)


def song_picture(place: int, look: Look, music: MusicView, side: int, draw: Drawing = drawn) -> Pixels:
    """The picture of one song without any type, square."""
    return draw(_turned(look, place).identity, music, side, look.picture_seed.child("song", place))


def _turned(look: Look, place: int) -> Look:
    """The family is recognised by ground and type; each song has its own leading colour."""
    palette = look.identity.palette
    accents = (palette.accent, palette.second)
    return _with_accents(look, accents[place % 2], accents[(place + 1) % 2])


def _with_accents(look: Look, accent: tuple[int, int, int], second: tuple[int, int, int]) -> Look:
    palette = replace(look.identity.palette, accent=accent, second=second)
    return replace(look, identity=replace(look.identity, palette=palette))


def whole_picture(look: Look, picture: Pixels, width: int, height: int, *, foot: int = 0) -> Pixels:
    """The look's square picture without type in another shape: whole on more of its plain ground, or covering the shape where
    its engine paints to the edges. `foot` pixels of plain ground stay free below it.
    """
    engine = ENGINES.get(look.identity.engine)
    if width == height or engine is None or engine.fills:
        # Of engines that are not ours nothing is known; they are taken to paint to the edges.
        return covering(picture, width, height)
    canvas = np.empty((height, width, 3), dtype=np.uint8)
    canvas[:] = look.identity.palette.ground
    side = min(width, height - foot)
    top, left = (height - foot - side) // 2, (width - side) // 2
    canvas[top : top + side, left : left + side] = resized(picture, side, side)
    return canvas
