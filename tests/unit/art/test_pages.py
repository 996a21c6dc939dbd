"""Pages after the cover: inks that can be read, edges for the cutter, fonts that have every letter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from albumen.art.facts import AlbumFacts
from albumen.art.fonts import PERSONALITIES, covers, page_fonts
from albumen.art.pages import page_colours, with_bleed
from albumen.art.palette import READABLE, Palette, contrast, palette_for
from albumen.work.errors import Missing
from albumen.work.seed import Seed


@settings(max_examples=40, deadline=None)
@given(theme=st.sampled_from(["snow", "fire", "a red background", "a white ground", ""]), seed=st.integers(0, 999))
def test_every_ink_reads_on_the_paper(theme: str, seed: int) -> None:
    colours = page_colours(palette_for(AlbumFacts(title="T", artist="A", theme=theme), Seed(seed)))
    assert all(contrast(ink, colours.ground) >= READABLE for ink in (colours.ink, colours.quiet, colours.accent))


def test_an_accent_that_cannot_be_read_is_not_used(palette: Palette) -> None:
    faint = replace(palette, ground=(20, 20, 20), ink=(240, 240, 240), accent=(30, 30, 30), second=(40, 90, 250))
    assert page_colours(faint).accent not in (faint.accent, faint.second)


def test_the_bleed_mirrors_the_edge() -> None:
    picture = np.arange(10 * 10 * 3, dtype=np.uint8).reshape(10, 10, 3)
    bled = with_bleed(picture, 10, 3)
    assert np.array_equal(bled[3:13, 3:13], picture)
    assert np.array_equal(bled[3:13, :3], picture[:, 3:0:-1])


def test_a_page_in_many_scripts_gets_fonts_for_all_of_them() -> None:
    texts = ["plain words", "夜の港", "Ночной порт", "a joiner\u200d and a heart\ufe0f"]
    try:
        fonts = page_fonts(PERSONALITIES["script"].text, texts)
    except Missing as error:
        pytest.skip(f"no font on this machine: {error}")
    assert len(fonts) == len(set(fonts)) >= 2
    assert all(any(covers(font, letter) for font in fonts) for text in texts[:3] for letter in text if letter != " ")
    with pytest.raises(Missing, match="no installed font"):
        page_fonts(PERSONALITIES["script"].text, ["\U0010fffd"])
