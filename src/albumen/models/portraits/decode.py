"""One picture from its bytes, by whichever decoder the machine has; and a PNG writer that needs none.

Training machines differ in what is installed, so Pillow, OpenCV and torchvision are all accepted for reading.
"""

from __future__ import annotations

import importlib.util
import io
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from albumen.work.errors import Missing, Wrong
from albumen.work.files import write_bytes


def decode_picture(data: bytes, side: int) -> NDArray[np.uint8]:
    """A square picture (side, side, 3) from JPEG, PNG or WebP bytes, area-averaged when it shrinks."""
    if importlib.util.find_spec("PIL") is not None:
        from PIL import Image

        picture = Image.open(io.BytesIO(data)).convert("RGB")
        if picture.size != (side, side):
            smaller = side < picture.size[0]
            picture = picture.resize((side, side), Image.Resampling.BOX if smaller else Image.Resampling.LANCZOS)
        return np.asarray(picture, dtype=np.uint8)
    if importlib.util.find_spec("cv2") is not None:
        import cv2

        raw = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_COLOR)
        if raw is None:
            raise Wrong("this picture cannot be decoded")
        smaller = side < raw.shape[0]
        scaled = cv2.resize(raw, (side, side), interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LANCZOS4)
        return np.ascontiguousarray(scaled[..., ::-1])
    raise Missing("no picture decoder is installed", next_step="pip install pillow")


def encode_png(picture: NDArray[np.uint8]) -> bytes:
    """PNG bytes of an RGB picture (height, width, 3)."""
    height, width, _ = picture.shape
    rows = np.concatenate([np.zeros((height, 1), np.uint8), picture.reshape(height, width * 3)], axis=1)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(rows.tobytes(), 6)
    chunks = ((b"IHDR", header), (b"IDAT", body), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def write_sheet(path: Path, pictures: NDArray[np.uint8], columns: int) -> None:
    """A contact sheet of equal pictures (n, side, side, 3), row by row."""
    count, height, width, _ = pictures.shape
    rows = -(-count // columns)
    sheet = np.full((rows * height, columns * width, 3), 128, dtype=np.uint8)
    for place, picture in enumerate(pictures):
        top, left = place // columns * height, place % columns * width
        sheet[top : top + height, left : left + width] = picture
    write_bytes(path, encode_png(sheet))
