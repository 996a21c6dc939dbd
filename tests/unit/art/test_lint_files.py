"""Files that look right on a screen and that stores refuse or turn."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import ExifTags, Image

from albumen.art.lint import lint_cover, lint_promo, lint_words


def rules(path: Path) -> dict[str, str]:
    return {fault.rule: fault.sentence for fault in lint_promo(path)}


def test_sixteen_bits_a_colour_are_too_many(tmp_path: Path) -> None:
    pixels = np.random.default_rng(1).integers(0, 2**16, (64, 64, 3)).astype(np.uint16)
    cv2.imwrite(str(tmp_path / "deep.png"), pixels)
    cv2.imwrite(str(tmp_path / "usual.png"), (pixels >> 8).astype(np.uint8))
    assert "16 bits" in rules(tmp_path / "deep.png")["depth"] and "depth" not in rules(tmp_path / "usual.png")


def test_a_picture_that_wants_turning_is_named(tmp_path: Path) -> None:
    exif = Image.Exif()
    for orientation in (1, 6):
        exif[ExifTags.Base.Orientation] = orientation
        Image.new("RGB", (64, 64)).save(tmp_path / f"{orientation}.jpg", exif=exif)
    assert "turned" in rules(tmp_path / "6.jpg") and "turned" not in rules(tmp_path / "1.jpg")


@pytest.mark.parametrize(("mode", "said"), [("L", "grey"), ("P", "indexed"), ("RGBA", "RGB with transparency")])
def test_colours_are_called_as_designers_call_them(mode: str, said: str, tmp_path: Path) -> None:
    Image.new(mode, (64, 64)).save(tmp_path / "cover.png")
    faults = {fault.rule: fault.sentence for fault in lint_cover(tmp_path / "cover.png")}
    assert faults["colour"].startswith(f"The cover's colours are {said};")


@pytest.mark.parametrize(("words", "is_address"), [
    ("Listen at bit.ly/xyz", True), ("somebody.tv", True), ("label.studio/new", True),
    ("Mr. Moon", False), ("And/Or", False), ("No. 5 / Live", False), ("a.m./p.m.", False),
])  # fmt: skip
def test_web_addresses_of_any_ending(words: str, is_address: bool) -> None:
    assert bool(lint_words(words, None)) is is_address


def _natural(side: int) -> Image.Image:
    """Noise with as much detail at every scale as pictures of the world have: its spectrum falls as 1/f."""
    down, across = np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None]
    spectrum = np.fft.rfft2(np.random.default_rng(4).standard_normal((side, side))) / np.maximum(np.hypot(down, across), 1 / side)
    noise = np.fft.irfft2(spectrum, s=(side, side))
    grey = np.clip(110 + 45 * noise / noise.std(), 0, 245).astype(np.uint8)
    return Image.fromarray(np.repeat(grey[..., None], 3, axis=2))


@pytest.mark.parametrize(
    ("resample", "how"),
    [
        (Image.Resampling.LANCZOS, "no finer detail"),
        (Image.Resampling.BILINEAR, "no finer detail"),
        (Image.Resampling.NEAREST, "repeated"),
    ],
)
def test_a_small_picture_enlarged_is_not_a_large_one(resample: Image.Resampling, how: str, tmp_path: Path) -> None:
    true, path = _natural(3000), tmp_path / "cover.png"
    true.save(path, compress_level=1)
    assert lint_cover(path) == []
    true.resize((750, 750), Image.Resampling.LANCZOS).resize((3000, 3000), resample).save(path, compress_level=1)
    (fault,) = lint_cover(path)
    assert fault.rule == "enlarged" and how in fault.sentence
    assert 600 <= int(fault.sentence.split("about ")[1].split()[0]) <= 900
