"""Every size the world asks for, all in one identity: stores, platforms, sleeves, avatar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from albumen.art.composing import Room, can_run_on, figure_of, run_on
from albumen.art.engines import ENGINES
from albumen.art.facts import AlbumFacts
from albumen.art.fonts import PERSONALITIES
from albumen.art.layout import Page, lay_out, lay_out_clear, title_em
from albumen.art.lettering import title_in_type
from albumen.art.look import Drawing, Look, drawn
from albumen.art.music_view import MusicView
from albumen.art.picture import Pixels, covering, resized, write_jpeg, write_png
from albumen.art.templates import Template
from albumen.art.typesetting import right_to_left
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
    """One format of the chosen look; `picture` is the look's engine picture, square, at any size.

    Wide and tall formats are compositions of their own: the picture's ground runs on to the edges, and type stands on it.
    """
    palette, person = look.identity.palette, PERSONALITIES[look.identity.person]
    title, artist = facts.title, facts.artist
    if not form.typed:
        return whole_picture(look, picture, form.width, form.height)
    if form.width == form.height:
        set_page = lay_out_clear if look.identity.template is not None else lay_out
        return set_page(picture, title, artist, palette, person, look.template, form.width, form.height).pixels
    is_mirrored = right_to_left(title_in_type(title))
    figure = figure_of(picture, look)
    stand = _stand(form, figure, painted=ENGINES[look.identity.engine].brush is not None if can_run_on(look) else True)
    room = replace(stand, left=form.width - stand.left - stand.side) if is_mirrored else stand
    canvas = run_on(picture, look, room, form.width, form.height)
    # The solver mirrors the template for words that run from right to left, so it is made as for others.
    free = (stand.left + figure[0] * stand.side) / form.width
    if is_mirrored:
        free = (stand.left + (1 - figure[2]) * stand.side) / form.width
    return lay_out(canvas, title, artist, palette, person, template_for(form, free), form.width, form.height).pixels


def _stand(form: Format, figure: tuple[float, float, float, float], *, painted: bool) -> Room:
    """Where the square picture stands in a wide or tall format: beside the type, or below it."""
    width, height = form.width, form.height
    shape = width / height
    middle = (figure[0] + figure[2]) / 2, (figure[1] + figure[3]) / 2
    if form.name == "youtube-banner":
        # Painted heads stand whole in what every device shows; drawings may reach beyond it.
        room = 0.94 * (_BANNER[3] - _BANNER[1]) * height / (figure[3] - figure[1])
        side = round(min(0.8 * height, max(0.34 * height, room))) if painted else round(0.8 * height)
        return Room(side=side, left=round(0.665 * width - middle[0] * side), top=round(0.5 * height - middle[1] * side))
    if shape > 1.2:
        # Drawings are cut by the edge of very wide formats, as a poster would; a painted figure is shown whole.
        side = round(height * (1.0 if painted else 1.35 if shape > 2.5 else 1.08))
        high = (height - side) / 2 if painted else 0.5 * height - middle[1] * side
        right = width - side if painted and shape < 2.5 else round(0.74 * width - middle[0] * side)
        return Room(side=side, left=right, top=round(high))
    if shape < 0.7:
        side = round(width * (1.0 if painted else 1.08))
        return Room(side=side, left=(width - side) // 2, top=round(0.555 * height - side / 2))
    return Room(side=width, left=0, top=height - width)


_BANNER = (0.198, 0.3535, 0.802, 0.6465)
"""What of a channel banner every device shows (1546 x 423 of 2560 x 1440 pixels)."""


def template_for(form: Format, free: float) -> Template:
    """Where type stands in a wide or tall format that the picture fills: left of `free` (share of the width), where the
    figure begins, and clear of what the platform lays over the picture or cuts off."""
    shape, edge = form.width / form.height, free - 0.025
    if form.name == "youtube-banner":
        right = min(0.56, max(0.42, edge))
        return Template(name="banner", title=(0.205, 0.37, right, 0.555), artist=(0.205, 0.58, right, 0.625),
                        rise="bottom", largest=0.13)  # fmt: skip
    if shape > 2.5:
        # The avatar covers the lower left corner.
        right = max(0.40, edge)
        return Template(name="header", title=(0.05, 0.13, right, 0.50), artist=(0.05, 0.54, right, 0.63),
                        rise="bottom", largest=0.30)  # fmt: skip
    if shape > 1.2:
        right = max(0.42, edge)
        return Template(name="wide", title=(0.05, 0.16, right, 0.70), artist=(0.05, 0.76, right, 0.83),
                        rise="bottom", largest=0.22)  # fmt: skip
    if shape < 0.7:
        # Names and buttons of the platform lie over the first 14 and the last 20 per cent.
        return Template(name="tall", title=(0.08, 0.145, 0.92, 0.245), artist=(0.08, 0.258, 0.92, 0.285),
                        rise="bottom", largest=0.17, align="center", artist_align="center")  # fmt: skip
    return Template(name="portrait", title=(0.06, 0.05, 0.94, 0.150), artist=(0.06, 0.168, 0.94, 0.196),
                    rise="bottom", largest=0.14)  # fmt: skip


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
