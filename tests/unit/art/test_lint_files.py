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
