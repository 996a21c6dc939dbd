"""The sequences that the net reads and writes.

    forward   header  bar head, cells  bar head, cells ...  END
    infill    header  bar head, cells and holes ...  ANSWERS  hole, its cell  hole, its cell ...  END

Header, heads and cells are the same words in both; an answer repeats the chord and the part that govern it, so that
what a cell must obey stands right before its notes.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from albumen.models.music.tokens import vocabulary as v
from albumen.models.music.tokens.cell import GridNote, decode_cell
from albumen.models.music.tokens.piece import BarHead, PartHead, Piece, tonic_shift
from albumen.score.cell_features import CellControls

CellIndex = tuple[int, int]  # (bar, part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Which conditions the sequence tells; training leaves some out so that users may, too."""

    key: bool = True
    genre: bool = True
    tempo: bool = True
    roles: bool = True
    chords: bool = True
    sections: bool = True
    countdown: bool = True
    controls: Container[CellIndex] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Variation:
    """A hole that is filled by varying a source cell: `level` 0 light, 1 medium, 2 free."""

    level: int
    source: Sequence[int]


# What a training example pays for each word that it says by itself: notes in full, harmony and entries of parts as
# secondary tasks, conditions hardly (they are nearly always given).
FORWARD_WEIGHTS = np.ones(v.SIZE, dtype=np.float32)
for _family, _weight in (
    *((f, 0.1) for f in (v.MODE, v.KEY, v.METER, v.TEMPO, v.GENRE, v.SOURCE, v.ROLE, v.BAR, v.SECTION, v.OCCURRENCE)),
    *((f, 0.0) for f in (v.DENSITY, v.POLYPHONY, v.REGISTER, v.HOLE, v.VARY)),
    (v.CHORD, 0.3),
    (v.TIMBRE, 0.5),
    (v.NUMBER, 0.5),
):
    FORWARD_WEIGHTS[_family.ids] = _weight
FORWARD_WEIGHTS[[v.PAD, v.BEGIN]] = 0.0
FORWARD_WEIGHTS[[v.HALF, v.FINAL, v.METER_OTHER]] = 0.2
CONTEXT_SHARE = 0.3  # context of an infill example against a plain one: it is only half the story


def header_words(piece: Piece, parts: Sequence[int], shown: Shown) -> list[int]:
    """What is known of the song before its first bar; `parts` are indices in reading order."""
    words = [v.BEGIN, v.SOURCE[int(piece.is_arranged)]]
    if shown.genre and piece.genre >= 0:
        words.append(v.GENRE[piece.genre])
    if shown.tempo and piece.tempo >= 0:
        words.append(v.TEMPO[piece.tempo])
    if shown.key and piece.is_minor is not None:
        words += [v.KEY[piece.tonic], v.MODE[int(piece.is_minor)]]
    for index in parts:
        head = piece.parts[index]
        words += head.words()
        if shown.roles and head.role >= 0:
            words.append(v.ROLE[head.role])
    return words


def bar_words(head: BarHead, before: BarHead | None, shown: Shown) -> list[int]:
    """The head of a bar; meter and section are said where they change (`before` None: at the start)."""
    words = [v.BAR[head.left if shown.countdown else 0]]
    if before is None or (before.meter, before.steps) != (head.meter, head.steps):
        words += [v.METER[head.meter]] if head.meter >= 0 else [v.METER_OTHER, v.POSITION[head.steps - 1]]
    if shown.sections and head.section >= 0 and (before is None or head.starts_section):
        words += [v.SECTION[head.section], v.OCCURRENCE[head.occurrence]] + [v.FINAL] * head.is_final
    return words + chord_words(head, shown)


def chord_words(head: BarHead, shown: Shown) -> list[int]:
    """The chords of a bar: one, or two joined by HALF."""
    first, second = head.chords
    if not shown.chords or not first:
        return []
    return [first] if first == second else [first, v.HALF, second]


def control_words(controls: CellControls | None) -> list[int]:
    """What is asked of a cell."""
    if controls is None:
        return []
    families = (v.DENSITY, v.POLYPHONY, v.REGISTER)
    return [family[value] for family, value in zip(families, controls, strict=True) if value is not None]


def forward(piece: Piece, parts: Sequence[int], shown: Shown) -> list[int]:
    """The whole piece (or crop) from left to right, with `parts` only."""
    words = header_words(piece, parts, shown)
    chosen = set(parts)
    before = None
    for bar, head in enumerate(piece.bars):
        words += bar_words(head, before, shown)
        before = head
        for part in piece.by_bar[bar]:
            if part in chosen:
                words += cell_head(
                    piece.parts[part], piece.controls.get((bar, part)) if (bar, part) in shown.controls else None
                )
                words += piece.cells[bar, part].tolist()
    return [*words, v.END] if piece.ends else words


def cell_head(part: PartHead, controls: CellControls | None) -> list[int]:
    """The words that open a cell."""
    return part.words() + control_words(controls)


def infill_context(piece: Piece, parts: Sequence[int], holes: Sequence[CellIndex], shown: Shown) -> list[int]:
    """Everything before the first answer. `holes` in reading order (bar, then part), at most `MOST_HOLES`."""
    number = {cell: index for index, cell in enumerate(holes)}
    words = header_words(piece, parts, shown)
    before = None
    for bar, head in enumerate(piece.bars):
        words += bar_words(head, before, shown)
        before = head
        for part in parts:
            if (bar, part) in number:
                words += [*piece.parts[part].words(), v.HOLE[number[bar, part]]]
            elif (bar, part) in piece.cells:
                words += piece.parts[part].words() + piece.cells[bar, part].tolist()
    return [*words, v.ANSWERS]


def answer_head(
    piece: Piece, hole: int, cell: CellIndex, shown: Shown, controls: CellControls | None, variation: Variation | None
) -> list[int]:
    """What stands before the notes of an answer."""
    bar, part = cell
    words = [v.HOLE[hole], *chord_words(piece.bars[bar], shown), *piece.parts[part].words()]
    if variation is not None:
        words += [v.VARY[variation.level], *variation.source, v.SOURCE_END]
    return words + control_words(controls)


def infill(
    piece: Piece,
    parts: Sequence[int],
    holes: Sequence[CellIndex],
    shown: Shown,
    variations: Mapping[CellIndex, Variation] = MappingProxyType({}),
) -> tuple[list[int], NDArray[np.float32]]:
    """A whole infill example and what each of its words costs."""
    words = infill_context(piece, parts, holes, shown)
    weights = [FORWARD_WEIGHTS[words] * CONTEXT_SHARE]
    for index, cell in enumerate(holes):
        controls = piece.controls.get(cell) if cell in shown.controls else None
        head = answer_head(piece, index, cell, shown, controls, variations.get(cell))
        body = piece.cells[cell].tolist() if cell in piece.cells else []
        words += head + body
        # The first word of the head says that the cell before it is complete: that is the writer's own decision.
        weights += [
            np.array([1.0 if index else 0.0] + [0.0] * (len(head) - 1), np.float32),
            np.ones(len(body), np.float32),
        ]
    return [*words, v.END], np.append(np.concatenate(weights), np.float32(1.0)).astype(np.float32)


def decode_forward(words: Iterable[int]) -> Piece:
    """The piece that a forward sequence tells; the inverse of `forward` with everything shown, but for controls.

    Raises `ValueError` where the words are no sequence.
    """
    words = [int(word) for word in words]
    first_bar = next((i for i, word in enumerate(words) if word in v.BAR), len(words))
    header = _decode_header(words[:first_bar])
    bars: list[BarHead] = []
    cells: dict[CellIndex, NDArray[np.uint16]] = {}
    part_of = {(head.timbre, head.number): index for index, head in enumerate(header.parts)}
    at, ends = first_bar, False
    while at < len(words):
        if words[at] == v.END:
            ends = True
            break
        head, at = _decode_bar_head(words, at, bars[-1] if bars else None)
        bars.append(head)
        while at < len(words) and words[at] in v.TIMBRE:
            timbre = v.TIMBRE.index(words[at])
            number = 1
            at += 1
            if at < len(words) and words[at] in v.NUMBER:
                number, at = v.NUMBER.index(words[at]) + 2, at + 1
            while at < len(words) and any(words[at] in family for family in (v.DENSITY, v.POLYPHONY, v.REGISTER)):
                at += 1
            stop = at
            while stop < len(words) and _in_cell(words[stop]):
                stop += 1
            if (timbre, number) not in part_of:
                raise ValueError("a cell of a part that the header does not name")
            decode_cell(words[at:stop])
            cells[len(bars) - 1, part_of[timbre, number]] = np.array(words[at:stop], dtype=np.uint16)
            at = stop
    return Piece(
        parts=header.parts, bars=tuple(bars), cells=cells, controls={}, tonic=header.tonic, is_minor=header.is_minor,
        tempo=header.tempo, genre=header.genre, is_arranged=header.is_arranged, ends=ends,
    )  # fmt: skip


def sounding(notes: Iterable[GridNote], is_drum: bool, tonic: int) -> list[GridNote]:
    """Notes of the stream at their real pitch."""
    up = 0 if is_drum else tonic_shift(tonic)
    return [note._replace(pitch=note.pitch + up) for note in notes]


def _in_cell(word: int) -> bool:
    return any(word in family for family in (v.POSITION, v.VELOCITY, v.LENGTH, v.TIE, v.PITCH, v.DRUM))


def _decode_header(words: Sequence[int]) -> Piece:
    found: dict[str, int] = {}
    parts: list[list[int]] = []
    for word in words:
        if word in v.TIMBRE:
            parts.append([v.TIMBRE.index(word), 1, -1])
        elif word in v.NUMBER and parts:
            parts[-1][1] = v.NUMBER.index(word) + 2
        elif word in v.ROLE and parts:
            parts[-1][2] = v.ROLE.index(word)
        else:
            for family in (v.SOURCE, v.GENRE, v.TEMPO, v.KEY, v.MODE):
                if word in family:
                    found[family.name] = family.index(word)
    return Piece(
        parts=tuple(PartHead(*part) for part in parts), bars=(), cells={}, controls={}, tonic=found.get("key", 0),
        is_minor=bool(found["mode"]) if "mode" in found else None, tempo=found.get("tempo", -1),
        genre=found.get("genre", -1), is_arranged=bool(found.get("source", 0)),
    )  # fmt: skip


def _decode_bar_head(words: Sequence[int], at: int, before: BarHead | None) -> tuple[BarHead, int]:
    if words[at] not in v.BAR:
        raise ValueError(f"a bar was expected, found {v.name_of(words[at])}")
    left, at = v.BAR.index(words[at]), at + 1
    meter, steps = (before.meter, before.steps) if before else (-1, 0)
    section, occurrence, is_final = (before.section, before.occurrence, before.is_final) if before else (-1, 0, False)
    starts = False
    chords: list[int] = []
    while at < len(words):
        word = words[at]
        if word in v.METER:
            meter = v.METER.index(word)
            numerator, denominator = map(int, v.METERS[meter].split("/"))
            steps = numerator * v.LONGEST // denominator
        elif word == v.METER_OTHER:
            at += 1
            meter, steps = -1, v.POSITION.index(words[at]) + 1
        elif word in v.SECTION:
            section, is_final, starts = v.SECTION.index(word), False, True
        elif word in v.OCCURRENCE:
            occurrence = v.OCCURRENCE.index(word)
        elif word == v.FINAL:
            is_final = True
        elif word in v.CHORD:
            chords.append(word)
        elif word != v.HALF:
            break
        at += 1
    pair = (chords[0], chords[-1]) if chords else (0, 0)
    return BarHead(steps, meter, left, section, occurrence, is_final, starts, pair), at
