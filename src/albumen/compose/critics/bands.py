"""The human bands: where measures of human music lie, by genre and role, and how far a value is from them."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

Band = tuple[float, float, float, float, float]  # percentiles 5, 25, 50, 75, 95
_EDGE_MARK = 0.6  # what a value on the 5th or 95th percentile is worth
_ANY = "any"


@cache
def _tables() -> Mapping[str, Mapping[str, Mapping[str, list[float]]]]:
    return tomllib.loads(files("albumen.compose.critics").joinpath("bands.toml").read_text(encoding="utf-8"))


def band(genre: str, role: str, measure: str) -> Band | None:
    """The band of a measure in a genre; that of all music where the genre has too few pieces; None where there is none."""
    for name in (genre, _ANY):
        values = _tables().get(name, {}).get(role, {}).get(measure)
        if values is not None:
            low, lower, middle, upper, high = values
            return low, lower, middle, upper, high
    return None


def mark(value: float, where: Band | None) -> float:
    """1 between the quartiles, 0.6 at the 5th and 95th percentile, falling towards 0 outside; 1 where there is no band."""
    if where is None or not math.isfinite(value):
        return 1.0
    low, lower, _, upper, high = where
    if lower <= value <= upper:
        return 1.0
    inner, outer = (lower, low) if value < lower else (upper, high)
    reach = max(abs(outer - inner), 0.02)
    distance = abs(value - inner) / reach
    return _EDGE_MARK**distance


def mean_mark(values: Mapping[str, float], genre: str, role: str, names: tuple[str, ...]) -> float:
    """The mean mark of those measures in `names` that were found; 1 where none was."""
    marks = [mark(values[name], band(genre, role, name)) for name in names if name in values]
    return sum(marks) / len(marks) if marks else 1.0
