"""The covers that are shown: the best one, then those that are good and least like what stands there already."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from albumen.art.cover import Candidate, thumb
from albumen.art.templates import WHOLE, Template

SHOWN = 12
FLOOR = 0.16
"""A cover whose score lies farther below the best is shown only where too few are better."""
_SAME_ENGINE, _SAME_PICTURE, _SAME_TEMPLATE, _SAME_STAND, _SAME_COLOURS, _SAME_TYPE = 0.45, 0.10, 0.08, 0.02, 0.03, 0.015
"""What each cover that is shown already and shares this with a candidate costs it, in parts of a score."""
_SAME_IDEA = 1.0
_UNLIKE, _UNLIKE_ENOUGH = 0.035, 8.0
"""What a hundredth of difference (mean of OKLab, thumbnails) from the nearest cover shown is worth, and up to where."""
_TWINS, _TWIN = 3.0, 0.3
"""Covers less unlike than this are taken for the same, which costs so much."""


def shortlist(ranked: Sequence[Candidate], count: int = SHOWN) -> list[Candidate]:
    """`count` of the candidates (best first), the best one first, spread over engine, template, composition and colours.

    A drawing before a painted place counts as the same idea as the drawing alone. Covers whose type stands on the subject, and
    such as are much worse than the best, are shown only where too few others are.
    """
    free = [each for each in ranked if not each.page.on_subject]
    touching = [each for each in ranked if each.page.on_subject]
    if not ranked:
        return []
    first = (free or touching)[0]
    floor = max(each.score for each in ranked) - FLOOR
    fair = [each for each in free if each.score >= floor or each is first]
    poor = sorted((each for each in free if each.score < floor and each is not first), key=lambda each: -each.score)
    chosen, thumbs = [first], [thumb(first.page.pixels)]
    for pool in (fair, poor, touching):
        _choose(pool, chosen, thumbs, count)
    return chosen


def idea_of(candidate: Candidate) -> str:
    """What a cover draws, whatever lies behind it: the engine's name without the place it stands before."""
    return candidate.identity.engine.removeprefix("scene-")


def stand_of(template: Template) -> str:
    """Where the picture of a template stands: over the whole page, under a plate, framed, or beside a panel and on which side."""
    if template.label is not None:
        return "plate"
    if template.picture == WHOLE:
        return f"whole, words {'upwards' if template.turned else 'above' if template.title[1] < 0.3 else 'below'}"
    left, top, right, _ = template.picture
    if left > 0 and right < 1:
        return "framed"
    return "panel right" if right < 1 else "panel above" if top > 0 else "panel below"


def _choose(pool: list[Candidate], chosen: list[Candidate], thumbs: list[NDArray[np.float32]], count: int) -> None:
    """Add from the pool one after the other, each time the one worth most beside those chosen."""
    small = [thumb(each.page.pixels) for each in pool]
    nearest = np.array([min(_apart(one, other) for other in thumbs) for one in small])
    taken = np.array([any(each is one for one in chosen) for each in pool], dtype=np.bool_)
    while len(chosen) < count and not taken.all():
        worth = [each.score - _alike(each, chosen) for each in pool]
        worths = np.array(worth) + _UNLIKE * np.minimum(nearest, _UNLIKE_ENOUGH)
        worths -= _TWIN * (nearest < _TWINS)
        best = int(np.argmax(np.where(taken, -np.inf, worths)))
        taken[best] = True
        chosen.append(pool[best])
        thumbs.append(small[best])
        nearest = np.minimum(nearest, [_apart(one, small[best]) for one in small])


def _alike(candidate: Candidate, chosen: list[Candidate]) -> float:
    cost = 0.0
    for other in chosen:
        engine, template = idea_of(candidate) == idea_of(other), candidate.template == other.template
        cost += _SAME_IDEA * (engine and template) + _SAME_ENGINE * engine + _SAME_TEMPLATE * template
        cost += _SAME_PICTURE * (candidate.picture_seed == other.picture_seed)
        cost += _SAME_STAND * (stand_of(candidate.template) == stand_of(other.template))
        cost += _SAME_COLOURS * (candidate.identity.palette.ground == other.identity.palette.ground)
        cost += _SAME_TYPE * (candidate.identity.person == other.identity.person)
    return cost


def _apart(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return float(np.abs(one - other).mean()) * 100
