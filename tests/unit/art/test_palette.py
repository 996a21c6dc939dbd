"""Theme to colour: wishes are seen, type can be read, feelings turn the light."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from albumen.art.engines import ENGINES
from albumen.art.facts import AlbumFacts, SongFacts
from albumen.art.identity import identities, overridden
from albumen.art.palette import READABLE, album_feeling, contrast, palette_for, to_rgb
from albumen.art.words import colour_wishes
from albumen.models.portraits.colour import lch_of, oklab_of
from albumen.work.errors import Wrong
from albumen.work.seed import Seed


def album(theme: str = "", **song: float | bool) -> AlbumFacts:
    return AlbumFacts(title="T", artist="A", theme=theme, songs=(SongFacts(title="s", **song),))  # type: ignore[arg-type]


@settings(max_examples=40, deadline=None)
@given(theme=st.text(max_size=60), minor=st.booleans(), energy=st.floats(0, 1), seed=st.integers(0, 9999))
def test_type_can_always_be_read_on_the_ground(theme: str, minor: bool, energy: float, seed: int) -> None:
    palette = palette_for(album(theme, minor=minor, energy=energy), Seed(seed))
    assert contrast(palette.ink, palette.ground) >= READABLE
    assert palette.reasons


def test_colours_asked_for_are_seen() -> None:
    palette = palette_for(album("blue eyes, purple lips, dark background"), Seed(1))
    assert palette.dark
    hue = lch_of(oklab_of(np.array(palette.accent) / 255.0))[2]
    assert 235 < hue < 280
    second = lch_of(oklab_of(np.array(palette.second) / 255.0))[2]
    assert 285 < second < 330


def test_first_wish_for_a_place_wins() -> None:
    wishes = colour_wishes("a red background and a green background")
    assert [(wish.words, wish.place) for wish in wishes] == [("red", "ground")]


def test_minor_and_slow_is_sadder_than_major_and_fast() -> None:
    sad = album_feeling(album(minor=True, tempo_bpm=60, energy=0.2))
    glad = album_feeling(album(minor=False, tempo_bpm=140, energy=0.8))
    assert sad[0] < glad[0]
    assert sad[1] < glad[1]


def test_chroma_gives_way_before_colours_leave_the_screen() -> None:
    assert all(0 <= value <= 255 for value in to_rgb((0.9, 0.4, 30)))


def test_looks_differ_and_can_be_overridden(facts: AlbumFacts) -> None:
    looks = identities(facts, Seed(1), 8)
    assert len({look.engine for look in looks}) == min(8, len(ENGINES))
    changed = overridden(looks[0], {"engine": "rose", "type": "slab", "colours": {"accent": "#ff0000"}})
    assert (changed.engine, changed.person, changed.palette.accent) == ("rose", "slab", (255, 0, 0))
    for wrong in ({"engine": "photo"}, {"type": "comic"}, {"colours": {"accent": "red"}}, {"colour": 1}):
        with pytest.raises(Wrong):
            overridden(looks[0], wrong)


def test_words_that_speak_of_somebody_call_for_a_portrait(facts: AlbumFacts) -> None:
    asked = replace(facts, title="Made", theme="a sleek metallic woman against the dark")
    assert {identities(asked, Seed(seed), 1)[0].engine for seed in range(5)} == {"portrait"}
    nobody = replace(facts, title="Harbour", theme="ships at night")
    assert len({identities(nobody, Seed(seed), 1)[0].engine for seed in range(12)}) > 2
