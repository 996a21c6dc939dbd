"""A template that a person fixed: its words keep off somebody's head, moved or beside the picture if need be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from albumen.art.cover import _page
from albumen.art.facts import AlbumFacts
from albumen.art.fonts import PERSONALITIES
from albumen.art.identity import identities
from albumen.art.layout import lay_out, lay_out_clear
from albumen.art.palette import Palette
from albumen.art.templates import TEMPLATES, WHOLE, Template, template_named
from albumen.work.seed import Seed

GROUND = (10, 20, 40)
TITLES = ("Ada", "The Long Way Home From Everything We Ever Knew Before")
SIDE = 300


def somebody(centre: float = 0.45, reach: float = 0.32) -> np.ndarray:
    """A head of `reach` half widths at `centre` across the page, high up, on shoulders that the lower edge cuts."""
    rows, columns = (axis / SIDE for axis in np.mgrid[0:SIDE, 0:SIDE])
    picture = np.full((SIDE, SIDE, 3), GROUND, dtype=np.uint8)
    picture[(rows > 0.72) & (abs(columns - centre) < 0.48)] = (90, 70, 60)
    picture[np.hypot((columns - centre) / reach, (rows - 0.42) / 0.36) < 1] = (230, 180, 150)
    return picture


def laid(template: Template, title: str, palette: Palette, picture: np.ndarray) -> tuple[float, float]:
    person = PERSONALITIES["slab"]
    plain, clear = (
        way(picture, title, "Ada Byron", palette, person, template, SIDE, SIDE).on_subject for way in (lay_out, lay_out_clear)
    )
    return plain, clear


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
@pytest.mark.parametrize("title", TITLES, ids=["short", "long"])
def test_words_of_a_fixed_template_stand_off_a_head(template: Template, title: str, palette: Palette) -> None:
    plain, clear = laid(template, title, palette, somebody())
    assert clear <= plain and clear < 0.02


def test_a_spine_changes_sides_or_gets_a_panel(palette: Palette) -> None:
    spine, title = template_named("spine"), TITLES[1]
    pages = [
        lay_out_clear(picture, title, "", palette, PERSONALITIES["slab"], spine, SIDE, SIDE)
        for picture in (somebody(0.30, 0.25), somebody(0.5, 0.42))
    ]
    assert pages[0].title_box[0] > SIDE / 2 and not pages[0].on_subject
    _, top, right, bottom = pages[1].title_box
    assert right < 0.235 * SIDE and not pages[1].on_subject
    band = pages[1].pixels[top:bottom, right + 2 : round(0.23 * SIDE)]
    assert np.ptp(band.astype(int), axis=(0, 1)).max() < 40  # nothing but the panel beside the letters


def test_a_template_that_nothing_disturbs_is_as_it_was(palette: Palette) -> None:
    picture = np.full((SIDE, SIDE, 3), GROUND, dtype=np.uint8)
    for template in TEMPLATES:
        one, other = (
            way(picture, "Harbour", "Ada", palette, PERSONALITIES["slab"], template, SIDE, SIDE)
            for way in (lay_out, lay_out_clear)
        )
        assert one.pixels.tobytes() == other.pixels.tobytes()
        assert bool(template.ways_off()) == (template.picture == WHOLE and template.label is None)


def test_only_a_template_that_a_person_fixed_is_moved(facts: AlbumFacts) -> None:
    identity, template = identities(facts, Seed(1), 1)[0], template_named("middle")
    free, fixed = (
        _page(somebody(), facts, one, template, SIDE) for one in (identity, replace(identity, template="middle"))
    )
    assert free.on_subject > 0.1 and fixed.on_subject < 0.02
