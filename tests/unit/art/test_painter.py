"""The painter: true to the picture, the same every time, tiles unseen; files in and out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from albumen.art import painter
from albumen.art.brush import extent, laid
from albumen.art.certificate import Edition, certificate
from albumen.art.manners import MANNERS
from albumen.art.painter import making_of, paint
from albumen.art.picture import covering, read_picture, write_jpeg, write_png
from albumen.art.print_files import write_print
from albumen.art.prints import framed, print_sheet, size_in_cm
from albumen.art.strokes import plan_strokes
from albumen.work.errors import Cancelled, Missing, Wrong
from albumen.work.seed import Seed


def halves(side: int = 48) -> np.ndarray:
    picture = np.full((side, side, 3), (30, 40, 90), dtype=np.uint8)
    picture[:, side // 2 :] = (220, 180, 90)
    return picture


@pytest.mark.parametrize("manner", sorted(MANNERS))
def test_painting_keeps_the_picture(manner: str) -> None:
    done = paint(halves(), 160, manner=manner, seed=Seed(1))
    assert done.shape == (160, 160, 3)
    left, right = done[:, 20:60].mean(axis=(0, 1)), done[:, 100:140].mean(axis=(0, 1))
    assert np.abs(left - (30, 40, 90)).max() < 70
    assert np.abs(right - (220, 180, 90)).max() < 70
    assert done.std() > halves().std() * 0.8


@pytest.mark.parametrize("tip", ["brush", "dot", "knife"])
def test_the_smallest_strokes_leave_paint(tip: str) -> None:
    rows, columns = extent(tip, 2, 3, 0.0, 1)
    window = (slice(0, rows), slice(0, columns))
    cover = laid(tip, 2, 3, angle=0.0, bend=1, variant=0, hair=0.5, shift=(0.0, 0.0), window=window)[..., 0]
    assert cover.max() > 0.8 and cover.sum() > 3


@pytest.mark.parametrize("manner", sorted(MANNERS))
def test_small_features_take_a_last_layer_of_small_strokes(manner: str) -> None:
    style, fine = MANNERS[manner], np.zeros((48, 48), dtype=np.float32)
    fine[10:20, 10:20] = 1
    plain, more = plan_strokes(halves(), style, Seed(1)), plan_strokes(halves(), style, Seed(1), fine=fine)
    last = more.layer == len(style.widths)
    assert last.sum() > 100 and not (plain.layer == len(style.widths)).any()
    assert more.width[last].max() <= 1.2 * min(style.widths[-1], 1 / 330)
    assert ((more.x[last] > 9 / 48) & (more.x[last] < 21 / 48) & (more.y[last] > 9 / 48) & (more.y[last] < 21 / 48)).all()
    # Below lies what lay there before, in the same order.
    away = (plain.x > 0.8) & (plain.layer == 0)
    assert np.array_equal(plain.colour[away], more.colour[(more.x > 0.8) & (more.layer == 0)])


def test_small_features_are_painted_alike_from_a_seed() -> None:
    fine = np.zeros((48, 48), dtype=np.float32)
    fine[10:20, 10:20] = 1
    once, again = (paint(halves(), 200, seed=Seed(3), fine=fine) for _ in range(2))
    assert np.array_equal(once, again)
    assert np.array_equal(list(making_of(halves(), 200, 2, seed=Seed(3), fine=fine))[-1], once)
    assert not np.array_equal(paint(halves(), 200, seed=Seed(3)), once)


def test_tiles_are_never_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = paint(halves(), 200, seed=Seed(2))
    monkeypatch.setattr(painter, "_TILE", 64)
    tiled = paint(halves(), 200, seed=Seed(2))
    assert np.abs(whole.astype(int) - tiled).max() <= 2


def test_making_of_ends_with_more_than_it_began() -> None:
    frames = list(making_of(halves(), 96, 4, seed=Seed(1)))
    errors = [float(np.abs(frame.astype(float) - np.kron(halves(), np.ones((2, 2, 1)))).mean()) for frame in frames]
    assert len(frames) == 4
    assert errors[-1] < errors[0]


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P", "CMYK", "I;16", "1", "LA"])
def test_any_kind_of_picture_is_read(mode: str, tmp_path: Path) -> None:
    path = tmp_path / ("a.tif" if mode in ("CMYK", "I;16") else "a.png")
    Image.new("RGB" if mode not in ("I;16",) else "I;16", (20, 10)).convert(mode).save(path)
    assert read_picture(path).shape == (10, 20, 3)


def test_bad_pictures_are_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    with pytest.raises(Wrong, match="no readable picture"):
        read_picture(tmp_path / "bad.png")
    with pytest.raises(Missing):
        read_picture(tmp_path / "none.png")
    with pytest.raises(Wrong, match="only 4 x 4"):
        paint(np.zeros((4, 4, 3), np.uint8), 100, seed=Seed(1))
    with pytest.raises(Wrong, match="choose one of"):
        paint(halves(), 100, manner="photo", seed=Seed(1))


def test_a_dark_picture_of_16_bits_stays_dark(tmp_path: Path) -> None:
    for value, seen in ((200, 1), (65535, 255), (32768, 128)):
        Image.fromarray(np.full((20, 20), value, dtype=np.uint16)).save(tmp_path / "a.png")
        assert np.unique(read_picture(tmp_path / "a.png")).tolist() == [seen]
    Image.fromarray(np.full((20, 20), 0.5, dtype=np.float32)).save(tmp_path / "a.tif")
    with pytest.raises(Wrong, match="do not say what is white"):
        read_picture(tmp_path / "a.tif")


def test_what_is_left_out_of_a_picture_is_said(tmp_path: Path) -> None:
    said: list[str] = []
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    assert read_picture(tmp_path / "a.gif", say=said.append)[0, 0].tolist()[0] > 250
    clear = Image.new("RGBA", (20, 20), (0, 0, 255, 255))
    clear.putpixel((0, 0), (0, 0, 0, 0))
    clear.save(tmp_path / "b.png")
    assert read_picture(tmp_path / "b.png", say=said.append)[0, 0].tolist() == [255, 255, 255]
    assert len(said) == 2 and "a.gif has 2 frames" in said[0] and "b.png is transparent" in said[1]


def test_the_limit_of_pixels_is_the_one_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Image.MAX_IMAGE_PIXELS == 200_000_000
    Image.new("1", (14_000, 14_300)).save(tmp_path / "large.png")
    with pytest.raises(Wrong, match="14000 x 14300 pixels; make it smaller than 200"):
        read_picture(tmp_path / "large.png")


def test_a_stopped_painting_is_no_painting() -> None:
    with pytest.raises(Cancelled):
        paint(halves(), 100, seed=Seed(1), cancelled=lambda: True)


def test_pictures_are_written_small_enough_and_in_srgb(tmp_path: Path) -> None:
    noisy = np.random.default_rng(0).integers(0, 255, (300, 300, 3)).astype(np.uint8)
    write_jpeg(tmp_path / "a.jpg", noisy, most_bytes=60_000)
    write_png(tmp_path / "a.png", noisy)
    assert (tmp_path / "a.jpg").stat().st_size < 60_000
    with Image.open(tmp_path / "a.png") as opened:
        assert opened.info["icc_profile"]
        assert np.array_equal(np.asarray(opened), noisy)
    assert covering(noisy, 50, 90).shape == (90, 50, 3)


def test_prints_have_their_size_wrap_and_resolution(tmp_path: Path) -> None:
    assert size_in_cm("70x70cm") == (70, 70)
    with pytest.raises(Wrong, match="70x70cm"):
        size_in_cm("big")
    sheet = print_sheet(halves(), (5, 5), wrap_cm=1.0, seed=Seed(1), dpi=100)
    pixels = sheet.pixels
    assert pixels.shape == (197 + 2 * 39, 197 + 2 * 39, 3)
    write_print(tmp_path / "p.tif", pixels, dpi=100)
    write_print(tmp_path / "p.pdf", pixels, dpi=100)
    with Image.open(tmp_path / "p.tif") as opened:
        assert opened.info["dpi"] == (100, 100)
    with pytest.raises(Wrong, match="PDF or TIFF"):
        write_print(tmp_path / "p.gif", pixels)


def test_frame_and_certificate_show_the_print() -> None:
    room = framed(halves(), width=300)
    assert room.shape == (216, 300, 3)
    edition = Edition(
        title="A Lady", artist="Albumen", number=1, of=12, seed="7/x", model="m", data="d", objective="min max"
    )
    page = certificate(edition, halves())
    assert page[500, 400].tolist() == [30, 40, 90]
    assert (page[925:995] < 100).any()
