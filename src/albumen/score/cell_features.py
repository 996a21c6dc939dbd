"""What a cell (one part x one bar) is like: density, polyphony, register. The controls a user may ask for are bins of these."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from albumen.score.notes import Notes

# Upper edges of the bins. The numbers of bins are part of the token vocabulary: never change.
DENSITY_EDGES = (0.26, 0.51, 0.76, 1.01, 1.51, 2.01, 3.01)  # onsets per quarter note -> 8 bins
POLYPHONY_EDGES = (1.05, 1.55, 2.05, 2.55, 3.55, 4.55)  # notes per onset -> 7 bins
REGISTER_EDGES = (36, 43, 48, 53, 58, 63, 68, 73, 79, 86)  # mean pitch -> 11 bins


class CellControls(NamedTuple):
    """Bins asked of a cell; None leaves the model free."""

    density: int | None = None
    polyphony: int | None = None
    register: int | None = None


def onsets_per_quarter(notes: Notes, bar_ticks: int, resolution: int) -> float:
    """Different onset times per quarter note of the bar."""
    return float(np.unique(notes.onset).size * resolution / max(1, bar_ticks))


def notes_per_onset(notes: Notes) -> float:
    """Mean number of notes struck together; 0 for an empty cell."""
    return len(notes) / np.unique(notes.onset).size if len(notes) else 0.0


def controls_of(notes: Notes, bar_ticks: int, resolution: int) -> CellControls:
    """The bins in which a written cell lies; all None where it is empty."""
    if not len(notes):
        return CellControls()
    density = int(np.searchsorted(DENSITY_EDGES, onsets_per_quarter(notes, bar_ticks, resolution)))
    polyphony = int(np.searchsorted(POLYPHONY_EDGES, notes_per_onset(notes)))
    register = int(np.searchsorted(REGISTER_EDGES, float(notes.pitch.mean())))
    return CellControls(density, polyphony, register)
