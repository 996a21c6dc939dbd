"""The files a printer gets: PDF and TIFF at true size, with their boxes and colours stated; equal pictures give equal bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from PIL import Image

from albumen import __version__
from albumen.art.picture import SRGB_PROFILE, Pixels
from albumen.work.errors import Wrong
from albumen.work.files import write_bytes

DPI = 150
_POINTS = 72.0  # to an inch
_COURIER = 0.6  # width of a letter, in ems
_SRGB_NAME = "sRGB IEC61966-2.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """ASCII that can be selected and copied where it is seen: text and box (pixels from the upper left)."""

    text: str
    left: int
    top: int
    right: int
    bottom: int


def write_print(
    path: Path, pixels: Pixels, *, dpi: int = DPI, wrap: int = 0, title: str = "", words: Sequence[Words] = ()
) -> None:
    """Write a print-ready PDF or TIFF (by the ending of the name) at true size, in sRGB.

    `wrap` pixels on each side go round the stretcher: they lie within the bleed box of the PDF and outside its trim box.
    `words` can be copied from the PDF; a TIFF has none.
    """
    kind = path.suffix.lower()
    if kind not in (".pdf", ".tif", ".tiff"):
        raise Wrong(
            f"a print is a PDF or TIFF, not '{path.suffix}'", where=path, next_step="end the name in .pdf or .tif"
        )
    write_bytes(path, _pdf(pixels, dpi, wrap, title or path.stem, words) if kind == ".pdf" else _tiff(pixels, dpi))


def _tiff(pixels: Pixels, dpi: int) -> bytes:
    buffer = io.BytesIO()
    picture = Image.fromarray(pixels)
    picture.save(buffer, "TIFF", dpi=(dpi, dpi), compression="tiff_lzw", icc_profile=SRGB_PROFILE)
    return buffer.getvalue()


def _pdf(pixels: Pixels, dpi: int, wrap: int, title: str, words: Sequence[Words]) -> bytes:
    """One page that is the picture. Pillow's own would carry the time of day, and neither boxes nor colours."""
    height, width = pixels.shape[:2]
    wide, high, edge = (side / dpi * _POINTS for side in (width, height, wrap))
    document = pikepdf.new()
    profile = document.make_indirect(pikepdf.Stream(document, SRGB_PROFILE, N=3, Alternate=pikepdf.Name.DeviceRGB))
    jpeg = io.BytesIO()
    Image.fromarray(pixels).save(jpeg, "JPEG", quality=95, subsampling=0, dpi=(dpi, dpi))
    image = pikepdf.Stream(
        document,
        jpeg.getvalue(),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=width,
        Height=height,
        BitsPerComponent=8,
        ColorSpace=pikepdf.Array([pikepdf.Name.ICCBased, profile]),
        Filter=pikepdf.Name.DCTDecode,
    )
    page = document.add_blank_page(page_size=(wide, high))
    name = page.add_resource(image, pikepdf.Name.XObject, pikepdf.Name.Picture)  # a name left open is drawn by lot
    shown = f"q {wide:.4f} 0 0 {high:.4f} 0 0 cm {name} Do Q"
    if words:
        courier = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Courier)
        face = page.add_resource(document.make_indirect(courier), pikepdf.Name.Font, pikepdf.Name.Words)
        shown += "".join(_unseen(each, str(face), dpi, high) for each in words)
    page.Contents = document.make_stream(shown.encode())
    page.bleedbox = pikepdf.Rectangle(0, 0, wide, high)
    page.trimbox = pikepdf.Rectangle(edge, edge, wide - edge, high - edge)
    intent = pikepdf.Dictionary(
        Type=pikepdf.Name.OutputIntent,
        S=pikepdf.Name.GTS_PDFX,
        OutputConditionIdentifier=_SRGB_NAME,
        RegistryName="http://www.color.org",
        Info=_SRGB_NAME,
        DestOutputProfile=profile,
    )
    document.Root.OutputIntents = pikepdf.Array([document.make_indirect(intent)])
    document.docinfo["/Title"] = title
    document.docinfo["/Producer"] = f"Albumen {__version__}"
    out = io.BytesIO()
    document.save(out, deterministic_id=True)
    return out.getvalue()


def _unseen(words: Words, face: str, dpi: int, high: float) -> str:
    """Drawing of words without ink over those that the picture shows, as wide as they are."""
    scale = _POINTS / dpi
    size = (words.bottom - words.top) * scale
    stretch = 100 * (words.right - words.left) * scale / (size * _COURIER * len(words.text))
    left, baseline = words.left * scale, high - words.bottom * scale
    text = words.text.encode("ascii").hex()
    return f" BT 3 Tr {face} {size:.4f} Tf {stretch:.4f} Tz {left:.4f} {baseline:.4f} Td <{text}> Tj ET"
