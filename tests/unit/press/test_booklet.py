"""Booklets: every word is there, inside the page and in order, in any script and length; equal booklets have equal bytes."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from albumen.press.booklet import (
    BLEED_MM,
    SIDE_MM,
    Booklet,
    BookletSong,
    CreditSection,
    Dress,
    Face,
    Plate,
    Verse,
    write_booklet,
)
from albumen.work.digest import digest_file
from albumen.work.errors import Wrong

FONTS = Path("/usr/share/fonts/truetype/dejavu")
MM = 72 / 25.4
SHORT = Verse(stanzas=(("Roses are red,", "and some are not."), ("The sea is wide.",)), form="Free verse")


def song(number: int = 1, title: str = "Harbour", poem: Verse = SHORT) -> BookletSong:
    return BookletSong(number=number, title=title, facts="folk air · B minor · 4/4 · 96 bpm", length="3:05", poem=poem)


def book(*songs: BookletSong, title: str = "The Long Way", closing: Verse = SHORT) -> Booklet:
    credits_said = (CreditSection(heading="Models", lines=("music tiny: CC0-1.0",)),)
    return Booklet(title=title, artist="Ada", songs=songs, closing=closing, credits=credits_said, imprint=("© 2026 Ada",))


class Made:
    """A booklet that was written, and what is seen on its pages."""

    def __init__(self, folder: Path, booklet: Booklet, dress: Dress) -> None:
        pictures = []
        for number in range(len(booklet.songs) + 1):
            pictures.append(folder / f"{number}.jpg")
            Image.fromarray(np.full((60, 60, 3), 8 * number, np.uint8)).save(pictures[-1])
        self.screen, self.printed = folder / "screen.pdf", folder / "print.pdf"
        plates = [Plate(path=path) for path in pictures[1:]]
        self.count = write_booklet(booklet, dress, pictures[0], plates, screen=self.screen, printed=self.printed)
        with pypdfium2.PdfDocument(self.screen) as document:
            pages = [page.get_textpage() for page in document]
            self.texts = [" ".join(page.get_text_range().split()) for page in pages]
            boxes = [page.get_charbox(at) for page in pages for at in range(page.count_chars())]
        self.boxes = np.array([box for box in boxes if box[2] > box[0]]) / MM

    @property
    def text(self) -> str:
        return " ".join(self.texts).replace("\u200b", "")


@pytest.fixture(name="dress")
def dress_fixture() -> Dress:
    if not FONTS.is_dir():
        pytest.skip("needs the DejaVu fonts")
    display, text = Face(path=FONTS / "DejaVuSerif-Bold.ttf"), Face(path=FONTS / "DejaVuSans.ttf")
    colours = {"ground": "#101830", "ink": "#f0f0f0", "quiet": "#a0a8b8", "accent": "#80b0ff"}
    return Dress(display=(display,), text=(text,), **colours)  # type: ignore[arg-type]


def test_the_pages_hold_everything_once_and_in_order(tmp_path: Path, dress: Dress) -> None:
    made = Made(tmp_path, book(song(), song(2, "Night", Verse(stanzas=(("One line.",),)))), dress)
    assert made.count == len(made.texts) == 8
    assert "Harbour" in made.texts[1] and "3:05" in made.texts[1] and "Night" in made.texts[1]
    assert made.texts[2] == (
        "1 Harbour folk air · B minor · 4/4 · 96 bpm Roses are red, and some are not. The sea is wide. Free verse"
    )
    assert "One line." in made.texts[3] and "The sea is wide." in made.texts[4]
    assert made.texts[5] == "", "a picture alone fills the sheet"
    assert "CC0-1.0" in made.texts[6] and "© 2026 Ada" in made.texts[7]


def test_the_printed_one_has_bleed_and_boxes_and_both_repeat_to_the_byte(tmp_path: Path, dress: Dress) -> None:
    made = Made(tmp_path, book(song()), dress)
    first = made.screen.read_bytes(), made.printed.read_bytes()
    again = Made(tmp_path, book(song()), dress)
    assert [digest_file(path) for path in (again.screen, again.printed)] == [hashlib.sha256(data).hexdigest() for data in first]
    with pikepdf.open(io.BytesIO(first[1])) as printed, pikepdf.open(io.BytesIO(first[0])) as screen:
        assert len(printed.pages) == len(screen.pages) == made.count
        assert "/CreationDate" not in printed.docinfo
        page = printed.pages[0]
        trim = [float(value) / MM for value in page.trimbox]
        assert trim == pytest.approx([BLEED_MM, BLEED_MM, BLEED_MM + SIDE_MM, BLEED_MM + SIDE_MM])
        assert [float(value) for value in page.bleedbox] == pytest.approx([float(value) for value in page.mediabox], abs=0.01)
        assert float(screen.pages[0].mediabox[2]) / MM == pytest.approx(SIDE_MM)


@pytest.mark.parametrize(
    ("title", "poem"),
    [
        ("A" * 160, Verse(stanzas=(("w" * 300, "and a short one"),))),
        ("The Long Way Round to a Place That Nobody Calls Summer " * 3, Verse(stanzas=((("very " * 60).strip(),),))),
        ("Epic", Verse(stanzas=tuple(tuple(f"line {place} of stanza {stanza}" for place in range(9)) for stanza in range(30)))),
        ("One stanza", Verse(stanzas=(tuple(f"line {place} goes on and on without any rest" for place in range(120)),))),
        ("Empty", Verse()),
    ],
    ids=["no spaces", "long title", "thirty stanzas", "one long stanza", "no poem"],
)
def test_nothing_is_lost_or_leaves_the_page(tmp_path: Path, dress: Dress, title: str, poem: Verse) -> None:
    made = Made(tmp_path, book(song(1, title.strip(), poem), title=title.strip(), closing=poem), dress)
    together = made.text.replace(" ", "")
    for line in [title, *(line for stanza in poem.stanzas for line in stanza)]:
        assert together.count(line.replace(" ", "")) >= 2
    assert made.count % 4 == 0
    assert made.boxes.min() >= 3.0 and made.boxes.max() <= SIDE_MM - 3.0, "words keep off the cutter's edge"


def test_right_to_left_poems_start_at_the_right(tmp_path: Path, dress: Dress) -> None:
    hebrew = Verse(stanzas=(("שלום עולם", "לילה טוב"),), is_rtl=True)
    made = Made(tmp_path, book(song(1, "אור", hebrew)), dress)
    assert any("\u05d0" <= letter <= "\u05ea" for letter in made.texts[2])
    with pypdfium2.PdfDocument(made.screen) as document:
        page = document[2].get_textpage()
        text = page.get_text_range()
        places = [page.get_charbox(at) for at, letter in enumerate(text) if "\u05d0" <= letter <= "\u05ea"]
    assert max(box[2] for box in places) / MM > 60, "lines end at the column's right edge"


def test_many_songs_keep_within_the_contents_page(tmp_path: Path, dress: Dress) -> None:
    songs = [song(number, f"Song number {number} of them all, with a name") for number in range(1, 26)]
    made = Made(tmp_path, book(*songs), dress)
    assert "Song number 25" in made.texts[1]
    assert made.boxes.min() >= 3.0 and made.boxes.max() <= SIDE_MM - 3.0


def test_a_booklet_needs_a_picture_a_song(tmp_path: Path, dress: Dress) -> None:
    with pytest.raises(Wrong, match="1 songs cannot be made of 0 pictures"):
        write_booklet(book(song()), dress, tmp_path / "a.jpg", [], screen=tmp_path / "s.pdf", printed=tmp_path / "p.pdf")
    broken = replace(dress, text=(Face(path=Path(__file__)),))
    with pytest.raises(Wrong, match="font cannot be read"):
        Made(tmp_path, book(song()), broken)
    assert not (tmp_path / "screen.pdf").exists()


@pytest.mark.parametrize("face", [(0.05, 0.3), (0.38, 0.62), (0.7, 0.95), (0.25, 0.7)])
def test_a_face_stands_whole_beside_the_poem(tmp_path: Path, dress: Dress, face: tuple[float, float]) -> None:
    """On a right-hand page and on a left-hand one, whole and clear of the cut."""
    picture = np.full((200, 200, 3), 90, np.uint8)
    picture[:, round(200 * (face[0] + 0.02)) : round(200 * (face[1] - 0.02))] = (250, 0, 0)
    path, screen = tmp_path / "plate.jpg", tmp_path / "screen.pdf"
    Image.fromarray(picture).save(path, quality=95, subsampling=0)
    plates = [Plate(path=path, face=face)] * 2
    write_booklet(book(song(1), song(2)), dress, path, plates, screen=screen, printed=tmp_path / "print.pdf")
    with pypdfium2.PdfDocument(screen) as document:
        for page, outer_is_right in ((document[2], True), (document[3], False)):
            row = np.asarray(page.render(scale=4 / MM).to_pil().convert("RGB"))[120].astype(int)
            red = np.flatnonzero(row[:, 0] - row[:, 1] > 60)
            to_cut = len(row) - red[-1] if outer_is_right else red[0]
            assert to_cut >= 3 * 4
            assert len(red) >= 0.85 * 0.6 * (face[1] - face[0] - 0.04) * len(row)
