"""Covers: many candidates, judged small as they will be seen, one chosen and painted large."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from albumen.album.title import check_title
from albumen.art.engines import ENGINES
from albumen.art.facts import AlbumFacts
from albumen.art.fonts import PERSONALITIES
from albumen.art.identity import YOURS, Identity, asks_for_a_face, direction_of, identities, picture_seed, settled
from albumen.art.layout import Page, lay_out, lay_out_clear
from albumen.art.look import Drawing, Look, drawn
from albumen.art.music_view import MusicView
from albumen.art.picture import Pixels, resized
from albumen.art.templates import TEMPLATES, Template
from albumen.models.portraits.colour import oklab_of, oklab_of_bytes
from albumen.work.in_advance import in_advance
from albumen.work.seed import Seed

COVER_SIDE = 3000
SHEET_SIDE = 480
"""Pixels of a cover on the contact sheet."""
_JUDGED_SIDE = 300
_LOOKS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate(Look):
    """One possible cover, small, with what it is made of."""

    page: Page
    score: float
    picture: Pixels
    """The picture without type, `SHEET_SIDE` pixels square."""

    def as_look(self) -> Look:
        """What it is made of, without the sketch."""
        touches = " (its words stand on the subject here; templates with a panel or a plate keep them apart)"
        yours = YOURS + touches * bool(self.page.on_subject)
        why = yours if self.identity.template else "it sets title and picture best, judged small"
        reasons = (*self.identity.reasons, f"template {self.template.name}: {why}")
        identity = replace(self.identity, reasons=reasons)
        return Look(identity=identity, template=self.template, picture_seed=self.picture_seed)


def candidates(
    facts: AlbumFacts,
    music: MusicView,
    seed: Seed,
    *,
    looks: int = _LOOKS,
    change: Callable[[Identity], Identity] = lambda identity: identity,
    cancelled: Callable[[], bool] = lambda: False,
    draw: Drawing = drawn,
) -> list[Candidate]:
    """At least 200 candidates at 300 px (14 looks x 19 templates), best first. `change` applies the user's wishes.

    Where title or theme speak of somebody, portraits come before all others.
    """
    check_title(facts.title)
    found: list[Candidate] = []
    planned_looks = identities(facts, seed, looks)
    fitting = list(dict.fromkeys(planned.engine for planned in planned_looks))
    roots = [picture_seed(seed, place) for place in range(len(planned_looks))]
    settled_looks = [settled(change(planned), facts, root) for planned, root in zip(planned_looks, roots, strict=True)]
    sketches = in_advance(
        lambda place: _sketched(settled_looks[place], music, roots[place], draw), range(len(roots)), cancelled=cancelled
    )
    for planned, root, (identity, picture) in zip(planned_looks, roots, sketches, strict=True):
        small = resized(picture, _JUDGED_SIDE, _JUDGED_SIDE)
        for template in TEMPLATES:
            if identity.template is None or identity.template == template.name:
                page = _page(small, facts, identity, template, _JUDGED_SIDE)
                # All engines make fair covers; that which fits the album may be a little less fair. Nor shall the template
                # that is fairest by a hair be that of every album: each album has a taste of its own.
                fit = 1 - fitting.index(planned.engine) / len(fitting)
                taste = float(seed.child("taste", template.name).rng().random())
                score = 0.62 * page.score + 0.20 * _structure(page.pixels) + 0.11 * fit + 0.07 * taste
                found.append(
                    Candidate(
                        identity=identity, template=template, page=page, picture_seed=root, score=score, picture=picture
                    )
                )
    face = asks_for_a_face(facts)
    return sorted(found, key=lambda candidate: (face and candidate.identity.engine != "portrait", -candidate.score))


def _sketched(identity: Identity, music: MusicView, seed: Seed, draw: Drawing) -> tuple[Identity, Pixels]:
    """The picture of a look, small, and the look with what there is to say of its colours."""
    picture = draw(identity, music, SHEET_SIDE, seed)
    return replace(identity, reasons=(*identity.reasons, *_told(identity, music, seed))), picture


def _told(identity: Identity, music: MusicView, seed: Seed) -> tuple[str, ...]:
    """What became of the colours that were asked for on a painted sitter."""
    told = ENGINES[identity.engine].told
    return told(music, identity.palette, seed, direction_of(identity)) if told else ()


def finish(
    look: Look, facts: AlbumFacts, music: MusicView, *, side: int = COVER_SIDE, draw: Drawing = drawn
) -> Page:
    """The chosen cover at full size, drawn anew at that size."""
    return laid_out(picture_of(look, music, side, draw), facts, look, side)


def laid_out(picture: Pixels, facts: AlbumFacts, look: Look, side: int) -> Page:
    """The cover of a look on its picture, `side` pixels square."""
    return _page(picture, facts, look.identity, look.template, side)


def picture_of(look: Look, music: MusicView, side: int, draw: Drawing = drawn) -> Pixels:
    """The picture of a look without any type, square."""
    return draw(look.identity, music, side, look.picture_seed)


def likeness(one: Pixels, other: Pixels) -> float:
    """How alike two covers look: 1 the same, 0 nothing in common (thumbnails in OKLab)."""
    return float(np.clip(1 - np.abs(thumb(one) - thumb(other)).mean() * 8, 0, 1))


def _page(picture: Pixels, facts: AlbumFacts, identity: Identity, template: Template, side: int) -> Page:
    person = PERSONALITIES[identity.person]
    set_page = lay_out if identity.template is None else lay_out_clear
    return set_page(picture, facts.title, facts.artist, identity.palette, person, template, side, side)


def _structure(pixels: Pixels) -> float:
    """Whether a thumbnail has one clear shape: strong large contrasts, little noise at 64 px."""
    small = cv2.resize(pixels, (64, 64), interpolation=cv2.INTER_AREA).astype(np.float32)
    grey = small.mean(axis=2)
    large = cv2.GaussianBlur(grey, (0, 0), 5)
    shape = float(large.std()) / 34
    noise = float((grey - cv2.GaussianBlur(grey, (0, 0), 1.4)).std()) / 26
    chroma = oklab_of(small / 255.0)[..., 1:]
    colour = float(np.quantile(np.hypot(chroma[..., 0], chroma[..., 1]), 0.9)) / 0.11
    return float(
        np.clip(0.5 * min(1.0, shape) + 0.25 * min(1.0, colour) + 0.25 * (1 - min(1.0, max(0.0, noise - 0.5))), 0, 1)
    )


def thumb(pixels: Pixels) -> NDArray[np.float32]:
    """A cover as small as it can be compared: 24 x 24 colours in OKLab."""
    return oklab_of_bytes(resized(pixels, 24, 24))
