"""What is asked of a trained writer's cells: how busy and how high, so that a section's energy is heard.

The rules obey the plan by themselves; a net left alone drifts towards long notes, which are always safe.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from albumen.album.plan import PartPlan, SectionPlan, SongPlan
from albumen.compose.critics.bands import band
from albumen.score.cell_features import DENSITY_EDGES, REGISTER_EDGES, CellControls
from albumen.score.writing import CellAt

# Onsets a quarter note at energy 0 and 1, for roles of which human bands say too little.
_BUSY = {"bass": (0.5, 1.4), "counter": (0.4, 1.2), "chords": (0.9, 2.2), "pad": (0.25, 0.5)}
_MELODY = (0.6, 2.0)
_BREATH = (0.0, 0.1, -0.1, -0.35)  # phrases of four bars rest a little at their end


def wishes(plan: SongPlan, section: SectionPlan, part: PartPlan, cells: Sequence[CellAt]) -> dict[CellAt, CellControls]:
    """Controls for the cells of one part in one section; none for drums."""
    if part.is_drum:
        return {}
    register = int(np.searchsorted(REGISTER_EDGES, _centre(part, section.energy)))
    found = {}
    for number, cell in enumerate(cells):
        busy = _onsets_per_quarter(plan.genre, part.role, section.energy)
        if part.role == "melody":
            busy *= 1 + _BREATH[number % len(_BREATH)]
        density = int(np.searchsorted(DENSITY_EDGES, busy))
        found[cell] = CellControls(density=density, register=register)
    return found


def _onsets_per_quarter(genre: str, role: str, energy: float) -> float:
    """How busy human music of the genre is in this role, from its calm quarter to its busy one."""
    human = band(genre, role, "density")
    calm, busy = (human[1], human[3]) if human else _MELODY if role == "melody" else _BUSY.get(role, (0.5, 1.5))
    return calm + (busy - calm) * energy


def _centre(part: PartPlan, energy: float) -> float:
    """Where in its range the part plays: melodies above the middle, and higher with energy."""
    share = 0.5 if part.role != "melody" else 0.45 + 0.2 * energy
    return part.low + share * (part.high - part.low)
