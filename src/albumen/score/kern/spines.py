"""The columns of a Humdrum file: which spine each token belongs to, through splits, joins, exchanges and ends."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

MAX_COLUMNS = 2000


@dataclass(slots=True, eq=False)
class Column:
    """One column of the file at the line being read: its spine (numbered from the left), and when it is free again."""

    spine: int
    kind: str
    free_at: Fraction = Fraction(0)


def after_manipulators(columns: list[Column], tokens: list[str], now: Fraction) -> list[Column]:
    """The columns below a line of `*^`, `*v`, `*x`, `*+`, `*-` and plain `*`."""
    following: list[Column] = []
    place = 0
    while place < len(columns):
        column, token = columns[place], tokens[place]
        if token == "*^":
            following += [column, Column(column.spine, column.kind, column.free_at)]
        elif token == "*v":
            last = place
            while last + 1 < len(columns) and tokens[last + 1] == "*v" and columns[last + 1].spine == column.spine:
                last += 1
            column.free_at = max(other.free_at for other in columns[place : last + 1])
            following.append(column)
            place = last
        elif token == "*x" and place + 1 < len(columns) and tokens[place + 1] == "*x":
            following += [columns[place + 1], column]
            place += 1
        elif token == "*+":
            new = max((other.spine for other in columns), default=0) + 1
            following += [column, Column(new, "", now)]
        elif token != "*-":
            following.append(column)
        place += 1
    return following[:MAX_COLUMNS]


def is_manipulator(tokens: list[str]) -> bool:
    """Whether a line of interpretations changes the columns."""
    return any(token in ("*^", "*v", "*x", "*+", "*-") for token in tokens)
