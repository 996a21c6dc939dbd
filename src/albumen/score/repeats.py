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
    at, start, turn, jumped = 0, 0, 1, False
    while at < len(signs) and len(order) <= MAX_BARS:
        sign = signs[at]
        if at != start and (sign.forward or (at and signs[at - 1].endings and not sign.endings)):
            start, turn = at, 1
        if sign.endings and not _is_played(signs, at, turn, jumped):
            at += 1
            continue
        order.append(at)
        if jumped and sign.fine:
            break
        if jumped and sign.to_coda:
            at = next((i for i in range(at + 1, len(signs)) if signs[i].coda), len(signs))
        elif sign.backward and not jumped and turn < _turns(signs, at):
            at, turn = start, turn + 1
        elif not jumped and (sign.da_capo or sign.dal_segno):
            at = next((i for i in range(at + 1) if signs[i].segno), 0) if sign.dal_segno else 0
            start, turn, jumped = at, 1, True
        else:
            if sign.backward:
                start, turn = at + 1, 1
            at += 1
    return order


def _is_played(signs: Sequence[Signs], at: int, turn: int, jumped: bool) -> bool:
    return max(signs[at].endings) == _last_ending(signs, at) if jumped else turn in signs[at].endings


def _last_ending(signs: Sequence[Signs], at: int) -> int:
    """The highest number in the row of brackets that the measure stands in."""
    highest = 0
    while at < len(signs) and signs[at].endings and (not highest or max(signs[at].endings) >= highest):
        highest = max(highest, *signs[at].endings)
        at += 1
    return highest


def _turns(signs: Sequence[Signs], at: int) -> int:
    return max(signs[at].backward, _last_ending(signs, at))
