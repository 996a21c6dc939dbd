"""Covers: any title can be set and read, stores take them, families share a look."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from albumen.art.cover import candidates, finish, likeness
from albumen.art.engines import engine_named
from albumen.art.facts import AlbumFacts
from albumen.art.fonts import PERSONALITIES, covers, display_fonts, installed, licence_of
from albumen.art.formats import FORMATS, song_cover, write_family
from albumen.art.layout import lay_out
from albumen.art.lint import lint_cover, lint_promo, lint_words
from albumen.art.music_view import MusicView
from albumen.art.palette import READABLE, Palette
from albumen.art.picture import write_jpeg
from albumen.art.sheet import contact_sheet
from albumen.art.shortlist import shortlist
from albumen.art.templates import TEMPLATES
from albumen.art.typesetting import right_to_left, set_in_box
from albumen.work.errors import Cancelled, Missing, Wrong
from albumen.work.seed import Seed

TITLES = ("Io", "Harbour Lights", "Ça va être été", "The Long Way Round to a Place That Nobody Calls Summer Yet")


def busy_picture() -> np.ndarray:
    coarse = np.random.default_rng(0).integers(0, 255, (12, 12, 3)).astype(np.uint8)
    return coarse.repeat(20, axis=0).repeat(20, axis=1)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_type_is_readable_and_inside_even_on_a_busy_picture(template: object, palette: Palette) -> None:
    for title in TITLES:
        page = lay_out(busy_picture(), title, "Ada", palette, PERSONALITIES["slab"], template, 240, 240)  # type: ignore[arg-type]
        left, top, right, bottom = page.title_box
        assert page.contrast >= READABLE
        assert 0 <= left < right <= 240
        assert 0 <= top < bottom <= 240
        assert 0 <= page.score <= 1


@pytest.mark.parametrize("title", ["夜の港", "Ночной порт", "أضواء الميناء", "Φώτα"])
def test_titles_in_other_scripts_use_a_font_that_has_their_letters(title: str, palette: Palette) -> None:
    try:
        font = display_fonts(PERSONALITIES["poster"], title)[0]
    except Missing as error:
        pytest.skip(f"no font on this machine: {error}")
    assert covers(font, title)
    page = lay_out(busy_picture(), title, "", palette, PERSONALITIES["poster"], TEMPLATES[0], 200, 200)
    assert page.contrast >= READABLE


def test_arabic_runs_from_the_right() -> None:
    assert right_to_left("أضواء")
    assert not right_to_left("Lights أضواء")


@pytest.mark.parametrize(("title", "says"), [("  ", "no title"), ("x" * 500, "500 characters")])
def test_impossible_titles_are_refused(title: str, says: str, palette: Palette) -> None:
    with pytest.raises(Wrong, match=says):
        lay_out(busy_picture(), title, "Ada", palette, PERSONALITIES["slab"], TEMPLATES[0], 100, 100)


def test_longer_titles_break_and_never_overflow() -> None:
    font = display_fonts(PERSONALITIES["grotesk"], "abc")
    for text in TITLES:
        words = set_in_box(text, font, 200, 90)
        assert words.mask.shape[0] <= 96
        assert words.mask.shape[1] <= 208
        assert " ".join(words.lines) == text


def test_fonts_state_their_licence() -> None:
    assert installed()
    assert len(licence_of(display_fonts(PERSONALITIES["garamond"], "A")[0])) > 3


def test_candidates_repeat_by_seed_and_the_sheet_varies(facts: AlbumFacts, music: MusicView) -> None:
    first = candidates(facts, music, Seed(5), looks=2)
    again = candidates(facts, music, Seed(5), looks=2)
    assert len(first) == 2 * len(TEMPLATES)
    assert first[0].page.pixels.tobytes() == again[0].page.pixels.tobytes()
    chosen = shortlist(first, 4)
    assert len(chosen) == 4
    assert likeness(chosen[0].page.pixels, chosen[1].page.pixels) < 0.99
    assert contact_sheet(chosen, facts).shape[1] > 1900
    with pytest.raises(Cancelled):
        candidates(facts, music, Seed(5), looks=1, cancelled=lambda: True)


def test_family_is_written_and_the_cover_passes_the_lint(facts: AlbumFacts, music: MusicView, tmp_path: Path) -> None:
    best = candidates(facts, music, Seed(5), looks=1, change=lambda look: replace(look, engine="quilt"))[0]
    page = finish(best, facts, music)
    picture = engine_named("quilt").draw(music, best.identity.palette, 400, best.picture_seed)
    names = ("x-header", "instagram-story", "avatar")
    files = write_family(best, page, picture, facts, tmp_path, only=names)
    assert lint_cover(files[0], title=facts.title, artist=facts.artist, page=page) == []
    for name, path in zip(names, files[2:], strict=True):
        with Image.open(path) as opened:
            assert opened.size == (FORMATS[name].width, FORMATS[name].height)
    song = song_cover(0, best, facts, music, side=200)
    assert song.template == best.template.name
    with pytest.raises(Wrong, match="instagram-story"):
        write_family(best, page, picture, facts, tmp_path, only=("poster",))


def test_lint_says_what_is_wrong(tmp_path: Path) -> None:
    write_jpeg(tmp_path / "small.jpg", np.full((300, 400, 3), 255, dtype=np.uint8))
    rules = {fault.rule for fault in lint_cover(tmp_path / "small.jpg", title="Buy at www.me.com $5", artist="@me")}
    assert {"square", "size", "sharp", "border", "words"} <= rules
    Image.new("CMYK", (3000, 3000)).save(tmp_path / "cmyk.jpg")
    assert "colour" in {fault.rule for fault in lint_cover(tmp_path / "cmyk.jpg", title="A", artist="B")}
    with pytest.raises(Missing):
        lint_cover(tmp_path / "none.jpg", title="A", artist="B")


@pytest.mark.parametrize(
    "text",
    ["Only 5€", "$5", "Out now", "Vinyl", "CASSETTE", "mp3 songs", "compact disc", "Parental Advisory", "cd", "Live on Tidal",
     "Amazon Music", "on Apple, now", "Spotify", "Exclusive Edition"],
)  # fmt: skip
def test_words_that_stores_reject(text: str) -> None:
    for told in (text, text.upper(), text.lower()):
        assert [fault.rule for fault in lint_words(told, "Ada")] == ["words"]
        assert [fault.rule for fault in lint_words("Harbour", told)] == ["words"]


@pytest.mark.parametrize(
    "text", ["Amazon Rain", "Tidal", "Exclusive", "On Tidal Waves", "Apple Tree", "AC/DC", "Lost on the Amazon", "Fivepence"]
)
def test_words_that_are_titles(text: str) -> None:
    assert lint_words(text, "Ada") == [] and lint_words("Harbour", text) == []


def test_a_code_on_a_cover_is_found_and_squares_are_none(tmp_path: Path) -> None:
    code = cv2.QRCodeEncoder.create().encode("https://example.org/album")
    cover = np.random.default_rng(1).integers(90, 160, (1000, 1000, 3)).astype(np.uint8)
    write_jpeg(tmp_path / "plain.jpg", cover)
    cover[600:890, 600:890] = np.kron(code, np.ones((10, 10), np.uint8))[..., None]
    write_jpeg(tmp_path / "code.jpg", cover)
    assert "code" in {fault.rule for fault in lint_promo(tmp_path / "code.jpg")} and lint_promo(tmp_path / "plain.jpg") == []


def test_a_cover_too_large_to_open_is_told(tmp_path: Path) -> None:
    Image.new("1", (21_000, 21_000)).save(tmp_path / "huge.png")
    with pytest.raises(Wrong, match="200 megapixels"):
        lint_cover(tmp_path / "huge.png", title="A", artist="B")
