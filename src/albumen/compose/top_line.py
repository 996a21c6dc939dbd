"""The tune of a texture: its highest notes."""

from __future__ import annotations

import numpy as np

from albumen.score.notes import Notes


def top_line(notes: Notes) -> Notes:
    """The highest note of each onset: what is heard as the tune."""
    if not len(notes):
        return notes
    order = np.lexsort((-notes.pitch, notes.onset))
    onsets = notes.onset[order]
    first = np.concatenate(([True], onsets[1:] != onsets[:-1]))
    chosen = np.zeros(len(notes), dtype=np.bool_)
    chosen[order[first]] = True
    return notes.where(chosen)
