"""A piece in a foreign key: training sees some pieces off their tonic, so that a wrong guess of the key does little harm."""

from __future__ import annotations

import dataclasses

import numpy as np

from albumen.models.music.tokens import vocabulary as v
from albumen.models.music.tokens.piece import BarHead, Piece, Words
from albumen.score.instrument import TIMBRE_NAMES

DRUM_TIMBRE = TIMBRE_NAMES.index("drums")


def transposed(piece: Piece, semitones: int) -> Piece | None:
    """The piece moved by `semitones` inside the stream, its key untold; None where a pitch would leave 0..127."""
    drums = {index for index, part in enumerate(piece.parts) if part.timbre == DRUM_TIMBRE}
    cells: dict[tuple[int, int], Words] = {}
    for cell, words in piece.cells.items():
        if cell[1] in drums:
            cells[cell] = words
            continue
        is_pitch = (words >= v.PITCH.first) & (words < v.PITCH.first + v.PITCH.size)
        moved = words.astype(np.int32) + semitones * is_pitch
        pitches = moved[is_pitch]
        if pitches.size and (pitches.min() < v.PITCH.first or pitches.max() >= v.PITCH.first + v.PITCH.size):
            return None
        cells[cell] = moved.astype(np.uint16)
    bars = tuple(_moved_head(head, semitones) for head in piece.bars)
    return dataclasses.replace(piece, cells=cells, bars=bars, is_minor=None)


def _moved_head(head: BarHead, semitones: int) -> BarHead:
    first, second = (_moved_chord(word, semitones) for word in head.chords)
    return head._replace(chords=(first, second))


def _moved_chord(word: int, semitones: int) -> int:
    chord = v.chord_of(word) if word else None
    return v.chord_token(chord.transposed(semitones)) if chord else word
