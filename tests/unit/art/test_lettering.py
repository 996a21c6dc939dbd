"""Words of any script stand on a cover: in fonts that have them, in their own order, off the subject."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from albumen.art import fonts
from albumen.art.clearance import kept_free
from albumen.art.fonts import PERSONALITIES, covers, display_fonts, installed, is_anywhere, is_seen
from albumen.art.layout import lay_out
from albumen.art.lettering import fonts_of, in_type, left_out, require_type, shown_title
from albumen.art.palette import Palette
from albumen.art.runs import Lettering, runs_of
from albumen.art.templates import template_named
from albumen.art.typesetting import set_in_box
from albumen.work.errors import Missing, Wrong

MIXED = ("Hello 世界 سلام 🚀", "東京 Łódź", "中文 العربية", "Harbour 🌊", "東京Łódź")
GROUND = (20, 24, 40)
needs_noto = pytest.mark.skipif(
    not {("Noto Sans CJK JP", "Bold"), ("Noto Sans", "Bold")} <= set(installed()), reason="no Noto fonts on this machine"
)


def somebody(side: int = 300) -> np.ndarray:
    image = Image.new("RGB", (side, side), GROUND)
    pen = ImageDraw.Draw(image)
    pen.ellipse([side * 0.1, side * 0.62, side * 0.9, side * 1.5], fill=(120, 60, 50))
    pen.ellipse([side * 0.34, side * 0.2, side * 0.66, side * 0.64], fill=(230, 190, 150))
    rng = np.random.default_rng(3)
    return np.clip(np.asarray(image) + rng.normal(0, 12, (side, side, 3)), 0, 255).astype(np.uint8)


@needs_noto
@pytest.mark.parametrize("person", ["poster", "garamond", "light"])
@pytest.mark.parametrize("title", MIXED)
def test_every_letter_is_set_in_a_font_that_has_it_and_the_licences_are_told(title: str, person: str) -> None:
    shown = shown_title(in_type(title), PERSONALITIES[person])
    found = display_fonts(PERSONALITIES[person], shown)
    runs = runs_of(shown, Lettering(found))
    assert sorted("".join(run.text for run in runs)) == sorted(shown)
    assert all(covers(run.font, letter) for run in runs for letter in run.text if is_seen(letter))
    told = {name for name, _ in fonts_of(person, title, "")}
    assert {f"{run.font.family} {run.font.style}" for run in runs} <= told


@needs_noto
def test_the_chosen_face_sets_all_that_it_has() -> None:
    alone = display_fonts(PERSONALITIES["poster"], "HELLO")
    assert display_fonts(PERSONALITIES["poster"], "HELLO 世界")[0] == alone[0]
    both = display_fonts(PERSONALITIES["poster"], "HELLO 世界")
    with_more, same = (
        set_in_box(text, found, 4000, 200, largest=100, most_lines=1).mask
        for text, found in (("HELLO 世界", both), ("HELLO", alone))
    )
    rows = np.flatnonzero((with_more[:, : same.shape[1]] > 0.5).any(axis=1))
    assert np.ptp(rows) == np.ptp(np.flatnonzero((same > 0.5).any(axis=1)))


@needs_noto
@pytest.mark.parametrize(
    ("line", "is_rtl", "order"),
    [
        ("one سلام two", False, ["one ", "سلام", " two"]),
        ("سلام one", True, ["one", "سلام "]),
        ("سلام 12!", True, ["!", "12", "سلام "]),
        ("a سلام عليكم b", False, ["a ", "سلام عليكم", " b"]),
    ],
)
def test_words_that_run_from_right_to_left_stand_in_their_own_order(line: str, is_rtl: bool, order: list[str]) -> None:
    found = fonts.fonts_for((("DejaVu Sans", "Bold"),), line, bold=True)
    assert ["".join(run.text for run in runs_of(line, Lettering(found[:1], is_rtl)))] == ["".join(order)]


def test_signs_that_no_font_has_are_left_out_of_the_type_and_a_title_of_nothing_else_is_refused() -> None:
    for sign in "🚀🌊":
        if is_anywhere(sign):
            pytest.skip("a font here has this sign")
    assert in_type("Harbour 🌊🚀 Lights") == "Harbour Lights" and left_out("Harbour 🌊🚀 🌊") == "🌊🚀"
    assert in_type("می\u200cخواهم") == "می\u200cخواهم"
    with pytest.raises(Wrong, match="album.toml: title: no installed text font"):
        require_type([("🚀", "album.toml: title")], "Ada")
    require_type([("Harbour 🌊", "album.toml: title")], "Ada 🚀")


def test_a_letter_that_no_font_has_is_named_alone_with_a_package() -> None:
    letter = "\U00031350"  # of the newest East Asian letters
    if is_anywhere(letter):
        pytest.skip("a font here has this letter")
    with pytest.raises(Missing, match=f"'{letter}' .*apt-get install fonts-"):
        require_type([(f"Harbour 世 {letter}", "album.toml: title")], "")


@pytest.mark.parametrize("name", ["plate", "plate-bottom"])
def test_a_plate_moves_off_a_face_and_keeps_its_words(name: str, palette: Palette) -> None:
    picture = somebody()
    face = np.hypot(*(np.mgrid[-126:174, -150:150] / np.array([66, 48])[:, None, None])) < 0.9
    head = kept_free(picture)
    assert head is not None and head[40:100, 70:90].all() and not head[:, :8].any()
    page = lay_out(picture, "Harbour", "Ada", palette, PERSONALITIES["grotesk"], template_named(name), 300, 300)
    changed = (page.pixels != picture).any(axis=2)
    assert changed.any() and (changed & face).mean() / face.mean() < 0.05
    assert page.on_subject < 0.1


@needs_noto
@pytest.mark.parametrize("name", ["top-left", "bottom-left", "plate-bottom", "inset", "spine", "column"])
def test_title_and_artist_stand_together_where_words_run_from_right_to_left(name: str, palette: Palette) -> None:
    picture = np.full((300, 300, 3), GROUND, dtype=np.uint8)
    page, twin = (
        lay_out(picture, title, "Ada", palette, PERSONALITIES["grotesk"], template_named(name), 300, 300)
        for title in ("שלום", "Salom")
    )
    left, _, right, _ = page.artist_box
    assert abs(300 - right - twin.artist_box[0]) <= 2 and abs(300 - left - twin.artist_box[2]) <= 2
    assert abs(300 - page.title_box[2] - twin.title_box[0]) <= 3


def test_a_short_name_stays_on_one_line(palette: Palette) -> None:
    picture = np.full((600, 600, 3), GROUND, dtype=np.uint8)
    for name in ("Zoë / Ærø", "Ada Quill"):
        for person in ("grotesk", "poster", "light"):
            page = lay_out(picture, "Io", name, palette, PERSONALITIES[person], template_named("column"), 600, 600)
            _, top, _, bottom = page.artist_box
            assert bottom - top < 0.045 * 600
