"""Names of parts: clean text from foreign files, and ids made of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

_LONGEST_NAME = 100
_LONGEST_ID = 32
_NOT_IN_IDS = re.compile(r"[^a-z0-9]+")


def clean_text(text: str) -> str:
    """One line without control characters, at most 100 characters."""
    printable = "".join(" " if unicodedata.category(mark)[0] in "CZ" else mark for mark in text)
    return " ".join(printable.split())[:_LONGEST_NAME].strip()


def decoded(data: bytes) -> str:
    """Text of a file that does not say its encoding: UTF-8 where it is valid, else Latin-1 (as Windows has it)."""
    try:
        return clean_text(data.decode("utf-8"))
    except UnicodeDecodeError:
        return clean_text(data.decode("cp1252", errors="replace").replace("\ufffd", ""))


def slug(text: str) -> str:
    """Small Latin letters, digits and hyphens; empty where nothing is left.

    >>> slug("Flöte 1 (solo)")
    'flote-1-solo'
    """
    plain = text if text.isascii() else unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _NOT_IN_IDS.sub("-", plain.lower()).strip("-")[:_LONGEST_ID].strip("-")


def part_id(name: str, instrument: str, taken: Collection[str]) -> str:
    """An id that is not `taken`: the slug of the name, else of the instrument, numbered from 2 where needed."""
    base = slug(name) or slug(instrument) or "part"
    chosen, number = base, 2
    while chosen in taken:
        chosen, number = f"{base}-{number}", number + 1
    return chosen
