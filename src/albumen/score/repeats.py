"""Repeats, endings and jumps: in which order the measures of a score are played."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from albumen.score.reading_limits import MAX_BARS


@dataclass(slots=True, kw_only=True)
class Signs:
    """The signs of one measure. `endings` are the numbers of the bracket over it; `backward` how often all is played."""

    forward: bool = False
    backward: int = 0
    endings: frozenset[int] = frozenset()
    ending_stops: bool = False
    segno: bool = False
    coda: bool = False
    fine: bool = False
    to_coda: bool = False
    da_capo: bool = False
    dal_segno: bool = False


def played_order(signs: Sequence[Signs]) -> list[int]:
    """The measures (from 0) in the order of playing; after a jump back no repeat is taken and the last ending is played.

    >>> played_order([Signs(), Signs(endings=frozenset({1}), backward=2), Signs(endings=frozenset({2}))])
    [0, 1, 0, 2]
    """
    order: list[int] = []
    last = _last_endings(signs)
    at, start, turn, jumped = 0, 0, 1, False
    while at < len(signs) and len(order) <= MAX_BARS:
        sign = signs[at]
        if at != start and (sign.forward or (at and signs[at - 1].endings and not sign.endings)):
            start, turn = at, 1
        if sign.endings and not _is_played(sign, last[at], turn, jumped):
            at += 1
            continue
        order.append(at)
        if jumped and sign.fine:
            break
        if jumped and sign.to_coda:
            at = next((i for i in range(at + 1, len(signs)) if signs[i].coda), len(signs))
        elif sign.backward and not jumped and turn < max(sign.backward, last[at]):
            at, turn = start, turn + 1
        elif not jumped and (sign.da_capo or sign.dal_segno):
            at = next((i for i in range(at + 1) if signs[i].segno), 0) if sign.dal_segno else 0
            start, turn, jumped = at, 1, True
        else:
            if sign.backward:
                start, turn = at + 1, 1
            at += 1
    return order


def _is_played(sign: Signs, last_ending: int, turn: int, jumped: bool) -> bool:
    return max(sign.endings) == last_ending if jumped else turn in sign.endings


def _last_endings(signs: Sequence[Signs]) -> list[int]:
    """For each measure the highest number in the row of brackets that it stands in, 0 outside."""
    highest = [0] * (len(signs) + 1)
    for at in range(len(signs) - 1, -1, -1):
        own = max(signs[at].endings, default=0)
        goes_on = own and at + 1 < len(signs) and max(signs[at + 1].endings, default=0) >= own
        highest[at] = highest[at + 1] if goes_on else own
    return highest
