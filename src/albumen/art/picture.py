"""Pictures in and out: any file that a person may have becomes RGB bytes; results are written in one step, as sRGB."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps, TiffImagePlugin, UnidentifiedImageError

from albumen.work.errors import Missing, Wrong
from albumen.work.files import write_bytes

Pixels = NDArray[np.uint8]
"""RGB bytes (height, width, 3)."""

LARGEST_PIXELS = 200_000_000
# Pillow refuses from 179 megapixels on unless told otherwise: whether a picture is too large is said here, in one place.
Image.MAX_IMAGE_PIXELS = LARGEST_PIXELS
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
_DATE = slice(24, 36)  # of the header of an ICC profile: year, month, day, hour, minute, second


def _undated(profile: bytes) -> bytes:
    """The profile with a fixed date, since a new one carries the time of day and equal pictures must have equal bytes."""
    return profile[: _DATE.start] + bytes((7, 228, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0)) + profile[_DATE.stop :]


SRGB_PROFILE = _undated(_SRGB.tobytes())
"""The colour profile that every result carries, the same bytes at all times."""


def _silent(sentence: str) -> None:
    return None


def read_picture(path: Path, *, say: Callable[[str], None] = _silent) -> Pixels:
    """RGB bytes of a picture file: first frame, upright, over white where it is transparent, converted to sRGB.

    What is left out or laid on white is said to `say`. Raises `Missing` for no file, `Wrong` for one that is no picture, is
    damaged, has nothing to be seen, or is larger than 200 megapixels.
    """
    require_file(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(path) as opened:
                if opened.width * opened.height > LARGEST_PIXELS:
                    raise Wrong(
                        f"this picture has {opened.width} x {opened.height} pixels",
                        where=path,
                        next_step="make it smaller than 200 megapixels",
                    )
                # A photograph of a telephone (MPO) holds a second view that nobody calls a frame.
                frames = 1 if opened.format == "MPO" else getattr(opened, "n_frames", 1)
                if frames > 1:
                    say(f"{path.name} has {frames} frames; the first one is used")
                opened.load()
                return _as_rgb(opened, path, say)
        except Image.DecompressionBombError as error:
            raise Wrong(
                "this picture is too large", where=path, next_step="make it smaller than 200 megapixels"
            ) from error
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
            raise Wrong(
                f"this is no readable picture ({error})", where=path, next_step="save it again as PNG or JPEG"
            ) from error


def require_file(path: Path) -> None:
    """Raises `Wrong` where the path is a folder, `Missing` where nothing is there."""
    if path.is_dir():
        raise Wrong("this is a folder, not a picture", where=path, next_step="name a picture in it")
    if not path.is_file():
        raise Missing("this picture does not exist", where=path, next_step="check the name")


def write_png(path: Path, pixels: Pixels, *, dpi: int = 300) -> None:
    """Write a PNG with an sRGB profile."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", dpi=(dpi, dpi), icc_profile=SRGB_PROFILE, compress_level=4)
    write_bytes(path, buffer.getvalue())


def write_jpeg(path: Path, pixels: Pixels, *, most_bytes: int | None = None, dpi: int = 300) -> None:
    """Write a JPEG with an sRGB profile, at the best quality (95 and down) that stays under `most_bytes`."""
    picture = Image.fromarray(pixels)
    data = b""
    for quality in (95, 92, 88, 84, 80, 75, 70, 62):
        buffer = io.BytesIO()
        picture.save(
            buffer,
            "JPEG",
            quality=quality,
            subsampling=0 if quality > 85 else 2,
            dpi=(dpi, dpi),
            icc_profile=SRGB_PROFILE,
        )
        data = buffer.getvalue()
        if most_bytes is None or len(data) < most_bytes:
            break
    write_bytes(path, data)


def resized(pixels: Pixels, width: int, height: int) -> Pixels:
    """The picture at another size (Lanczos)."""
    if pixels.shape[:2] == (height, width):
        return pixels
    return np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.LANCZOS), dtype=np.uint8)


def covering(pixels: Pixels, width: int, height: int, *, focus: tuple[float, float] = (0.5, 0.5)) -> Pixels:
    """The picture scaled to cover a size, the overhang cut around `focus` (across, down; 0..1)."""
    rows, columns = pixels.shape[:2]
    scale = max(width / columns, height / rows)
    wide, high = max(width, round(columns * scale)), max(height, round(rows * scale))
    scaled = resized(pixels, wide, high)
    left = int(np.clip(focus[0] * wide - width / 2, 0, wide - width))
    top = int(np.clip(focus[1] * high - height / 2, 0, high - height))
    return np.ascontiguousarray(scaled[top : top + height, left : left + width])


def _as_rgb(opened: Image.Image, path: Path, say: Callable[[str], None]) -> Pixels:
    picture = ImageOps.exif_transpose(opened)
    if picture.mode in ("I;16", "I;16B", "I;16L", "I", "F"):
        grey = np.asarray(picture, dtype=np.float64) / _white_of(opened, path) * 255.0
        return np.repeat(np.clip(np.rint(grey), 0, 255).astype(np.uint8)[..., None], 3, axis=2)
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in ("RGB", "CMYK"):
        try:
            made = ImageCms.profileToProfile(
                picture, ImageCms.ImageCmsProfile(io.BytesIO(profile)), _SRGB, outputMode="RGB"
            )
            picture = made if made is not None else picture
        except ImageCms.PyCMSError:
            # A damaged profile says nothing about the pixels: they are taken as they are.
            picture = picture.convert("RGB")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        whole = picture.convert("RGBA")
        least, most = np.asarray(whole)[..., 3].min(), np.asarray(whole)[..., 3].max()
        if most == 0:
            raise Wrong("this picture is clear all over, so there is nothing to be seen", where=path, next_step="fill it")
        if least < 255:
            say(f"{path.name} is transparent in places; it is laid on white")
        white = Image.new("RGBA", whole.size, "white")
        picture = Image.alpha_composite(white, whole)
    return np.asarray(picture.convert("RGB"), dtype=np.uint8).copy()


def _white_of(opened: Image.Image, path: Path) -> float:
    """The number that means white in a picture of large numbers: what its kind says, never what its pixels happen to be."""
    bits = opened.tag_v2.get(258, (16,))[0] if isinstance(opened, TiffImagePlugin.TiffImageFile) else 16
    if opened.mode == "F" or bits > 16:
        what = "this picture has numbers of 32 bits, which do not say what is white"
        raise Wrong(what, where=path, next_step="save it with 8 or 16 bits a colour")
    return 65535.0


def require_size(pixels: Pixels, least: int, *, where: Path | None = None) -> None:
    """Raises `Wrong` where the picture is smaller than `least` pixels on a side."""
    height, width = pixels.shape[:2]
    if min(height, width) < least:
        raise Wrong(
            f"this picture has only {width} x {height} pixels",
            where=where,
            next_step=f"use one of at least {least} x {least}",
        )
