"""The outline of a Score as plain JSON values: everything but the long columns (notes, controllers, bends).

`json_score.py` and `shelf.py` both store a score as its outline and its columns.
"""

from __future__ import annotations

from typing import Any

from albumen.score.chord import Chord
from albumen.score.key import Key
from albumen.score.meter import Meter
from albumen.score.part import Part
from albumen.score.score import ChordChange, KeyChange, Score
from albumen.score.section import Section
from albumen.score.time_map import MeterChange, TempoChange

Outline = dict[str, Any]


def song_outline(score: Score) -> Outline:
    """What is said about the whole song; changes as `[tick, value]`."""
    return {
        "title": score.title,
        "resolution": score.resolution,
        "length": score.length,
        "tempos": [list(change) for change in score.tempos],
        "meters": [[change.tick, str(change.meter)] for change in score.meters],
        "keys": [[change.tick, change.key.fifths, _MODES[change.key.is_minor]] for change in score.keys],
        "chords": [[change.tick, None if change.chord is None else str(change.chord)] for change in score.chords],
        "sections": [[section.start_bar, section.bars, section.label, section.name] for section in score.sections],
    }


def part_outline(part: Part) -> Outline:
    """What is said about a part beside its columns."""
    return {
        "id": part.id,
        "name": part.name,
        "program": part.program,
        "is_drum": part.is_drum,
        "role": part.role,
    }


def outlined_part(outline: Outline, **columns: Any) -> Part:
    """The part of an outline, with its notes, controls and bends. Raises `ValueError` or `TypeError` for wrong values."""
    return Part(
        id=_text(outline["id"]),
        name=_text(outline["name"]),
        program=_number(outline["program"]),
        is_drum=bool(outline["is_drum"]),
        role=_text(outline["role"]),
        **columns,
    )


def outlined_score(outline: Outline, parts: tuple[Part, ...]) -> Score:
    """The score of an outline. Raises `ValueError` or `TypeError` for wrong values, `KeyError` for missing ones."""
    return Score(
        title=_text(outline["title"]),
        resolution=_number(outline["resolution"]),
        length=_number(outline["length"]),
        parts=parts,
        tempos=tuple(TempoChange(_number(tick), _number(quarter_us)) for tick, quarter_us in outline["tempos"]),
        meters=tuple(MeterChange(_number(tick), Meter.parse(meter)) for tick, meter in outline["meters"]),
        keys=tuple(
            KeyChange(_number(tick), Key(_number(fifths), bool(_MODES.index(mode))))
            for tick, fifths, mode in outline["keys"]
        ),
        chords=tuple(
            ChordChange(_number(tick), None if name is None else Chord.parse(name)) for tick, name in outline["chords"]
        ),
        sections=tuple(
            Section(start_bar=_number(start), bars=_number(bars), label=_text(label), name=_text(name))
            for start, bars, label, name in outline["sections"]
        ),
    )


_MODES = ("major", "minor")


def _number(value: Any) -> int:
    if type(value) is not int:
        raise ValueError(f"a whole number was expected, got {value!r}")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"a text was expected, got {value!r}")
    return value
