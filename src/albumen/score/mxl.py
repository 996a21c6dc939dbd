"""Compressed MusicXML (.mxl): the score inside the zip, without trusting the zip."""

from __future__ import annotations

import io
import zipfile
import zlib

from albumen.score.reading_limits import MAX_FILE_BYTES
from albumen.score.xml_tree import parse_xml
from albumen.work.errors import Wrong

MAX_ENTRIES = 1000
_CONTAINER = "META-INF/container.xml"
_SCORE_ENDINGS = (".musicxml", ".xml")


def is_mxl(data: bytes) -> bool:
    """Whether this is a zip that says it holds a score, or holds a file that looks like one."""
    if data[:4] != b"PK\x03\x04":
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return any(name == _CONTAINER or name.lower().endswith(_SCORE_ENDINGS) for name in archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return True  # a damaged zip: let `unpacked` say so


def unpacked(data: bytes, name: str) -> bytes:
    """The MusicXML inside an .mxl; raises `Wrong` where the zip is damaged, too big inside, or holds no score."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.namelist()
            if len(entries) > MAX_ENTRIES:
                raise Wrong(f"the compressed score holds {len(entries):,} files", where=name)
            return _entry(archive, _score_entry(archive, entries, name), name)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise Wrong(f"the compressed score is damaged ({error})", where=name, next_step="export it again") from error


def _score_entry(archive: zipfile.ZipFile, entries: list[str], name: str) -> str:
    if _CONTAINER in entries:
        root = parse_xml(_entry(archive, _CONTAINER, name), name)
        for file in root.iter("rootfile"):
            if file.get("full-path", "") in entries:
                return file.get("full-path", "")
    for entry in entries:
        if entry.lower().endswith(_SCORE_ENDINGS) and not entry.startswith("META-INF/"):
            return entry
    raise Wrong("the zip holds no score", where=name, next_step="give a .mxl that a notation program has written")


def _entry(archive: zipfile.ZipFile, entry: str, name: str) -> bytes:
    with archive.open(entry) as file:
        content = file.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise Wrong(f"the score inside has more than {MAX_FILE_BYTES >> 20} MB", where=name)
    return content
