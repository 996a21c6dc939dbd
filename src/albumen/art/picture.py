"""Pictures in and out: any file that a person may have becomes RGB bytes; results are written in one step, as sRGB."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from albumen.work.errors import Missing, Wrong
from albumen.work.files import write_bytes

Pixels = NDArray[np.uint8]
"""RGB bytes (height, width, 3)."""

LARGEST_PIXELS = 200_000_000
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
_DATE = slice(24, 36)  # of the header of an ICC profile: year, month, day, hour, minute, second


def _undated(profile: bytes) -> bytes:
    """The profile with a fixed date, since a new one carries the time of day and equal pictures must have equal bytes."""
    return profile[: _DATE.start] + bytes((7, 228, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0)) + profile[_DATE.stop :]


_SRGB_BYTES = _undated(_SRGB.tobytes())


def read_picture(path: Path) -> Pixels:
    """RGB bytes of a picture file: first frame, upright, over white where it is transparent, converted to sRGB.

    Raises `Missing` for no file, `Wrong` for one that is no picture, is damaged, or is larger than 200 megapixels.
    """
    if not path.is_file():
        raise Missing("this picture does not exist", where=path, next_step="check the name")
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
                opened.load()
                return _as_rgb(opened)
        except Image.DecompressionBombError as error:
            raise Wrong(
                "this picture is too large", where=path, next_step="make it smaller than 200 megapixels"
            ) from error
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
            raise Wrong(
                f"this is no readable picture ({error})", where=path, next_step="save it again as PNG or JPEG"
            ) from error


def write_png(path: Path, pixels: Pixels, *, dpi: int = 300) -> None:
    """Write a PNG with an sRGB profile."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", dpi=(dpi, dpi), icc_profile=_SRGB_BYTES, compress_level=4)
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
            icc_profile=_SRGB_BYTES,
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


def _as_rgb(opened: Image.Image) -> Pixels:
    picture = ImageOps.exif_transpose(opened)
    if picture.mode in ("I;16", "I;16B", "I;16L", "I", "F"):
        values = np.asarray(picture, dtype=np.float64)
        top = 65535.0 if values.max(initial=0.0) > 255 else 255.0
        grey = np.clip(values / top * 255.0, 0, 255).astype(np.uint8)
        return np.repeat(grey[..., None], 3, axis=2)
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
        white = Image.new("RGBA", whole.size, "white")
        picture = Image.alpha_composite(white, whole)
    return np.asarray(picture.convert("RGB"), dtype=np.uint8).copy()


def require_size(pixels: Pixels, least: int, *, where: Path | None = None) -> None:
    """Raises `Wrong` where the picture is smaller than `least` pixels on a side."""
    height, width = pixels.shape[:2]
    if min(height, width) < least:
        raise Wrong(
            f"this picture has only {width} x {height} pixels",
            where=where,
            next_step=f"use one of at least {least} x {least}",
        )
