"""What of a picture is settled before an engine draws it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction:
    """Brush, motif, and the era and style that a painting net is asked for; what is empty the engine chooses."""

    manner: str = ""
    motif: str = ""
    era: str = ""
    style: str = ""


FREE = Direction()
