"""Scripts: what one take must say, word by word, and where it is free.

A script is a generator. It yields a `Say` (words that are fixed: heads of bars and cells) or an `Ask` (the words that
are allowed now); after an `Ask` it is sent the word that was chosen. So the engine can run many takes side by side
without knowing any music, and the plan can never be broken.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from albumen.models.music.tokens import vocabulary as v
from albumen.models.music.tokens.cell import GridNote
from albumen.models.music.tokens.grammar import CellMachine, CellRules
from albumen.models.music.tokens.piece import Piece
from albumen.models.music.tokens.stream import (
    Shown,
    Variation,
    answer_head,
    bar_words,
    cell_head,
    header_words,
    infill_context,
)

CellIndex = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Begin:
    """Forget everything and read these words: the start of a window."""

    words: Sequence[int]


@dataclass(frozen=True, slots=True)
class Say:
    """Words that are fixed."""

    words: Sequence[int]


@dataclass(frozen=True, slots=True)
class Ask:
    """A free choice among `allowed` (shape [vocabulary]); with `may_end`, ending the cell is one more choice."""

    allowed: NDArray[np.bool_]
    may_end: bool


ENDED = -1  # what a script is sent when the cell ends
Script = Generator[Begin | Say | Ask, int, None]

SHORT_ANSWER = 16  # words kept free for each answer that is still to come
_HEAD = 12  # words that stand before an answer

# Any of these words after a complete note says that the cell is over.
ENDERS = np.zeros(v.SIZE, dtype=bool)
for _family in (v.TIMBRE, v.BAR, v.HOLE):
    ENDERS[_family.ids] = True
ENDERS[[v.END, v.ANSWERS]] = True


@dataclass
class Draft:
    """One take while it is written: the piece so far, its cells by (bar, part)."""

    piece: Piece
    written: dict[CellIndex, list[GridNote]] = field(default_factory=dict)


Rules = Callable[[Draft, CellIndex], CellRules]


def write_cell(rules: CellRules, room: int) -> Generator[Ask, int, tuple[list[int], list[GridNote]]]:
    """Ask for the words of one cell; returns them and the notes they mean. It ends at the first note after `room` words."""
    machine = CellMachine(rules)
    words: list[int] = []
    while True:
        allowed, may_end = machine.allowed(), machine.may_end()
        if not allowed.any() or (may_end and len(words) >= room):
            return words, machine.notes
        word = yield Ask(allowed, may_end)
        if word == ENDED:
            return words, machine.notes
        machine.push(word)
        words.append(word)


def forward_script(
    draft: Draft,
    cells: Sequence[CellIndex],
    rules: Rules,
    shown: Shown,
    parts: Sequence[int],
    *,
    context: int,
    look_back: int,
) -> Script:
    """Write `cells` (reading order) from left to right; cells of the same bars that exist are said in their place.

    A window holds `context` words; when it is full the next begins with the last bars, about `look_back` words.
    """
    wanted = set(cells)
    first, last = cells[0][0], cells[-1][0]
    used = context
    for bar in range(first, last + 1):
        if used > context - _reserve(draft.piece):
            before = _recent(draft, parts, bar, shown, look_back)
            yield Begin(before)
            used = len(before)
        head = bar_words(draft.piece.bars[bar], draft.piece.bars[bar - 1] if bar else None, shown)
        yield Say(head)
        used += len(head)
        for part in parts:
            if (bar, part) in wanted:
                controls = draft.piece.controls.get((bar, part))
                opening = cell_head(draft.piece.parts[part], controls)
                yield Say(opening)
                used += len(opening)
                words, notes = yield from write_cell(
                    rules(draft, (bar, part)), context - used - _reserve(draft.piece) // 2
                )
                draft.piece.cells[bar, part] = np.array(words, dtype=np.uint16)
                draft.written[bar, part] = notes
                used += len(words)
            elif (bar, part) in draft.piece.cells:
                said = draft.piece.parts[part].words() + draft.piece.cells[bar, part].tolist()
                yield Say(said)
                used += len(said)


def infill_script(
    draft: Draft,
    cells: Sequence[CellIndex],
    rules: Rules,
    shown: Shown,
    parts: Sequence[int],
    variations: dict[CellIndex, Variation],
    *,
    window: tuple[int, int],
    context: int,
) -> Script:
    """Write `cells` (reading order, at most MOST_HOLES) as holes in bars `window[0]`..`window[1] - 1`.

    Where the window is too full for `context` words, less of the surroundings is told; long answers are cut short where the
    others would not fit any more.
    """
    answers = sum(_answer_cost(cell, variations) for cell in cells)
    window, parts = _fitting(draft.piece, cells, shown, parts, window, context - answers)
    crop = crop_of(draft.piece, *window)
    holes = [(bar - window[0], part) for bar, part in cells]
    said = infill_context(crop, parts, holes, shown)
    yield Begin(said)
    left = context - len(said)
    for number, cell in enumerate(cells):
        head = answer_head(crop, number, holes[number], shown, draft.piece.controls.get(cell), variations.get(cell))
        yield Say(head)
        room = left - len(head) - (len(cells) - number) * SHORT_ANSWER
        words, notes = yield from write_cell(rules(draft, cell), room)
        left -= len(head) + len(words)
        draft.piece.cells[cell] = np.array(words, dtype=np.uint16)
        draft.written[cell] = notes


def _answer_cost(cell: CellIndex, variations: dict[CellIndex, Variation]) -> int:
    """Words kept free for an answer: its head, what it varies, a short cell."""
    return _HEAD + SHORT_ANSWER + (len(variations[cell].source) if cell in variations else 0)


def _fitting(
    piece: Piece, cells: Sequence[CellIndex], shown: Shown, parts: Sequence[int], window: tuple[int, int], room: int
) -> tuple[tuple[int, int], list[int]]:
    """The bars and parts to tell so that the surroundings of `cells` take `room` words at most.

    Bars at the edges go first, then parts that have nothing to write, the last in reading order before the others.
    """
    first, last = window
    told = list(parts)
    wanted = {part for _, part in cells}
    while True:
        holes = [(bar - first, part) for bar, part in cells]
        if len(infill_context(crop_of(piece, first, last), told, holes, shown)) <= room:
            return (first, last), told
        before, after = cells[0][0] - first, last - 1 - cells[-1][0]
        spare = [part for part in told if part not in wanted]
        if before or after:
            first, last = (first + 1, last) if before > after else (first, last - 1)
        elif spare:
            told.remove(spare[-1])
        else:
            return (first, last), told


def crop_of(piece: Piece, first: int, last: int) -> Piece:
    """Bars `first`..`last - 1` as a piece of its own."""
    return Piece(
        parts=piece.parts,
        bars=piece.bars[first:last],
        cells={(bar - first, part): words for (bar, part), words in piece.cells.items() if first <= bar < last and len(words)},
        controls={}, tonic=piece.tonic, is_minor=piece.is_minor, tempo=piece.tempo, genre=piece.genre,
        is_arranged=piece.is_arranged, ends=last == len(piece.bars),
    )  # fmt: skip


def bar_cost(piece: Piece, bar: int) -> int:
    """About how many words a bar takes."""
    return 5 + sum(2 + len(piece.cells[bar, part]) for part in range(len(piece.parts)) if (bar, part) in piece.cells)


def _reserve(piece: Piece) -> int:
    """Words kept free for one more bar: a busy cell for every part."""
    return 12 + 24 * len(piece.parts)


def _recent(draft: Draft, parts: Sequence[int], bar: int, shown: Shown, room: int) -> list[int]:
    """Header and the last whole bars before `bar` that fit into `room` words."""
    first, cost = bar, 0
    while first > 0 and cost + bar_cost(draft.piece, first - 1) <= room:
        first -= 1
        cost += bar_cost(draft.piece, first)
    words = header_words(draft.piece, parts, shown)
    before = None
    for index in range(first, bar):
        head = draft.piece.bars[index]
        words += bar_words(head, before, shown)
        before = head
        for part in parts:
            if len(draft.piece.cells.get((index, part), ())):
                words += draft.piece.parts[part].words() + draft.piece.cells[index, part].tolist()
    return words
